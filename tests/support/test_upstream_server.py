"""The index that other tests build on does what its switches say, and real clients take it for one."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.support.distributions import core_metadata, make_sdist, make_wheel
from tests.support.upstream_server import Fault, LocalIndex

_WHEEL = make_wheel("demo-name", "1.0", {"demo_name.py": "VALUE = 1\n"})
_PATH = f"/packages/{_WHEEL.filename}"
_ACCEPT = {"Accept": "application/vnd.pypi.simple.v1+json"}


async def _get(url: str, path: str) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.get(url.removesuffix("/simple/") + path) as response:
        return response.status, await response.read()


def test_builders_are_deterministic() -> None:
    """The same arguments give the same bytes, so that digests can be compared between runs."""
    files = {"demo.py": "x = 1\n"}
    assert make_wheel("demo", "1.0", files) == make_wheel("demo", "1.0", files)
    assert make_sdist("demo", "1.0", files) == make_sdist("demo", "1.0", files)
    assert make_sdist("demo", "1.0", files).metadata == core_metadata("demo", "1.0")


async def test_files_and_metadata_are_served() -> None:
    """A listed file and its metadata are what was built; requests are counted by path."""
    index = LocalIndex()
    index.add(_WHEEL)
    async with index.serving() as url:
        assert await _get(url, _PATH) == (200, _WHEEL.data)
        assert await _get(url, _PATH + ".metadata") == (200, _WHEEL.metadata)
        assert (await _get(url, "/simple/other/"))[0] == 404
    assert index.counts[_PATH] == 1


async def test_a_page_is_json_or_html_and_answers_conditions() -> None:
    """Both forms carry the digest; with an entity tag an unchanged page is 304, without it 200."""
    index = LocalIndex()
    index.add(_WHEEL, yanked='bad "quotes"')
    async with index.serving() as url, aiohttp.ClientSession() as session:
        page = await session.get(url + "demo-name/", headers=_ACCEPT)
        listed = (await page.json(content_type=None))["files"][0]
        assert (listed["hashes"], listed["yanked"]) == ({"sha256": _WHEEL.sha256}, 'bad "quotes"')
        known = {**_ACCEPT, "If-None-Match": page.headers["ETag"]}
        assert (await session.get(url + "demo-name/", headers=known)).status == 304
        index.etag = False
        assert (await session.get(url + "demo-name/", headers=known)).status == 200
        index.json = False
        text = await (await session.get(url + "demo-name/", headers=_ACCEPT)).text()
        assert f"#sha256={_WHEEL.sha256}" in text
        assert "bad &quot;quotes&quot;" in text


@pytest.mark.parametrize(("fault", "status"), [(Fault(status=404), 404), (Fault(status=500), 500)])
async def test_a_status_is_answered_until_it_is_mended(fault: Fault, status: int) -> None:
    """A file's fault lasts until it is taken back."""
    index = LocalIndex()
    index.add(_WHEEL, fault=fault)
    async with index.serving() as url:
        assert (await _get(url, _PATH))[0] == status
        index.fault(_WHEEL.filename, None)
        assert (await _get(url, _PATH))[0] == 200


async def test_a_truncated_body_ends_early() -> None:
    """The client sees fewer bytes than were promised."""
    index = LocalIndex()
    index.add(_WHEEL, fault=Fault(truncate=10))
    async with index.serving() as url:
        with pytest.raises(aiohttp.ClientPayloadError):
            await _get(url, _PATH)


async def test_down_cuts_every_connection() -> None:
    """A server that is down answers nothing, and answers again once it is up."""
    index = LocalIndex()
    index.add(_WHEEL)
    async with index.serving() as url:
        index.down = True
        with pytest.raises(aiohttp.ClientConnectionError):
            await _get(url, _PATH)
        index.down = False
        assert (await _get(url, _PATH))[0] == 200


async def test_held_requests_are_answered_together() -> None:
    """Nineteen requests wait for the twentieth."""
    index = LocalIndex()
    index.add(_WHEEL, fault=Fault(hold=20))
    async with index.serving() as url:
        early = [asyncio.create_task(_get(url, _PATH)) for _ in range(19)]
        await asyncio.to_thread(index.wait_for_requests, _PATH, 19)
        assert not any(task.done() for task in early)
        assert await _get(url, _PATH) == (200, _WHEEL.data)
        assert await asyncio.gather(*early) == [(200, _WHEEL.data)] * 19


async def test_a_held_request_can_be_released() -> None:
    """A test may let a request through before the number is reached."""
    index = LocalIndex()
    index.add(_WHEEL, fault=Fault(hold=2))
    async with index.serving() as url:
        task = asyncio.create_task(_get(url, _PATH))
        await asyncio.to_thread(index.wait_for_requests, _PATH)
        index.release(_WHEEL.filename)
        assert await task == (200, _WHEEL.data)


async def test_a_redirect_leads_elsewhere() -> None:
    """A file can stand at another address."""
    index = LocalIndex()
    other = make_wheel("other", "1.0", {"other.py": ""})
    index.add(_WHEEL, fault=Fault(redirect=f"/packages/{other.filename}"))
    index.add(other)
    async with index.serving() as url:
        assert await _get(url, _PATH) == (200, other.data)


@pytest.mark.parametrize("json", [True, False])
@pytest.mark.parametrize("client", ["pip", "uv"])
def test_real_clients_install_from_it(client: str, json: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a parameter
    """Real pip and real uv resolve and install a wheel and what it requires, from either form, with relative URLs."""
    index = LocalIndex(json=json)
    index.add(_WHEEL)
    index.add(make_wheel("user", "2.0", {"user.py": ""}, requires=["demo-name>=1"]))
    with index.serving_in_thread() as url:
        done = _install(client, url, tmp_path)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "demo_name.py").read_text() == "VALUE = 1\n"


def test_real_clients_notice_a_wrong_hash(tmp_path: Path) -> None:
    """The digest that is promised can be one that the bytes don't have."""
    index = LocalIndex()
    index.add(_WHEEL)
    index.add(make_wheel("user", "2.0", {"user.py": ""}, requires=["demo-name"]))
    index.fault(_WHEEL.filename, Fault(wrong_hash=True))
    with index.serving_in_thread() as url:
        done = _install("pip", url, tmp_path)
    assert done.returncode != 0
    assert "DO NOT MATCH" in done.stdout


def _install(client: str, url: str, target: Path) -> subprocess.CompletedProcess[str]:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    command = {
        "pip": [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", url],
        "uv": [uv, "pip", "install", "--python", sys.executable, "--no-cache", "--no-config", "--default-index", url],
    }[client]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(target),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
    }
    return subprocess.run(
        [*command, "--target", str(target), "user"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
