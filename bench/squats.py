"""Squats of popular names, made with a fixed seed: each of one technique."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from pratique.identity import Popular
from pratique.identity.edits import NEIGHBOURS
from pratique.names import ProjectName

_SEED = 8470
_TARGETS = 2_000
"""Squats imitate one of this many most popular projects with at least five characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Squat:
    """A name that imitates another one."""

    name: ProjectName
    target: str
    technique: str


def _transposed(name: str, chance: random.Random) -> str:
    i = chance.randrange(len(name) - 1)
    return name[:i] + name[i + 1] + name[i] + name[i + 2 :]


def _neighbour(name: str, chance: random.Random) -> str:
    i = chance.choice([i for i, c in enumerate(name) if c in NEIGHBOURS])
    return name[:i] + chance.choice(NEIGHBOURS[name[i]]) + name[i + 1 :]


def _repeated(name: str, chance: random.Random) -> str:
    i = chance.randrange(len(name))
    return name[:i] + name[i] + name[i:]


def _omitted(name: str, chance: random.Random) -> str:
    i = chance.randrange(len(name))
    return name[:i] + name[i + 1 :]


def _homoglyph(name: str, chance: random.Random) -> str:
    swaps = [
        (a, b)
        for a, b in (("o", "0"), ("l", "1"), ("i", "1"), ("i", "l"), ("l", "i"), ("m", "rn"), ("s", "5"))
        if a in name
    ]
    if not swaps:
        return name
    return name.replace(*chance.choice(swaps), 1)


def _separated(name: str, chance: random.Random) -> str:
    if "-" in name:
        return name.replace("-", "")
    i = chance.randrange(2, len(name) - 1)
    return f"{name[:i]}-{name[i:]}"


def _reordered(name: str, chance: random.Random) -> str:
    words = name.split("-")
    chance.shuffle(words)
    return "-".join(words)


def _affixed(name: str, chance: random.Random) -> str:
    before = chance.choice(["py-", "python-", "py", "python3-"])
    after = chance.choice(["-dev", "-sdk", "2", "-py", "-api", "-utils", "3", "-client", "-lib", "-core"])
    return before + name if chance.random() < 0.4 else name + after


def _plural(name: str, _: random.Random) -> str:
    return name[:-1] if name.endswith("s") else name + "s"


_TECHNIQUES: dict[str, Callable[[str, random.Random], str]] = {
    "transposition": _transposed,
    "neighbouring key": _neighbour,
    "repetition": _repeated,
    "omission": _omitted,
    "homoglyph": _homoglyph,
    "separators": _separated,
    "word order": _reordered,
    "affix": _affixed,
    "plural": _plural,
}


def squats(popular: Popular, count: int) -> list[Squat]:
    """So many, as many of each technique; names that are popular themselves are left out."""
    chance = random.Random(_SEED)  # noqa: S311 - a benchmark's fixed choice
    targets = [n for n in popular.names[:_TARGETS] if len(n) >= 5]
    made: list[Squat] = []
    techniques = list(_TECHNIQUES)
    while len(made) < count:
        technique, target = techniques[len(made) % len(techniques)], chance.choice(targets)
        name = _TECHNIQUES[technique](target, chance).strip("-").replace("--", "-")
        if name != target and name not in popular.rank:
            made.append(Squat(name=ProjectName(name), target=target, technique=technique))
    return made
