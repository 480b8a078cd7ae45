"""Carrying: what a program has taken of its machine goes with whatever outside code is handed it.

Nobody lists all libraries that draw, pack, format or save. One that is handed secrets gives them on: into
the buffer or the file that it is handed beside them, and to another machine where it stands for one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from pratique.facts.python.catalogue.clients import is_remote
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Does, Source, Taint
from pratique.facts.python.outside import arriving
from pratique.facts.python.values import Api, Known, Result, Text, Value, argument, text_of

STOLEN = frozenset({Source.SECRET, Source.ENVIRON, Source.CLIPBOARD, Source.SCREEN, Source.KEYS})
"""Labels of what belongs to whoever uses the machine."""
_SHOWN = ("webbrowser.open", "webbrowser.get().open", "scapy.all.send", "scapy.all.sr", "sentry_sdk.capture_")
"""What leaves the machine though it is not there to send anything: pages shown, packets made by hand, reports."""
_TO_OTHERS = frozenset(
    f"logging.handlers.{kind}Handler()" for kind in ("Socket", "Datagram", "HTTP", "SMTP", "SysLog", "WebSocket")
)
"""Log handlers that write to another machine."""


def carried(
    machine: Machine,
    callee: Api,
    args: list[Value],
    keywords: dict[str, Value],
    taints: frozenset[Taint],
    node: ast.AST,
    *,
    does: bool,
) -> None:
    """Hand the labels of what was taken on to buffers, files and other machines."""
    taken = frozenset(t for t in taints if t.source in STOLEN)
    if not taken:
        return
    given = [*args, *keywords.values()]
    arriving.fill(given, taken)
    for path in _paths(given):
        if path not in machine.files:
            machine.files[path] = Written(content=Value(taints=taken), taints=taken, line=getattr(node, "lineno", 0))
    if not does and machine.phase.automatic and (callee.name.startswith(_SHOWN) or is_remote(callee.name)):
        arguments = {str(i): argument(a) for i, a in enumerate(args)} | {k: argument(v) for k, v in keywords.items()}
        if any(t.source in STOLEN for a in arguments.values() for t in a.taints):
            machine.record(callee.name, frozenset({Does.SEND}), node, arguments, disguise=callee.disguise)


def _paths(values: Iterable[Value]) -> list[str]:
    """Names of files among the arguments of a call that saves something."""
    texts = [text_of(v)[:400] for v in values if type(v) in {Known, Text}]
    return [t for t in texts if arriving.is_path(t)]


def handler(value: Value) -> Value:
    """A log handler that writes to another machine, as what it does with a record."""
    if isinstance(value, Result) and value.name in _TO_OTHERS:
        return Api(name=f"{value.name}.emit", taints=value.taints)
    return value


def writes_away(value: Value) -> bool:
    """Whether a value is such a handler."""
    return isinstance(value, Result) and value.name in _TO_OTHERS
