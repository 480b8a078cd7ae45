"""Screening in worker processes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pratique.cli.outcome import Job
from pratique.cli.pool import Engine, Limits, run
from pratique.verdict import Report, Verdict
from tests.cli import engines


def _jobs(folder: Path, *names: str) -> list[Job]:
    for name in names:
        (folder / name).write_bytes(name.encode())
    return [Job(target=name, path=folder / name) for name in names]


def _reports(jobs: list[Job], engine: Engine, limits: Limits | None = None) -> dict[str, Report]:
    return {o.target: o.report for o in run(jobs, workers=2, limits=limits, engine=engine)}


def test_every_job_has_an_outcome(tmp_path: Path) -> None:
    """Each artifact is reported once, with the time that it took."""
    reports = _reports(_jobs(tmp_path, "a-1.whl", "b-1.whl", "c-1.whl"), engines.clean)
    assert {name: r.verdict for name, r in reports.items()} == dict.fromkeys(
        ("a-1.whl", "b-1.whl", "c-1.whl"), Verdict.CLEAN
    )
    assert all(r.elapsed_ms > 0 for r in reports.values())


def test_a_crash_is_an_error_of_its_artifact_only(tmp_path: Path) -> None:
    """A worker that dies gives verdict error, with the artifact's digest, and the others are still screened."""
    reports = _reports(_jobs(tmp_path, "bad-1.zip", "good-1.zip"), engines.crash_on_bad)
    assert reports["bad-1.zip"].verdict is Verdict.ERROR
    assert "died" in reports["bad-1.zip"].error
    assert reports["bad-1.zip"].artifact.sha256 == hashlib.sha256(b"bad-1.zip").hexdigest()
    assert reports["good-1.zip"].verdict is Verdict.CLEAN


def test_an_overrun_is_an_error_of_its_artifact_only(tmp_path: Path) -> None:
    """A worker that does not come back is killed, and the others are still screened."""
    jobs = _jobs(tmp_path, "bad-1.zip", "good-1.zip")
    reports = _reports(jobs, engines.hang_on_bad, Limits(seconds=3))
    assert "gave up after 3 s" in reports["bad-1.zip"].error
    assert reports["good-1.zip"].verdict is Verdict.CLEAN


@pytest.mark.parametrize(
    ("engine", "why"),
    [
        (engines.hog, "memory"),
        (engines.refuse, "is not an archive. Download it again."),
        (engines.stumble, "ZeroDivisionError"),
    ],
)
def test_whatever_the_engine_raises_is_an_error(tmp_path: Path, engine: Engine, why: str) -> None:
    """Neither a refusal, nor a bug, nor a lack of memory is ever a pass."""
    (report,) = _reports(_jobs(tmp_path, "a-1.zip"), engine).values()
    assert report.verdict is Verdict.ERROR
    assert why in report.error


def test_a_job_that_failed_before_is_not_screened(tmp_path: Path) -> None:
    """A download that failed is reported as an error and does not start a worker."""
    job = Job(target="a-1.whl", path=tmp_path / "a-1.whl", error="The index hung up.")
    (outcome,) = run([job], workers=1, engine=engines.clean)
    assert (outcome.report.verdict, outcome.report.error) == (Verdict.ERROR, "The index hung up.")
