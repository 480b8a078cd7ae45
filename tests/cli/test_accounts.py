from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pyotp
import pytest

from pratique.accounts.model import Totp, UserName
from pratique.cli import main
from pratique.storage.accounts import open_accounts


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A data folder that is not there yet."""
    return str(tmp_path / "data")


def _enrolled(data: str, name: str) -> None:
    """Give a user an authenticator, as the pages do."""

    async def work() -> None:
        store = await open_accounts(f"sqlite:///{Path(data) / 'pratique.db'}")
        await store.save_totp(Totp(user=UserName(name), secret=pyotp.random_base32(), confirmed=True))
        await store.close()

    asyncio.run(work())


def test_a_user_is_added_listed_changed_and_closed(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole life of an account on the command line; the link is all that stdout gets from adding."""
    assert main(["user", "add", "Ada", "--role", "publisher", "--email", "ada@x.example", "--data", data]) == 0
    said = capsys.readouterr()
    assert re.fullmatch(r"http://127\.0\.0\.1:8470/account/link/[\w-]{43}\n", said.out)
    assert "once" in said.err
    assert main(["user", "add", "ada", "--data", data]) == 2
    assert "already" in capsys.readouterr().err
    assert main(["user", "role", "ada", "reviewer", "--data", data]) == 0
    assert main(["user", "email", "ada", "ada at x", "--data", data]) == 2
    assert main(["user", "email", "ada", "ada@y.example", "--data", data]) == 0
    assert main(["user", "disable", "ada", "--reason", "left", "--data", data]) == 0
    capsys.readouterr()
    assert main(["user", "list", "--data", data, "--format", "json"]) == 0
    (user,) = json.loads(capsys.readouterr().out)
    assert user["email"] == "ada@y.example"
    assert (user["name"], user["role"], user["disabled"], user["has_password"]) == ("ada", "reviewer", "left", False)
    assert main(["user", "enable", "ada", "--data", data]) == 0
    assert main(["user", "list", "--data", data]) == 0
    assert "no password yet" in capsys.readouterr().out
    assert main(["user", "link", "ada", "--reset-factors", "--url", "https://x.example/", "--data", data]) == 0
    assert capsys.readouterr().out.startswith("https://x.example/account/link/")


def test_the_first_administrators_link_replaces_the_one_before(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked twice it prints two links; a role that is none is bad usage."""
    links = []
    for _ in range(2):
        assert main(["user", "first", "--data", data]) == 0
        links.append(capsys.readouterr().out)
    assert links[0] != links[1]
    assert main(["user", "add", "ada", "--role", "king", "--data", data]) == 2


def test_a_token_is_made_listed_and_revoked(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The token alone is on stdout, once; the list never shows it again."""
    main(["user", "add", "ada", "--role", "publisher", "--data", data])
    create = ["token", "create", "ada", "--scope", "publish", "--project", "Acme.Tool", "--days", "30", "--data", data]
    assert main(create) == 2
    assert "second factor" in capsys.readouterr().err
    _enrolled(data, "ada")
    assert main(create) == 0
    secret = capsys.readouterr().out.strip()
    assert re.fullmatch(r"prat_[0-9A-Za-z]{38}", secret)
    assert main(["token", "list", "ada", "--data", data, "--format", "json"]) == 0
    said = capsys.readouterr().out
    (token,) = json.loads(said)
    assert (token["scopes"], token["projects"], token["serves"]) == (["publish"], ["acme-tool"], True)
    assert secret not in said
    assert main(["token", "revoke", token["id"], "--reason", "lost", "--data", data]) == 0
    assert main(["token", "list", "--data", data]) == 0
    assert "revoked: lost" in capsys.readouterr().out
    assert main(["token", "revoke", "none", "--data", data]) == 2
    assert main(["token", "create", "ada", "--scope", "review", "--data", data]) == 2
    assert "may not review" in capsys.readouterr().err


def test_tokens_need_a_data_folder_that_is_there(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped folder is told, not made."""
    assert main(["token", "list", "--data", data]) == 2
    assert "--data" in capsys.readouterr().err
    assert not Path(data).exists()


@pytest.mark.parametrize(
    "command",
    [("list",), ("role", "ada", "reader"), ("disable", "ada", "--reason", "left"), ("enable", "ada"), ("link", "ada")],
)
def test_what_only_looks_or_changes_makes_no_folder(
    command: tuple[str, ...], data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that was named wrongly is told, and is not there afterwards."""
    assert main(["user", *command, "--data", data]) == 2
    assert "There is no database" in capsys.readouterr().err
    assert not Path(data).exists()


def test_a_link_into_a_new_folder_says_that_it_is_new(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever forgot --data learns why the running server does not know the link; the second time it is no news."""
    for new in (True, False):
        assert main(["user", "first", "--data", data]) == 0
        assert ("There was no database in" in capsys.readouterr().err) is new
    assert main(["user", "list", "--data", data]) == 0
    assert "Nobody has an account yet" in capsys.readouterr().err


def test_an_administrator_is_an_administrator(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The article fits the role."""
    assert main(["user", "add", "ada", "--data", data]) == 0
    capsys.readouterr()
    assert main(["user", "role", "ada", "administrator", "--data", data]) == 0
    assert capsys.readouterr().out == "ada is an administrator now.\n"


def test_an_empty_list_of_tokens_says_so_and_what_next(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing on stdout, which tools read; the next step on stderr."""
    main(["user", "add", "ada", "--data", data])
    capsys.readouterr()
    for whose, said in (((), "There is no token yet"), (("ada",), "ada has no token")):
        assert main(["token", "list", *whose, "--data", data]) == 0
        shown = capsys.readouterr()
        assert shown.out == ""
        assert said in shown.err
        assert "pratique token create" in shown.err


def test_the_tokens_of_a_stopped_account_are_shown_as_stopped(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Frozen and disabled accounts: their tokens do not serve, and the list says why."""
    main(["user", "add", "ada", "--role", "publisher", "--data", data])
    _enrolled(data, "ada")
    main(["token", "create", "ada", "--scope", "publish", "--data", data])
    main(["user", "disable", "ada", "--reason", "left the team", "--data", data])
    capsys.readouterr()
    assert main(["token", "list", "--data", data]) == 0
    assert "stopped with its account: left the team" in capsys.readouterr().out
    assert main(["token", "list", "--data", data, "--format", "json"]) == 0
    (token,) = json.loads(capsys.readouterr().out)
    assert (token["serves"], token["account_stopped"]) == (False, "left the team")
