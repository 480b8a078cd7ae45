from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pyotp
import pytest

from pratique.accounts.model import Totp, UserName
from pratique.cli import main
from pratique.storage.accounts import open_accounts
from tests.support.distributions import Built, make_wheel
from tests.support.postgres import Postgres
from tests.support.server import Server, serving
from tests.support.upstream_server import LocalIndex
from tests.uploads.shop import form_of

_UPSTREAM = make_wheel("demo", "1.0", {"demo/__init__.py": ""}, fields=["Summary: Demo"])
_RACERS = 6


def publisher(url: str, data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A user with a second factor, made by the commands that follow the folder to its database; their token."""
    assert main(["user", "add", "ada", "--role", "publisher", "--data", str(data)]) == 0

    async def enrol() -> None:
        store = await open_accounts(url)
        await store.save_totp(Totp(user=UserName("ada"), secret=pyotp.random_base32(), confirmed=True))
        await store.close()

    asyncio.run(enrol())
    capsys.readouterr()
    assert main(["token", "create", "ada", "--scope", "publish", "--data", str(data)]) == 0
    return capsys.readouterr().out.strip()


def _acme(number: int) -> Built:
    return make_wheel("acme-tool", "1.0", {"acme_tool/__init__.py": f"VALUE = {number}\n"}, fields=["Summary: A tool"])


async def _upload(server: Server, token: str, built: Built) -> tuple[int, str]:
    form = aiohttp.FormData()
    for name, value in form_of(built).items():
        for one in value if isinstance(value, list) else [value]:
            form.add_field(name, str(one))
    form.add_field("content", built.data, filename=built.filename, content_type="application/octet-stream")
    headers = {"Authorization": aiohttp.encode_basic_auth("__token__", token)}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"http://127.0.0.1:{server.port}/legacy/", data=form) as answer,
    ):
        return answer.status, answer.reason or ""


@contextlib.contextmanager
def _upstream() -> Iterator[str]:
    behind = LocalIndex()
    behind.add(_UPSTREAM)
    with behind.serving_in_thread() as url:
        yield url


def test_a_server_keeps_everything_in_the_database_that_it_was_given(
    postgres: Postgres, postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Events, accounts and uploads lie in PostgreSQL; a restart without the option goes on there, as commands do."""
    data = tmp_path / "data"
    with _upstream() as upstream:
        with serving(data, upstream, "--database", postgres_url) as server:
            assert server.get(f"/files/demo/{_UPSTREAM.filename}").status == 200
            token = publisher(postgres_url, data, capsys)
            assert asyncio.run(_upload(server, token, _acme(1))) == (200, "OK")
            server.kill()
        assert not (data / "pratique.db").exists()
        with serving(data, upstream) as server:
            assert server.get(f"/files/acme-tool/{_acme(1).filename}").body == _acme(1).data
            assert b"ok" in (server.get("/readyz").body or b"")
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    assert postgres.ask("SELECT filename, state FROM own_files", name) == [(_acme(1).filename, "published")]
    assert postgres.ask("SELECT count(*) FROM events WHERE kind = 'download'", name)[0][0] == 2
    assert postgres.ask("SELECT name FROM users", name) == [("ada",)]


def test_two_servers_over_one_database_give_a_file_name_once(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Six uploads of one name with different bytes, at two processes at once: one is kept, five are told so."""
    folders = [tmp_path / "one", tmp_path / "two"]
    with (
        _upstream() as upstream,
        serving(folders[0], upstream, "--database", database_url) as one,
        serving(folders[1], upstream, "--database", database_url) as two,
    ):
        token = publisher(database_url, folders[0], capsys)

        async def race() -> list[tuple[int, str]]:
            servers = (one, two)
            return list(await asyncio.gather(*(_upload(servers[n % 2], token, _acme(n)) for n in range(_RACERS))))

        answers = asyncio.run(race())
        assert sorted(status for status, _ in answers) == [200, *[409] * (_RACERS - 1)], answers
        (winner,) = (n for n, (status, _) in enumerate(answers) if status == 200)
        page = (one, two)[winner % 2].get("/simple/acme-tool/").body or b""
        assert _acme(winner).sha256.encode() in page
        assert sum(_acme(n).sha256.encode() in page for n in range(_RACERS)) == 1


def test_a_token_that_one_server_revokes_serves_at_no_other(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At once: what counts is the database, not what a process remembers."""
    folders = [tmp_path / "one", tmp_path / "two"]
    with (
        _upstream() as upstream,
        serving(folders[0], upstream, "--database", postgres_url),
        serving(folders[1], upstream, "--database", postgres_url) as two,
    ):
        token = publisher(postgres_url, folders[0], capsys)
        assert asyncio.run(_upload(two, token, _acme(1)))[0] == 200
        assert main(["token", "list", "--data", str(folders[0])]) == 0
        name = capsys.readouterr().out.split()[0]
        assert main(["token", "revoke", name, "--reason", "laptop lost", "--data", str(folders[0])]) == 0
        status, reason = asyncio.run(_upload(two, token, _acme(1)))
        assert (status, "laptop lost" in reason) == (401, True), reason


def test_a_team_moves_from_one_kind_of_database_to_the_other(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Backed up while the server runs, restored into PostgreSQL: token, upload and audit log are there."""
    data, moved, backup = tmp_path / "data", tmp_path / "moved", tmp_path / "backup.zip"
    with _upstream() as upstream:
        with serving(data, upstream) as server:
            token = publisher(f"sqlite:///{data / 'pratique.db'}", data, capsys)
            assert asyncio.run(_upload(server, token, _acme(1)))[0] == 200
            assert main(["db", "backup", str(backup), "--data", str(data)]) == 0
        said = capsys.readouterr().out
        assert "With it: 2 files uploaded here." in said, said
        assert main(["db", "restore", str(backup), "--data", str(moved), "--database", postgres_url]) == 0
        assert "Restored" in capsys.readouterr().out
        assert main(["db", "migrate", "--check", "--data", str(moved)]) == 0
        assert "up to date" in capsys.readouterr().out
        with serving(moved, upstream) as server:
            assert server.get(f"/files/acme-tool/{_acme(1).filename}").body == _acme(1).data
            assert asyncio.run(_upload(server, token, _acme(2)))[0] == 409
        assert main(["audit-log", "verify", "--data", str(moved)]) == 0
