"""What lies beside a listed file: core metadata, from the upstream or else from the kept wheel, and provenance."""

from __future__ import annotations

import asyncio
import lzma
import re
import zipfile
import zlib
from pathlib import Path

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
_REMEMBERED = 10_000


class Metadata:
    """Gives ``.metadata`` files (PEP 658), verified against what the page promises, and ``.provenance`` (PEP 740)."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._objections: Kept[tuple[ProjectName, Sha256], str] = Kept(_REMEMBERED)

    async def kept(self, project: ProjectName, file: IndexFile) -> StoredBlob | None:
        """What was got before."""
        return await self._fetcher.remembered(project, _beside(file))

    async def get(self, project: ProjectName, file: IndexFile) -> StoredBlob:
        """From the upstream; raises `NotFound`, `UpstreamError`, `Mismatch`."""
        if not file.core_metadata:
            raise NotFound(f"The upstream has no metadata of {file.filename}.")
        return await self._fetcher.metadata(project, _beside(file), limit=_LIMIT)

    async def from_wheel(self, project: ProjectName, file: IndexFile, wheel: StoredBlob) -> StoredBlob | None:
        """From an inspected wheel; nothing where it has none that can be read. Raises `Mismatch`."""
        if not file.filename.endswith(".whl"):
            return None
        data = await asyncio.to_thread(_read_wheel, wheel.path)
        return None if data is None else await self._fetcher.keep(project, _beside(file), data)

    async def provenance(self, project: ProjectName, file: IndexFile) -> StoredBlob:
        """The provenance object from the upstream; raises `NotFound`, `UpstreamError`."""
        if file.provenance is None:
            raise NotFound(f"The upstream has no provenance of {file.filename}.")
        beside = IndexFile(filename=f"{file.filename}.provenance", url=file.provenance, upstream=file.upstream)
        return await self._fetcher.metadata(project, beside, limit=_LIMIT)

    async def objection(self, project: ProjectName, blob: StoredBlob) -> str:
        """Why these metadata are not given to anybody; empty where nothing speaks against them."""
        key = project, blob.sha256
        if (known := self._objections.get(key)) is not None:
            return known
        found = await asyncio.to_thread(_objection, project, blob)
        self._objections.put(key, found)
        return found


def _beside(file: IndexFile) -> IndexFile:
    """The metadata file beside a listed file (PEP 658), with the hashes that are promised for it."""
    hashes = file.core_metadata if isinstance(file.core_metadata, tuple) else ()
    return IndexFile(
        filename=f"{file.filename}.metadata", url=f"{file.url}.metadata", hashes=hashes, upstream=file.upstream
    )


def _objection(project: ProjectName, blob: StoredBlob) -> str:
    if blob.size > _LIMIT:
        return f"blocked: METADATA of {blob.size} bytes"
    data = blob.path.read_bytes()
    facts = read_metadata(Member(path="PKG-INFO", data=data, sha256=blob.sha256, size=blob.size))
    if facts is None or not _is_of(project, facts.name):
        return f"blocked: METADATA is not that of {project}"
    if facts.direct:
        return f"blocked: METADATA requires {facts.direct[0]}, which would be fetched around the gateway"
    return ""


def _is_of(project: ProjectName, name: str) -> bool:
    try:
        return project_name(name.strip()) == project
    except BadName:
        return False


def _read_wheel(path: Path) -> bytes | None:
    """The one METADATA of a wheel, read in memory; nothing where there are none or several, or it is too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if _PLACE.fullmatch(info.filename)]
            if len(found) != 1:
                return None
            with archive.open(found[0]) as member:
                data = member.read(_LIMIT + 1)
    except _BROKEN:
        return None
    return data if len(data) <= _LIMIT else None
