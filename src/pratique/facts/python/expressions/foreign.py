"""Attributes of names from outside, and of what calling them gave."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Callable
from functools import lru_cache

from pratique.facts.python.catalogue.apis import canonical
from pratique.facts.python.catalogue.names import CONSTANTS
from pratique.facts.python.expressions import outsiders
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.values import NO_TAINT, Api, Known, Own, Result, Text, Value

_ITSELF = frozenset({"__dict__", "__call__", "__wrapped__"})

NAME_LIMIT = 200


def result_attribute(value: Result, name: str) -> Value:
    """An attribute of what calling a name from outside gave: an outside name again, with the labels of its owner."""
    if len(value.name) >= NAME_LIMIT:
        return Value(taints=value.taints)
    if value.name in _PROPERTIES and value.parts and name in _PROPERTIES[value.name]:
        return _property(value, name)
    if value.parts and isinstance(value.parts[0], Own):
        return Own(value.taints, f"{value.name}.{name}", value)
    if not value.path:
        return Api(value.taints, _joined(value.name, name), (), value.parts, value)
    if value.name.startswith("pathlib."):
        return _path_attribute(value, name)
    return Api(value.taints | _path_taint(value), _joined(value.name, name), (), value.parts, value)


_PROPERTIES = {
    "uuid.UUID()": ("bytes", "bytes_le", "hex", "int"),
    "ipaddress.ip_address()": ("packed",),
    "ipaddress.IPv4Address()": ("packed",),
    "ipaddress.IPv6Address()": ("packed",),
}

_MAKERS: dict[str, Callable[[str], object]] = {
    "uuid.UUID()": uuid.UUID,
    "ipaddress.ip_address()": ipaddress.ip_address,
    "ipaddress.IPv4Address()": ipaddress.IPv4Address,
    "ipaddress.IPv6Address()": ipaddress.IPv6Address,
}


def _property(value: Result, name: str) -> Value:
    """What an identifier or an address spells in bytes."""
    given = value.parts[0]
    try:
        if isinstance(given, Known) and isinstance(given.value, str):
            made = getattr(_MAKERS[value.name](given.value), name)
            return Known(value=made, taints=outsiders.layered(value.taints, "address", None))
    except ValueError:
        pass
    return Value(taints=value.taints)


def _path_attribute(value: Result, name: str) -> Value:
    """An attribute of a path; what opens it carries the path as a label, like an open file."""
    path = value.path.rstrip("/")
    if name == "parent":
        return Result(value.taints, value.name, path.rpartition("/")[0] or path)
    if name == "path":  # of an entry of a folder
        return Text(value.taints, value.path)
    if name == "name":
        return Text(value.taints, path.rpartition("/")[2])
    taints = value.taints | {Taint(Source.FILE, value.path[:160])}
    return Api(taints, _joined(value.name, name), (), (value,), value)


@lru_cache(maxsize=16_384)
def _joined(owner: str, name: str) -> str:
    return canonical(f"{owner}.{name}")


def _path_taint(value: Result) -> frozenset[Taint]:
    opened = value.name.startswith(("open", "os.fdopen")) or value.name.endswith(".open()")
    return frozenset({Taint(Source.FILE, value.path[:160])}) if value.path and opened else NO_TAINT


def api_attribute(value: Api, name: str) -> Value:
    """An attribute of something from outside, by its canonical name."""
    if name in _SPECIAL:
        special = _special_attribute(value, name)
        if special is not None:
            return special
    full, whole_environment, constant = attribute_name(value.name, name)
    if constant is not None:
        return Known(value=constant)
    taints = value.taints if value.taints and ("()" in value.name or value.name[:1] == "?") else NO_TAINT
    return Api(taints | whole_environment if whole_environment else taints, full, value.disguise, value.owner, value.of)


_SPECIAL = frozenset({"__call__", "__dict__", "__wrapped__", "__builtins__", "__self__", "__name__", "__module__"})


def _special_attribute(value: Api, name: str) -> Value | None:
    """Attributes that every function and module has."""
    if name == "__dict__" and "()" not in value.name:
        return Result(name=name, parts=(value,))
    if name in _ITSELF:
        return value
    if name == "__builtins__":
        return Api(name="builtins", disguise=(*value.disguise, name))
    if "()" in value.name:
        return None
    module, _, last = value.name.rpartition(".")
    if name == "__self__":
        return Api(name=module or "builtins", disguise=(*value.disguise, name))
    return Known(value=last if name == "__name__" else module.partition(".")[0] or "builtins")


@lru_cache(maxsize=16_384)
def attribute_name(owner: str, name: str) -> tuple[str, frozenset[Taint], str | None]:
    """The canonical name of an outside owner's attribute, the labels that it carries, and its constant if it is one."""
    full = f"{owner}.{name}" if owner not in {"", "builtins", "__builtins__"} else name
    found = outsiders.api(full[-NAME_LIMIT:])
    return found.name, found.taints, CONSTANTS.get(found.name)
