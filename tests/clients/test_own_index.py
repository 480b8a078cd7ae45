from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pyotp
import pytest

from pratique.accounts.model import Totp, UserName
from pratique.cli import main
from pratique.storage.accounts import open_accounts
from tests.support.clients import publish_command
from tests.support.distributions import Built, make_wheel
from tests.support.layered import layered
from tests.support.server import Server, environment, serving

_ABOUT = ["Summary: A tool", "Description-Content-Type: text/markdown", "", "A *fine* tool."]
DEAD = "http://127.0.0.1:9/simple/"


def publisher(data: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """A user with a second factor, and their token."""
    assert main(["user", "add", "ada", "--role", "publisher", "--data", str(data), *more]) == 0

    async def enrol() -> None:
        store = await open_accounts(f"sqlite:///{data / 'pratique.db'}")
        await store.save_totp(Totp(user=UserName("ada"), secret=pyotp.random_base32(), confirmed=True))
        await store.close()

    asyncio.run(enrol())
    capsys.readouterr()
    assert main(["token", "create", "ada", "--scope", "publish", "--data", str(data)]) == 0
    return capsys.readouterr().out.strip()


async def _run(arguments: list[str], folder: Path, environ: dict[str, str]) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *arguments, cwd=folder, env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, " ".join(printed.decode().split())


def upload(server: Server, folder: Path, token: str, built: Built) -> tuple[int, str]:
    """Publish by twine; its exit status and what it printed."""
    (folder / built.filename).write_bytes(built.data)
    command = publish_command("twine", f"http://127.0.0.1:{server.port}/legacy/", token, folder)
    arguments = [built.filename if one == "dist/*" else one for one in command.arguments]
    return asyncio.run(_run(arguments, folder, dict(command.environment)))


def _install(server: Server, folder: Path, requirement: str) -> tuple[int, str]:
    pip = [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--no-deps", "--index-url", server.index]
    return asyncio.run(_run([*pip, "--target", str(folder / "site"), requirement], folder, environment()))


def test_from_a_new_account_to_an_install_and_a_refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The server as its users run it: a token, an upload, an install, a kill, a takedown, and a malicious upload."""
    data, folder = tmp_path / "data", tmp_path / "work"
    folder.mkdir()
    token = publisher(data, capsys)
    built = make_wheel("acme-tool", "1.0", {"acme_tool/__init__.py": "VALUE = 1\n"}, fields=_ABOUT)
    with serving(data, DEAD) as server:
        status, printed = upload(server, folder, token, built)
        assert status == 0, printed
        server.kill()
    with serving(data, DEAD) as server:
        status, printed = _install(server, folder, "acme-tool")
        assert status == 0, printed
        assert b"A <em>fine</em> tool." in (server.get("/projects/acme-tool/").body or b"")
        assert main(["takedown", "acme-tool", "--reason", "leaks keys", "--data", str(data)]) == 0
        out = capsys.readouterr().out
        assert "acme_tool-1.0-py3-none-any.whl  clean, refused now" in out
        assert "received once by 127.0.0.1  pip/" in out
        assert "nothing to rotate by what was found" in out
        status, printed = _install(server, folder, "acme-tool")
        assert (status != 0, "acme-tool was taken down: leaks keys" in printed) == (True, True), printed
        status, printed = upload(server, folder, token, layered())
        assert (status != 0, "refused: second-stage in setup.py:12" in printed) == (True, True), printed
        status, printed = upload(server, folder, token, make_wheel("acme-tool", "2.0", {"acme_tool.py": ""}))
        assert (status != 0, "account is stopped" in printed) == (True, True), printed
