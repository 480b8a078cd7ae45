"""Each operation of a pickle, done to names and shapes instead of objects."""

from __future__ import annotations

from collections.abc import Callable

from pratique.facts.serialized.pickled.machine import MARK, STRINGS, TEXT, Global, Group, Machine, Result, described

_NAME = 300
"""Characters of a name."""
_KEPT = 100
"""Items of a group that later operations add to."""


def apply(machine: Machine, name: str, argument: object, offset: int) -> None:
    """Do one operation; what is no operation on the stack pushes its argument."""
    action = _ACTIONS.get(name)
    if action is not None:
        action(machine, argument, offset)
    elif isinstance(argument, (str, bytes, bytearray)) and name not in _IGNORED:
        _push_text(machine, argument)
    elif name not in _IGNORED:
        machine.stack.append(argument)


def _push_text(machine: Machine, argument: str | bytes | bytearray) -> None:
    value = argument if isinstance(argument, str) else bytes(argument)
    machine.stack.append(value)
    text = value if isinstance(value, str) else value.decode("utf-8", "replace")
    if len(machine.strings) < STRINGS:
        machine.strings[text[:TEXT]] = None


def _global(machine: Machine, argument: object, offset: int) -> None:
    name = ".".join(str(argument).split(" ", 1))
    machine.note(name, offset, called=False)
    machine.stack.append(Global(name))


def _stack_global(machine: Machine, _: object, offset: int) -> None:
    attribute, module = machine.pop(), machine.pop()
    name = f"{described(module)}.{described(attribute)}"
    machine.note(name, offset, called=False)
    machine.stack.append(Global(name))


def _extension(machine: Machine, argument: object, offset: int) -> None:
    name = f"<extension {argument}>"
    machine.note(name, offset, called=False)
    machine.stack.append(Global(name))


def _called(machine: Machine, function: object, arguments: object, offset: int) -> None:
    items = arguments.items if isinstance(arguments, Group) else (arguments,)
    name = (function.name if isinstance(function, (Global, Result)) else described(function))[:_NAME]
    chosen = _chosen(name, items)[:_NAME]
    machine.note(chosen, offset, called=chosen == name, arguments=items)
    machine.stack.append(Result(f"{chosen}()") if chosen == name else Global(chosen))


def _chosen(name: str, items: tuple[object, ...]) -> str:
    """``getattr(module, "name")`` is that name: a way around lists of forbidden globals."""
    if name in {"builtins.getattr", "__builtin__.getattr"} and len(items) > 1 and isinstance(items[1], str):
        owner = items[0]
        return f"{owner.name if isinstance(owner, (Global, Result)) else described(owner)}.{items[1]}"
    return name


def _reduce(machine: Machine, _: object, offset: int) -> None:
    arguments, function = machine.pop(), machine.pop()
    _called(machine, function, arguments, offset)


def _newobj_ex(machine: Machine, _: object, offset: int) -> None:
    machine.pop()
    _reduce(machine, None, offset)


def _inst(machine: Machine, argument: object, offset: int) -> None:
    items = machine.pop_to_mark()
    _called(machine, Global(".".join(str(argument).split(" ", 1))), Group(tuple(items)), offset)


def _obj(machine: Machine, _: object, offset: int) -> None:
    function, *items = machine.pop_to_mark() or [None]
    _called(machine, function, Group(tuple(items)), offset)


def _build(machine: Machine, _: object, offset: int) -> None:
    state = machine.pop()
    target = machine.stack[-1] if machine.stack else None
    if isinstance(target, (Global, Result)):
        machine.note(f"{target.name}.__setstate__", offset, called=True, arguments=(state,))


def _persistent(machine: Machine, argument: object, offset: int) -> None:
    machine.note("<persistent_load>", offset, called=True, arguments=(argument,))
    machine.stack.append(Result("<persistent_load>()"))


def _persistent_from_stack(machine: Machine, _: object, offset: int) -> None:
    _persistent(machine, machine.pop(), offset)


def _put(machine: Machine, argument: object, _: int) -> None:
    if machine.stack and isinstance(argument, int):
        machine.memo[argument] = machine.stack[-1]


def _memoize(machine: Machine, _: object, __: int) -> None:
    if machine.stack:
        machine.memo[len(machine.memo)] = machine.stack[-1]


def _get(machine: Machine, argument: object, _: int) -> None:
    machine.stack.append(machine.memo.get(argument) if isinstance(argument, int) else None)


def _duplicate(machine: Machine, _: object, __: int) -> None:
    machine.stack.append(machine.stack[-1] if machine.stack else None)


def _mark(machine: Machine, _: object, __: int) -> None:
    machine.stack.append(MARK)


def _pop(machine: Machine, _: object, __: int) -> None:
    if machine.stack:
        machine.stack.pop()


def _pop_mark(machine: Machine, _: object, __: int) -> None:
    machine.pop_to_mark()


def _group_mark(machine: Machine, _: object, __: int) -> None:
    machine.stack.append(Group(tuple(machine.pop_to_mark())))


def _extend(machine: Machine, _: object, __: int) -> None:
    items = machine.pop_to_mark()
    old = machine.pop()
    before = old.items if isinstance(old, Group) else ()
    machine.stack.append(
        old
        if isinstance(old, (Global, Result))
        else Group((*before, *items[:_KEPT]) if len(before) < _KEPT else before)
    )


def _extend_by(count: int) -> Callable[[Machine, object, int], None]:
    def action(machine: Machine, _: object, __: int) -> None:
        for _ in range(count):
            machine.pop()

    return action


def _group_of(count: int) -> Callable[[Machine, object, int], None]:
    def action(machine: Machine, _: object, __: int) -> None:
        items = [machine.pop() for _ in range(count)]
        machine.stack.append(Group(tuple(reversed(items))))

    return action


_IGNORED = frozenset({"PROTO", "FRAME", "STOP", "READONLY_BUFFER"})
_EMPTY = _group_of(0)
_ACTIONS: dict[str, Callable[[Machine, object, int], None]] = {
    "GLOBAL": _global, "STACK_GLOBAL": _stack_global, "EXT1": _extension, "EXT2": _extension, "EXT4": _extension,
    "REDUCE": _reduce, "NEWOBJ": _reduce, "NEWOBJ_EX": _newobj_ex, "INST": _inst, "OBJ": _obj, "BUILD": _build,
    "PERSID": _persistent, "BINPERSID": _persistent_from_stack,
    "PUT": _put, "BINPUT": _put, "LONG_BINPUT": _put, "MEMOIZE": _memoize,
    "GET": _get, "BINGET": _get, "LONG_BINGET": _get, "DUP": _duplicate,
    "MARK": _mark, "POP": _pop, "POP_MARK": _pop_mark, "TUPLE": _group_mark, "LIST": _group_mark,
    "DICT": _group_mark, "FROZENSET": _group_mark, "TUPLE1": _group_of(1), "TUPLE2": _group_of(2),
    "TUPLE3": _group_of(3), "EMPTY_TUPLE": _EMPTY, "EMPTY_LIST": _EMPTY, "EMPTY_DICT": _EMPTY, "EMPTY_SET": _EMPTY,
    "APPENDS": _extend, "SETITEMS": _extend, "ADDITEMS": _extend, "APPEND": _extend_by(1), "SETITEM": _extend_by(2),
}  # fmt: skip
