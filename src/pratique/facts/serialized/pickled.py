"""Pickles read as the program they are: a stack machine that is followed without importing or calling anything."""

from __future__ import annotations

import io
import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field

from pratique.facts.serialized.model import SerializedCall, SerializedFacts

_OPERATIONS = 500_000
_CALLS = 2_000
_STRINGS = 5_000
_TEXT = 4_000
_NAME = 300
_SHOWN = 20
_BITS = 1000  # a longer number is not shown: decimals are quadratic
_KEPT = 100
_MARK = object()


@dataclass(frozen=True, slots=True)
class _Global:
    name: str


@dataclass(frozen=True, slots=True)
class _Group:
    items: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Result:
    name: str


@dataclass(slots=True)
class _Machine:
    stack: list[object] = field(default_factory=list)
    memo: dict[int, object] = field(default_factory=dict)
    calls: list[SerializedCall] = field(default_factory=list)
    strings: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def pop(self) -> object:
        return self.stack.pop() if self.stack and self.stack[-1] is not _MARK else None

    def pop_to_mark(self) -> list[object]:
        items: list[object] = []
        while self.stack:
            item = self.stack.pop()
            if item is _MARK:
                break
            items.append(item)
        return items[::-1]

    def note(self, name: str, offset: int, *, called: bool, arguments: tuple[object, ...] = ()) -> None:
        if len(self.calls) < _CALLS:
            shown = tuple(_shown(item) for item in arguments[:20])
            self.calls.append(SerializedCall(name=name, offset=offset, arguments=shown, called=called))


def read_pickle(data: bytes) -> SerializedFacts:
    """Follow a pickle's operations; every global and call is listed in order, with arguments as far as known.

    Several pickles behind one another are all read. Never raises; damage is in ``notes``.
    """
    machine = _Machine()
    at, budget = 0, _OPERATIONS
    while at < len(data) and budget > 0:
        ended, budget = _one(data, at, machine, budget)
        if ended <= at or data[ended : ended + 1] != b"\x80":
            break
        at = ended
        machine.stack, machine.memo = [], {}
    if budget <= 0:
        machine.notes.append(f"has more than {_OPERATIONS:,} operations; the rest was not read")
    if len(machine.calls) >= _CALLS:
        machine.notes.append(f"names more than {_CALLS:,} globals; the rest is not listed")
    return SerializedFacts(
        format="pickle", calls=tuple(machine.calls), strings=tuple(machine.strings), notes=tuple(machine.notes)
    )


def _one(data: bytes, start: int, machine: _Machine, budget: int) -> tuple[int, int]:
    """Read one pickle; return where it ended and what is left of the budget."""
    end = start
    stream = io.BytesIO(data)  # shares the bytes: a row of many pickles costs no copies
    stream.seek(start)
    try:
        for operation, argument, position in pickletools.genops(stream):
            budget -= 1
            if budget <= 0:
                break
            end = position or 0
            _apply(machine, operation.name, argument, end)
            if operation.name == "STOP":
                return end + 1, budget
    except (ValueError, OverflowError, MemoryError, IndexError, EOFError) as error:
        machine.notes.append(f"is damaged at byte {end}: {str(error)[:200]}")
    return start, budget


def _apply(machine: _Machine, name: str, argument: object, offset: int) -> None:
    action = _ACTIONS.get(name)
    if action is not None:
        action(machine, argument, offset)
    elif isinstance(argument, (str, bytes, bytearray)) and name not in _IGNORED:
        _push_text(machine, argument)
    elif name not in _IGNORED:
        machine.stack.append(argument)


def _push_text(machine: _Machine, argument: str | bytes | bytearray) -> None:
    value = argument if isinstance(argument, str) else bytes(argument)
    machine.stack.append(value)
    text = value if isinstance(value, str) else value.decode("utf-8", "replace")
    if len(machine.strings) < _STRINGS:
        machine.strings[text[:_TEXT]] = None


def _global(machine: _Machine, argument: object, offset: int) -> None:
    name = ".".join(str(argument).split(" ", 1))
    machine.note(name, offset, called=False)
    machine.stack.append(_Global(name))


def _stack_global(machine: _Machine, _: object, offset: int) -> None:
    attribute, module = machine.pop(), machine.pop()
    name = f"{_shown(module)}.{_shown(attribute)}"
    machine.note(name, offset, called=False)
    machine.stack.append(_Global(name))


def _extension(machine: _Machine, argument: object, offset: int) -> None:
    name = f"<extension {argument}>"
    machine.note(name, offset, called=False)
    machine.stack.append(_Global(name))


def _called(machine: _Machine, function: object, arguments: object, offset: int) -> None:
    items = arguments.items if isinstance(arguments, _Group) else (arguments,)
    name = (function.name if isinstance(function, (_Global, _Result)) else _shown(function))[:_NAME]
    chosen = _chosen(name, items)[:_NAME]
    machine.note(chosen, offset, called=chosen == name, arguments=items)
    machine.stack.append(_Result(f"{chosen}()") if chosen == name else _Global(chosen))


