"""Whether a module that is not read itself uses names of its neighbours as it is imported."""

from __future__ import annotations

from pratique.artifact import Member
from pratique.facts.python.distribution.mentions import Mentions, mentions_of
from pratique.facts.python.distribution.sketch import sketch
from pratique.facts.python.source.parse import Parsed, parse


class Starts:
    """Asks the text of each module first, and its tree, which costs five times as much, only where that may say yes."""

    def __init__(self) -> None:
        self._sketches: dict[str, Mentions | None] = {}
        self._mentions: dict[str, Mentions] = {}

    def spread(
        self, member: Member, names: frozenset[str], *, bases: bool
    ) -> tuple[frozenset[str], bool, Parsed | None]:
        """What `Mentions.spread` gives, and the tree where one was made for it."""
        if member.path not in self._sketches:
            self._sketches[member.path] = sketch(member.data)
        sketched = self._sketches[member.path]
        if sketched is not None:
            leading, used = sketched.spread(names, bases=bases)
            if not used:
                return leading, False, None
        parsed = None
        if member.path not in self._mentions:
            parsed = parse(member.data)
            self._mentions[member.path] = mentions_of(parsed)
        return (*self._mentions[member.path].spread(names, bases=bases), parsed)

    def clear(self) -> None:
        """Forget all modules."""
        self._sketches.clear()
        self._mentions.clear()
