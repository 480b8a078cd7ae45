"""An audit for tools: one object per distribution (`docs/audit.md`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

import msgspec

from pratique.cli.auditing.model import Audited
from pratique.cli.render.json_text import safe_json
from pratique.cli.render.wire import ReportLine, encodable, report_line


class ConcernLine(msgspec.Struct, frozen=True, kw_only=True):
    """A concern on the wire."""

    kind: str
    reason: str
    verdict: str
    id: str


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution on the wire; ``error`` is null where it could be audited."""

    target: str
    path: str
    line: int
    verdict: str
    files: tuple[ReportLine, ...]
    files_in_all: int
    concerns: tuple[ConcernLine, ...]
    error: str | None


class AuditJsonLines:
    """One object per distribution and line, flushed as it is done."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, one: Audited) -> None:
        """Print its object."""
        self._stream.write(_dump(one, self._stream) + "\n")
        self._stream.flush()

    def finish(self, audited: Sequence[Audited]) -> None:
        """Nothing: a reader of lines needs no end mark."""


class AuditJson:
    """One array of the same objects."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, one: Audited) -> None:
        """Nothing yet: the array is written when it is complete."""

    def finish(self, audited: Sequence[Audited]) -> None:
        """Print the array, one object a line."""
        self._stream.write("[\n" + ",\n".join(_dump(one, self._stream) for one in audited) + "\n]\n")


def _dump(one: Audited, stream: TextIO) -> str:
    line = AuditLine(
        target=encodable(one.target),
        path=encodable(one.path),
        line=one.line,
        verdict=one.verdict.value,
        files=tuple(map(report_line, one.outcomes)),
        files_in_all=one.of,
        concerns=tuple(
            ConcernLine(kind=c.kind, reason=encodable(c.reason), verdict=c.verdict.value, id=c.id) for c in one.concerns
        ),
        error=encodable(one.error) or None,
    )
    return safe_json(msgspec.json.encode(line), stream)
