"""Whether the sieve leaves out anything that a rule would have reported: findings with it, and with everything parsed.

python bench/sieve.py FOLDER_OR_ZIP [--password infected] [--limit N] [--largest BYTES]

Compared is what weighs: findings of at least medium severity, by rule, place and phase. Remarks on odd source text are
made of what is parsed, and are left out.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from corpus import Corpus

from pratique.artifact import Artifact
from pratique.errors import BadArchive
from pratique.facts.selection import everything, select
from pratique.finding import Behaviour, Finding, Severity
from pratique.names import Sha256, distribution_name
from pratique.printable import printable
from pratique.screen import screen
from pratique.unpack import unpack

Claim = tuple[str, str, int, str]
"""Rule, path, line and phase."""
_UNCOUNTED = frozenset({Behaviour.LIMIT, Behaviour.OBFUSCATION})


def main() -> int:
    """Print each finding that only one of the two ways gives; status 1 where the sieve lost one, 2 without files."""
    arguments = _arguments()
    corpus = Corpus(source=arguments.source, password=arguments.password if arguments.source.is_file() else "")
    names = _names(corpus, arguments)
    if not names:
        print("no distributions there", file=sys.stderr)
        return 2
    lost = changed = 0
    for name in names:
        sieved, whole, verdicts = _both(corpus.read(name), corpus.filename(name))
        changed += verdicts[0] != verdicts[1]
        for claim in sorted(whole - sieved):
            lost += 1
            print(f"{printable(name)}: {printable(str(claim))}")
    print(f"{len(names)} distributions: {lost} findings lost by the sieve, {changed} verdicts changed")
    return int(bool(lost))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="a folder of distributions, or a zip (AES)")
    parser.add_argument("--password", default="infected", help="of the zip (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=60, help="at most so many, evenly spread")
    parser.add_argument("--largest", type=int, default=300_000, help="bytes of the largest file that is taken")
    return parser.parse_args()


def _names(corpus: Corpus, arguments: argparse.Namespace) -> list[str]:
    names = corpus.names()
    if corpus.source.is_dir():
        names = [name for name in names if (corpus.source / name).stat().st_size <= arguments.largest]
    return names[:: max(1, len(names) // arguments.limit)][: arguments.limit]


def _both(data: bytes, filename: str) -> tuple[set[Claim], set[Claim], tuple[str, str]]:
    """What is claimed with the sieve, and without, and both verdicts."""
    artifact = Artifact(name=distribution_name(filename), sha256=Sha256("0" * 64), size=len(data))
    try:
        unpacked = unpack(io.BytesIO(data), name=artifact.name)
    except BadArchive:
        return set(), set(), ("error", "error")
    sieved, whole = (screen(artifact, unpacked, choose=choose) for choose in (select, everything))
    return _claims(sieved.findings), _claims(whole.findings), (sieved.verdict.value, whole.verdict.value)


def _claims(findings: tuple[Finding, ...]) -> set[Claim]:
    return {
        (f.rule, f.path, f.line, f.phase.value)
        for f in findings
        if f.severity >= Severity.MEDIUM and f.behaviour not in _UNCOUNTED
    }


if __name__ == "__main__":
    raise SystemExit(main())
