"""A folder that somebody unpacked already, or one file of it, read as if it were the archive."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from pratique.errors import BadArchive, BadName
from pratique.names import DistributionName, Kind, ProjectName, distribution_name
from pratique.unpack.intake import Intake
from pratique.unpack.limits import Broken, Exhausted, Limits, OverLimit
from pratique.unpack.links import follow_links
from pratique.unpack.opening import Unpacked, finish, new_intake
from pratique.unpack.roles import assign_roles
from pratique.unpack.streams import CHUNK


def unpack_tree(folder: Path, *, limits: Limits | None = None) -> Unpacked:
    """Read every file below ``folder``; links are never followed by the system, only within the tree.

    Nothing is skipped, not even ``.git``: a place that is not looked at is a place to hide in.
    Raises `BadArchive` when it is no folder or nothing can be read.
    """
    if not folder.is_dir():
        raise BadArchive(f"{folder} is no folder.", remedy="Give the folder that a distribution was unpacked to.")
    intake = new_intake(limits or Limits())
    try:
        for path in _files(folder, intake):
            _take(path, path.relative_to(folder).as_posix(), intake)
        intake.members += follow_links(intake.members, intake.links, intake.notes, intake.budget)
    except (Exhausted, OverLimit) as error:
        intake.notes.limit("", str(error))
    return finish(intake, _name(folder))


def unpack_lone(file: Path, *, limits: Limits | None = None) -> Unpacked:
    """Read one source file as if it were all that an sdist holds. Raises `BadArchive` when it cannot be read."""
    intake = new_intake(limits or Limits())
    try:
        _take(file.resolve(), file.name, intake)
    except (Exhausted, OverLimit) as error:
        intake.notes.limit("", str(error))
    if not intake.members:
        raise BadArchive(f"{file.name} cannot be read.", remedy="Give a file that this user may read.")
    name = DistributionName(filename=file.name, project=ProjectName("unknown"), version="", kind=Kind.SDIST)
    return finish(intake, name)


def unpack_listed(
    folder: Path, files: Iterable[tuple[str, str]], *, name: DistributionName, limits: Limits | None = None
) -> Unpacked:
    """Read these files below ``folder`` as if they were what a wheel holds: each with its path in there.

    Links are followed: an installer may have put them there. What cannot be read is a finding that says so.
    """
    intake = new_intake(limits or Limits())
    try:
        for path, place in files:
            _take((folder / place).resolve(), path, intake)
    except (Exhausted, OverLimit) as error:
        intake.notes.limit("", str(error))
    members = assign_roles(sorted(intake.members, key=lambda member: member.path), name)
    return Unpacked(members=tuple(members), notes=intake.notes.findings())


def _files(folder: Path, intake: Intake) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        intake.notes.damage(str(error.filename or ""), "It cannot be read.")

    for at, folders, files in os.walk(folder, onerror=unreadable, followlinks=False):
        folders.sort()
        for name in sorted([*files, *(f for f in folders if (Path(at) / f).is_symlink())]):
            yield Path(at) / name


def _take(file: Path, name: str, intake: Intake) -> None:
    intake.budget.enter()
    path = intake.path(name)
    try:
        mode = file.lstat().st_mode
        if stat.S_ISLNK(mode):
            intake.links.append((path, str(file.readlink()), False))
        elif stat.S_ISREG(mode):
            intake.take(path, _content(file, intake), executable=bool(mode & 0o111))
        # Sockets, pipes and devices hold nothing that could be read without waiting.
    except OSError as error:
        intake.notes.damage(path, f"It cannot be read: {error.strerror}.")


def _content(file: Path, intake: Intake) -> Iterator[bytes]:
    try:
        # A file that was replaced by a link since it was looked at is not followed.
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
            while chunk := opened.read(CHUNK):
                intake.budget.spend(len(chunk))
                yield chunk
    except OSError as error:
        raise Broken(f"It cannot be read: {error.strerror}.") from error


def _name(folder: Path) -> DistributionName:
    wheel = next(folder.glob("*.dist-info/WHEEL"), None)
    if wheel is not None:
        project, _, version = wheel.parent.name.removesuffix(".dist-info").partition("-")
        return DistributionName(
            filename=folder.name, project=ProjectName(project.lower()), version=version, kind=Kind.WHEEL
        )
    try:
        return distribution_name(f"{folder.resolve().name}.tar.gz")
    except BadName:
        return DistributionName(filename=folder.name, project=ProjectName("unknown"), version="", kind=Kind.SDIST)
