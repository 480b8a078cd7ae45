"""The stack machine of pickles: what lies on it, and what it was seen to name and to call."""

from __future__ import annotations

from dataclasses import dataclass, field

from pratique.facts.serialized.model import SerializedCall

CALLS = 2_000
"""Names and calls that are listed."""
STRINGS = 5_000
TEXT = 4_000
"""Characters of a text that is listed."""
MARK = object()
"""Where a group begins on the stack."""
_SHOWN = 20
"""Arguments, and items of a group, that are shown."""
_BITS = 1_000
"""Of a number that is shown: decimals are quadratic."""


@dataclass(frozen=True, slots=True)
class Global:
    """Something that is looked up by its name: what a call runs, or is handed."""

    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A tuple, list, set or dictionary."""

    items: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a call gave, known by the name of what was called."""

    name: str


@dataclass(slots=True)
class Machine:
    """The stack and the memo of a pickle, and what was seen so far."""

    stack: list[object] = field(default_factory=list)
    memo: dict[int, object] = field(default_factory=dict)
    calls: list[SerializedCall] = field(default_factory=list)
    strings: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def pop(self) -> object:
        """Take the uppermost value; nothing where there is none above the last mark."""
        return self.stack.pop() if self.stack and self.stack[-1] is not MARK else None

    def pop_to_mark(self) -> list[object]:
        """Take all values down to the last mark, and the mark itself, in the order in which they were pushed."""
        items: list[object] = []
        while self.stack:
            item = self.stack.pop()
            if item is MARK:
                break
            items.append(item)
        return items[::-1]

    def note(self, name: str, offset: int, *, called: bool, arguments: tuple[object, ...] = ()) -> None:
        """List a name, or a call with its arguments; past the limit nothing is listed any more."""
        if len(self.calls) < CALLS:
            shown = tuple(described(item) for item in arguments[:_SHOWN])
            self.calls.append(SerializedCall(name=name, offset=offset, arguments=shown, called=called))


def described(value: object) -> str:
    """A value as text; what is shared many times over is shown until the text is long enough."""
    parts: list[str] = []
    stack: list[object] = [value]
    size = 0
    while stack and size < TEXT:
        item = stack.pop()
        if isinstance(item, Group):
            stack += reversed(item.items[:_SHOWN])
            continue
        parts.append(_atom(item))
        size += len(parts[-1]) + 2
    return ", ".join(parts)[:TEXT]


def _atom(value: object) -> str:
    if isinstance(value, str):
        return value[:TEXT]
    if isinstance(value, bytes):
        return value[:TEXT].decode("utf-8", "replace")
    if isinstance(value, (Global, Result)):
        return f"<{value.name}>"
    if isinstance(value, int) and value.bit_length() > _BITS:
        return "<int>"
    return str(value) if isinstance(value, (int, float, bool)) else "<unknown>"
