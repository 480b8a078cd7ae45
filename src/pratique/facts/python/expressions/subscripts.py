"""Items of abstract values, and what a loop over one goes through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pratique.facts.python.calls import implicit
from pratique.facts.python.catalogue.apis import look_up
from pratique.facts.python.expressions import foreign, outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.statements import binding
from pratique.facts.python.values import (
    Api,
    Choice,
    Class,
    Echo,
    Function,
    Instance,
    Items,
    Known,
    Partial,
    Result,
    Scope,
    Table,
    Text,
    Value,
    deep_taints,
    join,
    text_of,
)

_LOOP_LIMIT = 20_000


def item(machine: Machine, value: Value, key: Value, scope: Scope) -> Value:
    """``value[key]``."""
    plain = key.value if isinstance(key, Known) else None
    if isinstance(value, Instance | Class):
        return implicit.subscript(machine, value, key)
    if isinstance(value, Choice):
        return join([item(machine, o, key, scope) for o in value.options])
    if isinstance(value, Api):
        return _api_item(machine, value, key, scope)
    if isinstance(value, Echo):
        return value
    if isinstance(value, Known) and isinstance(value.value, str | bytes | bytearray) and isinstance(plain, int):
        return (
            Known(value=value.value[plain], taints=value.taints)
            if -len(value.value) <= plain < len(value.value)
            else Value()
        )
    if isinstance(value, Items):
        if isinstance(plain, int) and -len(value.items) <= plain < len(value.items):
            return value.items[plain]
        return join(value.items[:4]) if value.items else Value()
    if isinstance(value, Table):
        return _table_item(machine, value, key, scope)
    return _result_item(machine, value, key, scope) if isinstance(value, Result) else Value(taints=deep_taints(value))


def _result_item(machine: Machine, value: Result, key: Value, scope: Scope) -> Value:
    if value.name == "__dict__" and value.parts and isinstance(value.parts[0], Api):
        return _api_item(machine, value.parts[0], key, scope)
    if isinstance(key, Known) and isinstance(key.value, str) and is_environment(value):
        return _variable(machine, key)
    return Result(name=value.name, taints=value.taints, path=value.path)


def _table_item(machine: Machine, value: Table, key: Value, scope: Scope) -> Value:
    if isinstance(key, Known) and hashable(key) and key.value in value.entries:
        return value.entries[key.value]
    if value.rest is GLOBALS:
        return _api_item(machine, GLOBALS, key, scope)
    if value.rest is None:
        called = [v for v in list(value.entries.values())[:32] if type(v) in _CALLED]
        return join(sorted(called, key=_is_own)[:4]) if called else Value(taints=deep_taints(value))
    rest = value.rest.options if isinstance(value.rest, Choice) else (value.rest,)
    one = isinstance(key, Known) and isinstance(key.value, str)
    return join([_variable(machine, key) if one and is_environment(r) else r for r in rest])


_CALLED = frozenset({Api, Function, Partial})


def _is_own(value: Value) -> bool:
    return type(value) is Function


def is_environment(value: Value) -> bool:
    """Whether it is the mapping of all variables, a copy of it, or what a loop over it gives."""
    if not isinstance(value, Api | Result):
        return False
    if value.name.startswith("os.environ"):
        return True
    return isinstance(value, Result) and value.name in _COPIES and bool(value.parts) and is_environment(value.parts[0])


_COPIES = frozenset(["dict()", "copy.copy()", "copy.deepcopy()", "collections.OrderedDict()", "collections.ChainMap()"])


def _variable(machine: Machine, key: Value) -> Value:
    """One variable; every one of them, where the key is whichever there is."""
    label = frozenset({Taint(Source.VARIABLE, text_of(key)), *(t for t in key.taints if t.source is Source.ENVIRON)})
    written = machine.files.get(f"${text_of(key)}")
    return binding.labelled(written.content, label) if written is not None else Text(label, f"<${text_of(key)}>")


def hashable(key: Known) -> bool:
    """Whether a constant can be a key of a table."""
    return not isinstance(key.value, bytearray)


GLOBALS = Api(name="globals", disguise=("globals",))


def _api_item(machine: Machine, value: Api, key: Value, scope: Scope) -> Value:
    name = key.value if isinstance(key, Known) else None
    if value.name in {"os.environ", "os.environb"}:
        return _variable(machine, key)
    if value.name == "sys.modules" and isinstance(name, str):
        return outsiders.api(name, (*value.disguise, "sys.modules"))
    if value.name == "globals" and isinstance(name, str):
        return outsiders.api(name, (*value.disguise, "globals"))
    if isinstance(name, str) and value.name.rpartition(".")[2] in _NAMESPACES:
        return _reached(value, name, scope)
    if isinstance(name, str) and "()" not in value.name:
        found = foreign.api_attribute(value, name)
        return replace(found, disguise=(*value.disguise, "__dict__")) if isinstance(found, Api) else found
    return Result(name=value.name, taints=value.taints)


_NAMESPACES = frozenset({"f_globals", "f_locals", "f_builtins", "__globals__"})


def _reached(value: Api, name: str, scope: Scope) -> Value:
    """A name in the namespace of a frame, which is the file's own, or of a function that something else holds."""
    owner, _, last = value.name.rpartition(".")
    if last != "__globals__" and name in scope.module.names:
        return scope.module.names[name]
    module = owner.rpartition(".")[0]
    candidates = [] if "()" in module or not module else [f"{module}.{name}"]
    full = next((c for c in (*candidates, f"os.{name}") if look_up(c).does), name)
    return outsiders.api(full, (*value.disguise, last), value.taints)


