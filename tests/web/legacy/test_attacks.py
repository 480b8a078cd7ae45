from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from pratique.names import project_name
from pratique.releases import State
from pratique.uploads.limits import UploadLimits
from tests.support.distributions import Built, make_wheel
from tests.uploads.shop import DEMO, Shop, credentials, form_of, shop

WHEEL = make_wheel("demo", "1.0", {"demo/__init__.py": "VALUE = 1\n"})
_FORM = "multipart/form-data; boundary=b"
SMALL = UploadLimits(file_bytes=20_000, field_bytes=5_000, form_bytes=10_000, fields=50, idle=0.05, total=60.0)


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[Shop]:
    """An empty index with small limits."""
    async with shop(tmp_path, limits=SMALL) as made:
        yield made


def field(name: str, value: bytes, more: str = "") -> bytes:
    """One part of a form."""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def body_of(built: Built) -> bytes:
    """A whole form, as bytes that can be cut and damaged."""
    parts = [field(name, str(value).encode()) for name, value in form_of(built).items() if isinstance(value, str)]
    return b"".join([*parts, field("content", built.data, f'; filename="{built.filename}"'), b"--b--\r\n"])


async def test_the_whole_form_is_taken_in_any_order(index: Shop) -> None:
    """The file may come first; this also shows that the forms of the other tests fail for their faults alone."""
    body = body_of(WHEEL)
    first = field("content", WHEEL.data, f'; filename="{WHEEL.filename}"')
    turned = first + body.replace(first, b"")
    assert (await index.post(turned, Content_Type=_FORM)).status == 200


async def test_oversized_files_are_refused_by_what_they_announce(index: Shop) -> None:
    """A length beyond the limit is refused before anything is read."""
    answer = await index.post(io.BytesIO(bytes(3_000_000)), Content_Type=_FORM)
    assert (answer.status, "larger than 20,000 bytes" in answer.reason) == (413, True)


async def test_oversized_files_are_refused_by_what_they_send(index: Shop) -> None:
    """A client that announces nothing is stopped at the limit, and nothing is left."""
    body = field("content", bytes(100_000), '; filename="demo-1.0-py3-none-any.whl"') + b"--b--\r\n"

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    async with aiohttp.ClientSession() as session:
        sent = {**credentials("ann"), "Content-Type": _FORM}
        answer = await session.post(f"{index.url}/legacy/", data=pieces(), headers=sent)
        assert (answer.status, "larger than 20,000 bytes" in (answer.reason or "")) == (413, True)
    assert list((index.folder / "spool").iterdir()) == []


@pytest.mark.parametrize(
    "body",
    [
        field("description", b"x" * 6_000),
        field("a", b"x" * 4_000) * 3,
        field("classifiers", b"A :: B") * 60,
        field("x" * 9_000, b""),
        b"--b\r\n" + b"X-Header: y\r\n" * 500 + b"\r\nvalue\r\n",
        b"--b\r\n" + b"X-Header: " + b"y" * 90_000 + b"\r\n\r\nvalue\r\n",
    ],
    ids=["long field", "long form", "many fields", "long name", "many headers", "long header"],
)
async def test_oversized_forms_are_refused(index: Shop, body: bytes) -> None:
    """No field, no number of them and no header of one can take more memory than it may."""
    answer = await index.post(body + b"--b--\r\n", Content_Type=_FORM)
    assert 400 <= answer.status < 500, answer
    assert await index.releases.uploads() == ()


async def _stalled(index: Shop, body: bytes) -> bytes:
    """Send the beginning of a long body and nothing more; what comes back."""
    where = urlsplit(index.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    head = f"POST /legacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\nContent-Type: {_FORM}\r\n"
    head += f"Authorization: {credentials('ann')['Authorization']}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    try:
        return await reader.readuntil(b"\r\n\r\n")
    finally:
        writer.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        field("name", b"demo"),
        b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nde',
        b'--b\r\nContent-Disposition: form-data; name="content"; filename="a.whl"\r\n\r\nxx',
    ],
    ids=["nothing", "between fields", "in a field", "in the file"],
)
async def test_a_client_that_stalls_is_let_go(index: Shop, body: bytes) -> None:
    """Who sends nothing more is told so, the connection closed and the place given to the next."""
    said = await _stalled(index, body)
    assert said.startswith(b"HTTP/1.1 408 The upload took too long")
    assert (await index.post(body_of(WHEEL), Content_Type=_FORM)).status == 200


async def test_an_upload_has_an_end_however_steadily_it_trickles(tmp_path: Path) -> None:
    """Bytes that keep coming do not keep an upload alive beyond its whole time."""
    async with shop(tmp_path, limits=replace(SMALL, idle=60.0, total=0.05)) as index:
        assert (await _stalled(index, field("name", b"demo"))).startswith(b"HTTP/1.1 408")


