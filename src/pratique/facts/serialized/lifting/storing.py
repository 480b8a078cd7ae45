"""Operations that name things: assignments, imports, unpacking."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pratique.facts.serialized.lifting.nodes import is_null, unknown
from pratique.facts.serialized.lifting.opcodes import Instruction
from pratique.facts.serialized.lifting.workbench import Workbench

_MOST = 255
_LEVELS = 20
"""Dots of a relative import; packages are not nested more deeply."""
_BOOKKEEPING = frozenset(
    ("__module__", "__qualname__", "__classcell__", "__static_attributes__", "__firstlineno__", "__classdict__")
)
"""What a class body stores by itself."""


class _Module(ast.Name):
    """A module on its way to a name; ``path`` is the dotted name that was imported."""

    def __init__(self, path: str, level: int) -> None:
        super().__init__(id="_module", ctx=ast.Load())
        self.path = path
        self.level = level


class _Member(ast.Name):
    """A name that was taken out of a module."""

    def __init__(self, module: _Module, name: str) -> None:
        super().__init__(id="_member", ctx=ast.Load())
        self.module = module
        self.name = name


def _import(bench: Workbench, one: Instruction) -> None:
    level = bench.pops(2)[0]
    depth = level.value if isinstance(level, ast.Constant) and isinstance(level.value, int) else 0
    names = bench.code.names
    path = names[one.arg] if one.arg < len(names) else ""
    if not all(part.isidentifier() for part in path.split(".")) and not (path == "" and depth > 0):
        path = "_unknown"
    bench.stack.append(_Module(path, max(0, min(depth, _LEVELS))))


def _from(bench: Workbench, one: Instruction) -> None:
    owner = bench.stack[-1] if bench.stack else unknown()
    bench.stack.append(member(owner, bench.name(one.arg)))


def is_module(node: ast.expr) -> bool:
    """Whether that is a module, or a part of one, that has no name yet."""
    return isinstance(node, (_Module, _Member))


def member(owner: ast.expr, name: str) -> ast.expr:
    """A name taken out of a module; of a part of one it is a part of the same (``import a.b.c as d``)."""
    if isinstance(owner, (_Module, _Member)):
        return _Member(owner if isinstance(owner, _Module) else owner.module, name)
    return ast.Attribute(value=owner, attr=name, ctx=ast.Load())


def _star(bench: Workbench, _: Instruction) -> None:
    import_everything(bench)


def import_everything(bench: Workbench) -> None:
    """``from module import *`` of the module on the stack."""
    module = bench.pop()
    if isinstance(module, _Module):
        bench.emit(ast.ImportFrom(module=module.path, names=[ast.alias(name="*")], level=module.level))


def _assign(bench: Workbench, name: str) -> None:
    value = bench.pop()
    bench.level = len(bench.stack)
    if (
        is_null(value)
        or name in _BOOKKEEPING
        or (isinstance(value, ast.Name) and type(value) is ast.Name and value.id == name)
    ):
        return
    if isinstance(value, _Module):
        bench.emit(_imported(value, name))
    elif isinstance(value, _Member):
        bench.emit(_from_import(value, name))
    elif not _is_target(bench, value, name):
        bench.emit(ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=value))


def _imported(module: _Module, name: str) -> ast.stmt:
    if module.level or not module.path:
        return ast.ImportFrom(module=module.path or None, names=[ast.alias(name="_unknown")], level=module.level)
    first = module.path.split(".")[0]
    return ast.Import(names=[ast.alias(name=module.path, asname=None if first == name else name)])


def _from_import(member: _Member, name: str) -> ast.stmt:
    alias = ast.alias(name=member.name, asname=None if member.name == name else name)
    module = member.module
    if module.path.endswith(f".{member.name}"):  # ``import a.b as c``
        return ast.Import(names=[ast.alias(name=module.path, asname=name)])
    return ast.ImportFrom(module=module.path or None, names=[alias], level=module.level)


def _is_target(bench: Workbench, value: ast.expr, name: str) -> bool:
    """Whether a loop's item gets its name here: then the loop itself carries it."""
    loop = bench.blocks[-1].loop
    if loop is None or loop.body or not isinstance(value, ast.Name):
        return False
    target = loop.target
    if isinstance(target, ast.Name) and target.id == value.id:
        loop.target = ast.Name(id=name, ctx=ast.Store())
        return True
    if isinstance(target, ast.Tuple):
        for index, item in enumerate(target.elts):
            if isinstance(item, ast.Name) and item.id == value.id:
                target.elts[index] = ast.Name(id=name, ctx=ast.Store())
                return True
    return False


