"""Names that are looked up: in scopes, through stars, among builtins."""

from __future__ import annotations

import builtins

from pratique.facts.python.expressions import outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Api, Scope, Text, Value

_BUILTINS = (frozenset(dir(builtins)) - {"__doc__", "__name__"}) | {
    "execfile",
    "unicode",
    "unichr",
    "raw_input",
    "xrange",
    "reload",
    "long",
    "reduce",
}
_EXPECTED = frozenset({"os", "sys", "subprocess", "requests", "urllib", "socket", "base64", "shutil", "platform"})
_EXPECTED |= {"__pyarmor__"}
"""What a name can only mean that is bound nowhere: code in pieces, a forgotten import, what a packer adds."""


def name_value(machine: Machine, scope: Scope, name: str) -> Value:
    """Look a name up as Python does: enclosing scopes, stars, builtins."""
    at: Scope | None = scope
    while at is not None:
        if name in at.names:
            return at.names[name]
        at = at.parent
    stars = scope.module.stars
    starred = outsiders.from_stars(machine, stars, name) if stars else None
    if starred is not None:
        return starred
    if name in _BUILTINS:
        return Api(name=name)
    if machine.patched and name in machine.patched:
        return machine.patched[name]
    if name in {"__file__", "__name__", "__doc__"}:
        return Text(text=f"<{name}>")
    if name in _EXPECTED:
        return Api(name=name)
    return Api(name="builtins", disguise=(name,)) if name == "__builtins__" else Value()