async def test_a_client_that_leaves_half_way_leaves_nothing(index: Shop) -> None:
    """Half an upload is none: no file, no name, no place taken."""
    where = urlsplit(index.url)
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    head = f"POST /legacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\nContent-Type: {_FORM}\r\n"
    head += f"Authorization: {credentials('ann')['Authorization']}\r\n\r\n"
    writer.write(head.encode() + body_of(WHEEL)[:500])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await index.post(body_of(WHEEL), Content_Type=_FORM)).status == 200
    assert len(await index.releases.uploads()) == 1


async def test_of_many_at_a_time_some_are_asked_to_come_again(tmp_path: Path) -> None:
    """One user cannot take all places, and all together no more than there are."""
    async with shop(tmp_path, limits=UploadLimits(at_once=3, per_user=2)) as index:
        ann = await index.accounts.principal(username="__token__", secret="nna", address="")
        bob = await index.accounts.principal(username="__token__", secret="bob", address="")
        async with index.uploads.place(ann), index.uploads.place(ann):
            answer = await index.upload(WHEEL, user="ann")
            assert (answer.status, "Too many uploads" in answer.reason) == (429, True)
            async with index.uploads.place(bob):
                assert (await index.upload(WHEEL, user="bob")).status == 429
            assert (await index.upload(WHEEL, user="bob")).status == 200


async def test_one_file_name_at_the_same_time_is_given_once(index: Shop) -> None:
    """Of different files under one name one is published, and every other is told that the name is used."""
    different = [make_wheel("demo", "1.0", {"demo/__init__.py": f"VALUE = {number}\n"}) for number in range(4)]
    answers = await asyncio.gather(*(index.upload(built) for built in different))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    (file,) = await index.releases.uploads()
    won = next(built for built, answer in zip(different, answers, strict=True) if answer.status == 200)
    assert file.sha256 == won.sha256
    assert (await index.get(f"/files/demo/{WHEEL.filename}")).body.encode("latin-1") == won.data


async def test_the_same_file_at_the_same_time_succeeds_for_all(index: Shop) -> None:
    """It is kept once and screened once."""
    answers = await asyncio.gather(*(index.upload(WHEEL) for _ in range(4)))
    assert [answer.status for answer in answers] == [200] * 4
    assert len(await index.releases.uploads()) == 1
    assert len(index.inspector.asked) == 1


async def test_one_new_project_by_two_at_the_same_time_has_one_owner(index: Shop) -> None:
    """Whoever comes second is told that it is somebody else's."""
    answers = await asyncio.gather(
        index.upload(WHEEL, user="ann"),
        index.upload(make_wheel("demo", "2.0", {"demo.py": ""}), user="bob"),
    )
    assert sorted(answer.status for answer in answers) == [200, 403]
    assert len(await index.releases.uploads()) == 1


async def test_a_tokens_reach_is_its_own(index: Shop) -> None:
    """A token for one project does nothing to another, though its owner could."""
    index.accounts.reach = frozenset({project_name("other")})
    answer = await index.upload(WHEEL)
    assert (answer.status, "This token may not upload to demo" in answer.reason) == (403, True)
    assert DEMO not in index.accounts.owners


async def test_a_refused_upload_makes_nobody_an_owner(index: Shop) -> None:
    """A name is not taken by sending rubbish under it."""
    assert (await index.upload(WHEEL, fields={"sha256_digest": "0" * 64})).status == 400
    assert index.accounts.owners == {}
    assert await index.releases.project(DEMO) is None


async def test_what_a_frozen_account_sent_before_is_still_judged(tmp_path: Path) -> None:
    """A malicious file behind a clean one: both come to their end."""
    async with shop(tmp_path) as index:
        assert (await index.upload(WHEEL)).status == 200
        evil = make_wheel("demo", "6.6", {"demo.py": "# would drop a second stage\n"})
        assert (await index.upload(evil)).status == 403
        assert {f.version: f.state for f in await index.releases.files(DEMO)} == {
            "1.0": State.PUBLISHED,
            "6.6": State.REFUSED,
        }


async def test_damaged_forms_never_break_the_server(tmp_path: Path) -> None:
    """Whatever is changed in a form, the answer is a success or a refusal that says why."""
    chance, whole = random.Random(20260101), body_of(WHEEL)
    async with shop(tmp_path, limits=replace(SMALL, idle=5.0)) as index:
        for _ in range(150):
            body = bytearray(whole)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(body))
                body[at : at + chance.randint(0, 40)] = chance.randbytes(chance.randint(0, 12))
            answer = await index.post(bytes(body[: chance.randint(1, len(body))]), Content_Type=_FORM)
            assert answer.status in {200, 400, 403, 409, 413}, (answer, bytes(body))
