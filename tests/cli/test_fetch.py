"""Fetching a release to screen it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pratique.cli.fetch import fetch_release
from pratique.cli.targets import Release
from pratique.errors import NotFound, UpstreamError
from pratique.names import ProjectName
from pratique.ports import IndexFile, ProjectPage

_PROJECT = ProjectName("example-pkg")


@dataclass
class _Body:
    content: bytes
    length: int | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self.content[:3]
        yield self.content[3:]


@dataclass
class _FakeUpstream:
    """An index with one project; a URL without content fails."""

    files: tuple[IndexFile, ...]
    content: dict[str, bytes] = field(default_factory=dict)

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        return known or ProjectPage(project=project, files=self.files)

    @asynccontextmanager
    async def fetch(self, url: str, *, upstream: str = "") -> AsyncIterator[_Body]:
        del upstream
        if url not in self.content:
            raise UpstreamError("The index hung up.")
        yield _Body(self.content[url])


class _Empty(_FakeUpstream):
    """An index without projects."""

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        del known
        raise NotFound(f"The upstream has no {project}.", remedy="Check the spelling.")


def _file(filename: str, content: bytes = b"content") -> IndexFile:
    hashes = (("sha256", hashlib.sha256(content).hexdigest()),)
    return IndexFile(filename=filename, url=f"https://files.example.invalid/{filename}", hashes=hashes)


def _release(version: str = "1.0") -> Release:
    return Release(target=f"example-pkg=={version}", project=_PROJECT, version=version)


async def test_every_file_of_the_release_is_fetched_and_no_other(tmp_path: Path) -> None:
    """Sdist and wheels of the version asked for, whatever way they spell it, are there to be read."""
    files = (
        _file("example_pkg-1.0.tar.gz"),
        _file("example_pkg-1.0-py3-none-any.whl"),
        _file("example_pkg-1.0.0-1-py3-none-any.whl"),
        _file("example_pkg-1.0.1.tar.gz"),
        _file("not a name"),
    )
    upstream = _FakeUpstream(files=files, content={f.url: b"content" for f in files})
    jobs = await fetch_release(upstream, _release(), tmp_path)
    assert [j.target for j in jobs] == [file.filename for file in files[:3]]
    assert all(j.path.read_bytes() == b"content" and not j.error for j in jobs)


async def test_a_file_that_is_not_the_listed_one_is_an_error(tmp_path: Path) -> None:
    """Bytes with another digest, or without a listed one, are never screened as if they were the release."""
    listed = _file("example_pkg-1.0.tar.gz")
    unlisted = IndexFile(filename="example_pkg-1.0.zip", url="https://files.example.invalid/z")
    upstream = _FakeUpstream(files=(listed, unlisted), content={listed.url: b"other", unlisted.url: b"content"})
    jobs = await fetch_release(upstream, _release(), tmp_path)
    assert ["not the file" in j.error for j in jobs] == [True, True]


async def test_a_failed_download_does_not_end_the_others(tmp_path: Path) -> None:
    """Each file of a release has an outcome of its own."""
    lost, there = _file("example_pkg-1.0.tar.gz"), _file("example_pkg-1.0-py3-none-any.whl")
    upstream = _FakeUpstream(files=(lost, there), content={there.url: b"content"})
    jobs = await fetch_release(upstream, _release(), tmp_path)
    assert [j.error for j in jobs] == ["The index hung up.", ""]


async def test_a_version_that_does_not_exist_is_said(tmp_path: Path) -> None:
    """No file is not the same as nothing found; whoever asked is told what there is."""
    files = tuple(_file(f"example_pkg-{version}.tar.gz") for version in ("1.2", "1.10", "0.9", "1.0"))
    with pytest.raises(NotFound, match=r"no release 2\.0\. The newest are 1\.10, 1\.2, 1\.0\.$"):
        await fetch_release(_FakeUpstream(files=files), _release("2.0"), tmp_path)
    with pytest.raises(NotFound, match=r"The newest is 1\.0\.$"):
        await fetch_release(_FakeUpstream(files=files[3:]), _release("2.0"), tmp_path)
    with pytest.raises(NotFound, match="No release of it can be fetched"):
        await fetch_release(_FakeUpstream(files=()), _release("2.0"), tmp_path)


@pytest.mark.parametrize(("name", "said"), [("reqeusts", r"Did you mean requests\?$"), ("zzqqxxwwyy", "spelling\\.$")])
async def test_a_misspelt_name_is_told_which_was_meant(tmp_path: Path, name: str, said: str) -> None:
    """A project that does not exist is most often a slip of the hand."""
    project = ProjectName(name)
    with pytest.raises(NotFound, match=said):
        await fetch_release(_Empty(files=()), Release(target=name, project=project, version="1.0"), tmp_path)
