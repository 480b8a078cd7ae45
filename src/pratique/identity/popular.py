"""Popular projects, ranked, with the indexes that comparing one name with all of them needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TypeVar

from pratique.names import ProjectName

SHIPPED = date(2026, 11, 24)
"""When the list that ships was made."""
_K = TypeVar("_K", str, int)
_CONFUSABLE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "3": "e", "-": None})


def skeleton(name: str) -> str:
    """A name as a hurried eye sees it: no separators, look-alike characters folded."""
    return name.translate(_CONFUSABLE).replace("rn", "m").replace("vv", "w")


def word_bag(name: str) -> str:
    """The words of a name regardless of their order."""
    return "-".join(sorted(name.split("-")))


@dataclass(frozen=True, kw_only=True)
class Popular:
    """Names of popular projects, most popular first; indexes are built when first used."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Popular:
        """From names in order of popularity, already normalised (PEP 503)."""
        return cls(names=tuple(dict.fromkeys(names)))

    @cached_property
    def rank(self) -> dict[str, int]:
        """0 for the most popular."""
        return {name: i for i, name in enumerate(self.names)}

    @cached_property
    def by_skeleton(self) -> dict[str, list[str]]:
        """Names by their `skeleton`."""
        return _grouped((skeleton(name), name) for name in self.names)

    @cached_property
    def by_words(self) -> dict[str, list[str]]:
        """Names of several words by their `word_bag`."""
        return _grouped((word_bag(name), name) for name in self.names if "-" in name)

    @cached_property
    def by_length(self) -> dict[int, list[str]]:
        """Names by their length in characters."""
        return _grouped((len(name), name) for name in self.names)

    def near(self, length: int, limit: int) -> list[str]:
        """Names whose length differs by at most ``limit`` (1 or 2); each window is made once and kept."""
        window = self._windows.get((length, limit))
        if window is None:
            sizes = range(length - limit, length + limit + 1)
            window = self._windows[length, limit] = [n for size in sizes for n in self.by_length.get(size, ())]
        return window

    @cached_property
    def _windows(self) -> dict[tuple[int, int], list[str]]:
        return {}

    @cached_property
    def mark(self) -> str:
        """Tells lists apart: eight hexadecimal digits."""
        return sha256("\n".join(self.names).encode()).hexdigest()[:8]

    def __contains__(self, name: ProjectName) -> bool:
        return name in self.rank

    def __reduce__(self) -> tuple[Callable[..., Popular], tuple[str, ...]]:
        """As one text: another process makes the indexes once, however often it is given the same list."""
        if self is default_popular():
            return default_popular, ()
        return _given, ("\n".join(self.names),)


@lru_cache(maxsize=2)
def _given(text: str) -> Popular:
    return Popular.of(text.split("\n"))


@cache
def default_popular() -> Popular:
    """The list that ships with Pratique."""
    text = (files("pratique.data") / "popular-projects.txt").read_text("utf-8")
    return Popular.of(line for line in text.split("\n") if line and not line.startswith("#"))


def _grouped(pairs: Iterable[tuple[_K, str]]) -> dict[_K, list[str]]:
    groups: dict[_K, list[str]] = defaultdict(list)
    for key, name in pairs:
        groups[key].append(name)
    return dict(groups)
