from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pratique.errors import StorageError
from pratique.names import ProjectName, Sha256, project_name
from pratique.releases import About, Claim, OwnFile, OwnProject, Reserved, State, Status
from pratique.storage.database import open_store
from pratique.storage.releases import SqlReleases, open_releases
from tests.fakes.values import NOON, digest

TOOL = project_name("acme-tool")
PROJECT = OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ann", ours=False)


def a_file(number: int = 1, *, content: str = "") -> OwnFile:
    """A file that uses every field."""
    return OwnFile(
        filename=f"acme_tool-{number}-py3-none-any.whl",
        project=TOOL,
        version=str(number),
        filetype="bdist_wheel",
        sha256=Sha256(digest(content or f"file {number}")),
        blake2b="b" * 64,
        size=5_000_000_000,
        uploaded=NOON + timedelta(seconds=number),
        uploader="ann",
        address="192.0.2.7",
        user_agent="twine/7",
        requires_python=">=3.11",
        metadata=Sha256(digest("metadata")),
        provenance=Sha256(digest("provenance")),
        about=About(
            summary="A tool\0 \ud800",
            description="# Long",
            classifiers=("A :: B",),
            links=(("Docs", "https://d.example.invalid"),),
            requires=("attrs>=1",),
        ),
        doubt="the name is odd",
        verdict="clean",
    )


@pytest.fixture
async def releases(database_url: str) -> AsyncIterator[SqlReleases]:
    """An empty database, of either kind."""
    opened = await open_releases(database_url)
    yield opened
    await opened.close()


async def test_files_come_back_whole_and_harmless(releases: SqlReleases) -> None:
    """Every field returns; text that no database takes is escaped, not refused."""
    claim, _ = await releases.add(a_file(), PROJECT)
    found = await releases.file(a_file().filename)
    assert claim is Claim.KEPT
    assert found is not None
    assert replace(found, about=About()) == replace(a_file(), about=About())
    assert "A tool" in found.about.summary
    assert replace(found.about, summary="") == replace(a_file().about, summary="")


async def test_projects_and_files_are_made_in_one_step(releases: SqlReleases) -> None:
    """A project is there with its first file, as that wrote it; later files change nothing of it."""
    await releases.add(a_file(1), PROJECT)
    await releases.add(a_file(2), replace(PROJECT, display="other"))
    assert await releases.project(TOOL) == PROJECT
    assert await releases.projects() == (PROJECT,)
    assert [file.version for file in await releases.files(TOOL)] == ["1", "2"]
    assert await releases.project(ProjectName("other")) is None


async def test_a_name_is_given_once(releases: SqlReleases) -> None:
    """Identical bytes are told from others; what was there first stays."""
    await releases.add(a_file(), PROJECT)
    assert (await releases.add(a_file(), PROJECT))[0] is Claim.IDENTICAL
    claim, kept = await releases.add(a_file(content="other"), PROJECT)
    assert (claim, kept.sha256) == (Claim.USED, a_file().sha256)


async def test_verdicts_count_only_for_the_state_they_were_made_in(releases: SqlReleases) -> None:
    """Of two that decide one is too late; a verdict touches neither yanks nor takedowns."""
    await releases.add(a_file(), PROJECT)
    await releases.take_down(TOOL, "1", "bad")
    held = replace(a_file(), state=State.HELD, reason="odd", verdict="suspicious")
    assert await releases.judge(held, expected=frozenset({State.RECEIVED}))
    assert not await releases.judge(held, expected=frozenset({State.RECEIVED, State.SCREENING}))
    found = await releases.file(a_file().filename)
    assert found is not None
    assert (found.state, found.reason, found.verdict, found.taken_down) == (State.HELD, "odd", "suspicious", "bad")


async def test_a_name_is_ours_with_its_first_file_and_not_before(releases: SqlReleases) -> None:
    """Whoever comes too late to publish a file that was turned down leaves the name to the upstream."""
    await releases.add(a_file(), replace(PROJECT, ours=False))
    await releases.add(a_file(2), replace(PROJECT, ours=False))
    held = frozenset({State.RECEIVED})
    assert await releases.judge(replace(a_file(), state=State.REFUSED), expected=held)
    assert not await releases.judge(replace(a_file(), state=State.PUBLISHED), expected=held)
    assert [one.ours for one in await releases.projects()] == [False]
    assert await releases.judge(replace(a_file(2), state=State.PUBLISHED), expected=held)
    assert [one.ours for one in await releases.projects()] == [True]


