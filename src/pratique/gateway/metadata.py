"""What lies beside a listed file: core metadata, from the upstream or else from the wheel itself, and provenance."""

from __future__ import annotations

import asyncio
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pratique.artifact import Member
from pratique.errors import BadName, NotFound
from pratique.facts.metadata import read_metadata
from pratique.gateway.fetching import Fetcher
from pratique.gateway.kept import Kept
from pratique.names import ProjectName, Sha256, project_name
from pratique.ports import IndexFile, StoredBlob

_LIMIT = 10_000_000
_PLACE = re.compile(r"[^/]+\.dist-info/METADATA")
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError)
"""What `zipfile` raises for archives that are damaged, encrypted, or packed in ways that it doesn't know."""
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
_REMEMBERED = 10_000
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""Others ask for as much memory as the archive says."""
_END, _LOCATOR = b"PK\5\6", b"PK\6\7"
_TAIL = 22 + 0xFFFF
"""Bytes, in which an end record begins."""
_DIRECTORY = 4 << 20
"""Bytes: tens of thousands of members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What core metadata say."""

    objection: str = ""
    """Why they are not given to anybody; empty where nothing speaks against them."""
    requires: tuple[ProjectName, ...] = ()
    """What a resolver looks for next."""


class Metadata:
    """Gives ``.metadata`` files (PEP 658), verified against what the page promises, and ``.provenance`` (PEP 740)."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._told: Kept[tuple[ProjectName, Sha256], Told] = Kept(_REMEMBERED)

    async def kept(self, project: ProjectName, file: IndexFile) -> StoredBlob | None:
        """What was got before."""
        return await self._fetcher.remembered(project, _beside(file))

    async def get(self, project: ProjectName, file: IndexFile) -> StoredBlob:
        """From the upstream; raises `NotFound`, `UpstreamError`, `Mismatch`."""
        if not file.core_metadata:
            raise NotFound(f"The upstream has no metadata of {file.filename}.", remedy="Ask for the file itself.")
        return await self._fetcher.metadata(project, _beside(file), limit=_LIMIT)

    async def from_wheel(
        self, project: ProjectName, file: IndexFile, wheel: StoredBlob, *, inspected: bool
    ) -> StoredBlob | None:
        """From a wheel; nothing where it has none that can be read. Raises `Mismatch`.

        Nothing either where it was not ``inspected`` yet and its directory is none that is read in a moment.
        """
        if not _is_wheel(file):
            return None
        data = await asyncio.to_thread(_read_wheel, wheel.path, inspected=inspected)
        return None if data is None else await self._fetcher.keep(project, _beside(file), data)

    async def provenance(self, project: ProjectName, file: IndexFile) -> StoredBlob:
        """The provenance object from the upstream; raises `NotFound`, `UpstreamError`."""
        if file.provenance is None:
            raise NotFound(
                f"The upstream has no provenance of {file.filename}.",
                remedy="Whoever publishes the file can attest it (PEP 740).",
            )
        beside = IndexFile(filename=f"{file.filename}.provenance", url=file.provenance, upstream=file.upstream)
        return await self._fetcher.metadata(project, beside, limit=_LIMIT)

    async def told(self, project: ProjectName, blob: StoredBlob) -> Told:
        """What metadata say, and what speaks against giving them to anybody."""
        key = project, blob.sha256
        if (known := self._told.get(key)) is not None:
            return known
        found = await asyncio.to_thread(_read, project, blob)
        self._told.put(key, found)
        return found


def is_offered(file: IndexFile) -> bool:
    """Whether there are core metadata of a file here: the upstream's, else those that are read from the wheel.

    Resolvers then need no wheel of what they only look at, and what they choose is inspected while they go on.
    """
    return bool(file.core_metadata) or _is_wheel(file)


def _is_wheel(file: IndexFile) -> bool:
    return file.filename.endswith(".whl")


def _beside(file: IndexFile) -> IndexFile:
    """The metadata file beside a listed file (PEP 658), with the hashes that are promised for it.

    What is read from a wheel belongs to the bytes of that wheel: its place names them.
    """
    hashes = file.core_metadata if isinstance(file.core_metadata, tuple) else ()
    url = f"{file.url}.metadata" if file.core_metadata else f"{file.url}.metadata#of={file.sha256 or ''}"
    return IndexFile(filename=f"{file.filename}.metadata", url=url, hashes=hashes, upstream=file.upstream)


def _read(project: ProjectName, blob: StoredBlob) -> Told:
    if blob.size > _LIMIT:
        return Told(objection=f"blocked: METADATA of {blob.size} bytes")
    data = blob.path.read_bytes()
    facts = read_metadata(Member(path="PKG-INFO", data=data, sha256=blob.sha256, size=blob.size))
    if facts is None or not _is_of(project, facts.name):
        return Told(objection=f"blocked: METADATA is not that of {project}")
    if facts.direct:
        to = f"{facts.direct[0]}, which would be fetched around the gateway"
        return Told(objection=f"blocked: METADATA requires {to}")
    return Told(requires=tuple(_required(facts.requires)))


def _required(requirements: Iterable[str]) -> Iterator[ProjectName]:
    """The projects, but for those that only an extra brings in; what cannot be read is left out."""
    for text in requirements:
        requirement, _, marker = text.partition(";")
        if "extra" not in marker and (name := _NAME.match(requirement)):
            with suppress(BadName):
                yield project_name(name[0])


def _is_of(project: ProjectName, name: str) -> bool:
    try:
        return project_name(name.strip()) == project
    except BadName:
        return False


def _read_wheel(path: Path, *, inspected: bool) -> bytes | None:
    """The one METADATA of a wheel, read in memory; nothing where there are none or several, or it is too large."""
    try:
        with path.open("rb") as file:
            if not inspected and not _has_small_directory(file):
                return None
            file.seek(0)
            return _read_archive(file)
    except _BROKEN:
        return None


def _read_archive(file: BinaryIO) -> bytes | None:
    with zipfile.ZipFile(file) as archive:
        found = [info for info in archive.infolist() if _PLACE.fullmatch(info.filename)]
        if len(found) != 1 or found[0].compress_type not in _PACKINGS:
            return None
        with archive.open(found[0]) as member:
            data = member.read(_LIMIT + 1)
    return data if len(data) <= _LIMIT else None


def _has_small_directory(file: BinaryIO) -> bool:
    """Whether `zipfile` reads little of an archive that nobody looked into (APPNOTE 4.3.16, 4.3.14).

    It has one end record and no other one that readers could go by, and a central directory of a few megabytes.
    """
    length = file.seek(0, io.SEEK_END)
    file.seek(max(0, length - _TAIL))
    tail = file.read(_TAIL)
    end = tail.find(_END)
    if end < 0 or end != tail.rfind(_END) or len(tail) < end + 22 or tail.find(_LOCATOR) >= 0:
        return False
    return int.from_bytes(tail[end + 12 : end + 16], "little") <= _DIRECTORY
