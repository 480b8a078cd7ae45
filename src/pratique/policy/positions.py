"""Where each key and value of a TOML document stands: the reader of the standard library does not tell.

Only for documents that are valid: what is not is told by that reader, with its own position.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys, and places in arrays (from 0), from the root to what is meant."""

_STRING = r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
_OTHER = r"#[^\n]*|[\[\]{},=.\n]|[^\s\[\]{},=.#\"']+"
_TOKEN = re.compile(f"{_STRING}|{_OTHER}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position in a document; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    at: int


def positions(text: str) -> Mapping[Path, Place]:
    """The place of each table, key and element of an array, by its path."""
    return _Scan(text).run()


def place_of(found: Mapping[Path, Place], path: Path) -> Place:
    """Where something stands, or the nearest that holds it."""
    while path and path not in found:
        path = path[:-1]
    return found.get(path, Place(line=1, column=1))


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [_Token(match[0], match.start()) for match in _TOKEN.finditer(text)]
        self._next = 0
        self._found: dict[Path, Place] = {}
        self._counts: dict[Path, int] = {}
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def run(self) -> Mapping[Path, Place]:
        table: Path = ()
        while (token := self._peek()) is not None:
            if token.text == "\n" or token.text.startswith("#"):
                self._next += 1
            elif token.text == "[":
                table = self._header(token)
            else:
                self._pair(table)
        return self._found

    def _header(self, token: _Token) -> Path:
        self._next += 1
        array = self._peek_text() == "["
        self._next += array
        path = self._resolved(self._key("]"))
        self._next += 1 + array
        if array:
            number = self._counts.get(path, 0)
            self._counts[path] = number + 1
            path = (*path, number)
        self._note(path, token)
        return path

    def _resolved(self, keys: list[str]) -> Path:
        """A header's path, with the place in each array of tables on the way to its last key."""
        path: Path = ()
        for place, key in enumerate(keys):
            path = (*path, key)
            if path in self._counts and place < len(keys) - 1:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        token = self._tokens[self._next]
        keys = self._key("=")
        self._next += 1
        for depth in range(1, len(keys) + 1):
            self._note((*table, *keys[:depth]), token)
        self._value((*table, *keys))

    def _key(self, end: str) -> list[str]:
        parts: list[str] = []
        while (text := self._tokens[self._next].text) != end:
            self._next += 1
            if text != ".":
                parts.append(_unquoted(text))
        return parts

    def _value(self, path: Path) -> None:
        opening = self._tokens[self._next].text
        if opening == "[":
            self._elements(path)
        elif opening == "{":
            self._inline(path)
        else:
            while self._peek_text() not in {"", "\n", ",", "]", "}"} and not self._peek_text().startswith("#"):
                self._next += 1  # numbers and moments may be several tokens

    def _elements(self, path: Path) -> None:
        self._next += 1
        for number in self._until("]"):
            self._note((*path, number), self._tokens[self._next])
            self._value((*path, number))

    def _inline(self, path: Path) -> None:
        self._next += 1
        for _ in self._until("}"):
            self._pair(path)

    def _until(self, end: str) -> Iterator[int]:
        """Counts the items up to the closing bracket, and passes over what parts them."""
        number = 0
        while (text := self._peek_text()) != end:
            if text in {"\n", ","} or text.startswith("#"):
                self._next += 1
            else:
                yield number
                number += 1
        self._next += 1

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _peek_text(self) -> str:
        token = self._peek()
        return token.text if token else ""

    def _note(self, path: Path, token: _Token) -> None:
        if path not in self._found:
            self._found[path] = self._place(token.at)

    def _place(self, at: int) -> Place:
        line = bisect_right(self._starts, at)
        return Place(line=line, column=at - self._starts[line - 1] + 1)


def _unquoted(key: str) -> str:
    return str(next(iter(tomllib.loads(f"{key} = 0")))) if key[0] in "\"'" else key