def iterate(machine: Machine, value: Value) -> Iterator[Value]:
    """What a loop over the value yields: every item of a known one, else one stand-in."""
    items = _known_items(implicit.walk(machine, value) if isinstance(value, Instance | Class) else value)
    if items is None or machine.tired:
        if isinstance(value, Result) and value.path and value.name in LISTINGS:
            yield _each(value)
            return
        label = value.name if isinstance(value, Result | Api) else "?"
        taints = deep_taints(value)
        yield (
            Text(text=f"<{label}>", taints=taints)
            if isinstance(value, Text | Known)
            else Result(name=f"{label}[]", taints=taints)
        )
        return
    held = len(items)
    for count, one in enumerate(items):
        if count >= _LOOP_LIMIT or machine.tired or (count >= held and not isinstance(one, Known)):
            return  # a list that grows in its own loop never ends, unless it is constants that it works off
        machine.step()
        yield one


LISTINGS = frozenset(
    [
        "os.walk()",
        "os.scandir()",
        "glob.glob()",
        "glob.iglob()",
        "pathlib.Path().glob()",
        "pathlib.Path().rglob()",
        "pathlib.Path().iterdir()",
    ]
)
"""What finds files; the path of such a result is the pattern of those."""


def _each(value: Result) -> Value:
    """A file that was found."""
    if value.name == "os.walk()":
        names = Result(value.taints, "os.walk()[]")
        return Items(items=[Text(value.taints, f"{value.path}/**"), names, names], taints=value.taints)
    if value.name.startswith(("pathlib.", "os.scandir")):
        return Result(value.taints, "pathlib.Path()", value.path)
    return Text(value.taints, value.path)


def _known_items(value: Value) -> list[Value] | None:
    if isinstance(value, Items):
        return value.items
    if isinstance(value, Echo):
        return [value]
    if isinstance(value, Table):
        return [Known(value=k) for k in value.entries] if value.rest is None else None
    plain = value.value if isinstance(value, Known) else None
    if isinstance(plain, str | bytes | bytearray) and len(plain) <= _LOOP_LIMIT:
        return [Known(value=v, taints=value.taints) for v in plain]
    return None