def _unpack(bench: Workbench, one: Instruction) -> None:
    value = bench.pop()
    count = min((one.arg & 0xFF) + (one.arg >> 8) + 1 if one.name == "UNPACK_EX" else one.arg, _MOST)
    if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == count:
        bench.stack += reversed(value.elts)
        return
    names = [bench.fresh() for _ in range(count)]
    target = ast.Tuple(elts=[ast.Name(id=n, ctx=ast.Store()) for n in names], ctx=ast.Store())
    loop = bench.blocks[-1].loop
    if loop is not None and not loop.body and isinstance(value, ast.Name) and _names(loop.target, value.id):
        loop.target = target
    elif names:
        bench.emit(ast.Assign(targets=[target], value=value))
    bench.stack += [ast.Name(id=n, ctx=ast.Load()) for n in reversed(names)]


def _names(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _store_name(bench: Workbench, one: Instruction) -> None:
    _assign(bench, bench.name(one.arg))


def _store_fast(bench: Workbench, one: Instruction) -> None:
    _assign(bench, bench.local(one.arg))


def _store_cell(bench: Workbench, one: Instruction) -> None:
    _assign(bench, bench.cell(one.arg))


def _store_two(bench: Workbench, one: Instruction) -> None:
    for index in (one.arg >> 4, one.arg & 15):
        _assign(bench, bench.local(index))


def _store_and_load(bench: Workbench, one: Instruction) -> None:
    _assign(bench, bench.local(one.arg >> 4))
    bench.push(ast.Name(id=bench.local(one.arg & 15), ctx=ast.Load()))


def _store_attribute(bench: Workbench, one: Instruction) -> None:
    value, owner = bench.pops(2)
    _store(bench, ast.Attribute(value=owner, attr=bench.name(one.arg), ctx=ast.Store()), value)


def _store_item(bench: Workbench, _: Instruction) -> None:
    value, owner, index = bench.pops(3)
    _store(bench, ast.Subscript(value=owner, slice=index, ctx=ast.Store()), value)


def _store_slice(bench: Workbench, _: Instruction) -> None:
    value, owner, start, stop = bench.pops(4)
    _store(bench, ast.Subscript(value=owner, slice=ast.Slice(lower=start, upper=stop), ctx=ast.Store()), value)


def _store(bench: Workbench, target: ast.expr, value: ast.expr) -> None:
    bench.emit(ast.Assign(targets=[target], value=value))
    bench.level = len(bench.stack)


def _delete_item(bench: Workbench, _: Instruction) -> None:
    bench.pops(2)
    bench.level = len(bench.stack)


STORING: dict[str, Callable[[Workbench, Instruction], None]] = {
    "IMPORT_NAME": _import, "IMPORT_FROM": _from, "IMPORT_STAR": _star, "STORE_NAME": _store_name,
    "STORE_GLOBAL": _store_name, "STORE_FAST": _store_fast, "STORE_DEREF": _store_cell,
    "STORE_FAST_STORE_FAST": _store_two, "STORE_FAST_LOAD_FAST": _store_and_load, "STORE_ATTR": _store_attribute,
    "STORE_SUBSCR": _store_item, "STORE_SLICE": _store_slice, "DELETE_SUBSCR": _delete_item,
    "UNPACK_SEQUENCE": _unpack, "UNPACK_EX": _unpack,
}  # fmt: skip
