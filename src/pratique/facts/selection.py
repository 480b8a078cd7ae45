"""Which source files are parsed: each by its own words, and together with the words of what it imports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pratique.artifact import Member, Role
from pratique.facts.halves import parted
from pratique.facts.imports import Imports
from pratique.facts.python.distribution.modules import module_names
from pratique.facts.sieve import Words, mentions

_ASIDE = frozenset(
    [
        *("example", "examples", "demo", "demos", "sample", "samples", "test", "tests", "testing", "doc", "docs"),
        *("benchmark", "benchmarks", "tool", "tools", "script", "scripts"),
    ]
)
"""Folders beside a package."""
FEEDS = frozenset({"network", "decodes"})
"""Words of where a payload comes from."""
SINKS = frozenset({"code", "process"})
"""Words of what runs it."""
_PARTS = SINKS | FEEDS
_BRINGS = _PARTS | {"covert", "hideout", "command", "taken", "place", "loads", "injects"}
"""Words of what a function could be handed to do harm with."""
_REACHES = frozenset({"reflects", "dynamic"})
"""Words of ways to a name that do not write it."""
_LISTS = frozenset({b"dir", b"vars", b"__dict__", b"__all__", b"getmembers"})
"""What gives the names of a module to those who then reach for one."""
_MAKES_CLASSES = re.compile(
    rb"__init_subclass__|__mro_entries__|__prepare__|[(, ]type\)|metaclass[ \t]*=[ \t]*(?!(?:abc\.)?ABCMeta\b)"
)
"""Without it the making of a class runs nothing of those that it inherits from."""
_WORD = re.compile(rb"[^\W\d]\w*")
_ACTS = frozenset({"network", "taken", "code", "loads", "process", "reflects", "injects", "place"})
"""Words of what code can do to others."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is parsed, by path, and what every file mentions."""

    chosen: frozenset[str] = frozenset()
    words: dict[str, Words] = field(default_factory=dict)
    imports: Imports = field(default_factory=Imports)
    mentioned: dict[str, frozenset[bytes]] = field(default_factory=dict)
    """Every word of a file, once somebody asked for them."""
    aside: frozenset[str] = frozenset()
    """Examples, tests and the like that no module imports: they run when somebody runs them."""
    parted: frozenset[str] = frozenset()
    """Modules that were chosen for what they hold together with others."""

    def brings(self, member: Member) -> bool:
        """Whether a source file holds anything that another one could be handed to do harm with."""
        return not self.words.get(member.path, frozenset()).isdisjoint(_BRINGS)

    def mentions(self, member: Member, names: frozenset[bytes]) -> bool:
        """Whether a source file has one of these words."""
        return not names.isdisjoint(self._words_of(member))

    def reaches(self, member: Member, names: frozenset[bytes]) -> bool:
        """Whether a source file has one of these words, and so has what it imports, or it reaches for names by text."""
        own = names & self._words_of(member)
        if not own or not self.words[member.path].isdisjoint(_REACHES | {"loads"}):
            return bool(own)
        return any(not own.isdisjoint(self._words_of(other)) for other in self.imports.behind(member))

    def lists(self, member: Member) -> bool:
        """Whether a source file reaches for names by text, and asks which there are."""
        by_text = not self.words[member.path].isdisjoint(_REACHES)
        return by_text and not _LISTS.isdisjoint(self._words_of(member))

    def _words_of(self, member: Member) -> frozenset[bytes]:
        if member.path not in self.mentioned:
            self.mentioned[member.path] = frozenset(_WORD.findall(member.data))
        return self.mentioned[member.path]


def select(sources: Iterable[Member]) -> Selection:
    """Sieve all source files of a distribution."""
    sources = tuple(sources)
    chosen: set[str] = set()
    words: dict[str, Words] = {}
    for member in sources:
        words[member.path], holds_chain = mentions(member.data, member.role)
        if holds_chain:
            chosen.add(member.path)
    imports = Imports(module_names(sources))
    if any("code" in w or "process" in w for w in words.values()):
        chosen.update(m.path for m in sources if m.path not in chosen and _joins(m, words, imports))
    joining = parted((m for m in sources if m.role is Role.MODULE and not _lies_aside(m.path)), words, imports) - chosen
    chosen |= joining
    aside = _aside(sources, chosen, imports)
    return Selection(chosen=frozenset(chosen), words=words, imports=imports, aside=aside, parted=joining)


