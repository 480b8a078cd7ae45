"""Decoders that are objects, numbers that are text, and code that is not source."""

from __future__ import annotations

import array
import ast
import ipaddress
import re
import struct
from collections.abc import Mapping

from pratique.facts.python.expressions import attributes, constants, outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.understood.shape import Special, bound, plain, text
from pratique.facts.python.values import (
    Api,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Result,
    Value,
    all_deep_taints,
    all_taints,
    constant_of,
    deep_taints,
)
from pratique.facts.serialized import read_marshal, read_pickle, read_pyc, source_of_marshal, source_of_pyc

_ARRAY_CODES = frozenset("bBhHiIlLqQ")
_YAML_CALL = re.compile(r"!!python/(?:object/)?(?:apply|new):([\w.]+)\s*(.{0,2000})", re.DOTALL)
_PICKLED_CALLS = 32


def _marshal(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """The source that the code object amounts to."""
    if not args:
        return None
    label = outsiders.layered(args[0].taints, "marshal", node)
    data = plain(args[0])
    if (held := _marshalled_text(data)) is not None:
        return Known(value=held, taints=label)
    source = source_of_marshal(data) or source_of_pyc(data) if isinstance(data, bytes) else ""
    if source and not (isinstance(data, bytes) and read_marshal(data).notes and read_pyc(data).notes):
        return Known(value=source, taints=label)
    if source:  # damaged, or newer than we know: what was read counts, and the rest stays unknown
        m.read_code(m, source, (*m.layers, "marshal"), None, getattr(node, "lineno", 0))
    return Result(name="marshal.loads()", taints=label)


def _marshalled_text(data: object) -> str | bytes | None:
    """A text or bytes in marshal's format, which some packers put around source."""
    if not isinstance(data, bytes) or len(data) < 2:
        return None
    kind, wide = data[0] & 0x7F, data[1:5]  # the eighth bit only says that others may refer to it
    if kind in b"zZ":
        return data[2 : 2 + data[1]].decode("latin-1")
    body = data[5 : 5 + int.from_bytes(wide, "little")]
    if kind in b"aA":
        return body.decode("latin-1")
    return body if kind in b"s" else body.decode("utf-8", "replace") if kind in b"ut" else None


def _unpickle(m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """What loading a pickle that is known would call; the call itself is recorded as ever."""
    if args and isinstance(args[0], Result) and args[0].name == "pickle.dumps()":
        return _rebuild(m, args[0].parts[0], node)
    data = constant_of(args[0]) if args else None
    if not isinstance(data, bytes):
        return None
    for call in [c for c in read_pickle(data).calls if c.called][:_PICKLED_CALLS]:
        values: list[Value] = [Known(value=a, taints=deep_taints(args[0])) for a in call.arguments]
        m.invoke(m, outsiders.api(call.name, (*callee.disguise, "pickle")), values, {}, node)
    return None


def _pickled(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return Result(name="pickle.dumps()", parts=tuple(args[:1]), taints=all_taints(args)) if args else None


def _copy(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    return _rebuild(m, args[0], node) if args else None


def _rebuild(m: Machine, value: Value, node: ast.AST) -> Value | None:
    """An object whose ``__reduce__`` says how to make it again is made by that call."""
    if not isinstance(value, Instance):
        return value
    made: Value | None = None
    for name in ("__reduce__", "__reduce_ex__"):
        if isinstance(value.cls.find(name), Function):
            made = m.invoke(m, attributes.attribute(m, value, name), [], {}, node)
    if isinstance(made, Items) and made.items and not isinstance(made.items[0], Class):
        given = made.items[1].items if len(made.items) > 1 and isinstance(made.items[1], Items) else []
        return m.invoke(m, made.items[0], list(given), {}, node)
    return value


def _yaml(m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    document = text(args[0] if args else None) or ""
    for name, rest in _YAML_CALL.findall(document)[:_PICKLED_CALLS]:
        argument = rest.strip().lstrip("[- (").rstrip("]) \n").strip("'\"")
        m.invoke(m, outsiders.api(name, (*callee.disguise, "yaml")), [Known(value=argument)], {}, node)
    return None


def _opened(m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    """``gzip.open(file)``: a file in memory that holds what was compressed."""
    source = keywords.get("fileobj") or (args[0] if args else None)
    if not isinstance(source, Result) or not source.parts or not isinstance(source.parts[0], Items):
        return None
    content = binding.buffered(source.parts[0])
    made = m.invoke(m, Api(name=f"{callee.name.partition('.')[0]}.decompress"), [content], {}, node)
    return Result(name="io.BytesIO()", parts=(Items(items=[made]),), taints=made.taints)


def _getdecoder(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return bound("<codec>", args[0]) if args else None


def _codec(m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    """``codecs.getdecoder(name)(data)`` and ``codecs.lookup(name).decode(data)``: the value and a length."""
    codec, data = [*callee.owner, *args, Value(), Value()][:2]
    return Items(items=[m.invoke(m, Api(name="codecs.decode"), [data, codec], {}, node), Value()])


def _pack(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    known = [plain(a) for a in args]
    try:
        if not known or not isinstance(known[0], str | bytes) or struct.calcsize(known[0]) > constants.SIZE_LIMIT:
            return None
        return Known(value=struct.pack(known[0], *known[1:]), taints=outsiders.layered(all_taints(args), "ints", node))
    except (struct.error, TypeError, ValueError, OverflowError):
        return None


def _unpack(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    form, data = (plain(args[0]), constant_of(args[1])) if len(args) == 2 else (None, None)
    try:
        if not isinstance(form, str | bytes) or not isinstance(data, bytes):
            return None
        return binding.lift(struct.unpack(form, data), all_deep_taints(args))
    except (struct.error, ValueError):
        return None


def _array(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    code, items = (plain(args[0]), constant_of(args[1])) if len(args) == 2 else (None, None)
    if code not in _ARRAY_CODES or not isinstance(items, tuple | bytes):
        return None
    try:
        made = array.array(str(code), items).tobytes()
    except (TypeError, ValueError, OverflowError):
        return None
    return Known(value=made, taints=outsiders.layered(all_deep_taints(args), "ints", node))


def _packed_address(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    address = text(args[0] if args else None)
    if address is None:
        return None
    try:
        packed = ipaddress.ip_address(address).packed
    except ValueError:
        return None
    return Known(value=packed, taints=outsiders.layered(args[0].taints, "address", node))


SPECIAL: Mapping[str, Special] = {
    "marshal.loads": _marshal,
    "pickle.loads": _unpickle,
    "pickle.dumps": _pickled,
    "copy.copy": _copy,
    "copy.deepcopy": _copy,
    "yaml.load": _yaml,
    "yaml.unsafe_load": _yaml,
    "yaml.full_load": _yaml,
    "ruamel.yaml.YAML().load": _yaml,
    "gzip.open": _opened,
    "gzip.GzipFile": _opened,
    "bz2.open": _opened,
    "bz2.BZ2File": _opened,
    "lzma.open": _opened,
    "lzma.LZMAFile": _opened,
    "codecs.getdecoder": _getdecoder,
    "codecs.lookup().decode": _codec,
    "<codec>": _codec,
    "struct.pack": _pack,
    "struct.unpack": _unpack,
    "array.array": _array,
    "socket.inet_aton": _packed_address,
}
