"""A PostgreSQL of the tests' own: made in a temporary folder, reached by a socket in it, ended with the tests."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_SYSTEM = "/usr/lib/postgresql/*/bin"
"""Where Debian keeps what it does not put on the path."""
_SETTINGS = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=200", "shared_buffers=16MB")
"""What the tests write need not outlive the machine; nothing listens but a socket."""
_SECONDS = 60
_USER = "pratique"


class NoPostgres(Exception):
    """There is none on this machine, or it does not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running cluster."""

    folder: Path
    """Its socket lies here."""

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql+psycopg://{_USER}@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new, empty database, which is dropped afterwards, whoever is still connected."""
        name = f"t{secrets.token_hex(6)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield self.url(name)
        finally:
            self.ask(f"DROP DATABASE {name} WITH (FORCE)")

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Execute a statement as a stranger; gives its rows."""
        import psycopg

        conninfo = f"host={self.folder} user={_USER} dbname={database}"
        with psycopg.connect(conninfo, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a cluster, and end it; raises `NoPostgres`."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pq-", dir="/tmp"))  # a socket's path must be short
    try:
        with _prepared(programs, folder) as process:
            _wait(process, folder)
            yield Postgres(folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def skip_without(error: NoPostgres) -> None:
    """Skip the test, saying why: root can install it, anybody else can have it installed."""
    pytest.skip(f"no PostgreSQL here: {error} (`apt-get install postgresql` brings it)")


def _programs() -> Path:
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise NoPostgres(f"its driver cannot be used: {error}") from error
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    for folder in sorted(Path("/").glob(_SYSTEM.lstrip("/")), reverse=True):
        if (folder / "initdb").exists():
            return folder
    raise NoPostgres("there is no initdb")


@contextmanager
def _prepared(programs: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    user = _unprivileged()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o755)
    data = folder / "data"
    initialise = (programs / "initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    done = subprocess.run(_as(user, *initialise), capture_output=True, check=False, cwd=folder, timeout=_SECONDS)
    if done.returncode:
        raise NoPostgres(f"initdb says: {done.stderr.decode(errors='replace').strip()}")
    settings = [part for setting in (*_SETTINGS, f"unix_socket_directories={folder}") for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            _as(user, programs / "postgres", "-D", data, *settings), stdout=log, stderr=log, cwd=folder
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)  # it waits for whoever is connected: what a test left open is cut off then
        except subprocess.TimeoutExpired:
            process.send_signal(2)
            process.wait(_SECONDS)


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to become, since PostgreSQL refuses to be started by root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("root may not start it, and there is neither a user postgres nor nobody")


def _as(user: pwd.struct_passwd | None, *command: str | Path) -> list[str]:
    """The command, which the system ends if these tests die before it."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if user is not None:
            raise NoPostgres("root may not start it, and there is no setpriv")
        return [str(part) for part in command]
    become = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if user is not None else []
    return [setpriv, "--pdeathsig=INT", *become, *(str(part) for part in command)]


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    import psycopg

    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(psycopg.OperationalError):
            psycopg.connect(f"host={folder} user={_USER} dbname=postgres").close()
            return
        time.sleep(0.05)
    raise NoPostgres(f"it does not start: {(folder / 'log').read_text(errors='replace')[-500:]}")
