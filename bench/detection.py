"""Recall per cluster and false alarms per distribution, at each threshold, with errors and times.

python bench/detection.py --malicious ZIP_OR_DIR [--password infected] --benign DIR [--limit N] [--list]
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
from corpus import Corpus, clusters
from judging import Judged, judge
from table import percentile, table

_THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
_STOPPED = {"suspicious", "malicious"}


def main() -> int:
    """Judge what was given and print the tables; 2 where there was nothing to judge."""
    arguments = _arguments()
    bad = (
        _run(Corpus(source=arguments.malicious, password=arguments.password), arguments) if arguments.malicious else []
    )
    good = _run(Corpus(source=arguments.benign), arguments) if arguments.benign else []
    if not (bad or good):
        print("nothing to judge: give --malicious, --benign or both", file=sys.stderr)
        return 2
    _print(bad, good)
    if arguments.list:
        _list("missed (of those learnt from)", [j for j in bad if j.verdict not in _STOPPED and not j.frozen])
        _list("alarms on benign files (read each before calling it false)", [j for j in good if j.verdict != "clean"])
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode({"malicious": bad, "benign": good})))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--malicious", type=Path, help="a zip (AES) or a folder of malicious distributions")
    parser.add_argument("--password", default="infected", help="of the zip (default: %(default)s)")
    parser.add_argument("--benign", type=Path, help="a folder of honest distributions")
    parser.add_argument("--limit", type=int, help="at most so many of each, evenly spread")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a processor)")
    parser.add_argument("--seconds", type=float, default=120.0, help="limit of an artifact (default: %(default)g)")
    parser.add_argument("--list", action="store_true", help="list what was missed and what was alarmed about")
    parser.add_argument("--json", type=Path, help="write every artifact's verdict, score and rules to this file")
    return parser.parse_args()


def _run(corpus: Corpus, arguments: argparse.Namespace) -> list[Judged]:
    if corpus.source.is_dir():
        corpus = replace(corpus, password="")
    names = corpus.names()
    if arguments.limit:
        names = names[:: max(1, len(names) // arguments.limit)][: arguments.limit]
    groups = clusters(corpus)
    found = []
    for count, judged in enumerate(judge(corpus, names, jobs=arguments.jobs, seconds=arguments.seconds), start=1):
        found.append(replace(judged, cluster=groups.get(judged.file, judged.file)))
        if count % 100 == 0:
            print(f"{corpus.source.name}: {count} of {len(names)}", file=sys.stderr)
    return sorted(found, key=lambda j: j.file)


def _print(bad: list[Judged], good: list[Judged]) -> None:
    wheels = [j for j in good if j.file.endswith(".whl")]
    sdists = [j for j in good if not j.file.endswith(".whl")]
    groups = (
        ("malicious, all", bad),
        ("malicious, learnt from", [j for j in bad if not j.frozen]),
        ("malicious, frozen third", [j for j in bad if j.frozen]),
        ("benign sdists", sdists),
        ("benign wheels", wheels),
    )
    shown = [(label, rows) for label, rows in groups if rows]
    header = ("", "files", "clusters", "stopped", "blocked", "error", "p50 ms", "p95 ms", "p99 ms")
    print(table(header, [_row(label, rows) for label, rows in shown]))
    print("\nstopped: quarantined or blocked, in % of clusters (benign: of files); an error is not counted as found\n")
    steps = [f">= {t:g}" for t in _THRESHOLDS]
    print(table(("score (or proven)", *steps), [(label, *_by_threshold(rows)) for label, rows in shown]))
    errors = [j for j in bad + good if j.verdict == "error"]
    if errors:
        _list("errors and time-outs", errors)


def _row(label: str, rows: list[Judged]) -> tuple[str, ...]:
    times = [j.seconds * 1000 for j in rows]
    return (
        label,
        str(len(rows)),
        str(len({j.cluster for j in rows})),
        _share(rows, _STOPPED),
        _share(rows, {"malicious"}),
        str(sum(j.verdict == "error" for j in rows)),
        *(f"{percentile(times, p):.0f}" for p in (0.5, 0.95, 0.99)),
    )


def _share(rows: list[Judged], verdicts: set[str]) -> str:
    """In percent of clusters: one is found when any of its files is."""
    found = {j.cluster for j in rows if j.verdict in verdicts}
    return f"{100 * len(found) / len({j.cluster for j in rows}):.1f}%"


def _by_threshold(rows: list[Judged]) -> list[str]:
    total = len({j.cluster for j in rows})
    shares = []
    for threshold in _THRESHOLDS:
        found = {j.cluster for j in rows if j.verdict == "malicious" or (j.score >= threshold and j.verdict != "error")}
        shares.append(f"{100 * len(found) / total:.1f}%")
    return shares


def _list(title: str, rows: list[Judged]) -> None:
    from pratique.printable import printable

    print(f"\n{title}: {len(rows)}")
    for j in sorted(rows, key=lambda j: -j.score):
        print(f"  {j.verdict:<10} {j.score:.2f}  {printable(j.file)}  {printable(j.why, limit=160)}")


if __name__ == "__main__":
    sys.exit(main())
