"""Abstract values: what is known of a Python value without running the code that makes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pratique.facts.python.model import Argument, Source, Taint
from pratique.facts.python.origin import Origin

OWN_FILE = "<__file__>"
"""How the path of the file that is read, and of the folder that it lies in, stands in texts."""
NO_TAINT: frozenset[Taint] = frozenset()
TEXT_LIMIT = 4_000
_BLANKS = re.compile(r"[ \t]{20,}")
_ADDRESS = re.compile(r"https?://(?P<near>localhost\b|127\.|\[::1\])?(?=[\w\[])")


@dataclass(slots=True, eq=False)
class Value:
    """Anything; ``taints`` say where it came from. On its own: a value nothing is known of."""

    taints: frozenset[Taint] = NO_TAINT


@dataclass(slots=True, eq=False)
class Known(Value):
    """A constant that was computed: str, bytes, int, float, bool or None."""

    value: object = None


@dataclass(slots=True, eq=False)
class Echo(Known):
    """What outside code made of a text that is known and calls back with: any part of it may be that text."""


@dataclass(slots=True, eq=False)
class Text(Value):
    """A string of which only parts are known; the others stand in angle brackets."""

    text: str = ""


@dataclass(slots=True, eq=False)
class Items(Value):
    """A list, tuple or set of values."""

    items: list[Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Table(Value):
    """A dict with constant keys; ``rest`` joins what was stored under keys that are not known."""

    entries: dict[object, Value] = field(default_factory=dict)
    rest: Value | None = None


@dataclass(slots=True, eq=False)
class Api(Value):
    """A module, class or function from outside the file, by its canonical dotted name."""

    name: str = ""
    disguise: tuple[str, ...] = ()
    owner: tuple[Value, ...] = ()
    """For a method of a result: the arguments that made the result (a cipher's key)."""
    of: Value | None = None
    """For an attribute of an object of an outside class: the object."""


@dataclass(slots=True, eq=False)
class Result(Value):
    """What calling an outside API returned; ``name`` ends in ``()``. ``path`` for open files and paths."""

    name: str = ""
    path: str = ""
    parts: tuple[Value, ...] = ()
    """Arguments worth remembering: a partial's, a thread's target, a compiled text."""


@dataclass(slots=True, eq=False)
class Partial(Result):
    """A ``functools.partial``: its function and arguments are the parts."""

    keywords: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Own(Value):
    """A name in another module of the distribution, by its absolute dotted name; looked up when it matters."""

    name: str = ""
    maker: Value | None = None
    """For an attribute of what such a name's call returned: that result."""


@dataclass(slots=True, eq=False)
class Scope:
    """Names and their values; ``stars`` are modules whose names were all imported."""

    names: dict[str, Value] = field(default_factory=dict)
    parent: Scope | None = None
    stars: list[str] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    """Names declared ``global``: assigned in the outermost scope."""
    outer: set[str] = field(default_factory=set)
    """Names declared ``nonlocal``: assigned in the next scope around that has them."""
    since: int = 0
    """How many branches that may not be taken lead to where it begins: its names do not outlive those."""

    @property
    def module(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(slots=True, eq=False)
class Function(Value):
    """A function or lambda of the file, with the scope it closes over and its bound ``self``."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None = None
    scope: Scope = field(default_factory=Scope)
    name: str = ""
    bound: Value | None = None
    origin: Origin | None = None
    """The text that it stands in."""

    def bound_to(self, owner: Value | None) -> Function:
        """The same function as a method of ``owner``."""
        return Function(self.taints, self.node, self.scope, self.name, owner, self.origin)


@dataclass(slots=True, eq=False)
class Class(Value):
    """A class of the file; ``names`` holds its attributes."""

    name: str = ""
    names: dict[str, Value] = field(default_factory=dict)
    bases: list[Value] = field(default_factory=list)

    def find(self, name: str, depth: int = 0) -> Value | None:
        """An attribute, here or in the bases that the file defines."""
        if name in self.names:
            return self.names[name]
        if not self.bases:
            return None
        inherited = (b.find(name, depth + 1) for b in self.bases if isinstance(b, Class) and depth < 8)
        return next((v for v in inherited if v is not None), None)


@dataclass(slots=True, eq=False)
class Instance(Value):
    """An object of a class of the file."""

    cls: Class = field(default_factory=Class)
    names: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Choice(Value):
    """One of a few values, depending on a condition that is not known."""

    options: tuple[Value, ...] = ()


def join(values: list[Value]) -> Value:
    """One value that stands for any of these."""
    if len(values) == 1:
        return values[0]
    kept: dict[object, Value] = {}
    for value in values:
        for one in value.options if isinstance(value, Choice) else (value,):
            kept.setdefault(_identity(one), one)
    options = tuple(kept.values())
    if len(options) < 2:
        return options[0] if options else Value()
    return Choice(taints=all_taints(options), options=options[:4])


def all_taints(values: Iterable[Value]) -> frozenset[Taint]:
    """The union of the labels of all values."""
    found = NO_TAINT
    for value in values:
        if value.taints:
            found = found | value.taints if found else value.taints
    return found


def all_deep_taints(values: Iterable[Value]) -> frozenset[Taint]:
    """The labels of all values and of everything inside them."""
    found = NO_TAINT
    for value in values:
        taints = value.taints if type(value) in _LEAVES else deep_taints(value)
        if taints:
            found = found | taints if found else taints
    return found


def deep_taints(value: Value) -> frozenset[Taint]:
    """The labels of a value and of everything inside it (the first few thousand values)."""
    if type(value) in _LEAVES or not (waiting := _inside(value)):
        return value.taints
    found = set(value.taints)
    seen = {id(value)}
    while waiting and len(seen) < 4_096:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            found |= one.taints
            waiting += _inside(one)
    return frozenset(found)


_LEAVES = frozenset({Value, Known, Text, Api, Own, Result, Function, Class})
"""Kinds that hold no other values whose labels count."""


def _inside(value: Value) -> list[Value]:
    if isinstance(value, Items):
        return value.items[:256]
    if isinstance(value, Table):
        return [*list(value.entries.values())[:256], *([value.rest] if value.rest else [])]
    if isinstance(value, Instance):
        return list(value.names.values())[:64]
    return list(value.options) if isinstance(value, Choice) else []


def text_of(value: Value, depth: int = 0) -> str:
    """A value as far as it is known, unknown parts in angle brackets."""
    if isinstance(value, Known):
        return _constant_text(value.value)
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Api | Own):
        return f"<{value.name}>"
    if isinstance(value, Result):
        return value.path or f"<{value.name}>"
    if isinstance(value, Choice):
        return max((text_of(o, depth + 1) for o in value.options), key=_telling)
    if depth > 2:
        return "<...>"
    if isinstance(value, Instance) and "args" in value.names:
        return text_of(value.names["args"], depth + 1)
    if isinstance(value, Items):
        return " ".join(text_of(v, depth + 1) for v in value.items[:64])
    if isinstance(value, Table):
        return ", ".join(f"{k}: {text_of(v, depth + 1)}" for k, v in list(value.entries.items())[:32])
    caller = min((t.detail for t in value.taints if t.source is Source.CALLER), default="")
    return f"<{caller}>" if caller else "<?>"


def _telling(text: str) -> tuple[int, int]:
    """How much a text says of where something goes: another machine's address before one of this one, then length."""
    address = _ADDRESS.match(text)
    return (0 if address is None else 1 if address["near"] else 2, len(text))


def _constant_text(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return value[: TEXT_LIMIT * 16].decode("utf-8", "replace")
    return value if isinstance(value, str) else repr(value)[:TEXT_LIMIT]


def argument(value: Value) -> Argument:
    """A value as a fact."""
    text = text_of(value)
    if len(text) > TEXT_LIMIT:  # what stands behind a screen of blanks is meant to be cut off
        text = _BLANKS.sub(" ", text)
    return Argument(text=text[:TEXT_LIMIT], taints=deep_taints(value), known=isinstance(value, Known))


def _identity(value: Value) -> object:
    """Equal for values that need not be told apart."""
    if isinstance(value, Known):
        return id(value) if isinstance(value.value, bytearray) else (type(value.value), value.value)
    if isinstance(value, Api):
        return value.name
    return value.taints if type(value) is Value else id(value)


_NOT = object()


def constant_of(value: Value, depth: int = 0) -> object:
    """The plain Python constant of a value that is fully known (flat lists and tuples too), else a marker."""
    if isinstance(value, Known):
        return bytes(value.value) if isinstance(value.value, bytearray) else value.value
    if isinstance(value, Items) and depth < 2:
        inner = [constant_of(v, depth + 1) for v in value.items]
        return _NOT if any(v is _NOT for v in inner) else tuple(inner)
    if isinstance(value, Table) and depth < 2 and value.rest is None:
        known = {k: constant_of(v, depth + 1) for k, v in value.entries.items()}
        return _NOT if any(v is _NOT for v in known.values()) else known
    return _NOT


def is_constant(constant: object) -> bool:
    """Whether `constant_of` found one."""
    return constant is not _NOT
