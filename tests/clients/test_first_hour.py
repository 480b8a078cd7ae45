"""From an empty folder to an installed package of the team's own, on a real server with the real engine."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
from pathlib import Path

import aiohttp
import pyotp

from tests.accounts.world import PASSWORD
from tests.support.distributions import make_wheel
from tests.support.server import environment, serving
from tests.web.accounts.browser import Browser

_UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
_WHEEL = make_wheel("demo-mine", "1.0", {"demo_mine/__init__.py": "VALUE = 1\n"})


def _run(folder: Path, *arguments: str) -> str:
    """Run a program that has to succeed; what it printed on stdout."""
    done = subprocess.run(
        arguments, env=environment(), cwd=folder, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def _token(origin: str, link: str) -> str:
    """The first administrator, an authenticator and a token, by the pages' forms."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        browser = Browser(session=session, origin=origin)
        await browser.post(link, name="root", password=PASSWORD, again=PASSWORD)
        assert (await browser.log_in("root")).place == "/account/factors"
        page = await browser.get("/account/factors/authenticator")
        secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
        assert secret
        code = pyotp.TOTP(secret[1].replace(" ", "")).now()
        assert "Recovery codes" in (await browser.post("/account/factors/authenticator", code=code)).text
        made = await browser.post("/account/tokens", label="laptop", **{"scope-publish": "on", "days": "3"})
        found = re.search(r"<pre>(prat_\w+)</pre>", made.text)
        assert found
        return found[1]


def test_the_first_hour(tmp_path: Path) -> None:
    """Start, link, password, authenticator, token, ``uv publish``, ``pip install``: nothing else is needed."""
    data, pratique = str(tmp_path / "data"), [sys.executable, "-m", "pratique"]
    (tmp_path / _WHEEL.filename).write_bytes(_WHEEL.data)
    with serving(tmp_path / "data", "http://127.0.0.1:9/simple/") as server:
        origin = f"http://127.0.0.1:{server.port}"
        link = re.search(r"/account/link/\S+", _run(tmp_path, *pratique, "user", "first", "--data", data))
        assert link
        token = asyncio.run(_token(origin, link[0]))
        publish = [_UV, "publish", "--no-config", "--token", token, "--publish-url", f"{origin}/legacy/"]
        _run(tmp_path, *publish, _WHEEL.filename)
        pip = [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--only-binary", ":all:"]
        _run(tmp_path, *pip, "--index-url", f"{origin}/simple/", "--target", "site", "demo-mine")
    assert "VALUE = 1" in (tmp_path / "site" / "demo_mine" / "__init__.py").read_text()
    assert token not in "".join(server.said)
