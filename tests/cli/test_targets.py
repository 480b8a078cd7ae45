"""Telling targets apart."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pratique.cli.targets import read_targets
from pratique.errors import BadSetting


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_file_is_screened_whatever_its_name(tmp_path: Path) -> None:
    """A distribution that somebody renamed is still read."""
    with zipfile.ZipFile(tmp_path / "download.bin", "w") as archive:
        archive.writestr("setup.py", "")
    (job,) = read_targets([str(tmp_path / "download.bin")]).local
    assert not job.lone


@pytest.mark.parametrize(
    ("name", "content", "lone"),
    [
        ("code.py", b"import os\n", True),
        ("script", b"#!/usr/bin/env python3\n", True),
        ("empty.py", b"", True),
        ("empty", b"", False),
        ("cut-off.whl", b"not an archive", False),
        ("packed.py", b"\x1f\x8b\x08", False),
    ],
)
def test_one_file_of_source_is_told_from_an_archive(tmp_path: Path, name: str, content: bytes, *, lone: bool) -> None:
    """Content decides; what is called an archive, or is nothing at all, was cut off and is not passed as source."""
    (tmp_path / name).write_bytes(content)
    (job,) = read_targets([str(tmp_path / name)]).local
    assert job.lone is lone


def test_code_before_a_zip_does_not_hide_it(tmp_path: Path) -> None:
    """Python runs a zip whatever stands before it, so that a file with code first is still read as the archive."""
    with zipfile.ZipFile(tmp_path / "both.py", "w") as archive:
        archive.writestr("__main__.py", "")
    data = (tmp_path / "both.py").read_bytes()
    (tmp_path / "both.py").write_bytes(b"x = 1\n" + data)
    (job,) = read_targets([str(tmp_path / "both.py")]).local
    assert not job.lone


def test_a_folder_of_archives_gives_each_of_them(tmp_path: Path) -> None:
    """Archives of any age and depth are found, in order, and other files are left out."""
    _touch(tmp_path, "b-1.tar.gz", "a-1-py3-none-any.whl", "deep/c-1.zip", "SHA256SUMS")
    targets = read_targets([str(tmp_path)])
    assert [j.path.name for j in targets.local] == ["a-1-py3-none-any.whl", "b-1.tar.gz", "c-1.zip"]
    assert not any(j.tree for j in targets.local)


@pytest.mark.parametrize("mark", ["setup.py", "pyproject.toml", "PKG-INFO", "pkg-1.dist-info/METADATA"])
def test_an_unpacked_distribution_is_one_artifact(tmp_path: Path, mark: str) -> None:
    """An archive that lies inside an unpacked tree does not hide the code around it."""
    _touch(tmp_path, mark, "vendored-1.zip", "pkg/__init__.py")
    (job,) = read_targets([str(tmp_path)]).local
    assert job.tree


def test_a_bare_folder_of_code_is_a_tree(tmp_path: Path) -> None:
    """Code without any packaging around it can be screened too."""
    _touch(tmp_path, "pkg/__init__.py")
    (job,) = read_targets([str(tmp_path)]).local
    assert job.tree


def test_code_beside_archives_is_not_passed_over_silently(tmp_path: Path) -> None:
    """What is left out of a folder of archives is named."""
    _touch(tmp_path, "a-1.zip", "loose.py")
    assert [p.name for p in read_targets([str(tmp_path)]).ignored] == ["loose.py"]


@pytest.mark.parametrize("text", ["Flask==3.1", "flask == 3.1", "flask===3.1"])
def test_a_pinned_release_is_normalised(text: str) -> None:
    """Spelling does not matter to what is fetched."""
    (release,) = read_targets([text]).releases
    assert (release.project, release.version) == ("flask", "3.1")


@pytest.mark.parametrize(
    "text", ["flask", "flask>=3", "flask==3.*", "flask>=3,<4", "no/such/file.whl", "-x", "", "a\x1b"]
)
def test_anything_else_is_refused_with_a_remedy(text: str) -> None:
    """Neither a typing error in a path nor a range of versions is taken for a release."""
    with pytest.raises(BadSetting) as caught:
        read_targets([text])
    assert "flask==3.1.0" in caught.value.remedy


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """Nothing to screen is not the same as nothing found."""
    with pytest.raises(BadSetting, match="empty"):
        read_targets([str(tmp_path)])
