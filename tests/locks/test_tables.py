"""Lock files of every tool: the same release, from each, with its place and hashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.errors import BadSetting
from pratique.locks import Lock, find_lock, read_lock

_A, _B = "a" * 64, "b" * 64
_WHEEL, _SDIST = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"
_FILES = ((_WHEEL, _A), (_SDIST, _B))

_PYLOCK = f"""\
lock-version = "1.0"
[[packages]]
name = "demo"
version = "1.0"
wheels = [{{ name = "{_WHEEL}", url = "https://files.example.invalid/{_WHEEL}", hashes = {{ sha256 = "{_A}" }} }}]
sdist = {{ url = "https://files.example.invalid/{_SDIST}", hashes = {{ sha256 = "{_B}" }} }}
[[packages]]
name = "mine"
directory = {{ path = "." }}
[[packages]]
name = "other"
vcs = {{ type = "git", url = "https://a.example.invalid/x", commit-id = "1" }}
[[packages]]
name = "bare"
"""
_UV = f"""\
version = 1
[[package]]
name = "demo"
version = "1.0"
source = {{ registry = "https://a.example.invalid/simple" }}
sdist = {{ url = "https://files.example.invalid/{_SDIST}", hash = "sha256:{_B}", size = 1 }}
wheels = [{{ url = "https://files.example.invalid/{_WHEEL}", hash = "sha256:{_A}" }}]
[[package]]
name = "mine"
source = {{ editable = "." }}
[[package]]
name = "other"
version = "1"
source = {{ git = "https://a.example.invalid/x" }}
[[package]]
name = "bare"
source = {{ registry = "https://a.example.invalid/simple" }}
"""
_POETRY = f"""\
[[package]]
name = "demo"
version = "1.0"
files = [{{file = "{_WHEEL}", hash = "sha256:{_A}"}}, {{file = "{_SDIST}", hash = "sha256:{_B}"}}]
[[package]]
name = "mine"
version = "1"
[package.source]
type = "directory"
url = "mine"
[[package]]
name = "other"
version = "1"
[package.source]
type = "git"
url = "https://a.example.invalid/x"
[[package]]
name = "bare"
[metadata]
lock-version = "2.1"
"""
_PDM = f"""\
[[package]]
name = "demo"
version = "1.0"
files = [
  {{file = "{_WHEEL}", hash = "sha256:{_A}"}},
  {{url = "https://f.example.invalid/{_SDIST}", hash = "sha256:{_B}"}},
]
[[package]]
name = "mine"
path = "."
[[package]]
name = "other"
version = "1"
git = "https://a.example.invalid/x"
[[package]]
name = "bare"
"""
_ALL = [
    ("pylock.toml", _PYLOCK),
    ("pylock.dev.toml", _PYLOCK),
    ("uv.lock", _UV),
    ("poetry.lock", _POETRY),
    ("pdm.lock", _PDM),
]


def _read(tmp_path: Path, name: str, text: str) -> Lock:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_lock(tmp_path / name)


@pytest.mark.parametrize(("name", "text"), _ALL, ids=[name for name, _ in _ALL])
def test_a_lock_file_s_releases(name: str, text: str, tmp_path: Path) -> None:
    """Files with their hashes; one's own project is left out; what no index has, or has no version, is a fault."""
    lock = _read(tmp_path, name, text)
    (pin,) = lock.pins
    assert (pin.project, pin.version, pin.hashes) == ("demo", "1.0", frozenset({_A, _B}))
    assert sorted(pin.files) == sorted(_FILES)
    assert text.splitlines()[pin.line - 1].startswith("[[package")
    assert ["other comes from" in lock.faults[0].message, "bare has no version" in lock.faults[1].message] == [True] * 2
    assert all(text.splitlines()[fault.line - 1].startswith("[[package") for fault in lock.faults)


def test_poetry_s_older_form(tmp_path: Path) -> None:
    """Files stood apart then."""
    apart = f'[metadata.files]\ndemo = [{{file = "x.whl", hash = "sha256:{_A}"}}]\n'
    text = f'[[package]]\nname = "demo"\nversion = "1.0"\n{apart}'
    assert _read(tmp_path, "poetry.lock", text).pins[0].files == (("x.whl", _A),)


def test_pipenv(tmp_path: Path) -> None:
    """Both groups; hashes of no named file; the line is that of the name."""
    text = f"""{{
  "default": {{
    "demo": {{"version": "==1.0", "hashes": ["sha256:{_A}"]}},
    "other": {{"git": "https://a.example.invalid/x"}}
  }},
  "develop": {{
    "two": {{"version": "==2"}}
  }}
}}"""
    lock = _read(tmp_path, "Pipfile.lock", text)
    assert [(pin.project, pin.line, pin.hashes) for pin in lock.pins] == [("demo", 3, {_A}), ("two", 7, frozenset())]
    assert [fault.line for fault in lock.faults] == [4]


def test_groups_of_one_s_own_in_a_pipfile_lock_are_read(tmp_path: Path) -> None:
    """Pipenv installs them like the two that it names itself; what stands in `_meta` is no package."""
    text = (
        '{"_meta": {"hash": {"sha256": "x"}}, "default": {"a": {"version": "==1"}}, "docs": {"b": {"version": "==2"}}}'
    )
    lock = _read(tmp_path, "Pipfile.lock", text)
    assert [(pin.project, pin.version) for pin in lock.pins] == [("a", "1"), ("b", "2")]
    assert not lock.faults


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("uv.lock", "a = 1\nb = [", 2),
        ("Pipfile.lock", "{\n  x", 2),
        ("Pipfile.lock", "[]", 1),
        ("pylock.toml", "packages = 3\n", 0),
        ("uv.lock", "package = [1, {name = 3}]\n", 0),
    ],
)
def test_what_is_damaged_is_told_with_its_place(name: str, text: str, line: int, tmp_path: Path) -> None:
    """And what is merely not what it should be pins nothing."""
    lock = _read(tmp_path, name, text)
    assert lock.pins == ()
    assert [fault.line for fault in lock.faults][:1] in ([line], [])


def test_a_version_or_name_that_no_specification_allows(tmp_path: Path) -> None:
    """Is quoted, shortened, in the fault."""
    text = '[[package]]\nname = "../x"\nversion = "1"\n[[package]]\nname = "x"\nversion = "one"\n'
    first, second = _read(tmp_path, "uv.lock", text).faults
    assert "is not a project name" in first.message
    assert "'one' is no version" in second.message


def test_the_project_s_own_lock_file_is_found(tmp_path: Path) -> None:
    """From below, up to the project's root and no further."""
    below = tmp_path / "project" / "src"
    below.mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("x==1\n")
    (tmp_path / "project" / "pyproject.toml").write_text("")
    with pytest.raises(BadSetting, match="no lock file"):
        find_lock(below)
    (tmp_path / "project" / "poetry.lock").write_text("")
    assert find_lock(below) == tmp_path / "project" / "poetry.lock"
