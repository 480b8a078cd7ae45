"""How the time of every regular expression of the engine grows with its input: the square of it is a weapon.

python bench/patterns.py [--growth 3] [--room facts]

Each pattern is given repetitions of what it is made of, ended by what it cannot match, in the way that the code uses it
(searched, or matched from the start). Four times as long may take four times as long, not sixteen times.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]

from table import table

_ROOMS = ("unpack", "facts", "rules", "identity")
_SHORT, _FACTOR = 2_000, 4
_MEASURABLE = 0.002
"""Seconds below which growth is noise."""
_FILLERS = (
    " ",
    "a",
    "1",
    "\n",
    "\t",
    "(",
    "/",
    "=",
    '"',
    "'",
    ".",
    "-",
    "\\",
    "|",
    ";",
    "$",
    "<",
    "_",
    ":",
    ",",
    "&",
    "A",
)
_ENDS = ("\x01", "", "!")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A compiled pattern and where it stands."""

    where: str
    pattern: re.Pattern[str] | re.Pattern[bytes]
    searched: bool


def main() -> int:
    """Print the patterns that grow faster than allowed; status 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--growth", type=float, default=2.5, help="allowed, as a multiple of the input's own growth")
    parser.add_argument("--room", default="", help="only this one")
    arguments = parser.parse_args()
    found = {(n.pattern.pattern, n.searched): n for n in _patterns([arguments.room] if arguments.room else _ROOMS)}
    rows = []
    for named in found.values():
        attack, seconds, growth = _worst(named, arguments.growth * _FACTOR)
        if growth > arguments.growth * _FACTOR:
            rows.append(
                (named.where, "search" if named.searched else "match", repr(attack), f"{seconds:.3f}", f"{growth:.0f}")
            )
    print(f"{len(found)} patterns")
    if rows:
        print(table(("pattern", "use", "repeated", "s", f"x for {_FACTOR}x"), rows))
    return int(bool(rows))


def _patterns(rooms: Iterable[str]) -> Iterator[Named]:
    root = Path(__file__).parents[1] / "src"
    for room in rooms:
        for path in sorted((root / "pratique" / room).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            source = path.read_text(encoding="utf-8")
            for attribute, value in vars(importlib.import_module(name)).items():
                searched = re.search(rf"{re.escape(attribute)}\.(?:search|find|sub|split)", source) is not None
                direct = re.search(rf"{re.escape(attribute)}\.(?:full)?match", source) is not None
                for pattern in _inside(value, 0):
                    yield Named(where=f"{name}.{attribute}", pattern=pattern, searched=searched or not direct)


def _inside(value: object, depth: int) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _inside(item, depth + 1)
    elif depth < 4 and isinstance(value, dict):
        yield from _inside(list(value.values()), depth)
    elif depth < 3 and is_dataclass(value) and not isinstance(value, type):
        yield from _inside([getattr(value, f.name, None) for f in fields(value)], depth)


def _worst(named: Named, allowed: float) -> tuple[str, float, float]:
    """The attack that grows fastest, its seconds at the greater length, and its growth; measured twice."""
    worst = ("", 0.0, 0.0)
    atoms = _atoms(named.pattern)
    for filler in dict.fromkeys((*_FILLERS, *atoms, *(a + f for a in atoms for f in _FILLERS[:8]))):
        for lead in ("", *atoms[:2]):
            for end in _ENDS:
                short = _seconds(named, lead, filler, end, _SHORT)
                if short < _MEASURABLE / _FACTOR:
                    continue
                long = min(_seconds(named, lead, filler, end, _SHORT * _FACTOR) for _ in range(2))
                growth = long / min(short, _seconds(named, lead, filler, end, _SHORT))
                if long > _MEASURABLE and growth > max(worst[2], allowed):
                    longest = _seconds(named, lead, filler, end, _SHORT * _FACTOR**2)
                    if longest / long > allowed:  # twice in a row is no noise
                        worst = (lead + filler, long, growth)
        if worst[1]:
            break
    return worst


def _seconds(named: Named, lead: str, filler: str, end: str, length: int) -> float:
    text = lead + filler * (length // len(filler)) + end
    use = named.pattern.search if named.searched else named.pattern.match
    start = time.process_time()
    use(text if isinstance(named.pattern.pattern, str) else text.encode("latin-1", "replace"))  # type: ignore[arg-type]
    return time.process_time() - start


def _atoms(pattern: re.Pattern[str] | re.Pattern[bytes]) -> list[str]:
    """Literal pieces of a pattern and a character of each of its classes."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    found: dict[str, None] = {}

    def walk(tree: Iterable[tuple[object, object]]) -> None:
        run = ""
        for kind, value in tree:
            if str(kind) == "LITERAL" and isinstance(value, int):
                run += chr(value)
                continue
            found[run] = None
            run = ""
            for inner in _subtrees(value):
                walk(inner)
        found[run] = None

    walk(_parser.parse(source, pattern.flags & (re.IGNORECASE | re.MULTILINE | re.VERBOSE | re.DOTALL)))
    return [atom for atom in found if atom][:12]


def _subtrees(value: object) -> Iterator[Iterable[tuple[object, object]]]:
    if isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _subtrees(item)


if __name__ == "__main__":
    sys.exit(main())
