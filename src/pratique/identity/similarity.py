"""Names that evoke a popular project's: by which technique, and how strongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from pratique.identity.edits import edit_technique
from pratique.identity.imported import IMPORTED_AS
from pratique.identity.popular import Popular, skeleton, word_bag
from pratique.names import ProjectName

_PREFIXES = ("py", "python", "python3", "lib", "the", "new", "my", "django", "go", "x", "a")
_SUFFIXES = (
    *(
        "2",
        "3",
        "4",
        "x",
        "py",
        "python",
        "python3",
        "dev",
        "sdk",
        "lib",
        "libs",
        "api",
        "client",
        "core",
        "tool",
        "tools",
    ),
    *("util", "utils", "beta", "alpha", "test", "tests", "new", "pro", "plus", "official", "latest", "fix", "fixed"),
    *("patch", "patched", "secure", "async", "lite", "v2", "v3", "next", "package", "module", "helper", "ng"),
)
_LANGUAGE = frozenset({"py", "python", "python2", "python3"})
_STRONG_RANK = 2500
"""Only projects this popular are imitated often enough that a near name means something by itself."""
_STRONG_LENGTH = 6
_FAR_LENGTH = 9
"""From this many characters on, two edits still look like one slip."""
_AT_MOST = 10
_STRONG_TECHNIQUES = frozenset(
    {"transposition", "repetition", "omission", "neighbouring key", "homoglyph", "separators"}
)


class Strength(IntEnum):
    """How much a resemblance says."""

    HINT = 1
    """Worth showing: honest names resemble each other so, too."""
    STRONG = 2
    """Hardly chosen by an honest author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """A popular project that a name evokes."""

    target: ProjectName
    technique: str
    strength: Strength


def look_alike(name: ProjectName, popular: Popular) -> tuple[Resemblance, ...]:
    """Popular projects that a name could be mistaken for, the most telling first (ten at most).

    A popular project resembles nobody. Names of families, plugins and stubs (a popular name as a whole
    word with words of its own around it) are relatives, not look-alikes, unless the words are mere
    ornament (``-dev``, ``2``, ``python-``).
    """
    return () if name in popular else resemblances(name, popular)


def resemblances(name: ProjectName, popular: Popular, *, families: bool = True) -> tuple[Resemblance, ...]:
    """`look_alike` without its exception for popular names: each is judged as if it were not on the list.

    ``families`` says whether names that share their first word may be relatives: anybody may join ``types-``, nobody a
    team's own family.
    """
    found: dict[str, Resemblance] = {}
    for target, technique, telling in _candidates(name, popular):
        if target == name:
            continue
        related = families and (_are_family(name, target) or _serve_each_other(name, target))
        relatives = related or _are_versions(name, target)
        strong = telling and popular.rank[target] < _STRONG_RANK and not relatives
        strength = Strength.STRONG if strong else Strength.HINT
        if target not in found or found[target].strength < strength:
            found[target] = Resemblance(target=ProjectName(target), technique=technique, strength=strength)
    ordered = sorted(found.values(), key=lambda r: (-r.strength, popular.rank[r.target]))
    return tuple(ordered[:_AT_MOST])


def _candidates(name: str, popular: Popular) -> Iterator[tuple[str, str, bool]]:
    """Target, technique, and whether the technique is telling for a name of this length."""
    folded = skeleton(name)
    for target in popular.by_skeleton.get(folded, ()):
        separators = name.replace("-", "") == target.replace("-", "")
        yield target, "separators" if separators else "homoglyph", len(target) >= _STRONG_LENGTH
    for target in popular.by_words.get(word_bag(name), ()) if "-" in name else ():
        yield target, "word order", len(target) >= _STRONG_LENGTH
    yield from _edited(name, popular)
    for bare in _without_ornament(name):
        for target in popular.by_skeleton.get(skeleton(bare), ()):
            yield target, "affix", False
    imported = IMPORTED_AS.get(name)
    if imported is not None and imported in popular.rank:
        yield imported, "import name", False


def _edited(name: str, popular: Popular) -> Iterator[tuple[str, str, bool]]:
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    limit = 2 if len(name) >= _FAR_LENGTH - 1 else 1
    near = popular.near(len(name), limit)
    for target, distance, _ in extract(name, near, scorer=OSA.distance, score_cutoff=limit, limit=40):
        if distance == 1:
            technique = edit_technique(name, target)
            yield target, technique, len(target) >= _STRONG_LENGTH and technique in _STRONG_TECHNIQUES
        elif distance == 2 and len(target) >= _FAR_LENGTH - 1:
            yield target, "two edits", False


def _without_ornament(name: str) -> Iterator[str]:
    """The name without one ornament before or after it, joined or hyphenated."""
    for prefix in _PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix) + 2:
            yield name[len(prefix) :].lstrip("-")
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 2:
            yield name[: -len(suffix)].rstrip("-")


def _are_versions(name: str, target: str) -> bool:
    """Versions of one thing: ``foo2``, ``foo3``."""
    return name.strip("0123456789") == target.strip("0123456789") and name != target


def _are_family(name: str, target: str) -> bool:
    """As many words, of which the first is the same: ``types-foo``, ``types-bar``."""
    ours, theirs = name.split("-"), target.split("-")
    alike = len(ours) == len(theirs) > 1 and ours[0] == theirs[0]
    return alike and sorted(ours) != sorted(theirs)


def _serve_each_other(name: str, target: str) -> bool:
    """The same words in another order, which says what is for what (``fastapi-mcp``, ``mcp-fastapi``).

    Not so where one of them is the language's: that says nothing, wherever it stands.
    """
    ours, theirs = name.split("-"), target.split("-")
    return len(ours) > 1 and sorted(ours) == sorted(theirs) and _LANGUAGE.isdisjoint(ours)
