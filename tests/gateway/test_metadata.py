from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pratique.errors import NotFound, UpstreamError
from pratique.gateway.gateway import Gateway, Rules
from pratique.gateway.outcome import Mismatch, Pending, Refused, Visitor
from pratique.gateway.patience import Patience
from pratique.ports import EventKind, StoredBlob
from tests.gateway.world import BAD, DEMO, World, metadata, wheel, wheel_bytes
from tests.gateway.world import world as new_world

PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
GOOD, EVIL = wheel("1.0"), wheel("2.0")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """An honest wheel whose metadata the upstream announces, and a bad one."""
    async with new_world(tmp_path, {GOOD: wheel_bytes("1.0"), EVIL: wheel_bytes("2.0", b"# " + BAD)}) as made:
        made.upstream.metadata[GOOD] = metadata("1.0")
        yield made


async def _read(answer: object) -> bytes:
    assert isinstance(answer, StoredBlob), answer
    return await asyncio.to_thread(answer.path.read_bytes)


async def test_a_kept_wheel_gives_its_metadata_while_the_upstream_is_down(world: World) -> None:
    """What was announced but never fetched is read from the wheel: the file stays installable."""
    await world.gateway.file(DEMO, GOOD, PIP)
    world.upstream.down = True
    for _ in range(2):
        assert await _read(await world.gateway.metadata(DEMO, GOOD, PIP)) == metadata("1.0")
    assert world.upstream.fetched == [GOOD]


async def test_no_wheel_no_metadata(world: World) -> None:
    """Without the upstream and without the wheel there is an error, never a guess."""
    await world.gateway.page(DEMO)
    world.upstream.down = True
    for name in (GOOD, EVIL):
        with pytest.raises(UpstreamError):
            await world.gateway.metadata(DEMO, name, PIP)


async def test_metadata_that_nobody_announced_come_from_the_wheel(world: World) -> None:
    """The page announces none, as the upstream does; who asks all the same gets what the kept wheel holds."""
    del world.upstream.metadata[GOOD]
    assert [file.core_metadata for file in (await world.gateway.page(DEMO)).files] == [False, False]
    await world.gateway.file(DEMO, GOOD, PIP)
    assert await _read(await world.gateway.metadata(DEMO, GOOD, PIP)) == metadata("1.0")


async def test_metadata_are_read_from_a_wheel_that_nobody_waits_for_yet(world: World) -> None:
    """A resolver is not held up: it gets what the wheel holds while that is inspected, and the wheel only then."""
    del world.upstream.metadata[GOOD]
    world.inspector.hold = asyncio.Event()
    assert await _read(await world.gateway.metadata(DEMO, GOOD, PIP)) == metadata("1.0")
    impatient = Gateway(world.ports, Rules(patience=Patience(hold=0)))
    assert isinstance(await impatient.file(DEMO, GOOD, PIP), Pending)
    assert world.upstream.fetched == [GOOD]
    world.inspector.hold.set()
    await impatient.close()


async def test_metadata_from_a_wheel_wait_for_the_wheel(world: World) -> None:
    """Whoever asks is told to come again, and the wheel arrives meanwhile."""
    del world.upstream.metadata[GOOD]
    world.upstream.hold = asyncio.Event()
    impatient = Gateway(world.ports, Rules(patience=Patience(hold=0)))
    assert isinstance(await impatient.metadata(DEMO, GOOD, PIP), Pending)
    world.upstream.hold.set()
    assert await _read(await world.gateway.metadata(DEMO, GOOD, PIP)) == metadata("1.0")
    await impatient.close()


async def test_metadata_of_another_wheel_under_the_same_name_are_its_own(world: World) -> None:
    """An upstream that exchanges a file does not get the former one's metadata passed on."""
    del world.upstream.metadata[GOOD]
    await world.gateway.metadata(DEMO, GOOD, PIP)
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("demo-1.0.dist-info/METADATA", metadata("1.0", "other"))
    world.upstream.files[GOOD] = into.getvalue()
    world.clock.pass_by(60)
    assert await _read(await world.gateway.metadata(DEMO, GOOD, PIP)) == metadata("1.0", "other")


def _members(number: int, packing: int = zipfile.ZIP_STORED) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", packing) as archive:
        archive.writestr("demo-1.0.dist-info/METADATA", metadata("1.0"))
        for at in range(number):
            archive.writestr(zipfile.ZipInfo(f"{at:0200}"), b"")
    return into.getvalue()


