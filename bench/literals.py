"""Words of the rules and facts that only one cluster of a malicious corpus uses: marks of a campaign, or not.

python bench/literals.py --malicious ZIP_OR_DIR [--password infected] [--benign DIR] [--limit N]

Every literal of at least five characters is looked for in the plain bytes of every member, whatever its
case. Those that stand in a single cluster (and in no honest file, where a folder of them is given) are
printed with their place; each must have its reason in docs/literals.md, else the exit status is 1.
Samples are read in memory only.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus import Corpus, clusters
from table import table

_ROOT = Path(__file__).parents[1]
_SHORTEST = 5
_READ = 8_000_000
"""Bytes of a member that are looked through."""
_PATTERN = re.compile(r"\\|\||\(\?|\.\*|\[\^?[\w\\]|\{\d+,")
"""What tells a regular expression from a list of words."""
_YAR = re.compile(r"=\s*(?:\"((?:[^\"\\]|\\.)*)\"|/((?:[^/\\]|\\.)+)/)")
_EXPLAINED = re.compile(r"^\| `([^`]+)` ", re.MULTILINE)
_SHOWS = frozenset({"Example", "Rule", "Note"})
"""Calls whose texts are for people, and examples of our own."""
_TELLS = frozenset({"message", "summary", "gain", "honest", "title"})


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """A word and where it stands."""

    text: str
    place: str


def main() -> int:
    """Print the table; 1 where a literal has no reason, 2 where there was nothing to look through."""
    arguments = _arguments()
    literals = found_in(arguments.source or [_ROOT / "src/pratique/rules", _ROOT / "src/pratique/facts"])
    words = sorted({literal.text.lower() for literal in literals})
    seen = _clusters_of(words, Corpus(source=arguments.malicious, password=arguments.password), arguments.limit)
    single = {word: next(iter(where)) for word, where in seen.items() if len(where) == 1}
    if arguments.benign and single:
        honest = _clusters_of(sorted(single), Corpus(source=arguments.benign), None)
        single = {word: where for word, where in single.items() if not honest.get(word)}
    explained = {word.lower() for word in _EXPLAINED.findall(_read(arguments.reasons))}
    rows = [
        (literal.text, literal.place, "yes" if literal.text.lower() in explained else "NO")
        for literal in sorted(literals)
        if literal.text.lower() in single
    ]
    print(table(("literal", "place", "explained"), rows))
    print(f"\n{len(words)} words, {len({r[0].lower() for r in rows})} of them in one cluster only")
    return 1 if any(r[2] == "NO" for r in rows) else 0


def found_in(places: Iterable[Path]) -> set[Literal]:
    """The literals of Python modules and YARA rules under these folders; texts for people are left out."""
    found: set[Literal] = set()
    for place in places:
        for path in sorted(place.rglob("*")):
            name = str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name
            if path.suffix == ".py":
                found |= {Literal(w, f"{name}:{n}") for n, text in _texts(path) for w in words_of(text)}
            elif path.suffix == ".yar":
                found |= {Literal(w, f"{name}:{n}") for n, text in _yar_texts(path) for w in words_of(text)}
    return found


def words_of(text: str) -> set[str]:
    """The words of a list of words, or the plain runs of a regular expression."""
    words = _runs(text) if _PATTERN.search(text) else text.split()
    return {w for word in words if len(w := word.strip().strip("\"'`,;()[]")) >= _SHORTEST and not w.isspace()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--malicious", type=Path, required=True, help="a zip (AES) or a folder of distributions")
    parser.add_argument("--password", default="infected", help="of the zip (default: %(default)s)")
    parser.add_argument("--benign", type=Path, help="a folder of honest distributions: their words are nobody's mark")
    parser.add_argument("--limit", type=int, help="at most so many samples, evenly spread")
    parser.add_argument("--source", type=Path, action="append", help="a folder of code (default: rules and facts)")
    parser.add_argument("--reasons", type=Path, default=_ROOT / "docs/literals.md", help="(default: %(default)s)")
    return parser.parse_args()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Strings of a module with their lines, without documentation, messages and examples."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            value = node.value
            yield node.lineno, value if isinstance(value, str) else value.decode("latin-1")
        elif not _for_people(node):
            waiting += ast.iter_child_nodes(node)


def _for_people(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _SHOWS
    if isinstance(node, ast.keyword):
        return node.arg in _TELLS
    return isinstance(node, ast.JoinedStr | ast.Raise | ast.ImportFrom | ast.Import)


def _yar_texts(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for plain, pattern in _YAR.findall(line):
            yield number, plain.encode().decode("unicode_escape") if plain else pattern


def _runs(pattern: str) -> list[str]:
    """Runs of plain characters, in every branch of a regular expression."""
    import importlib

    parser: Any = importlib.import_module("re._parser")  # the parser behind `re`, which has no public name

    try:
        parsed: Any = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return pattern.split()
    runs: list[str] = []
    _collect(parsed, runs)
    return runs


def _collect(parsed: Any, runs: list[str]) -> None:  # noqa: ANN401 - the standard library's own parse tree
    run = ""
    for kind, value in parsed:
        if str(kind) == "LITERAL":
            run += chr(value)
            continue
        runs.append(run)
        run = ""
        for part in value if isinstance(value, tuple | list) else (value,):
            for inner in part if isinstance(part, list) else (part,):
                if hasattr(inner, "data"):
                    _collect(inner, runs)
    runs.append(run)


def _clusters_of(words: list[str], corpus: Corpus, limit: int | None) -> dict[str, set[str]]:
    """In which clusters each word occurs."""
    import yara_x

    if corpus.source.is_dir():
        corpus = replace(corpus, password="")
    scanner = yara_x.Scanner(_compiled(words))
    groups = clusters(corpus)
    names = corpus.names()
    if limit:
        names = names[:: max(1, len(names) // limit)][:limit]
    seen: dict[str, set[str]] = {}
    for count, name in enumerate(names, start=1):
        for data in _members(corpus.read(name), corpus.filename(name)):
            for rule in scanner.scan(data[:_READ]).matching_rules:
                seen.setdefault(words[int(rule.identifier[1:])], set()).add(groups.get(name, name))
        if count % 200 == 0:
            print(f"{corpus.source.name}: {count} of {len(names)}", file=sys.stderr)
    return seen


def _compiled(words: list[str]) -> Any:  # noqa: ANN401 - yara_x has no types
    import yara_x

    compiler = yara_x.Compiler()
    for number, word in enumerate(words):
        text = "".join(f"\\x{byte:02x}" for byte in word.encode())
        compiler.add_source(f'rule w{number} {{ strings: $a = "{text}" nocase condition: $a }}')
    return compiler.build()


def _members(data: bytes, filename: str) -> Iterator[bytes]:
    from pratique.errors import PratiqueError
    from pratique.names import distribution_name
    from pratique.unpack import unpack

    try:
        for member in unpack(io.BytesIO(data), name=distribution_name(filename)).members:
            yield member.data
    except PratiqueError as error:
        print(f"not read: {filename}: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
