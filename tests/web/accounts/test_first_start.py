from __future__ import annotations

import asyncio
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from pratique.cli import main
from tests.accounts.world import PASSWORD
from tests.support.server import environment, serving
from tests.web.accounts.browser import Browser

_UPSTREAM = "http://127.0.0.1:9/simple/"
_LINK = re.compile(r"(http://127\.0\.0\.1:\d+)(/account/link/[\w-]{43})")


def _everything(data: Path) -> bytes:
    """All that is on the disk."""
    return b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())


async def _made(origin: str, link: str) -> list[str]:
    """Use the link twice; where each try leads."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        browser = Browser(session=session, origin=origin)
        csrf = (await browser.get(link)).csrf
        fields = {"csrf": csrf, "name": "root", "password": PASSWORD, "again": PASSWORD}
        tries = [await browser.post(link, **fields) for _ in range(2)]
        entered = await browser.log_in("root")
        return [page.place for page in (*tries, entered)]


def test_the_first_link_is_shown_on_a_terminal_serves_once_and_is_kept_nowhere(tmp_path: Path) -> None:
    """A real server on a terminal: the link makes an administrator once, and is in no file of the data folder."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "pratique", "serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data")]
    process = subprocess.Popen(
        [*command, "--upstream", _UPSTREAM], stdout=slave, stderr=slave, stdin=subprocess.DEVNULL, env=environment()
    )
    os.close(slave)
    try:
        with os.fdopen(master, encoding="utf-8", newline="") as terminal:
            said = ""
            while not (found := _LINK.search(said)):
                said += terminal.readline()
            assert asyncio.run(_made(found[1], found[2])) == ["/account/log-in", "", "/account/factors"]
            assert found[2].rpartition("/")[2].encode() not in _everything(tmp_path / "data")
            process.terminate()
            process.wait(30)
    finally:
        process.kill()
        process.wait()


def test_the_first_link_is_not_written_into_a_log(tmp_path: Path) -> None:
    """Where output is no terminal, it says how to come by a link; with an administrator it says nothing."""
    with serving(tmp_path / "data", _UPSTREAM) as server:
        pass
    said = "".join(server.said)
    assert "pratique user first" in said
    assert "/account/link/" not in said


def test_links_begin_with_where_the_server_is_reached(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A command beside a server knows its port, also when it has ended; an address of one's own comes first."""
    data = str(tmp_path / "data")
    with serving(tmp_path / "data", _UPSTREAM) as server:
        origin = f"http://127.0.0.1:{server.port}"
        assert main(["user", "first", "--data", data]) == 0
        assert capsys.readouterr().out.startswith(f"{origin}/account/link/")
    assert main(["user", "add", "ada", "--data", data]) == 0
    assert capsys.readouterr().out.startswith(f"{origin}/account/link/")
    assert main(["user", "link", "ada", "--data", data, "--url", "https://packages.example"]) == 0
    assert capsys.readouterr().out.startswith("https://packages.example/account/link/")