def _aside(sources: tuple[Member, ...], chosen: Iterable[str], imports: Imports) -> frozenset[str]:
    """Which of the chosen lie beside the package, and no module that is imported leads there."""
    chosen = set(chosen)
    mains = _mains(sources, chosen)
    aside = {m.path for m in sources if m.role is Role.MODULE and _lies_aside(m.path)}
    if aside.isdisjoint(chosen):
        return mains
    by_path = {m.path: m for m in sources}
    waiting = [m for m in sources if m.path not in aside]
    while waiting and aside:
        reached = imports.of(waiting.pop()) & aside
        aside -= reached
        waiting += [by_path[path] for path in reached]
    return frozenset(aside & chosen) | mains


def _lies_aside(path: str) -> bool:
    *folders, name = path.split("/")
    return not name.startswith("__init__") and not _ASIDE.isdisjoint(folders)


def _mains(sources: tuple[Member, ...], chosen: set[str]) -> frozenset[str]:
    """What runs when somebody starts a package by its name (``python -m``), unless a module imports it."""
    mains = {m.path for m in sources if m.role is Role.MODULE and m.path in chosen and m.path.endswith("/__main__.py")}
    if mains and any(b".__main__" in m.data or b"import __main__" in m.data for m in sources):
        return frozenset()
    return frozenset(mains)


def mentioning(sources: Iterable[Member]) -> Selection:
    """Besides what `select` chooses, every file that could do anything at all: for comparing two releases.

    What a release could do before must not look new because a sieve has let it pass this time.
    """
    sources = tuple(sources)
    sieved = select(sources)
    chosen = set(sieved.chosen) | {path for path, words in sieved.words.items() if not _ACTS.isdisjoint(words)}
    aside = _aside(sources, chosen, sieved.imports)
    return Selection(chosen=frozenset(chosen), words=sieved.words, imports=sieved.imports, aside=aside)


def everything(sources: Iterable[Member]) -> Selection:
    """Every source file: what the sieve is compared with."""
    sources = tuple(sources)
    words = {m.path: mentions(m.data, m.role)[0] for m in sources}
    imports = Imports(module_names(sources))
    return Selection(chosen=frozenset(words), words=words, imports=imports, aside=_aside(sources, words, imports))


def _joins(member: Member, words: dict[str, Words], imports: Imports) -> bool:
    """Whether a module has its part in a chain that it and those that it imports hold together."""
    own = words[member.path]
    if own.isdisjoint(_PARTS):
        return False
    others = frozenset[str]().union(*(words.get(path, frozenset()) for path in imports.of(member)))
    if ("code" in own and not FEEDS.isdisjoint(others)) or ("code" in others and not FEEDS.isdisjoint(own)):
        return True
    return ("process" in own and "network" in others) or ("network" in own and "process" in others)


def unread(sources: Iterable[Member], selection: Selection, words: Words) -> tuple[Member, ...]:
    """Modules with one of these words that were left out: neighbours may have the other half of a chain."""
    left = (m for m in sources if m.role is Role.MODULE and m.path not in selection.chosen)
    return tuple(m for m in left if not selection.words[m.path].isdisjoint(words))


def makes_classes(sources: Iterable[Member]) -> bool:
    """Whether anything may run when a class is made that inherits from another one (PEP 487, metaclasses)."""
    return any(_MAKES_CLASSES.search(member.data) for member in sources)


def setting_off(sources: Iterable[Member], selection: Selection, names: frozenset[str]) -> tuple[Member, ...]:
    """Modules left out so far that could set one of these names off when they are imported.

    What runs only when somebody runs it sets nothing off; what reaches for names by text may reach any of them.
    """
    if not names:
        return ()
    sources = tuple(sources)
    wanted = frozenset(name.encode() for name in names)
    left = (m for m in sources if m.role is Role.MODULE and m.path not in selection.chosen)
    found = [m for m in left if selection.reaches(m, wanted) or selection.lists(m)]
    aside = _aside(sources, {member.path for member in found}, selection.imports)
    return tuple(member for member in found if member.path not in aside)