@pytest.mark.parametrize("data", [_members(20_000), _members(0) + b"PK\6\7", _members(0) + b"PK\5\6"])
async def test_a_large_directory_is_read_only_once_the_wheel_is_inspected(world: World, data: bytes) -> None:
    """Nobody makes the server itself read megabytes of names: those are first the inspection's matter."""
    world.upstream.files[GOOD] = data
    del world.upstream.metadata[GOOD]
    world.inspector.hold = asyncio.Event()
    impatient = Gateway(world.ports, Rules(patience=Patience(hold=0)))
    assert isinstance(await impatient.metadata(DEMO, GOOD, PIP), Pending)
    world.inspector.hold.set()
    await impatient.close()


async def test_metadata_that_ask_for_memory_are_not_unpacked(world: World) -> None:
    """How much LZMA takes is the archive's choice: no installer packs metadata so."""
    world.upstream.files[GOOD] = _members(0, zipfile.ZIP_LZMA)
    del world.upstream.metadata[GOOD]
    with pytest.raises(NotFound):
        await world.gateway.metadata(DEMO, GOOD, PIP)


async def test_a_wheel_that_breaks_the_promise_gives_no_metadata(world: World) -> None:
    """The digest that the page announces holds for what is read from the wheel, too."""
    await world.gateway.file(DEMO, GOOD, PIP)
    world.upstream.metadata[GOOD] = b"other"
    world.clock.pass_by(60)
    await world.gateway.page(DEMO)
    world.upstream.down = True
    with pytest.raises(Mismatch):
        await world.gateway.metadata(DEMO, GOOD, PIP)


async def test_metadata_of_a_refused_wheel_are_refused(world: World) -> None:
    """A verdict speaks for the wheel's metadata as well, and nothing is read from the wheel."""
    await world.gateway.file(DEMO, EVIL, PIP)
    assert isinstance(await world.gateway.metadata(DEMO, EVIL, PIP), Refused)


async def test_a_kept_wheel_is_judged_before_it_is_opened(world: World) -> None:
    """After a change of the engine a kept wheel waits for its new verdict, like the file itself."""
    await world.gateway.file(DEMO, GOOD, PIP)
    world.upstream.down = True
    world.inspector.engine, world.inspector.hold = "2", asyncio.Event()
    impatient = Gateway(world.ports, Rules(patience=Patience(hold=0)))
    assert isinstance(await impatient.metadata(DEMO, GOOD, PIP), Pending)
    world.inspector.hold.set()
    assert await _read(await world.gateway.metadata(DEMO, GOOD, PIP)) == metadata("1.0")
    await impatient.close()


async def test_a_promise_cannot_name_another_files_bytes(world: World) -> None:
    """Metadata announced with the digest of a refused wheel do not have it handed out from what is kept."""
    await world.gateway.file(DEMO, EVIL, PIP)
    digest = hashlib.sha256(world.upstream.files[EVIL]).hexdigest()
    world.upstream.changes[GOOD] = {"core_metadata": (("sha256", digest),)}
    world.clock.pass_by(60)
    with pytest.raises(Mismatch):
        await world.gateway.metadata(DEMO, GOOD, PIP)
    refusal = (await world.store.events())[0]
    assert (refusal.kind, refusal.filename) == (EventKind.REFUSAL, GOOD)


@pytest.mark.parametrize("data", [b"PK\3\4 a program", b"Metadata-Version: 2.1\nName: other\n", b"\n\nName: demo\n"])
async def test_what_are_no_metadata_of_the_project_are_refused(world: World, data: bytes) -> None:
    """Whatever the upstream stores there, only core metadata of that project are passed on."""
    world.upstream.metadata[GOOD] = data
    answer = await world.gateway.metadata(DEMO, GOOD, PIP)
    assert isinstance(answer, Refused)
    assert "is not that of demo" in answer.reason


def _twice() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("demo-1.0.dist-info/METADATA", metadata("1.0"))
        archive.writestr("other-1.0.dist-info/METADATA", metadata("1.0", "x @ http://example.invalid/x"))
    return into.getvalue()


@pytest.mark.parametrize("data", [b"no archive", _twice(), wheel_bytes("1.0")[:-30]])
async def test_a_wheel_without_one_readable_metadata_gives_none(world: World, data: bytes) -> None:
    """Where readers could disagree about the metadata, ours says that there are none."""
    world.upstream.files[GOOD] = data
    del world.upstream.metadata[GOOD]
    await world.gateway.file(DEMO, GOOD, PIP)
    with pytest.raises(NotFound):
        await world.gateway.metadata(DEMO, GOOD, PIP)
