"""A wheel's RECORD against what is really in the wheel (binary distribution format, RECORD)."""

from __future__ import annotations

import base64
import csv
from collections.abc import Iterator, Sequence

from pratique.artifact import Member
from pratique.finding import Confidence, Severity
from pratique.unpack.notes import Notes

_UNSIGNED = ("/RECORD", "/RECORD.jws", "/RECORD.p7s")


def check_record(members: Sequence[Member], notes: Notes) -> None:
    """Note members whose digest differs from RECORD's, and those that it does not list."""
    for record in members:
        folder, _, name = record.path.rpartition("/")
        if name == "RECORD" and folder.endswith(".dist-info") and "/" not in folder and record.whole:
            _check(record, members, notes)


def _check(record: Member, members: Sequence[Member], notes: Notes) -> None:
    listed = dict(_rows(record.data))
    missing = []
    for member in members:
        if "!/" in member.path or member.path.endswith(_UNSIGNED):
            continue
        expected = listed.get(member.path)
        if expected is None:
            missing.append(member.path)
        elif expected.startswith("sha256=") and expected[7:].rstrip("=") != _digest(member):
            message = "Its content is not what the wheel's RECORD announces."
            notes.oddity("wheel-record", Severity.MEDIUM, member.path, message)
    if missing:
        severity = Severity.MEDIUM if any(path.endswith((".py", ".pth")) for path in missing) else Severity.LOW
        message = f"{len(missing):,} file(s) are not listed in the wheel's RECORD; this is the first."
        notes.oddity("wheel-record", severity, missing[0], message, confidence=Confidence.LOW)


def _digest(member: Member) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(member.sha256)).rstrip(b"=").decode()


def _rows(data: bytes) -> Iterator[tuple[str, str]]:
    try:
        for row in csv.reader(data.decode("utf-8", "replace").splitlines()):
            if len(row) > 1:
                yield row[0].replace("\\", "/").removeprefix("./"), row[1]
    except csv.Error:
        return
