"""The files of a distribution as they lie once it is installed, so that releases and forms can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pratique.artifact import Member, Role
from pratique.capability import Capabilities, Capability, Kind
from pratique.names import Kind as File

_MADE = re.compile(r"[^/]+\.dist-info/(?:RECORD|WHEEL|METADATA|INSTALLER)|PKG-INFO|[^/]+\.egg-info/.*")
"""Files that a build writes; they differ in every release."""
_PURE = re.compile(r"^[^/]+\.data/(?:purelib|platlib)/")
_CODE = (Role.MODULE, Role.STARTUP)


def with_files(found: Capabilities, members: Iterable[Member], form: File) -> Capabilities:
    """The capabilities, and every file that a build has not written itself with its digest."""
    return replace(found, items=(*found.items, *_files(members, form)))


def _files(members: Iterable[Member], form: File) -> Iterator[Capability]:
    for member in members:
        if not _MADE.fullmatch(member.path):
            path = _PURE.sub("", member.path) if form is File.WHEEL else _installed(member)
            yield Capability(kind=Kind.FILE, what=path, path=member.path, code=member.sha256)


def _installed(member: Member) -> str:
    """Where a build puts a file of a source tree: ``src/`` is no part of a module's name."""
    return member.path.removeprefix("src/") if member.role in _CODE else member.path
