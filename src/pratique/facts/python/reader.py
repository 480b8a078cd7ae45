"""Read Python files into facts: each is parsed and walked once, whoever asks for it."""

from __future__ import annotations

import gc
from collections import defaultdict
from dataclasses import dataclass

from pratique.artifact import Member, Role
from pratique.facts.guard import ReadLimits, unread
from pratique.facts.python import latent
from pratique.facts.python.distribution.exports import Exports, exports
from pratique.facts.python.distribution.modules import ModuleNames
from pratique.facts.python.distribution.siblings import Library
from pratique.facts.python.distribution.starts import Starts
from pratique.facts.python.model import Call, Does, PythonFacts
from pratique.facts.python.remarks import curtailed, remark
from pratique.facts.python.source.parse import Parsed, parse
from pratique.facts.python.values import Own, Scope
from pratique.facts.python.walk import Walk, count_limits, walk_over
from pratique.facts.sieve import Words
from pratique.finding import Finding

_KEPT = 4_000_000
"""Characters of modules whose trees are kept for those who import them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What the start of a module gave: the names that lead on from it, and its facts if it set one off."""

    names: frozenset[str]
    facts: tuple[PythonFacts, ...] = ()


class PythonReader:
    """Reads the Python files of one distribution, each within reach of the others."""

    def __init__(
        self,
        names: ModuleNames | None = None,
        words: dict[str, Words] | None = None,
        limits: ReadLimits | None = None,
    ) -> None:
        self._limits = limits or ReadLimits()
        self._walks: dict[tuple[str, Role], Walk] = {}
        """The last ones; a tree takes some fifty times as much memory as its text."""
        self._starts = Starts()
        self._started: set[str] = set()
        self._freed = 0
        self._library = Library(names or ModuleNames(), words or {}, self._load)

    def read(self, member: Member) -> tuple[PythonFacts, ...]:
        """Facts of a source file; what it makes another file do has that one's path."""
        notes: list[Finding] = []
        walk = self._walk(member, notes)
        try:
            walk.uncalled()
            if latent.opaque(walk.machine) is not None:
                walk = self._eagerly(member, walk)
                latent.bring_out(walk.machine, walk.parsed)
        except RecursionError:
            notes.append(_too_deep(member))
        machine = walk.machine
        notes += remark(member, walk.parsed.notes)
        count_limits(machine, walk.parsed)
        notes += [curtailed(rule, member, why) for rule, why in sorted(machine.short.items())]
        notes += [unread(rule, member.path, why) for rule, why in sorted(machine.missed.items())]
        return _by_file(member.path, machine.calls, tuple(notes))

    def close(self) -> None:
        """Let go of all trees and scopes. They hold each other: finding them again is a fifth of all the work."""
        for walk in self._walks.values():
            walk.let_go()
        self._walks.clear()
        self._starts.clear()

    def exports(self, member: Member) -> Exports:
        """Names of a module, read or to be read, whose call starts, fetches or sends something."""
        walk = self._walk(member, [])
        return exports(walk.machine, walk.scope)

    def leads(self, names: frozenset[str]) -> None:
        """These names lead on to what matters: what calls them by itself is followed."""
        self._library.leading |= names

    def read_start(self, member: Member, names: frozenset[str], *, bases: bool = True) -> Started:
        """Facts of what a source file does by itself with one of these names, or with what leads to one.

        ``bases`` says whether making a class may run what it inherits from.
        """
        leading, used, parsed = self._starts.spread(member, names, bases=bases)
        self._library.leading |= leading
        if not used or member.path in self._started:
            return Started(names=leading)
        self._started.add(member.path)
        notes: list[Finding] = []
        walk = self._walk(member, notes, parsed)
        return Started(names=leading, facts=_by_file(member.path, walk.machine.calls, tuple(notes)))

    def _walk(self, member: Member, notes: list[Finding], parsed: Parsed | None = None) -> Walk:
        key = (member.path, member.role)
        if key in self._walks:
            walk = self._walks[key] = self._walks.pop(key)  # the last that was asked for is the last to go
            return walk
        walk = walk_over(parsed or parse(member.data), member, self._library, self._limits)
        self._keep(key, walk)  # before it begins: a module may be imported by those that it imports
        try:
            walk.by_itself()
        except RecursionError:
            notes.append(_too_deep(member))
        return walk

    def _eagerly(self, member: Member, walk: Walk) -> Walk:
        """The same file once more, with all that it takes from its neighbours looked up, if that tells what it runs."""
        unknown = latent.opaque(walk.machine)
        if unknown is None or Does.RUN_CODE not in unknown.does:
            return walk
        if not any(isinstance(value, Own) for value in walk.scope.names.values()):
            return walk
        again = walk_over(walk.parsed, member, self._library, self._limits)
        again.machine.eager = True
        again.by_itself()
        again.uncalled()
        return walk if latent.opaque(again.machine) is not None else again

    def _keep(self, key: tuple[str, Role], walk: Walk) -> None:
        self._walks[key] = walk
        size = sum(len(kept.parsed.text) for kept in self._walks.values())
        while size > _KEPT and len(self._walks) > 1:
            freed = len(self._walks.pop(next(iter(self._walks))).parsed.text)
            size, self._freed = size - freed, self._freed + freed
        if self._freed > _KEPT:
            self._freed = 0
            gc.collect()  # scopes and functions hold each other, and the trees

    def _load(self, member: Member) -> Scope | None:
        return self._walk(member, []).scope


def read_python(member: Member) -> PythonFacts:
    """Facts of a source file that stands alone; a pure function of its bytes and role."""
    return PythonReader().read(member)[0]


def _by_file(path: str, found: list[Call], notes: tuple[Finding, ...]) -> tuple[PythonFacts, ...]:
    """The facts of the file that was read first, then those of files that it reached into."""
    files: dict[str, list[Call]] = defaultdict(list)
    for call in found:
        files[call.path or path].append(call)
    own = PythonFacts(path=path, calls=tuple(files.pop(path, ())), notes=notes)
    return (own, *(PythonFacts(path=p, calls=tuple(c)) for p, c in files.items()))


def _too_deep(member: Member) -> Finding:
    return unread("depth-limit", member.path, "it is nested deeper than can be followed: it was not read to its end")
