"""What lies in an uploaded archive: really that kind, understood alike by every reader, and complete."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from pratique.artifact import Member
from pratique.errors import BadArchive
from pratique.finding import Finding, Severity
from pratique.names import DistributionName, Kind
from pratique.printable import printable
from pratique.unpack import Limits
from pratique.unpack.intake import Intake
from pratique.unpack.limits import Broken, Budget, Exhausted
from pratique.unpack.links import follow_links
from pratique.unpack.notes import Notes
from pratique.unpack.opening import finish, open_archive
from pratique.uploads.announced import entry_point_problems, license_problems
from pratique.uploads.framing import framing_problems
from pratique.uploads.refusal import UploadRefused, refuse_all

_MAGIC = {Kind.WHEEL: b"PK\3\4", Kind.SDIST: b"\x1f\x8b\x08"}
_CALLED = {Kind.WHEEL: "zip archive (PEP 427)", Kind.SDIST: "tar archive in gzip (PEP 625)"}
_NOT_IN_RECORD = ("/RECORD", "/RECORD.jws", "/RECORD.p7s")
_READ = re.compile(r"^[^/]+(\.dist-info/(METADATA|RECORD|entry_points\.txt)|/PKG-INFO)$")
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """An archive that passed."""

    metadata: bytes
    """METADATA of a wheel, PKG-INFO of an sdist."""


def read_contents(file: BinaryIO, name: DistributionName, limits: Limits) -> Contents:
    """Read an archive through; raises `UploadRefused` with what is wrong with it. Blocking.

    The same reader as everywhere; here whatever two readers could understand differently is refused outright,
    since whoever uploads can build the file anew.
    """
    file.seek(0)
    if not file.read(4).startswith(_MAGIC[name.kind]):
        raise UploadRefused(f"{name.filename} is no {_CALLED[name.kind]}.", remedy="Build it again.")
    intake = _Lean(Budget(limits), Notes(), open_archive)
    try:
        if not open_archive(file, intake):
            raise UploadRefused(
                f"{name.filename} cannot be read: it is no {_CALLED[name.kind]}.", remedy="Build it again."
            )
        if name.kind is Kind.SDIST:
            intake.members += follow_links(intake.members, intake.links, intake.notes, intake.budget)
    except (Broken, BadArchive, Exhausted) as error:
        raise UploadRefused(f"{name.filename} cannot be read: {error}", remedy="Build it again.") from error
    top = _only_folder(intake) if name.kind is Kind.SDIST else ""
    unpacked = finish(intake, name)
    problems = [*_objections(unpacked.notes), *_twice(unpacked.members, name)]
    if name.kind is Kind.WHEEL:
        problems += [*_links(intake), *_wheel_problems(unpacked.members, name), *framing_problems(file)]
    else:
        problems += _sdist_problems(unpacked.members, name, top)
    refuse_all(_few(problems), remedy="Build it again with a current build tool.")
    return Contents(metadata=_metadata(unpacked.members, name))


class _Lean(Intake):
    """Hashes every member, and holds only those that are read here."""

    def take(self, path: str, chunks: Iterator[bytes], *, executable: bool = False) -> Member:
        """Take a member, and let go what nobody will read."""
        member = super().take(path, chunks, executable=executable)
        if not _READ.search(path):
            self.budget.hold(-len(member.data))
            member = self.members[-1] = replace(member, data=b"")
        return member


def _objections(notes: Sequence[Finding]) -> Iterator[str]:
    for note in notes:
        if note.incomplete or note.severity >= Severity.MEDIUM or note.rule == "wheel-record":
            yield f"{_shown(note.path)}: {printable(note.message)}" if note.path else printable(note.message)


def _twice(members: Sequence[Member], name: DistributionName) -> Iterator[str]:
    """Members of one name. In an sdist the same content twice is a build tool's clumsiness, and means one thing."""
    wheel = name.kind is Kind.WHEEL
    counted = Counter(
        path for path, _ in ([(m.path, "") for m in members] if wheel else {(m.path, m.sha256) for m in members})
    )
    yield from (f"{_shown(path)}: it is there {count} times." for path, count in counted.items() if count > 1)


