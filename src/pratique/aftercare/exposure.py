"""Exposure: who received a file, what it would have taken from them, and so which secrets to rotate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pratique.aftercare.loss import Loss, loss_of
from pratique.names import ProjectName, version_in
from pratique.received import Receipt
from pratique.verdict import Report
from pratique.versions import read_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a file now."""

    report: Report | None = None
    """Nothing where it was never inspected, or its report is not kept any more."""
    refused: bool = False
    """Whether it would be refused today."""
    bad: bool = False
    """Whether it is malicious by its report or by an advisory, or refused for what it holds."""
    reason: str = ""
    """What stands against it today, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """A file that somebody received."""

    filename: str
    sha256: str
    """Empty where the record does not say which bytes they were."""
    standing: Standing
    loss: Loss
    receipts: tuple[Receipt, ...]
    """By client, whoever received it last first."""

    @property
    def times(self) -> int:
        """How often it was received."""
        return sum(one.times for one in self.receipts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The files of a project, or of a release, that somebody received, the bad ones first."""

    project: ProjectName
    version: str | None
    files: tuple[Exposed, ...]

    @property
    def target(self) -> str:
        """As whoever asked wrote it."""
        return f"{self.project}=={self.version}" if self.version else self.project

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """All of them."""
        return tuple(one for file in self.files for one in file.receipts)

    @property
    def rotate(self) -> tuple[str, ...]:
        """What to do, each thing once; of all files."""
        lines = (taken.rotate for file in self.files for taken in file.loss.taken)
        return tuple(dict.fromkeys(line for line in lines if line))


FileKey = tuple[str, str]
"""File name and SHA-256."""


def wanted(receipts: Iterable[Receipt], version: str | None) -> Sequence[Receipt]:
    """Those of a release (PEP 440: 1.0 is 1.0.0); a file whose version its name does not tell is always among them."""
    return [one for one in receipts if version is None or _is_of(one.filename, version)]


def exposure(
    project: ProjectName, version: str | None, receipts: Iterable[Receipt], standings: Mapping[FileKey, Standing]
) -> Exposure:
    """Put together who received what; a file of which nothing is known counts as never inspected."""
    by_file: dict[FileKey, list[Receipt]] = {}
    for one in wanted(receipts, version):
        by_file.setdefault((one.filename, one.sha256), []).append(one)
    files = [_exposed(key, found, standings.get(key, Standing())) for key, found in by_file.items()]
    files.sort(key=lambda file: (not file.standing.bad, -_last(file.receipts).timestamp(), file.filename))
    return Exposure(project=project, version=version, files=tuple(files))


def _exposed(key: FileKey, receipts: list[Receipt], standing: Standing) -> Exposed:
    return Exposed(
        filename=key[0],
        sha256=key[1],
        standing=standing,
        loss=loss_of(standing.report, bad=standing.bad),
        receipts=tuple(sorted(receipts, key=lambda one: one.last, reverse=True)),
    )


def _last(receipts: Sequence[Receipt]) -> datetime:
    return max(one.last for one in receipts)


def _is_of(filename: str, version: str) -> bool:
    told = version_in(filename)
    parsed = read_version(told)
    return not told or told == version or (parsed is not None and parsed == read_version(version))
