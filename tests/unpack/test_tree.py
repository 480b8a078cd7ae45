from __future__ import annotations

import os
from pathlib import Path

import pytest

from pratique.artifact import Role
from pratique.errors import BadArchive
from pratique.finding import Severity
from pratique.unpack import Limits, unpack_tree
from tests.unpack.archives import contents, notes, paths


def _write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def test_a_tree_is_read_as_the_sdist_it_was(tmp_path: Path) -> None:
    """Roles are given as for the archive; nothing is skipped, not even .git."""
    files = {"setup.py": b"S\n", "pkg/__init__.py": b"P\n", ".git/hooks/run": b"H\n"}
    unpacked = unpack_tree(_write(tmp_path, files))
    assert contents(unpacked) == files
    assert {m.path: m.role for m in unpacked.members}["setup.py"] is Role.SETUP


def test_a_tree_with_dist_info_is_a_wheel(tmp_path: Path) -> None:
    """An unpacked wheel has a wheel's places."""
    unpacked = unpack_tree(_write(tmp_path, {"pkg-1.0.dist-info/WHEEL": b"", "tests/a.py": b""}))
    assert [m.role for m in unpacked.members if m.path == "tests/a.py"] == [Role.MODULE]


def test_links_out_of_the_tree_are_not_followed(tmp_path: Path) -> None:
    """What lies outside is never read; the link is a finding; links inside are read."""
    outside = _write(tmp_path / "outside", {"secret.py": b"secret"})
    tree = _write(tmp_path / "tree", {"a.py": b"A\n"})
    (tree / "file.py").symlink_to(outside / "secret.py")
    (tree / "folder").symlink_to(outside)
    (tree / "inside.py").symlink_to("a.py")
    unpacked = unpack_tree(tree)
    assert contents(unpacked) == {"a.py": b"A\n", "inside.py": b"A\n"}
    assert [f.severity for f in notes(unpacked, "archive-link")] == [Severity.HIGH, Severity.HIGH]


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    """Only regular files are opened."""
    os.mkfifo(tmp_path / "pipe.py")
    assert paths(unpack_tree(_write(tmp_path, {"a.py": b""}))) == ["a.py"]


def test_limits_hold_for_trees(tmp_path: Path) -> None:
    """Too many files are incomplete."""
    unpacked = unpack_tree(_write(tmp_path, {f"{i}.py": b"" for i in range(5)}), limits=Limits(members=3))
    assert len(unpacked.members) == 3
    assert any(f.incomplete for f in unpacked.notes)


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    """A path that is no folder says what to give instead."""
    with pytest.raises(BadArchive, match="no folder"):
        unpack_tree(tmp_path / "missing")