def _chosen(name: str, items: tuple[object, ...]) -> str:
    """``getattr(module, "name")`` is that name: a way around lists of forbidden globals."""
    if name in {"builtins.getattr", "__builtin__.getattr"} and len(items) > 1 and isinstance(items[1], str):
        owner = items[0]
        return f"{owner.name if isinstance(owner, (_Global, _Result)) else _shown(owner)}.{items[1]}"
    return name


def _reduce(machine: _Machine, _: object, offset: int) -> None:
    arguments, function = machine.pop(), machine.pop()
    _called(machine, function, arguments, offset)


def _newobj_ex(machine: _Machine, _: object, offset: int) -> None:
    machine.pop()
    _reduce(machine, None, offset)


def _inst(machine: _Machine, argument: object, offset: int) -> None:
    items = machine.pop_to_mark()
    _called(machine, _Global(".".join(str(argument).split(" ", 1))), _Group(tuple(items)), offset)


def _obj(machine: _Machine, _: object, offset: int) -> None:
    function, *items = machine.pop_to_mark() or [None]
    _called(machine, function, _Group(tuple(items)), offset)


def _build(machine: _Machine, _: object, offset: int) -> None:
    state = machine.pop()
    target = machine.stack[-1] if machine.stack else None
    if isinstance(target, (_Global, _Result)):
        machine.note(f"{target.name}.__setstate__", offset, called=True, arguments=(state,))


def _persistent(machine: _Machine, argument: object, offset: int) -> None:
    machine.note("<persistent_load>", offset, called=True, arguments=(argument,))
    machine.stack.append(_Result("<persistent_load>()"))


def _persistent_from_stack(machine: _Machine, _: object, offset: int) -> None:
    _persistent(machine, machine.pop(), offset)


def _put(machine: _Machine, argument: object, _: int) -> None:
    if machine.stack and isinstance(argument, int):
        machine.memo[argument] = machine.stack[-1]


def _memoize(machine: _Machine, _: object, __: int) -> None:
    if machine.stack:
        machine.memo[len(machine.memo)] = machine.stack[-1]


def _get(machine: _Machine, argument: object, _: int) -> None:
    machine.stack.append(machine.memo.get(argument) if isinstance(argument, int) else None)


def _duplicate(machine: _Machine, _: object, __: int) -> None:
    machine.stack.append(machine.stack[-1] if machine.stack else None)


def _mark(machine: _Machine, _: object, __: int) -> None:
    machine.stack.append(_MARK)


def _pop(machine: _Machine, _: object, __: int) -> None:
    if machine.stack:
        machine.stack.pop()


def _pop_mark(machine: _Machine, _: object, __: int) -> None:
    machine.pop_to_mark()


def _group_mark(machine: _Machine, _: object, __: int) -> None:
    machine.stack.append(_Group(tuple(machine.pop_to_mark())))


def _extend(machine: _Machine, _: object, __: int) -> None:
    items = machine.pop_to_mark()
    old = machine.pop()
    before = old.items if isinstance(old, _Group) else ()
    machine.stack.append(
        old
        if isinstance(old, (_Global, _Result))
        else _Group((*before, *items[:_KEPT]) if len(before) < _KEPT else before)
    )


def _extend_by(count: int) -> Callable[[_Machine, object, int], None]:
    def action(machine: _Machine, _: object, __: int) -> None:
        for _ in range(count):
            machine.pop()

    return action


def _group_of(count: int) -> Callable[[_Machine, object, int], None]:
    def action(machine: _Machine, _: object, __: int) -> None:
        items = [machine.pop() for _ in range(count)]
        machine.stack.append(_Group(tuple(reversed(items))))

    return action


def _shown(value: object) -> str:
    """A value as text; what is shared many times over is shown until the text is long enough."""
    parts: list[str] = []
    stack: list[object] = [value]
    size = 0
    while stack and size < _TEXT:
        item = stack.pop()
        if isinstance(item, _Group):
            stack += reversed(item.items[:_SHOWN])
            continue
        parts.append(_atom(item))
        size += len(parts[-1]) + 2
    return ", ".join(parts)[:_TEXT]


def _atom(value: object) -> str:
    if isinstance(value, str):
        return value[:_TEXT]
    if isinstance(value, bytes):
        return value[:_TEXT].decode("utf-8", "replace")
    if isinstance(value, (_Global, _Result)):
        return f"<{value.name}>"
    if isinstance(value, int) and value.bit_length() > _BITS:
        return "<int>"
    return str(value) if isinstance(value, (int, float, bool)) else "<unknown>"


_IGNORED = frozenset({"PROTO", "FRAME", "STOP", "READONLY_BUFFER"})
_EMPTY = _group_of(0)
_ACTIONS: dict[str, Callable[[_Machine, object, int], None]] = {
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
