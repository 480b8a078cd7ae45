"""Modules that hold no chain themselves, but set one off in their neighbours by their mere import."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol, TypeVar

from pratique.artifact import Member
from pratique.facts.halves import defined
from pratique.facts.python.distribution.exports import Exports
from pratique.facts.python.distribution.named import names_with
from pratique.facts.python.model import PythonFacts
from pratique.facts.python.reader import PythonReader
from pratique.facts.selection import FEEDS, SINKS, Selection, makes_classes, setting_off, unread
from pratique.facts.sieve import Words

T = TypeVar("T")
_HOPS = 3
"""Modules that call modules that call modules."""


class Each(Protocol):
    """Reads members one by one; what fails for one does not keep the others from being read."""

    def __call__(self, reader: Callable[[Member], T | None], members: Iterable[Member]) -> tuple[T, ...]:
        """What the reader makes of each of them."""
        ...


class Callers:
    """Finds them by the names that they mention, and reads what they do as they are imported."""

    def __init__(self, reader: PythonReader, selection: Selection, each: Each) -> None:
        self._reader = reader
        self._selection = selection
        self._each = each
        self._bases = True

    def facts(self, sources: tuple[Member, ...], exports: Exports) -> tuple[PythonFacts, ...]:
        """What modules do with what their neighbours export, or with the half of a chain that lies unread there."""
        self._bases = makes_classes(sources)
        sinks, feeds = self._named(sources, SINKS), self._named(sources, FEEDS)
        made, names = self._started(sources, exports.acting | sinks, exports.acting | feeds)
        joining = defined(m for m in sources if m.path in self._selection.parted)
        self._reader.leads(joining)
        names |= exports.loaded | joining
        for _ in range(_HOPS):
            more, names = self._started(sources, names)
            made += more
        return made

    def _named(self, sources: tuple[Member, ...], words: Words) -> frozenset[str]:
        """Functions and classes with one of these words, of modules that were left out."""
        left = unread(sources, self._selection, words)
        return frozenset[str]().union(*self._each(lambda member: names_with(member.data, words), left))

    def _started(
        self, sources: tuple[Member, ...], names: frozenset[str], fed_by: frozenset[str] | None = None
    ) -> tuple[tuple[PythonFacts, ...], frozenset[str]]:
        """Facts of modules that use these names on import, and the names that lead on from all that mention them.

        With ``fed_by``: of modules that have something to hand to them, or know one of those names to get it by.
        """
        found = setting_off(sources, self._selection, names)
        if fed_by is not None:
            feeds = frozenset(name.encode() for name in fed_by)
            found = tuple(m for m in found if self._selection.brings(m) or self._selection.mentions(m, feeds))
        started = self._each(partial(self._reader.read_start, names=names, bases=self._bases), found)
        return (
            tuple(facts for one in started for facts in one.facts),
            frozenset[str]().union(*(one.names for one in started)),
        )
