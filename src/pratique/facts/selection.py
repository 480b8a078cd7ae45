"""Which source files are parsed: each by its own words, and together with the words of what it imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pratique.artifact import Member, Role
from pratique.facts.python.modules import ModuleNames, module_names
from pratique.facts.sieve import Words, mentions

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]*\(?([^\n#)]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_ASIDE = re.compile(
    r"(?:^|/)(?:examples?|demos?|samples?|tests?|testing|docs?|benchmarks?|tools?|scripts?)/(?!__init__)[^/]+$"
)
_FEEDS = frozenset({"network", "decodes"})
_ACTS = frozenset({"network", "taken", "code", "loads", "process", "reflects", "injects", "place"})
"""Words of what code can do to others."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is parsed, by path, and what every file mentions."""

    chosen: frozenset[str] = frozenset()
    words: dict[str, Words] = field(default_factory=dict)
    modules: ModuleNames = field(default_factory=ModuleNames)
    aside: frozenset[str] = frozenset()
    """Examples, tests and the like that no module imports: they run when somebody runs them."""


def select(sources: Iterable[Member]) -> Selection:
    """Sieve all source files of a distribution."""
    sources = tuple(sources)
    chosen: set[str] = set()
    words: dict[str, Words] = {}
    for member in sources:
        words[member.path], holds_chain = mentions(member.data, member.role)
        if holds_chain:
            chosen.add(member.path)
    modules = module_names(sources)
    if any("code" in w or "process" in w for w in words.values()):
        chosen.update(m.path for m in sources if m.path not in chosen and _joins(m, words, modules))
    return Selection(chosen=frozenset(chosen), words=words, modules=modules, aside=_aside(sources, chosen, modules))


def _aside(sources: tuple[Member, ...], chosen: set[str], modules: ModuleNames) -> frozenset[str]:
    aside = {m.path for m in sources if m.path in chosen and m.role is Role.MODULE and _ASIDE.search(m.path)}
    for member in sources if aside else ():
        if b"import" in member.data and not _ASIDE.search(member.path):
            aside.difference_update(_imported(member, modules))
    return frozenset(aside)


def mentioning(sources: Iterable[Member]) -> Selection:
    """Besides what `select` chooses, every file that could do anything at all: for comparing two releases.

    What a release could do before must not look new because a sieve has let it pass this time.
    """
    sources = tuple(sources)
    sieved = select(sources)
    chosen = set(sieved.chosen) | {path for path, words in sieved.words.items() if not _ACTS.isdisjoint(words)}
    aside = _aside(sources, chosen, sieved.modules)
    return Selection(chosen=frozenset(chosen), words=sieved.words, modules=sieved.modules, aside=aside)


def everything(sources: Iterable[Member]) -> Selection:
    """Every source file: what the sieve is compared with."""
    sources = tuple(sources)
    words = {m.path: mentions(m.data, m.role)[0] for m in sources}
    return Selection(chosen=frozenset(words), words=words, modules=module_names(sources))


def _joins(member: Member, words: dict[str, Words], modules: ModuleNames) -> bool:
    """Whether a module and those that it imports hold together what none holds alone."""
    own = words[member.path]
    others = frozenset[str]().union(*(words.get(path, frozenset()) for path in _imported(member, modules)))
    if not others:
        return False
    if "code" in own | others and not _FEEDS.isdisjoint(own | others):
        return True
    return ("process" in own and "network" in others) or ("network" in own and "process" in others)


def _imported(member: Member, modules: ModuleNames) -> Iterator[str]:
    for parts in _IMPORT.findall(member.data):
        for name in _spelled(*(part.decode("ascii", "ignore") for part in parts)):
            absolute = modules.absolute(name, member.path)
            found = modules.resolve(absolute) if absolute else None
            if found is not None and found[0].path != member.path:
                yield found[0].path


def _spelled(origin: str, names: str, plain: str) -> Iterator[str]:
    if plain:
        yield from (name.split()[0] for name in plain.split(",") if name.strip())
        return
    yield origin
    joint = "" if origin.endswith(".") else "."
    yield from (origin + joint + name.split()[0] for name in names.split(",") if name.strip())
