from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from pratique.cli import main
from tests.clients.test_own_index import DEAD, publisher, upload
from tests.support.distributions import make_wheel
from tests.support.layered import layered
from tests.support.server import serving
from tests.telling.mailbox import Mailbox, text_of


def _notify(folder: Path, port: int) -> Path:
    path = folder / "notify.toml"
    path.write_text(
        f'[mail]\nserver = "127.0.0.1"\nport = {port}\nsecurity = "none"\nfrom = "pratique@example.invalid"\n',
        encoding="utf-8",
    )
    return path


def _report_leak(port: int, token: str) -> list[dict[str, object]]:
    found = json.dumps([{"token": token, "url": "https://code.example.invalid/ci.yml"}]).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/leaked-tokens", found, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        said: list[dict[str, object]] = json.loads(answer.read())
    return said


def test_people_are_written_to_by_the_server_as_its_users_run_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A held upload, a leaked token, a malicious upload: uploader and reviewer get their letters, through twine."""
    data, folder, mailbox = tmp_path / "data", tmp_path / "work", Mailbox()
    folder.mkdir()
    token = publisher(data, capsys, "--email", "ada@example.invalid")
    reviewer = ["user", "add", "rev", "--role", "reviewer", "--email", "rev@example.invalid", "--data", str(data)]
    assert main(reviewer) == 0
    held = make_wheel("reqeusts", "1.0", {"reqeusts/__init__.py": ""}, fields=["Summary: A tool"])
    with mailbox.listening() as port, serving(data, DEAD, "--notify", str(_notify(tmp_path, port))) as server:
        status, printed = upload(server, folder, token, held)
        assert (status != 0, "held for review" in printed) == (True, True), printed
        mailbox.await_mail(2)
        status, printed = upload(server, folder, token, layered())
        assert status != 0, printed
        came = mailbox.await_mail(5)
        assert main(["user", "enable", "ada", "--data", str(data)]) == 0
        assert _report_leak(server.port, token)[0]["revoked"] is True
        came = mailbox.await_mail(6)
    told = sorted((address, str(letter["Subject"])) for address, letter in came)
    evil = layered().filename
    assert told == [
        ("ada@example.invalid", "Pratique: A token of ada serves no more: it was found in public"),
        ("ada@example.invalid", "Pratique: The account ada was frozen"),
        ("ada@example.invalid", f"Pratique: {held.filename} is held"),
        ("ada@example.invalid", f"Pratique: {evil} is blocked"),
        ("rev@example.invalid", f"Pratique: {held.filename} is held"),
        ("rev@example.invalid", f"Pratique: {evil} is blocked"),
    ]
    why = next(text_of(letter) for _, letter in came if held.filename in str(letter["Subject"]))
    assert "could be taken for requests" in why
