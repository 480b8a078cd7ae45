"""Where credentials of upstreams come from, and that they go nowhere else."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pratique.errors import BadSetting
from pratique.notices import Letter
from pratique.upstream.addresses import Origin, parse_index
from pratique.upstream.credentials import FILE, authorizations
from pratique.upstream.feed import HttpFeed
from pratique.upstream.journal import HttpJournal
from pratique.upstream.posting import HttpPost

_ORIGIN: Origin = ("https", "index.example.invalid", 443)
_FILES: Origin = ("https", "files.example.invalid", 443)


def _basic(pair: str) -> str:
    return "Basic " + b64encode(pair.encode()).decode()


def _found(environ: dict[str, str], user: str = "", *further: Origin) -> dict[Origin, str]:
    return authorizations("acme-main", parse_index(f"https://{user}index.example.invalid/"), further, environ)


def _secret(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_each_place_goes_before_the_next(tmp_path: Path) -> None:
    """The address, the environment, the file, netrc; without any there are none."""
    _secret(tmp_path / ".netrc", "machine index.example.invalid login n password 1\n")
    environ = {"NETRC": str(tmp_path / ".netrc")}
    assert _found({"NETRC": str(tmp_path / "none")}) == {}
    assert _found(environ) == {_ORIGIN: _basic("n:1")}
    file = _secret(tmp_path / "c.toml", '[acme-main]\nusername = "f"\npassword = "2"\n[other]\ntoken = "t"\n')
    environ |= {FILE: str(file)}
    assert _found(environ) == {_ORIGIN: _basic("f:2")}
    environ |= {"PRATIQUE_UPSTREAM_ACME_MAIN_USERNAME": "e", "PRATIQUE_UPSTREAM_ACME_MAIN_PASSWORD": "3"}
    assert _found(environ) == {_ORIGIN: _basic("e:3")}
    assert _found(environ, "a:4@") == {_ORIGIN: _basic("a:4")}
    assert _found({**environ, "PRATIQUE_UPSTREAM_ACME_MAIN_TOKEN": "t"}) == {_ORIGIN: "Bearer t"}


def test_netrc_speaks_for_configured_hosts_alone(tmp_path: Path) -> None:
    """Its entry for any host is nobody's: a page could name that host."""
    netrc = _secret(
        tmp_path / ".netrc",
        "machine files.example.invalid login f password 1\n"
        "machine evil.example.invalid login e password 2\ndefault login d password 3\n",
    )
    assert _found({"NETRC": str(netrc)}, "", _FILES) == {_FILES: _basic("f:1")}


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """With the command that mends it."""
    file = _secret(tmp_path / "c.toml", '[acme-main]\ntoken = "t"\n')
    file.chmod(0o640)
    with pytest.raises(BadSetting, match="may read") as caught:
        _found({FILE: str(file)})
    assert "chmod 600" in caught.value.remedy


@pytest.mark.parametrize("text", ['[acme-main]\nsecret = "hunter2"', 'acme-main = "hunter2"', "hunter2 = ["])
def test_a_broken_file_is_told_without_its_content(tmp_path: Path, text: str) -> None:
    """What a parser says of it may quote a secret."""
    file = _secret(tmp_path / "c.toml", text)
    with pytest.raises(BadSetting, match="is not a file of credentials") as caught:
        _found({FILE: str(file)})
    assert (
        "hunter2" not in f"{caught.value} {caught.value.__context__ if not caught.value.__suppress_context__ else ''}"
    )


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Whoever names one wants it to be used."""
    with pytest.raises(BadSetting, match="cannot be read"):
        _found({FILE: str(tmp_path / "none.toml")})


async def test_a_default_entry_of_netrc_goes_to_no_feed_journal_or_webhook(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is meant for whatever host is asked, and so for whoever a redirect leads to."""
    written = tmp_path / "netrc"
    written.write_text("default login alice password hunter2\n")
    written.chmod(0o600)
    monkeypatch.setenv("NETRC", str(written))
    sent: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        sent.append(request.headers.get("Authorization"))
        return web.Response(body=b"x")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        place = str(server.make_url("/x/"))
        async with HttpJournal(place) as journal:
            assert await journal.last() is None
        async with HttpFeed() as feed:
            assert await feed.read(place, limit=10) == b"x"
        async with HttpPost() as post:
            assert await post.post(place, Letter(body=b"{}", headers=()), seconds=5) == ""
    assert sent == [None, None, None]
