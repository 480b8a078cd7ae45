"""Alarms by history alone on consecutive releases of popular projects: ``python bench/history.py FOLDER``.

Wheels are fetched from the configured index into FOLDER (kept for the next run); nothing is built or run. Of each
project the newest final releases of one major version that have a small pure wheel are taken, as its page lists
them (PEP 700), and each is compared with the one before it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
from packaging.version import InvalidVersion, Version
from table import percentile, table

from pratique.cli.fetch import fetch_release
from pratique.cli.targets import Release
from pratique.errors import BadName, PratiqueError
from pratique.history.signals import news
from pratique.identity import default_popular
from pratique.names import ProjectName, distribution_name
from pratique.ports import IndexFile, ProjectPage, Upstream
from pratique.screen import screen_file
from pratique.verdict import Report, Verdict
from pratique.wiring import open_upstream


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What came of one project's releases."""

    project: ProjectName
    reports: tuple[Report, ...]

    @property
    def pairs(self) -> int:
        """Releases that have a predecessor here."""
        return max(0, len(self.reports) - 1)

    @property
    def held(self) -> list[tuple[Report, str]]:
        """Releases in which nothing else was found, with what history says of them."""
        told = news(self.reports)
        by_key = {(r.artifact.name.filename, str(r.artifact.sha256)): r for r in self.reports}
        return [
            (by_key[key], "; ".join(signal.reason for signal in signals))
            for key, signals in sorted(told.items())
            if by_key[key].verdict is Verdict.CLEAN
        ]


def chosen(page: ProjectPage, releases: int, size: int) -> list[tuple[str, IndexFile]]:
    """The newest so many consecutive final releases of one major version that have a small pure wheel, oldest first."""
    found: dict[Version, IndexFile] = {}
    for file in page.files:
        if file.filename.endswith("-none-any.whl") and file.sha256 and 0 < (file.size or 0) <= size:
            version = _version(file.filename)
            if version is not None and not version.is_prerelease:
                found.setdefault(version, file)
    newest = sorted(found, reverse=True)
    alike = [v for v in newest if v.major == newest[0].major][: releases + 1] if newest else []
    return [(str(v), found[v]) for v in reversed(alike)]


def _version(filename: str) -> Version | None:
    try:
        return Version(distribution_name(filename).version)
    except (BadName, InvalidVersion):
        return None


async def gathered(
    upstream: Upstream, folder: Path, projects: int, releases: int, size: int
) -> AsyncIterator[tuple[ProjectName, list[Path]]]:
    """The first so many popular projects that have enough such releases, and their wheels."""
    count = 0
    for name in map(ProjectName, default_popular().names):
        try:
            wheels = chosen(await upstream.page(name), releases, size)
        except PratiqueError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        if len(wheels) > releases:
            yield name, [await _have(upstream, name, version, file, folder) for version, file in wheels]
            count += 1
        if count == projects:
            return


async def _have(upstream: Upstream, name: ProjectName, version: str, file: IndexFile, folder: Path) -> Path:
    path = folder / file.filename
    if not path.exists():
        release = Release(target=f"{name}=={version}", project=name, version=version)
        (job,) = await fetch_release(upstream, release, folder, choose=lambda _: [file])
        if job.error:
            path.unlink(missing_ok=True)
            raise SystemExit(f"{file.filename}: {job.error}")
    return path


def read(path: Path) -> Report:
    """The report on one wheel."""
    return screen_file(path, filename=path.name)


async def fetch_all(args: argparse.Namespace) -> dict[ProjectName, list[Path]]:
    """Wheels by project."""
    async with open_upstream(args.upstream) as upstream:
        wanted = gathered(upstream, args.folder, args.projects, args.releases, args.size)
        return {name: paths async for name, paths in wanted}


def judged(wheels: dict[ProjectName, list[Path]], jobs: int) -> list[Line]:
    """Everything read, by so many processes."""
    paths = [path for each in wheels.values() for path in each]
    with ProcessPoolExecutor(jobs) as pool:
        reports = dict(zip(paths, pool.map(read, paths, chunksize=4), strict=True))
    return [Line(project=name, reports=tuple(reports[p] for p in each)) for name, each in wheels.items()]


def told(lines: Sequence[Line], seconds: float) -> str:
    """The table and, below it, each alarm."""
    pairs = sum(line.pairs for line in lines)
    held = [one for line in lines for one in line.held]
    sizes = [len(msgspec.json.encode(r.capabilities)) for line in lines for r in line.reports]
    found = sum(r.verdict is not Verdict.CLEAN for line in lines for r in line.reports)
    rows = [
        ("projects", str(len(lines))),
        ("releases with a predecessor", str(pairs)),
        ("of these held by history alone", f"{len(held)} ({len(held) / max(1, pairs):.2%})"),
        ("releases that are not clean anyway", str(found)),
        (
            "capabilities of a release, bytes p50 / p99",
            f"{percentile(sizes, 0.5):,.0f} / {percentile(sizes, 0.99):,.0f}",
        ),
        ("seconds to read them", f"{seconds:.0f}"),
    ]
    return "\n".join([table(("", ""), rows), "", *_alarms(held)])


def _alarms(held: Iterable[tuple[Report, str]]) -> Iterable[str]:
    return (f"{report.artifact.name.filename}: {why}" for report, why in held)


def main() -> int:
    """Fetch, read, compare, print; the status is 1 above one alarm in a hundred."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--projects", type=int, default=60)
    parser.add_argument("--releases", type=int, default=5, help="pairs of each project")
    parser.add_argument("--size", type=int, default=1_000_000, help="bytes of a wheel, at most")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--upstream")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    wheels = asyncio.run(fetch_all(args))
    start = time.perf_counter()
    lines = judged(wheels, args.jobs)
    print(told(lines, time.perf_counter() - start))
    pairs = sum(line.pairs for line in lines)
    return int(sum(len(line.held) for line in lines) * 100 > pairs)


if __name__ == "__main__":
    raise SystemExit(main())
