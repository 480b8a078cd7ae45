"""Does recall hold when malicious samples are rewritten? Each transformation, before and after.

python bench/robustness.py --malicious ZIP_OR_DIR [--password infected] [--limit N] [--seed S] [--list]

Samples are opened, rewritten and judged in memory; nothing of them is run or written anywhere. A
transformation counts only the samples in which it changed a file, and each changed file still parses.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import Corpus
from rewriting import ALONE, APART, Source, words_outside
from table import table

if TYPE_CHECKING:
    from pratique.artifact import Artifact, Member
    from pratique.unpack import Unpacked

_STOPPED = {"suspicious", "malicious"}
_LARGEST = 400_000
"""Bytes; a larger module is left as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The verdicts of one sample: as it is, and under each transformation that applies."""

    file: str
    before: str
    after: dict[str, str] = field(default_factory=dict)
    error: str = ""


def main() -> int:
    """Measure what was given and print the table; 2 where there was nothing to measure."""
    arguments = _arguments()
    corpus = Corpus(source=arguments.malicious, password=arguments.password)
    if corpus.source.is_dir():
        corpus = replace(corpus, password="")
    names = corpus.names()
    if arguments.limit and arguments.limit < len(names):
        names = sorted(random.Random(arguments.seed).sample(names, arguments.limit))  # noqa: S311 - a choice of samples
    found = sorted(_measure_all(corpus, names, arguments), key=lambda m: m.file)
    if not found:
        print("nothing to measure", file=sys.stderr)
        return 2
    print(_table(found))
    for one in found:
        if one.error:
            print(f"not measured: {one.file}: {one.error}")
    if arguments.list:
        _list(found)
    return 0


def measure(data: bytes, filename: str) -> Measured:
    """Judge a distribution as it is, then under every transformation that applies to it."""
    from pratique.artifact import Artifact
    from pratique.names import Sha256, distribution_name
    from pratique.unpack import unpack

    name = distribution_name(filename)
    artifact = Artifact(name=name, sha256=Sha256("0" * 64), size=len(data))
    unpacked = unpack(io.BytesIO(data), name=name)
    before = _verdict(artifact, unpacked)
    after = {kind: _verdict(artifact, changed) for kind, changed in _rewritten(artifact, unpacked)}
    return Measured(file=filename, before=before, after=after)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--malicious", type=Path, required=True, help="a zip (AES) or a folder of distributions")
    parser.add_argument("--password", default="infected", help="of the zip (default: %(default)s)")
    parser.add_argument("--limit", type=int, help="at most so many, drawn by chance")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=300.0, help="limit of a sample (default: %(default)g)")
    parser.add_argument("--list", action="store_true", help="list the samples that each transformation loses")
    return parser.parse_args()


def _measure_all(corpus: Corpus, names: list[str], arguments: argparse.Namespace) -> Iterator[Measured]:
    import multiprocessing

    from pebble import ProcessPool

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pratique.screen"])
    with ProcessPool(max_workers=arguments.jobs, max_tasks=100, context=context) as pool:
        tasks: dict[Future[Measured], str] = {
            pool.schedule(_measure, args=(corpus, name), timeout=arguments.seconds): name for name in names
        }
        for count, task in enumerate(as_completed(tasks), start=1):
            try:
                yield task.result()
            except Exception as error:  # noqa: BLE001 - listed, and counted nowhere
                yield Measured(file=tasks[task], before="", error=f"{type(error).__name__}: {error}")
            if count % 100 == 0:
                print(f"{count} of {len(names)}", file=sys.stderr)


def _measure(corpus: Corpus, name: str) -> Measured:
    return replace(measure(corpus.read(name), corpus.filename(name)), file=name)


def _verdict(artifact: Artifact, unpacked: Unpacked) -> str:
    from pratique.screen import screen

    return screen(artifact, unpacked).verdict.value


def _rewritten(artifact: Artifact, unpacked: Unpacked) -> Iterator[tuple[str, Unpacked]]:
    """The sample under each transformation that changes a file of it."""
    sources = {m.path: m for m in unpacked.members if _is_code(m)}
    texts = {path: text for path, m in sources.items() if (text := _text(m)) is not None}
    outside = words_outside(texts.values()) if len(texts) > 1 else frozenset()
    for kind, rewrite in ALONE.items():
        made = {p: t for p, text in texts.items() if (t := rewrite(Source(text=text, outside=outside))) is not None}
        if made:
            yield kind, _replaced(artifact, unpacked, made)
    for kind, divide in APART.items():
        if made := _divided(texts, outside, divide):
            yield kind, _replaced(artifact, unpacked, made)


def _divided(
    texts: dict[str, str],
    outside: frozenset[str],
    divide: Callable[[Source, str], tuple[str, str] | None],
) -> dict[str, str]:
    """Each module in two: relative imports within a package, absolute ones beside ``setup.py``."""
    made: dict[str, str] = {}
    for path, text in texts.items():
        folder, _, name = path.rpartition("/")
        stem = f"impl_{name.removesuffix('.py').strip('_')}"
        in_package = f"{folder}/__init__.py" in texts
        parts = divide(Source(text=text, outside=outside), f".{stem}" if in_package else stem)
        if parts is not None:
            made[path], made[f"{folder}/{stem}.py".lstrip("/")] = parts
    return made


def _is_code(member: Member) -> bool:
    return member.path.endswith(".py") and member.role.value != "data" and member.whole and member.size <= _LARGEST


def _text(member: Member) -> str | None:
    try:
        return member.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _replaced(artifact: Artifact, unpacked: Unpacked, made: dict[str, str]) -> Unpacked:
    """The members with those texts; new ones get the role of their place."""
    import hashlib

    from pratique.artifact import Member
    from pratique.names import Sha256
    from pratique.unpack.roles import assign_roles

    members = {m.path: m for m in unpacked.members}
    for path, text in made.items():
        data = text.encode("utf-8", "surrogatepass")
        digest = Sha256(hashlib.sha256(data).hexdigest())
        old = members.get(path) or Member(path=path, data=data, sha256=digest, size=len(data))
        members[path] = replace(old, data=data, sha256=digest, size=len(data))
    given = assign_roles([members[p] for p in sorted(members)], artifact.name)
    return replace(unpacked, members=tuple(given))


def _table(found: list[Measured]) -> str:
    rows = []
    for kind in (*ALONE, *APART):
        those = [m for m in found if kind in m.after]
        if those:
            rows.append(_row(kind, those))
    header = ("transformation", "samples", "stopped", "after", "points", "blocked", "after", "points")
    return table(header, rows)


def _row(kind: str, those: list[Measured]) -> tuple[str, ...]:
    shares = []
    for verdicts in (_STOPPED, {"malicious"}):
        before = 100 * sum(m.before in verdicts for m in those) / len(those)
        after = 100 * sum(m.after[kind] in verdicts for m in those) / len(those)
        shares += [f"{before:.1f}%", f"{after:.1f}%", f"{after - before:+.1f}"]
    return (kind, str(len(those)), *shares)


def _list(found: list[Measured]) -> None:
    from pratique.printable import printable

    for kind in (*ALONE, *APART):
        lost = [m for m in found if m.before in _STOPPED and m.after.get(kind, m.before) not in _STOPPED]
        print(f"\n{kind}: {len(lost)} lost")
        for m in lost:
            print(f"  {m.before} -> {m.after[kind]}  {printable(m.file)}")


if __name__ == "__main__":
    sys.exit(main())
