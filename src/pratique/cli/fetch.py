"""A release's files, fetched into a folder that is gone afterwards; nothing is built or installed."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pratique.cli.likeness import meant_instead
from pratique.cli.outcome import Job
from pratique.cli.targets import Release
from pratique.errors import NotFound, PratiqueError, UpstreamError
from pratique.names import ProjectName, version_in
from pratique.ports import IndexFile, ProjectPage, Upstream

_AT_ONCE = 4
"""Files that are on their way side by side."""
_NAMED = 3
"""Releases that are named where the one that was asked for does not exist."""


@contextmanager
def fetched(
    releases: Sequence[Release], url: str | None, *, choose: Callable[[Sequence[IndexFile]], Sequence[IndexFile]] = list
) -> Iterator[list[Job]]:
    """The files of each release that ``choose`` keeps (all), as jobs; they exist until the context ends.

    A file that cannot be had, or is not the one that the index lists, is a job with an error.
    Raises `NotFound` where a project or version does not exist, `UpstreamError` where the index fails.
    """
    with tempfile.TemporaryDirectory(prefix="pratique-") as folder:
        yield asyncio.run(_fetch_all(releases, url, Path(folder), choose))


async def _fetch_all(
    releases: Sequence[Release],
    url: str | None,
    folder: Path,
    choose: Callable[[Sequence[IndexFile]], Sequence[IndexFile]],
) -> list[Job]:
    from pratique.wiring import open_upstream

    async with open_upstream(url) as upstream:
        return [job for release in releases for job in await fetch_release(upstream, release, folder, choose=choose)]


async def fetch_release(
    upstream: Upstream,
    release: Release,
    folder: Path,
    *,
    choose: Callable[[Sequence[IndexFile]], Sequence[IndexFile]] = list,
) -> list[Job]:
    """Fetch one release's files into ``folder``, in the order of the project's page."""
    from pratique.versions import same_version

    page = await _page(upstream, release.project)
    files = [file for file in page.files if same_version(_version(file.filename), release.version)]
    if not files:
        raise NotFound(f"{release.project} has no release {release.version}.", remedy=_newest(page.files))
    room = asyncio.Semaphore(_AT_ONCE)
    return await asyncio.gather(*(_fetch(upstream, file, folder, room) for file in choose(files)))


async def _page(upstream: Upstream, project: ProjectName) -> ProjectPage:
    try:
        return await upstream.page(project)
    except NotFound as error:
        raise NotFound(error.message, remedy=f"{error.remedy}{meant_instead(project)}".lstrip()) from error


def _newest(files: Sequence[IndexFile]) -> str:
    """What could be asked for instead."""
    from pratique.versions import read_version

    known = {parsed for file in files if (parsed := read_version(_version(file.filename))) is not None}
    if not known:
        return "No release of it can be fetched."
    newest = ", ".join(map(str, sorted(known, reverse=True)[:_NAMED]))
    return f"The newest {'are' if len(known) > 1 else 'is'} {newest}."


async def _fetch(upstream: Upstream, file: IndexFile, folder: Path, room: asyncio.Semaphore) -> Job:
    path = folder / file.filename
    try:
        async with room:
            await _download(upstream, file, path)
    except PratiqueError as error:
        return Job(target=file.filename, path=path, error=str(error))
    return Job(target=file.filename, path=path)


async def _download(upstream: Upstream, file: IndexFile, path: Path) -> None:
    digest = hashlib.sha256()
    with path.open("wb") as out:
        async with upstream.fetch(file.url, upstream=file.upstream) as download:
            async for chunk in download.chunks():
                digest.update(chunk)
                out.write(chunk)
    if file.sha256 != digest.hexdigest():
        raise UpstreamError(
            f"{file.filename} is not the file that the index lists (or lists no SHA-256 for).",
            remedy="Ask again; if it stays so, do not use it.",
        )


def _version(filename: str) -> str:
    """The file's version, normalised; empty for a name that could not be a distribution's."""
    from pratique.versions import read_version

    return str(read_version(version_in(filename)) or "")
