"""How well names that imitate popular projects are told from honest ones, and how fast.

Every popular name is judged as if it were not on the list (a strong flag is a false alarm); then 2,000
squats made with a fixed seed, each of one technique, must be flagged with the right target.

python bench/impersonation.py [--list] [--malicious FILE] [--honest FILE [--sample N]]

A FILE of malicious ones holds a JSON object in each line with the name of a file (``file``): of the projects of these
files, the share that imitates a popular one is told by technique. A FILE of honest ones holds a name in each line (up
to the first tab): of N of them that are not popular themselves, drawn with a fixed seed, those with a strong likeness
are told.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from squats import Squat, squats

from pratique.errors import BadName
from pratique.identity import Popular, Resemblance, Strength, default_popular, look_alike
from pratique.identity.similarity import resemblances
from pratique.names import ProjectName, distribution_name, project_name

_SQUATS = 2_000
_SEED = 8470


def main() -> int:
    """Print the tables; exit status 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="name each popular project that is flagged strongly")
    parser.add_argument("--malicious", type=Path, metavar="FILE")
    parser.add_argument("--honest", type=Path, metavar="FILE")
    parser.add_argument("--sample", type=int, default=20_000, metavar="N", help="honest names that are drawn")
    arguments = parser.parse_args()
    started = time.process_time()
    popular = default_popular()
    resemblances(ProjectName("warm-up"), popular)
    print(f"loading the list and its indexes: {(time.process_time() - started) * 1000:.0f} ms of processor time")
    missed = [_alarms(popular, told=arguments.list), _found(popular, squats(popular, _SQUATS))]
    if arguments.malicious:
        print(imitations(arguments.malicious.read_text("utf-8").splitlines(), popular))
    if arguments.honest:
        print(honest(arguments.honest.read_text("utf-8").splitlines(), popular, arguments.sample))
    return int(any(missed))


def _alarms(popular: Popular, *, told: bool) -> bool:
    """Whether more than 0.5% of the popular names are flagged strongly, each judged as if it were not on the list."""
    started = time.process_time()
    found = {name: best for name in popular.names if (best := _best(resemblances(ProjectName(name), popular)))}
    each = (time.process_time() - started) / len(popular.names)
    strong = {name: best for name, best in found.items() if best.strength is Strength.STRONG}
    share = len(strong) / len(popular.names)
    print(
        f"popular names flagged strongly: {len(strong)} of {len(popular.names)} ({share:.2%}); {each * 1e6:.0f} us each"
    )
    for name, best in strong.items() if told else ():
        print(f"    {name} -> {best.target} ({best.technique})")
    return share > 0.005


def _found(popular: Popular, made: Iterable[Squat]) -> bool:
    """Whether fewer than 98% of the squats are flagged with the right target."""
    count, right, strongly = Counter[str](), Counter[str](), Counter[str]()
    for squat in made:
        found = [one for one in resemblances(squat.name, popular) if one.target == squat.target]
        count[squat.technique] += 1
        right[squat.technique] += bool(found)
        strongly[squat.technique] += any(one.strength is Strength.STRONG for one in found)
    print("| technique | squats | flagged with the right target | strongly |\n| --- | --- | --- | --- |")
    for technique, each in count.items():
        print(f"| {technique} | {each} | {right[technique] / each:.1%} | {strongly[technique] / each:.1%} |")
    share, all_ = right.total() / count.total(), count.total()
    print(f"| all | {all_} | {share:.1%} | {strongly.total() / all_:.1%} |")
    return share < 0.98


def imitations(lines: Iterable[str], popular: Popular) -> str:
    """How many projects of a corpus imitate a popular one, by the technique of the most telling likeness: a table."""
    files = [json.loads(line)["file"] for line in lines if line.strip()]
    projects = {project for name in files if (project := _project(Path(name).name)) is not None}
    best = [one for name in sorted(projects) if (one := _best(look_alike(name, popular)))]
    strong, hints = (Counter(b.technique for b in best if b.strength is s) for s in (Strength.STRONG, Strength.HINT))
    order = sorted(strong | hints, key=lambda one: (-strong[one], -hints[one]))
    counts = [(one, strong[one], hints[one]) for one in order]
    rows = [*counts, (f"all of {len(projects)}", strong.total(), hints.total())]
    head = "| malicious projects that imitate | strongly | as a hint |\n| --- | --- | --- |"
    return "\n".join([head, *(f"| {one} | {a / len(projects):.1%} | {b / len(projects):.1%} |" for one, a, b in rows)])


def honest(lines: Iterable[str], popular: Popular, sample: int) -> str:
    """Which of these names have a strong likeness: a count, and a line for each."""
    unknown = [name for line in lines if (name := _name(line)) is not None and name not in popular]
    drawn = random.Random(_SEED).sample(unknown, min(sample, len(unknown)))  # noqa: S311 - a fixed choice
    best = {name: one for name in drawn if (one := _best(look_alike(name, popular)))}
    strong = {name: one for name, one in best.items() if one.strength is Strength.STRONG}
    head = (
        f"names that are not popular, flagged strongly: {len(strong)} of {len(drawn)} ({len(strong) / len(drawn):.2%})"
    )
    return "\n".join([head, *(f"    {name} -> {one.target} ({one.technique})" for name, one in strong.items())])


def _best(found: tuple[Resemblance, ...]) -> Resemblance | None:
    return found[0] if found else None


def _project(filename: str) -> ProjectName | None:
    """Whose file it is; None for a name that no index would list."""
    try:
        return distribution_name(filename).project
    except BadName:
        return None


def _name(line: str) -> ProjectName | None:
    try:
        return project_name(line.partition("\t")[0].strip())
    except BadName:
        return None


if __name__ == "__main__":
    raise SystemExit(main())
