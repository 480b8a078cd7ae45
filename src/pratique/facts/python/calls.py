"""Calls: follow the file's own functions, record outside names, hand labels on."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from pratique.facts.decode import DECODERS, BudgetExceeded, Undecodable, layer_name
from pratique.facts.python import constants, effects, lookup
from pratique.facts.python.apis import canonical, look_up
from pratique.facts.python.expressions import constant_of, is_constant
from pratique.facts.python.machine import DEPTH_LIMIT, Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.values import (
    Api,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Result,
    Scope,
    Table,
    Text,
    Value,
    all_taints,
    deep_taints,
    join,
    text_of,
)

_RUNS_CALLBACK = frozenset(
    [
        "threading.Thread",
        "threading.Timer",
        "multiprocessing.Process",
        "atexit.register",
        "asyncio.run",
        "asyncio.ensure_future",
        "asyncio.create_task",
        "_thread.start_new_thread",
        "thread.start_new_thread",
        "concurrent.futures.ThreadPoolExecutor().submit",
        "asyncio.get_event_loop().run_until_complete",
        "asyncio.new_event_loop().run_until_complete",
        "asyncio.gather",
        "sorted",
        "filter",
        "max",
        "min",
        "any",
        "all",
        "functools.reduce",
        "reduce",
        "concurrent.futures.ThreadPoolExecutor().map",
    ]
)
_MUTATORS = frozenset(["append", "add", "extend", "insert", "update", "setdefault", "appendleft"])
_UNKNOWN_DECODERS = frozenset(
    ["decrypt", "decompress", "deobfuscate", "decipher", "b64decode", "decode_base64", "unpad"]
)
_REPEAT_LIMIT = 48


def invoke(machine: Machine, callee: Value, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """The value of calling ``callee``, with everything that the call does recorded."""
    if isinstance(callee, Choice):
        return join([invoke(machine, o, args, dict(keywords), node) for o in callee.options])
    if isinstance(callee, Function):
        return follow(machine, callee, args, keywords)
    if isinstance(callee, Class):
        return _construct(machine, callee, args, keywords)
    if isinstance(callee, Api):
        return _outside(machine, callee, args, keywords, node)
    if isinstance(callee, Result) and callee.name == "functools.partial()" and callee.parts:
        return invoke(machine, callee.parts[0], [*callee.parts[1:], *args], keywords, node)
    if isinstance(callee, Result) and callee.parts and not callee.name.endswith("()"):
        return _method(machine, callee.parts[0], callee.name, args, keywords, node)
    keywords.pop("", None)
    taints = callee.taints | all_taints(args) | all_taints(list(keywords.values()))
    return Result(name="?()", taints=taints)


def follow(machine: Machine, function: Function, args: list[Value], keywords: dict[str, Value]) -> Value:
    """Run a function of the file with these arguments; its joined return values."""
    keywords.pop("", None)
    node = function.node
    given = [*([function.bound] if function.bound is not None else []), *args]
    taints = all_taints([*args, *keywords.values()])
    runs = machine.followed.get(id(node), 0)
    if node is None or len(machine.stack) >= DEPTH_LIMIT or runs >= (1 if machine.tired else _REPEAT_LIMIT):
        return Value(taints=taints)
    if machine.stack.count(function.name) > 2:
        return Value(taints=taints)
    machine.followed[id(node)] = runs + 1
    scope = Scope(parent=function.scope)
    _bind_parameters(machine, node.args, given, keywords, scope)
    machine.stack.append(function.name)
    machine.returns.append([])
    try:
        if isinstance(node, ast.Lambda):
            return machine.evaluate(machine, node.body, scope)
        machine.execute(machine, node.body, scope)
        return join(machine.returns[-1]) if machine.returns[-1] else Known(value=None)
    finally:
        machine.returns.pop()
        machine.stack.pop()
        machine.dead = False


def _bind_parameters(
    machine: Machine, spec: ast.arguments, args: list[Value], keywords: dict[str, Value], scope: Scope
) -> None:
    names = [a.arg for a in (*spec.posonlyargs, *spec.args)]
    defaults = dict(zip(reversed(names), reversed(spec.defaults), strict=False))
    defaults |= {a.arg: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None}
    for index, name in enumerate([*names, *(a.arg for a in spec.kwonlyargs)]):
        if index < len(names) and index < len(args):
            scope.names[name] = args[index]
        elif name in keywords:
            scope.names[name] = keywords[name]
        elif name in defaults:
            scope.names[name] = machine.evaluate(machine, defaults[name], scope.parent or scope)
        else:
            scope.names[name] = Value(taints=frozenset({Taint(Source.CALLER, name)}))
    if spec.vararg:
        scope.names[spec.vararg.arg] = Items(items=args[len(names) :])
    if spec.kwarg:
        rest: dict[object, Value] = {k: v for k, v in keywords.items() if k not in scope.names}
        scope.names[spec.kwarg.arg] = Table(entries=rest)


def _construct(machine: Machine, cls: Class, args: list[Value], keywords: dict[str, Value]) -> Value:
    instance = Instance(cls=cls)
    for name in ("__new__", "__init__", "__post_init__", "__enter__"):
        method = cls.find(name)
        if isinstance(method, Function):
            follow(
                machine,
                Function(node=method.node, scope=method.scope, name=method.name, bound=instance),
                args,
                dict(keywords),
            )
    outside = next((b for b in cls.bases if isinstance(b, Api)), None)
    if outside is not None and canonical(outside.name) in _RUNS_CALLBACK:
        run = cls.find("run")
        if isinstance(run, Function):
            follow(machine, Function(node=run.node, scope=run.scope, name=run.name, bound=instance), [], {})
    return instance


def _outside(machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    name = callee.name
    scope = lookup.boxed_scope(keywords)
    special = _SPECIAL.get(name)
    if special is not None:
        value = special(machine, callee, args, keywords, node)
        if value is not None:
            return value
    if name in DECODERS:
        return _decode(name, [*callee.owner, *args] if "()." in name else args, keywords, node, machine)
    if name.rpartition(".")[2] in _UNKNOWN_DECODERS and args:
        taints = callee.taints | deep_taints(args[0])
        return Result(name=f"{name}()"[-200:], taints=lookup.layered(taints, name.rpartition(".")[2], node))
    if name in _RUNS_CALLBACK:
        _run_callbacks(machine, args, keywords)
    value = effects.record(machine, callee, args, keywords, node, scope)
    if value is not None:
        return value
    taints = callee.taints | frozenset(t for v in (*args, *keywords.values()) for t in deep_taints(v))
    gives = look_up(name).gives
    if gives is not None:
        taints |= {Taint(gives, _source_detail(name, args), getattr(node, "lineno", 0))}
    return Result(name=f"{name}()"[-200:], taints=taints, path=effects.path_of(name, args), parts=tuple(args[:3]))


def _source_detail(name: str, args: list[Value]) -> str:
    text = text_of(args[0]) if args else ""
    return (text if text and not text.startswith("<") else name)[:160]


def _run_callbacks(machine: Machine, args: list[Value], keywords: dict[str, Value]) -> None:
    given = keywords.get("args")
    passed = given.items if isinstance(given, Items) else []
    for value in [*args, *keywords.values()]:
        if isinstance(value, Function):
            follow(machine, value, list(passed), {})


def _decode(name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST, machine: Machine) -> Value:
    keywords.pop("", None)
    taints = all_taints([*args, *keywords.values()])
    plain = [constant_of(a) for a in args]
    words = {k: constant_of(v) for k, v in keywords.items()}
    label = lookup.layered(taints, layer_name(name), node)
    if all(is_constant(p) for p in (*plain, *words.values())):
        try:
            return Known(value=DECODERS[name](tuple(plain), words, machine.budget), taints=label)
        except (Undecodable, BudgetExceeded):
            pass
    return Result(name=f"{name}()", taints=label)


def _method(
    machine: Machine, owner: Value, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """A method of a constant, a partial string, a list or a dict."""
    keywords.pop("", None)
    taints = owner.taints | frozenset(t for v in (*args, *keywords.values()) for t in deep_taints(v))
    if isinstance(owner, Items | Table) and name in _MUTATORS:
        return _mutate(owner, name, args)
    if isinstance(owner, Table):
        return _table_method(machine, owner, name, args)
    if isinstance(owner, Items) and name in {"pop", "reverse", "copy", "sort"}:
        if name == "reverse":
            owner.items.reverse()
        return (
            owner
            if name == "copy"
            else (join(owner.items[-3:]) if name == "pop" and owner.items else Known(value=None))
        )
    if isinstance(owner, Known):
        computed = _constant_method(owner, name, args, keywords, taints, node)
        if computed is not None:
            return computed
    if name in {"format", "join", "replace", "encode", "decode", "strip", "format_map"}:
        return Text(text=_partial(owner, name, args, keywords), taints=taints)
    return Value(taints=taints)


def _constant_method(
    owner: Known, name: str, args: list[Value], keywords: dict[str, Value], taints: frozenset[Taint], node: ast.AST
) -> Value | None:
    plain = [constant_of(a) for a in args]
    words = {k: constant_of(v) for k, v in keywords.items()}
    if not all(is_constant(p) for p in (*plain, *words.values())):
        return None
    if (
        name == "decode"
        and plain
        and str(plain[0]).lower() not in {"utf-8", "utf8", "ascii", "latin-1", "latin1", "utf_8"}
    ):
        return None
    try:
        value = constants.method(owner.value, name, tuple(plain), words)
    except constants.Unfit:
        return None
    if isinstance(value, list | tuple):
        return Items(items=[Known(value=v, taints=taints) for v in value], taints=taints)
    if name in {"replace", "translate"} and isinstance(value, str | bytes) and len(value) > 24:
        taints = lookup.layered(taints, "replace", node)
    return Known(value=value, taints=taints)


def _partial(owner: Value, name: str, args: list[Value], keywords: dict[str, Value]) -> str:
    text = text_of(owner)
    if name == "join" and args:
        inner = args[0].items if isinstance(args[0], Items) else [args[0]]
        return text.join(text_of(v) for v in inner[:256])
    if name == "format":
        for index, value in enumerate(args):
            text = text.replace("{}", text_of(value), 1).replace(f"{{{index}}}", text_of(value))
        for key, value in keywords.items():
            text = text.replace(f"{{{key}}}", text_of(value))
        return text[: constants.SIZE_LIMIT]
    return text


def _mutate(owner: Items | Table, name: str, args: list[Value]) -> Value:
    if isinstance(owner, Items) and args:
        added = args[-1]
        owner.items += added.items if name in {"extend", "update"} and isinstance(added, Items) else [added]
        owner.taints |= deep_taints(added)
    elif isinstance(owner, Table) and args and isinstance(args[0], Table):
        owner.entries.update(args[0].entries)
    elif isinstance(owner, Table):
        owner.taints |= frozenset(t for a in args for t in deep_taints(a))
    return Known(value=None)


def _table_method(machine: Machine, owner: Table, name: str, args: list[Value]) -> Value:
    if name in {"get", "pop", "setdefault"} and args:
        return lookup.item(machine, owner, args[0], Scope())
    if name == "values":
        return Items(items=list(owner.entries.values()))
    if name == "items":
        return Items(items=[Items(items=[Known(value=k), v]) for k, v in owner.entries.items()])
    return Items(items=[Known(value=k) for k in owner.entries]) if name == "keys" else Value(taints=deep_taints(owner))


# Builtins and other names that the evaluator itself understands.


def _import(_m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    first = args[0] if args else keywords.get("name")
    if isinstance(first, Known) and isinstance(first.value, str) and not first.value.startswith("."):
        root = (
            first.value
            if callee.name == "importlib.import_module" or "fromlist" in keywords or len(args) > 3
            else first.value.split(".")[0]
        )
        return lookup.api(root, (*callee.disguise, callee.name))
    return None


def _getattr(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if len(args) >= 2 and isinstance(args[1], Known) and isinstance(args[1].value, str):
        found = lookup.attribute(machine, args[0], args[1].value)
        if isinstance(found, Api):
            return replace(found, disguise=(*found.disguise, "getattr"))
        return found
    return None


def _chr(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if args and isinstance(args[0], Known) and isinstance(args[0].value, int) and 0 <= args[0].value < 0x110000:
        return Known(value=chr(args[0].value), taints=lookup.layered(args[0].taints, "chr", node))
    return None


def _ord(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    value = args[0].value if args and isinstance(args[0], Known) else None
    return (
        Known(value=ord(value), taints=args[0].taints) if isinstance(value, str | bytes) and len(value) == 1 else None
    )


def _int(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    plain = [constant_of(a) for a in args]
    if plain and isinstance(plain[0], str) and len(plain[0]) < 4_000 and all(isinstance(p, int) for p in plain[1:]):
        try:
            return Known(value=int(plain[0], *[int(str(p)) for p in plain[1:]]), taints=args[0].taints)
        except ValueError:
            return None
    if plain and isinstance(plain[0], int | float) and plain[0] == plain[0] and abs(plain[0]) != float("inf"):
        return Known(value=int(plain[0]), taints=args[0].taints)
    return None


def _bytes(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    plain = constant_of(args[0]) if args else b""
    taints = deep_taints(args[0]) if args else frozenset()
    if isinstance(plain, bytes):
        return Known(value=plain, taints=taints)
    if isinstance(plain, tuple) and all(isinstance(b, int) and 0 <= b < 256 for b in plain):
        return Known(value=bytes(b for b in plain if isinstance(b, int)), taints=lookup.layered(taints, "ints", node))
    if isinstance(plain, str) and len(args) > 1:
        return Known(value=plain.encode("utf-8", "replace"), taints=taints)
    return None


def _str(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return Known(value="")
    value = args[0]
    if isinstance(value, Known):
        if isinstance(value.value, bytes):
            return Known(value=value.value.decode("utf-8", "replace"), taints=value.taints) if len(args) > 1 else value
        return Known(
            value=str(value.value)[:4_000] if not isinstance(value.value, str) else value.value, taints=value.taints
        )
    return Text(text=text_of(value), taints=deep_taints(value))


def _list(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return Items()
    if isinstance(args[0], Items | Known):
        return Items(items=list(lookup.iterate(_m, args[0])), taints=args[0].taints)
    return None


def _map(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if len(args) < 2:
        return None
    columns = [list(lookup.iterate(machine, a)) for a in args[1:]]
    return Items(items=[invoke(machine, args[0], list(row), {}, node) for row in zip(*columns, strict=False)])


def _zip(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    columns = [list(lookup.iterate(machine, a)) for a in args]
    return Items(items=[Items(items=list(row)) for row in zip(*columns, strict=False)])


def _enumerate(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if not args:
        return None
    return Items(items=[Items(items=[Known(value=i), v]) for i, v in enumerate(lookup.iterate(machine, args[0]))])


def _range(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    plain = [a.value for a in args if isinstance(a, Known) and isinstance(a.value, int)]
    if len(plain) != len(args) or not plain or (len(plain) == 3 and plain[2] == 0):
        return None
    span = range(*plain[:3])
    return Items(items=[Known(value=i) for i in span[:20_000]]) if len(span) <= 20_000 else None


def _reversed(machine: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if not args or not isinstance(args[0], Items | Known):
        return None
    items = list(lookup.iterate(machine, args[0]))
    for one in items:
        one.taints = lookup.layered(one.taints, "reverse", node)
    return Items(items=items[::-1])


def _len(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    if args and isinstance(args[0], Known) and isinstance(args[0].value, str | bytes):
        return Known(value=len(args[0].value))
    return Known(value=len(args[0].items)) if args and isinstance(args[0], Items) else None


def _compile(_m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], _n: ast.AST) -> Value | None:
    source = args[0] if args else keywords.get("source")
    return source if source is not None else None


def _marshal(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if not args:
        return None
    label = lookup.layered(args[0].taints, "marshal", node)
    return (
        Known(value=args[0].value, taints=label)
        if isinstance(args[0], Known)
        else Result(name="marshal.loads()", taints=label)
    )


def _partial_call(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return Result(name="functools.partial()", parts=tuple(args), taints=all_taints(args)) if args else None


def _path_join(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    text = "/".join(text_of(a).rstrip("/\\") if i < len(args) - 1 else text_of(a) for i, a in enumerate(args))
    taints = all_taints(args) if args else frozenset()
    taints |= lookup.secret_taint(text, getattr(node, "lineno", 0))
    if callee.name == "pathlib.Path":
        return Result(name="pathlib.Path()", path=text, taints=taints)
    return (
        Known(value=text, taints=taints) if all(isinstance(a, Known) for a in args) else Text(text=text, taints=taints)
    )


def _same(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return args[0] if args else None


def _expand(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if not args:
        return None
    text = text_of(args[0])
    return Text(text=text, taints=args[0].taints | lookup.secret_taint(text, getattr(node, "lineno", 0)))


def _getenv(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if callee.name.endswith((".copy", ".items", ".values", ".keys")):
        return Result(
            name="os.environ[]", taints=frozenset({Taint(Source.ENVIRON, "os.environ", getattr(node, "lineno", 0))})
        )
    name = text_of(args[0]) if args else "?"
    return Text(text=f"<${name}>", taints=frozenset({Taint(Source.VARIABLE, name, getattr(node, "lineno", 0))}))


_Special = Callable[[Machine, Api, list[Value], dict[str, Value], ast.AST], Value | None]
_SPECIAL: Mapping[str, _Special] = {
    "__import__": _import,
    "importlib.import_module": _import,
    "importlib.__import__": _import,
    "getattr": _getattr,
    "object.__getattribute__": _getattr,
    "chr": _chr,
    "unichr": _chr,
    "ord": _ord,
    "int": _int,
    "bytes": _bytes,
    "bytearray": _bytes,
    "str": _str,
    "unicode": _str,
    "list": _list,
    "tuple": _list,
    "map": _map,
    "zip": _zip,
    "enumerate": _enumerate,
    "range": _range,
    "xrange": _range,
    "reversed": _reversed,
    "len": _len,
    "compile": _compile,
    "marshal.loads": _marshal,
    "functools.partial": _partial_call,
    "os.path.join": _path_join,
    "pathlib.Path": _path_join,
    "os.path.expanduser": _expand,
    "os.path.expandvars": _expand,
    "os.path.abspath": _expand,
    "os.path.normpath": _expand,
    "os.fspath": _expand,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.environ.items": _getenv,
    "os.environ.copy": _getenv,
    "os.environ.values": _getenv,
    "memoryview": _same,
}