def _links(intake: Intake) -> Iterator[str]:
    """Installers of wheels don't make them."""
    yield from (f"{_shown(path)}: it is a link." for path, _, _ in intake.links)


def _only_folder(intake: Intake) -> str:
    tops = {member.path.partition("/")[0] for member in intake.members}
    return tops.pop() if len(tops) == 1 else ""


def _wheel_problems(members: Sequence[Member], name: DistributionName) -> Iterator[str]:
    expected = f"{name.project.replace('-', '_')}-{name.version}.dist-info"
    folders = {m.path.partition("/")[0] for m in members if re.match(r"[^/]+\.dist-info/", m.path)}
    if not any(_same(folder, expected) for folder in folders) or len(folders) != 1:
        yield f"It holds {_listed(folders) or 'no .dist-info folder'} where {expected} alone should be."
        return
    folder = folders.pop()
    there = {member.path: member for member in members}
    yield from (
        f"{folder}/{what} is missing." for what in ("METADATA", "WHEEL", "RECORD") if f"{folder}/{what}" not in there
    )
    if (record := there.get(f"{folder}/RECORD")) is not None:
        yield from _record_problems(record, there)
    if (commands := there.get(f"{folder}/entry_points.txt")) is not None:
        yield from entry_point_problems(commands)
    if (metadata := there.get(f"{folder}/METADATA")) is not None:
        yield from license_problems(metadata.data, there, f"{folder}/licenses/")


def _record_problems(record: Member, there: dict[str, Member]) -> Iterator[str]:
    """What RECORD lists and is not there, and what it lists without a digest (binary distribution format)."""
    if not record.whole:
        yield "RECORD is too large."
        return
    try:
        rows = list(csv.reader(record.data.decode().splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error):
        yield "RECORD cannot be read."
        return
    for row in rows:
        path = row[0] if len(row) == 3 else ""
        if path not in there:
            yield f"RECORD lists {_shown(','.join(row))}, which is not in the wheel."
        elif not path.endswith(_NOT_IN_RECORD) and not re.match(r"sha(256|384|512)=", row[1]):
            yield f"RECORD lists {_shown(path)} without a digest (SHA-256 or stronger)."


def _sdist_problems(members: Sequence[Member], name: DistributionName, top: str) -> Iterator[str]:
    expected = name.filename.removesuffix(".tar.gz")
    if not _same(top, expected):
        yield f"Its one folder should be {expected}/ (PEP 625), not {_shown(top) if top else 'several'}."
        return
    there = {member.path: member for member in members}
    if "PKG-INFO" in there:
        yield from license_problems(there["PKG-INFO"].data, there, "")
    else:
        yield "PKG-INFO is missing."
    if not there.keys() & {"pyproject.toml", "setup.py"}:
        yield "It has neither a pyproject.toml nor a setup.py: nothing could be built of it."


def _metadata(members: Sequence[Member], name: DistributionName) -> bytes:
    place = "PKG-INFO" if name.kind is Kind.SDIST else ".dist-info/METADATA"
    found = [
        m for m in members if m.path == place or (place[0] == "." and m.path.count("/") == 1 and m.path.endswith(place))
    ]
    if len(found) != 1 or not found[0].whole:
        raise UploadRefused(f"{name.filename} has no metadata that can be read.", remedy="Build it again.")
    return found[0].data


def _same(folder: str, expected: str) -> bool:
    """Whether a folder is named so, up to the spelling of the project's name."""
    return re.sub(r"[-_.]+", "-", folder).lower() == re.sub(r"[-_.]+", "-", expected).lower()


def _few(problems: Sequence[str]) -> list[str]:
    more = len(problems) - _SHOWN
    return [*problems[:_SHOWN], *([f"And {more} more."] if more > 0 else [])]


def _listed(names: set[str]) -> str:
    return ", ".join(_shown(name) for name in sorted(names)[:_SHOWN])


def _shown(path: str) -> str:
    return printable(path, limit=120)
