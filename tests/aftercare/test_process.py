"""The server as its users run it: a file is served, its verdict turns, and everybody who has to know is told."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.advisories.records import osv, write_folder
from tests.support.distributions import make_wheel
from tests.support.server import environment, events, serving
from tests.support.upstream_server import LocalIndex
from tests.telling.receiver import Came, Receiver

_SECRET = "0123456789abcdef-of-the-test"
_DEMO = make_wheel("late-demo", "1.0", {"late_demo.py": "x = 1\n"})
_OTHER = make_wheel("other-demo", "1.0", {"other_demo.py": "x = 2\n"})


def _pratique(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pratique", *arguments]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


def _late_verdicts_to(url: str, folder: Path) -> Path:
    """Settings by which a webhook hears of late verdicts alone."""
    secret, notify = folder / "secret", folder / "notify.toml"
    secret.write_text(_SECRET, encoding="utf-8")
    notify.write_text(
        f'[[webhook]]\nname = "team"\nurl = "{url}"\nsecret-file = "{secret}"\nevents = ["late-verdict"]\n',
        encoding="utf-8",
    )
    return notify


def _signed(came: Came) -> bool:
    signed = f"{came.headers['webhook-id']}.{came.headers['webhook-timestamp']}.".encode() + came.body
    mac = base64.b64encode(hmac.new(_SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(came.headers["webhook-signature"], f"v1,{mac}")


def test_a_served_file_turns_bad_and_everybody_is_told(tmp_path: Path) -> None:
    """An advisory comes in: refused, on record, a webhook with the right signature, and who received it."""
    behind, receiver, data = LocalIndex(), Receiver(), tmp_path / "data"
    for built in (_DEMO, _OTHER):
        behind.add(built)
    with behind.serving_in_thread() as upstream, receiver.listening() as url:
        notify = _late_verdicts_to(url, tmp_path)
        with serving(data, upstream, "--notify", str(notify)) as server:
            for built in (_DEMO, _DEMO, _OTHER):
                assert server.get(f"/files/{built.project}/{built.filename}").status == 200
            folder = write_folder(tmp_path / "records", [osv("MAL-2026-7", project="late-demo", versions=["1.0"])])
            assert _pratique("advisories", "import", str(folder), "--data", str(data))[0] == 0
            (came,) = receiver.await_letters(1)
            assert server.get(f"/files/late-demo/{_DEMO.filename}").status == 403
            assert server.get(f"/files/other-demo/{_OTHER.filename}").status == 200
            assert b"pratique_late_verdicts 1.0" in (server.get("/metrics").body or b"")
        assert _signed(came)
        told = json.loads(came.body)["data"]
        assert (told["filename"], told["sha256"], told["received"]) == (_DEMO.filename, _DEMO.sha256, 2)
        assert "MAL-2026-7" in told["reason"]
        assert events(data, "filename", "kind = 'late-verdict'") == [_DEMO.filename]
        status, printed = _pratique(*told["exposure"].split()[1:])
        assert (status, "127.0.0.1" in printed, _DEMO.filename in printed) == (1, True, True), printed
        with serving(data, upstream, "--notify", str(notify)) as server:
            assert server.get("/readyz").body
        assert len(receiver.came) == 1


def test_another_engine_judges_again_after_a_restart(tmp_path: Path) -> None:
    """The command says what is left before and after, and the server says that it is done."""
    behind, data = LocalIndex(), tmp_path / "data"
    behind.add(_DEMO)
    with behind.serving_in_thread() as upstream:
        with serving(data, upstream) as server:
            assert server.get(f"/files/late-demo/{_DEMO.filename}").status == 200
        assert _pratique("rejudge", "--status", "--data", str(data))[0] == 0
        with contextlib.closing(sqlite3.connect(data / "pratique.db")) as database, database:
            database.execute("UPDATE reports SET engine = 'an older one'")
        status, printed = _pratique("rejudge", "--data", str(data), "--format", "json")
        assert (status, json.loads(printed)["left"]) == (1, 1), printed
        with serving(data, upstream) as server:
            while not any("Everything that is kept was judged" in line for line in server.said):
                assert server.get("/healthz").status == 200
        status, printed = _pratique("rejudge", "--data", str(data), "--format", "json")
        found = json.loads(printed)
        assert (status, found["left"], found["judged"], found["failing"]) == (0, 0, 1, 0)


def test_what_the_upstream_removes_is_refused_within_the_interval(tmp_path: Path) -> None:
    """The webhook says so, the kept file is refused, the rest is served, and all can be seen."""
    behind, receiver, data = LocalIndex(), Receiver(), tmp_path / "data"
    for built in (_DEMO, _OTHER):
        behind.add(built)
    with behind.serving_in_thread() as upstream, receiver.listening() as url:
        notify = _late_verdicts_to(url, tmp_path)
        with serving(data, upstream, "--notify", str(notify), "--follow-every", "1") as server:
            for built in (_DEMO, _OTHER):
                assert server.get(f"/files/{built.project}/{built.filename}").status == 200
            behind.remove(_DEMO.filename)
            (came,) = receiver.await_letters(1)
            assert _signed(came)
            told = json.loads(came.body)["data"]
            assert (told["filename"], told["received"]) == (_DEMO.filename, 1)
            assert "the upstream has removed late-demo" in told["reason"]
            assert server.get(f"/files/late-demo/{_DEMO.filename}").status == 403
            assert server.get(f"/files/other-demo/{_OTHER.filename}").status == 200
            assert b"removals at the upstream: looked at" in (server.get("/readyz").body or b"")
            assert b"pratique_upstream_lag_seconds" in (server.get("/metrics").body or b"")
        behind.down = True
        with serving(data, upstream, "--follow-every", "1") as server:
            assert server.get(f"/files/late-demo/{_DEMO.filename}").status == 403
            assert server.get(f"/files/other-demo/{_OTHER.filename}").status == 200
