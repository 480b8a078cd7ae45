"""The whole way from an artifact's bytes to its members: content decides, never the extension."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePosixPath
from typing import BinaryIO

from pratique.artifact import Member
from pratique.errors import BadArchive
from pratique.finding import Finding, Severity
from pratique.names import DistributionName
from pratique.unpack.intake import Intake, looks_like_zip
from pratique.unpack.limits import Broken, Budget, Exhausted, Limits, OverLimit
from pratique.unpack.links import follow_links
from pratique.unpack.notes import Notes
from pratique.unpack.record import check_record
from pratique.unpack.roles import assign_roles, common_folder
from pratique.unpack.streams import CHUNK, compression, decompressed
from pratique.unpack.tars import BLOCK, looks_like_tar, read_tar
from pratique.unpack.zips import read_zip


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What lies in an artifact: members sorted by path, and what was odd about the archive."""

    members: tuple[Member, ...]
    notes: tuple[Finding, ...]


def unpack(file: BinaryIO, *, name: DistributionName, limits: Limits | None = None) -> Unpacked:
    """Read a seekable file as the archive it is; nothing is written to disk.

    Raises `BadArchive` when nothing can be read. An archive that is damaged or too large half-way
    gives what was read, and a finding that says that it is incomplete.
    """
    intake = new_intake(limits or Limits())
    try:
        _open_outermost(file, intake)
        intake.members += follow_links(intake.members, intake.links, intake.notes, intake.budget)
    except (Exhausted, OverLimit) as error:
        intake.notes.limit("", str(error))
    except Broken as error:
        if not intake.members:
            raise BadArchive(f"{name.filename}: {error}", remedy="Fetch it again, or a whole one.") from error
        intake.notes.damage("", str(error))
    return finish(intake, name)


def _open_outermost(file: BinaryIO, intake: Intake) -> None:
    if not open_archive(file, intake):
        raise Broken("It is no archive that can be read.")


def new_intake(limits: Limits) -> Intake:
    """An intake with nothing in it yet."""
    return Intake(Budget(limits), Notes(), open_archive)


def open_archive(file: BinaryIO, intake: Intake) -> bool:
    """Read a zip, a tar or a compressed tar into ``intake``; false when it is none of them."""
    file.seek(0)
    head = file.read(BLOCK)
    file.seek(0)
    if looks_like_tar(head):
        read_tar(_spent(_chunks(file), intake.budget), intake)
        return True
    if (packing := compression(head)) is not None:
        return _open_compressed(file, packing, intake)
    if intake.notes.depth and not looks_like_zip(head):
        return False
    read_zip(file, intake)
    return True


def _open_compressed(file: BinaryIO, packing: str, intake: Intake) -> bool:
    stream = decompressed(_chunks(file), packing, intake.budget)
    head = b""
    for piece in stream:
        head += piece
        if len(head) >= BLOCK:
            break
    if not looks_like_tar(head):
        return False
    read_tar(chain([head], stream), intake)
    return True


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _spent(chunks: Iterator[bytes], budget: Budget) -> Iterator[bytes]:
    for chunk in chunks:
        budget.spend(len(chunk))
        yield chunk


def finish(intake: Intake, name: DistributionName) -> Unpacked:
    """Sort, cut off an sdist's top folder, give roles, and compare what must agree."""
    _note_duplicates(intake)
    top = common_folder(intake.members, name)
    cut = len(top)
    members = [replace(m, path=m.path[cut:]) if cut else m for m in intake.members]
    members = assign_roles(sorted(members, key=lambda member: member.path), name)
    check_record(members, intake.notes)
    notes = intake.notes.findings()
    if cut:
        notes = tuple(replace(n, path=n.path[cut:]) if n.path.startswith(top) else n for n in notes)
    return Unpacked(members=tuple(members), notes=notes)


def _note_duplicates(intake: Intake) -> None:
    exact: dict[str, Member] = {}
    folded: dict[str, str] = {}
    for member in intake.members:
        nested = "!/" in member.path
        earlier = exact.setdefault(member.path, member)
        if earlier is not member and not nested:
            same = earlier.sha256 == member.sha256
            code = PurePosixPath(member.path).suffix in {".py", ".pth", ".pyc"}
            severity = Severity.LOW if same else Severity.HIGH if code else Severity.MEDIUM
            message = f"The name is there twice, with {'the same' if same else 'different'} content."
            intake.notes.oddity("archive-duplicate-name", severity, member.path, message)
        other = folded.setdefault(member.path.casefold(), member.path)
        if other != member.path and not nested:
            message = f"On a file system that ignores case it replaces {other!r}."
            intake.notes.oddity("archive-duplicate-name", Severity.LOW, member.path, message)
