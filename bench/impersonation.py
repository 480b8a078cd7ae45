"""How well names that imitate popular projects are told from honest ones, and how fast.

Every popular name is judged as if it were not on the list (a strong flag is a false alarm); then 2,000
squats made with a fixed seed, each of one technique, must be flagged with the right target.

python bench/impersonation.py [--list] [--malicious FILE]

FILE holds a JSON object in each line with the name of a file (``file``): of the projects of these files, the share that
imitates a popular one is told by technique.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pratique.errors import BadName
from pratique.identity import Popular, Strength, default_popular, look_alike
from pratique.identity.edits import NEIGHBOURS
from pratique.identity.similarity import resemblances
from pratique.names import ProjectName, distribution_name

_SQUATS = 2_000
_TARGETS = 2_000
"""Squats imitate one of this many most popular projects with at least five characters."""


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


def _squats(popular: Popular) -> list[tuple[str, str, str]]:
    """Squat, target, technique; names that are popular themselves are left out."""
    chance = random.Random(8470)  # noqa: S311 - a benchmark's fixed choice
    targets = [n for n in popular.names[:_TARGETS] if len(n) >= 5]
    made: list[tuple[str, str, str]] = []
    techniques = list(_TECHNIQUES)
    while len(made) < _SQUATS:
        technique, target = techniques[len(made) % len(techniques)], chance.choice(targets)
        name = _TECHNIQUES[technique](target, chance).strip("-").replace("--", "-")
        if name != target and name not in popular.rank:
            made.append((name, target, technique))
    return made


def _project(filename: str) -> ProjectName | None:
    """Whose file it is; None for a name that no index would list."""
    try:
        return distribution_name(filename).project
    except BadName:
        return None


def _malicious(path: Path, popular: Popular) -> None:
    """Print how many projects of a corpus imitate a popular one, by the technique of the most telling likeness."""
    lines = path.read_text("utf-8").splitlines()
    files = [json.loads(line)["file"] for line in lines if line.strip()]
    projects = {project for name in files if (project := _project(Path(name).name)) is not None}
    best = [found[0] for name in sorted(projects) if (found := look_alike(name, popular))]
    strong = Counter(one.technique for one in best if one.strength is Strength.STRONG)
    hints = Counter(one.technique for one in best if one.strength is Strength.HINT)
    print("| malicious projects that imitate | strongly | as a hint |\n| --- | --- | --- |")
    for technique in sorted(strong | hints, key=lambda one: (-strong[one], -hints[one])):
        print(f"| {technique} | {strong[technique] / len(projects):.1%} | {hints[technique] / len(projects):.1%} |")
    shares = f"{strong.total() / len(projects):.1%} | {hints.total() / len(projects):.1%}"
    print(f"| all of {len(projects)} | {shares} |")


def main() -> int:
    """Print the tables; exit status 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="name each popular project that is flagged strongly")
    parser.add_argument("--malicious", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    started = time.perf_counter()
    popular = default_popular()
    resemblances(ProjectName("warm-up"), popular)
    loaded = time.perf_counter() - started
    started = time.perf_counter()
    strong = {
        n: r[0]
        for n in popular.names
        if (r := resemblances(ProjectName(n), popular)) and r[0].strength == Strength.STRONG
    }
    each = (time.perf_counter() - started) / len(popular.names)
    squats = _squats(popular)
    right, telling, made = Counter[str](), Counter[str](), Counter[str]()
    for name, target, technique in squats:
        found = [r for r in resemblances(ProjectName(name), popular) if r.target == target]
        made[technique] += 1
        right[technique] += bool(found)
        telling[technique] += any(r.strength == Strength.STRONG for r in found)
    print(f"loading the list and its indexes: {loaded * 1000:.0f} ms; a name: {each * 1e6:.0f} us")
    share = len(strong) / len(popular.names)
    print(f"popular names flagged strongly: {len(strong)} of {len(popular.names)} ({share:.2%})")
    if arguments.list:
        for name, best in strong.items():
            print(f"    {name} -> {best.target} ({best.technique})")
    print("| technique | squats | flagged with the right target | strongly |\n| --- | --- | --- | --- |")
    for technique, count in made.items():
        print(f"| {technique} | {count} | {right[technique] / count:.1%} | {telling[technique] / count:.1%} |")
    share = right.total() / len(squats)
    print(f"| all | {len(squats)} | {share:.1%} | {telling.total() / len(squats):.1%} |")
    if arguments.malicious:
        _malicious(arguments.malicious, popular)
    return 0 if share >= 0.98 and len(strong) <= 0.005 * len(popular.names) else 1


if __name__ == "__main__":
    raise SystemExit(main())
