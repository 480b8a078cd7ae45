"""A table of a document, read key by key: what is wrong is collected with its place, never raised."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import TypeVar

from pratique.policy.action import Action
from pratique.policy.positions import Path, Place, place_of

_DURATION = re.compile(r"([0-9]{1,5}) *(m|h|d|w|minutes?|hours?|days?|weeks?)", re.ASCII)
_UNIT = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_KIND = {
    str: "a text in quotes",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "an array",
    dict: "a table",
    date: "a date such as 2027-01-31",
}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a policy, and where; line and column count from 1."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"line {self.place.line}, column {self.place.column}: {self.text}"


@dataclass(slots=True)
class Faults:
    """What is wrong with a document, as it is found."""

    places: Mapping[Path, Place]
    found: list[Fault] = field(default_factory=list)

    def add(self, path: Path, text: str) -> None:
        """Note a fault of what stands at that path."""
        self.found.append(Fault(place=place_of(self.places, path), text=text))


class Table:
    """One table; whatever is not asked for is unknown in the end (`finish`)."""

    def __init__(self, faults: Faults, path: Path, data: Mapping[str, object]) -> None:
        self._faults = faults
        self._data = data
        self._asked: list[str] = []
        self.path = path

    def has(self, key: str) -> bool:
        """Whether the key is there, right or wrong."""
        return key in self._data

    def wrong(self, key: str, text: str) -> None:
        """Note what is wrong with a key, or with the table where the key is missing."""
        self._faults.add((*self.path, key), text)

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text; one that is required has to say something."""
        found = self._get(key, str)
        if required and not (found or "").strip() and (found is not None or key not in self._data):
            self.wrong(key, f"{key} is missing" if key not in self._data else f"{key} says nothing")
        return default if found is None else found.strip()

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self._get(key, bool)
        return default if found is None else found

    def action(self, key: str, default: Action, among: Collection[Action] = tuple(Action)) -> Action:
        """One of the actions."""
        found = self.choice(key, default.value, [action.value for action in among])
        return Action(found)

    def choice(self, key: str, default: str, among: Collection[str]) -> str:
        """One of these words."""
        found = self._get(key, str)
        if found is None or found in among:
            return default if found is None else found
        self.wrong(key, f"{key} is {found!r}{_hint(found, among) or f'; it may be {_either(among)}'}")
        return default

    def share(self, key: str, default: float) -> float:
        """A number from 0 to 1."""
        found = self._get(key, float)
        if found is None or 0 <= found <= 1:
            return default if found is None else found
        self.wrong(key, f"{key} is {found:g}; scores go from 0 to 1")
        return default

    def duration(self, key: str, default: timedelta) -> timedelta:
        """A length of time such as ``"3d"`` or ``"36 hours"``."""
        found = self._get(key, str)
        if found is None:
            return default
        match = _DURATION.fullmatch(found.strip())
        if match is None:
            self.wrong(key, f'{key} is {found!r}; write a length of time such as "3d", "36h" or "1w"')
            return default
        return timedelta(**{_UNIT[match[2][0]]: int(match[1])})

    def day(self, key: str) -> date | None:
        """A date without a time of day."""
        return self._get(key, date)

    def texts(self, key: str) -> list[tuple[int, str]]:
        """An array of texts, each with its place in it."""
        found = []
        for number, item in enumerate(self._get(key, list) or ()):
            if isinstance(item, str):
                found.append((number, item))
            else:
                self._faults.add((*self.path, key, number), f"{key} holds {_named(item)}; it may hold texts")
        return found

    def bad_item(self, key: str, number: int, text: str) -> None:
        """Note what is wrong with an element of an array."""
        self._faults.add((*self.path, key, number), text)

    def table(self, key: str) -> Table:
        """A table within this one; an empty one where it is missing."""
        return Table(self._faults, (*self.path, key), self._get(key, dict) or {})

    def named(self, key: str) -> list[tuple[str, Table]]:
        """The tables within a table, by name."""
        within = self.table(key)
        return [(name, within.table(name)) for name in within._data]  # noqa: SLF001  (of the same class)

    def tables(self, key: str) -> list[Table]:
        """An array of tables."""
        found = []
        for number, item in enumerate(self._get(key, list) or ()):
            if isinstance(item, dict):
                found.append(Table(self._faults, (*self.path, key, number), item))
            else:
                self.bad_item(key, number, f"{key} holds {_named(item)}; write it as [[{key}]]")
        return found

    def finish(self) -> None:
        """Note the keys that nobody asked for, each with the nearest one that there is."""
        for key in self._data:
            if key not in self._asked:
                self.wrong(
                    key, f"{key} is unknown here{_hint(key, self._asked) or f'; there is {_either(self._asked)}'}"
                )

    def _get(self, key: str, kind: type[_T]) -> _T | None:
        """The value, if it is there and of its kind; a whole number will do for any."""
        self._asked.append(key)
        value = self._data.get(key)
        if value is None:
            return None
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if isinstance(value, kind) and not (kind is date and isinstance(value, datetime)):
            return value
        self.wrong(key, f"{key} is {_named(value)}; it has to be {_KIND[kind]}")
        return None


def _named(value: object) -> str:
    for kind, name in _KIND.items():
        if isinstance(value, kind) and not isinstance(value, datetime):
            return name
    return "something else"


def _hint(word: str, among: Iterable[str]) -> str:
    near = get_close_matches(word, list(among), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _either(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
