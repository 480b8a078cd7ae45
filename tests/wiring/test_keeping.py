from __future__ import annotations

import asyncio
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pratique.audit import Act, deed
from pratique.cli import main
from pratique.errors import BadSetting, StorageError
from pratique.names import Sha256
from pratique.releases import OwnProject
from pratique.storage.disk import DiskBlobs
from pratique.storage.releases import open_releases
from pratique.wiring import book_in
from pratique.wiring.folder import choose_database, database_of
from tests.cli.test_project import TOOL, a_file
from tests.fakes.values import NOON

_OWN, _OTHER = b"our own", b"the upstream's"


async def _blob(folder: Path, content: bytes) -> Sha256:
    blobs = DiskBlobs(folder / "blobs")
    async with blobs.spool() as writer:
        await writer.write(content)
        blob = await writer.commit()
    blobs.close()
    return blob.sha256


async def _note(data: Path, subject: str) -> None:
    async with book_in(data) as book:
        await book.note(deed(Act.PROHIBIT, subject, by="ada", at=NOON))


async def _filled(data: Path) -> None:
    """An entry on record, a file that was uploaded, and one of the upstream's."""
    await _note(data, "first")
    releases = await open_releases(f"sqlite:///{data / 'pratique.db'}")
    own = await _blob(data, _OWN)
    await releases.add(
        replace(a_file("1.0"), sha256=own), OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ada")
    )
    await releases.close()
    await _blob(data, _OTHER)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Such a data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    asyncio.run(_filled(folder))
    return folder


def _kept(backup: Path) -> int:
    with zipfile.ZipFile(backup) as archive:
        return sum(name.startswith("blobs/") for name in archive.namelist())


@pytest.mark.parametrize(
    ("blobs", "files", "said"),
    [
        ("own", 1, "With it: 1 file uploaded here. What came from the upstream is fetched again"),
        ("all", 2, "With it: 2 files, all that are kept."),
        ("none", 0, "No file is with it"),
    ],
)
def test_a_backup_says_which_files_are_with_it(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], blobs: str, files: int, said: str
) -> None:
    """Those of the team's own unless told otherwise; the number is explained."""
    backup = tmp_path / "b"
    assert main(["db", "backup", str(backup), "--data", str(data), "--blobs", blobs]) == 0
    assert said in capsys.readouterr().out
    assert _kept(backup) == files


def test_a_backup_replaces_nothing_unasked(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a file that is there, nor is one made of a folder without a database."""
    backup = tmp_path / "b"
    backup.write_text("precious")
    assert main(["db", "backup", str(backup), "--data", str(data)]) == 2
    assert backup.read_text() == "precious"
    assert main(["db", "backup", str(backup), "--data", str(data), "--force"]) == 0
    assert main(["db", "backup", str(tmp_path / "c"), "--data", str(tmp_path / "nowhere")]) == 2
    assert main(["db", "migrate", "--data", str(tmp_path / "nowhere")]) == 2
    assert "There is no database in" in capsys.readouterr().err


def test_a_restore_brings_blobs_back_and_keeps_heads_that_speak_of_more(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What came after the backup is gone from the log, and the head that proves that it was there is kept aside."""
    backup = tmp_path / "b"
    assert main(["db", "backup", str(backup), "--data", str(data)]) == 0
    asyncio.run(_note(data, "second"))
    (own,) = (path for path in (data / "blobs").glob("*/*/*") if path.read_bytes() == _OWN)
    own.unlink()
    assert main(["db", "restore", str(backup), "--data", str(data)]) == 2, "the database holds something"
    assert main(["db", "restore", str(backup), "--data", str(data), "--force"]) == 0
    assert "The heads of the audit log that were here are in" in capsys.readouterr().out
    assert own.read_bytes() == _OWN
    with closing(sqlite3.connect(data / "pratique.db")) as database:
        assert database.execute("SELECT subject FROM audit_log").fetchall() == [("first",)]
    (aside,) = data.glob("audit-head.*Z")
    assert len(aside.read_text().splitlines()) == 2
    assert main(["audit-log", "verify", "--data", str(data)]) == 0


def test_a_restore_says_which_files_are_missing(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the upstream's files were left out, they are fetched again."""
    backup = tmp_path / "b"
    assert main(["db", "backup", str(backup), "--data", str(data), "--blobs", "none"]) == 0
    assert main(["db", "restore", str(backup), "--data", str(tmp_path / "new")]) == 0
    assert "2 files that were kept then are not here" in capsys.readouterr().out


def test_a_database_is_chosen_for_good_and_never_with_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command finds it by the folder; a variable goes before it, and two that differ are an error."""
    monkeypatch.chdir(tmp_path)
    choose_database(tmp_path, "sqlite:///elsewhere.db")
    chosen = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    assert database_of(tmp_path) == chosen
    choose_database(tmp_path, "")
    assert database_of(tmp_path) == chosen
    with pytest.raises(BadSetting, match="password") as caught:
        choose_database(tmp_path, "postgresql://ann:hunter2hunter2@db.example.invalid/p")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(StorageError):
        choose_database(tmp_path, "mysql://db.example.invalid/p")
    assert database_of(tmp_path) == chosen
    monkeypatch.setenv("PRATIQUE_DATABASE", "postgresql+psycopg://ann:hunter2@db.example.invalid/p")
    assert database_of(tmp_path).startswith("postgresql+psycopg://")
    with pytest.raises(BadSetting, match="two databases"):
        choose_database(tmp_path, "sqlite:///another.db")