async def test_uploads_are_listed_by_state_newest_first(releases: SqlReleases) -> None:
    """All, some, and no more than asked for."""
    for number in (1, 2, 3):
        await releases.add(a_file(number), PROJECT)
    await releases.judge(replace(a_file(2), state=State.HELD), expected=frozenset({State.RECEIVED}))
    assert [file.version for file in await releases.uploads()] == ["3", "2", "1"]
    assert [file.version for file in await releases.uploads(State.HELD)] == ["2"]
    assert [file.version for file in await releases.uploads(limit=1)] == ["3"]


async def test_marks_are_of_one_release(releases: SqlReleases) -> None:
    """Yanking and taking down say how many files they touch, an empty reason is one, and both are undone."""
    for number in (1, 2):
        await releases.add(a_file(number), PROJECT)
    assert await releases.yank(TOOL, "1", "") == 1
    assert await releases.take_down(TOOL, "9", "x") == 0
    assert [file.yanked for file in await releases.files(TOOL)] == ["", None]
    await releases.yank(TOOL, "1", None)
    assert [file.yanked for file in await releases.files(TOOL)] == [None, None]


async def test_project_changes_are_kept(releases: SqlReleases) -> None:
    """Status, takedown and whose name it is."""
    await releases.add(a_file(), PROJECT)
    changed = replace(PROJECT, status=Status.ARCHIVED, status_reason="done", ours=True, taken_down="x")
    await releases.save_project(changed)
    assert await releases.project(TOOL) == changed


async def test_names_and_prefixes_are_kept_apart(releases: SqlReleases) -> None:
    """A prohibited name is no private prefix, though it is spelled alike; a second word replaces the first."""
    entry = Reserved(name="acme", reason="ours", since=NOON, by="root")
    await releases.reserve(entry, prefix=False)
    await releases.reserve(replace(entry, reason="still ours"), prefix=False)
    assert await releases.prohibited() == {"acme": replace(entry, reason="still ours")}
    assert await releases.private() == {}
    assert not await releases.free("acme", prefix=True)
    assert await releases.free("acme", prefix=False)
    assert await releases.prohibited() == {}


async def test_each_change_raises_the_revision(releases: SqlReleases) -> None:
    """Whoever keeps something by the revision sees every change, and reading changes nothing."""
    seen = [await releases.revision()]
    for change in (
        lambda: releases.add(a_file(), PROJECT),
        lambda: releases.yank(TOOL, "1", "x"),
        lambda: releases.save_project(PROJECT),
        lambda: releases.reserve(Reserved(name="a", reason="", since=NOON), prefix=True),
    ):
        await change()
        seen.append(await releases.revision())
    await releases.files(TOOL)
    assert seen == sorted(set(seen))
    assert await releases.revision() == seen[-1]


async def test_a_database_from_before_gets_the_tables(tmp_path: Path) -> None:
    """A gateway's database becomes that of an index without a word."""
    url = f"sqlite:///{tmp_path / 'p.db'}"
    await (await open_store(url)).close()
    releases = await open_releases(url)
    assert await releases.projects() == ()
    await releases.close()


async def test_a_database_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """A folder that is not there is an error of ours, with what to do."""
    with pytest.raises(StorageError, match="folder exists"):
        await open_releases(f"sqlite:///{tmp_path / 'nowhere' / 'p.db'}")


def _contend(url: str, content: str) -> list[str]:
    """In a process of its own: try to get twenty names."""

    async def work() -> list[str]:
        releases = await open_releases(url)
        try:
            return [(await releases.add(a_file(n, content=f"{content} {n}"), PROJECT))[0].value for n in range(20)]
        finally:
            await releases.close()

    return asyncio.run(work())


def test_of_several_processes_one_gets_each_name(database_url: str) -> None:
    """Names are given once, whoever asks at the same time; nobody fails for the others' sake."""
    context = multiprocessing.get_context("forkserver")
    with context.Pool(3) as pool:
        claims = pool.starmap(_contend, [(database_url, content) for content in "abc"])
    for number in range(20):
        assert sorted(one[number] for one in claims) == ["kept", "used", "used"]
