from __future__ import annotations

import pytest

from pratique.artifact import Role
from pratique.names import DistributionName
from tests.unpack.archives import SDIST, TOP, WHEEL, opened, tarred, zipped


def _role(path: str, name: DistributionName, **others: bytes) -> Role:
    files = {path: b"import os\n", **{key.replace("__", "."): data for key, data in others.items()}}
    unpacked = opened(
        zipped(files) if name is WHEEL else tarred({TOP + p: d for p, d in {**files, "PKG-INFO": b""}.items()}), name
    )
    return next(member.role for member in unpacked.members if member.path == path)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("pkg/__init__.py", Role.MODULE),
        ("single.py", Role.MODULE),
        ("setup.py", Role.MODULE),
        ("tests/test_a.py", Role.MODULE),
        ("pkg/mod.pyc", Role.MODULE),
        ("start.pth", Role.STARTUP),
        ("pkg/not_start.pth", Role.DATA),
        ("sitecustomize.py", Role.STARTUP),
        ("usercustomize.py", Role.STARTUP),
        ("sitecustomize/__init__.py", Role.STARTUP),
        ("pkg/sitecustomize.py", Role.MODULE),
        ("pkg-1.0.data/purelib/start.pth", Role.STARTUP),
        ("pkg-1.0.data/platlib/sitecustomize.py", Role.STARTUP),
        ("pkg-1.0.data/purelib/pkg/a.py", Role.MODULE),
        ("pkg-1.0.data/scripts/run", Role.SCRIPT),
        ("pkg-1.0.data/scripts/run.py", Role.SCRIPT),
        ("pkg-1.0.data/data/lib/python3/site-packages/start.pth", Role.STARTUP),
        ("pkg-1.0.dist-info/odd.py", Role.DATA),
        ("pkg/readme.txt", Role.DATA),
    ],
)
def test_a_wheels_places(path: str, role: Role) -> None:
    """In a wheel the place alone says when a file runs."""
    assert _role(path, WHEEL) is role


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("setup.py", Role.SETUP),
        ("my_setup.py", Role.MODULE),
        ("pkg/setup.py", Role.MODULE),
        ("pkg/__init__.py", Role.MODULE),
        ("src/pkg/a.py", Role.MODULE),
        ("namespace/pkg/a.py", Role.MODULE),
        ("single.py", Role.MODULE),
        ("src/single.py", Role.MODULE),
        ("conftest.py", Role.SCRIPT),
        ("noxfile.py", Role.SCRIPT),
        ("tasks.py", Role.SCRIPT),
        ("tests/test_a.py", Role.SCRIPT),
        ("docs/conf.py", Role.SCRIPT),
        ("dist/a.py", Role.SCRIPT),
        (".github/run.py", Role.SCRIPT),
        ("bin/tool", Role.SCRIPT),
        ("start.pth", Role.STARTUP),
        ("data/start.pth", Role.STARTUP),
        ("src/sitecustomize.py", Role.STARTUP),
        ("README.md", Role.DATA),
    ],
)
def test_an_sdists_places(path: str, role: Role) -> None:
    """In an sdist the documented defaults of package discovery say what will be importable."""
    assert _role(path, SDIST) is role


@pytest.mark.parametrize(
    ("places", "path", "role"),
    [
        ('["tools"]', "tools/back.py", Role.BACKEND),
        ('["./tools/"]', "tools/deep/more.py", Role.BACKEND),
        ('["."]', "back.py", Role.BACKEND),
        ('["."]', "pkg/a.py", Role.MODULE),
        ('"tools"', "tools/back.py", Role.SCRIPT),
        ("[1, 2]", "tools/back.py", Role.SCRIPT),
        ("[nonsense", "tools/back.py", Role.SCRIPT),
    ],
)
def test_an_in_tree_back_end_runs_at_build(places: str, path: str, role: Role) -> None:
    """`backend-path` makes code run at installation; a table that makes no sense is no error."""
    pyproject = f'[build-system]\nbuild-backend = "back:make"\nbackend-path = {places}\n'.encode()
    assert _role(path, SDIST, pyproject__toml=pyproject) is role


def test_code_in_nested_archives_is_a_script() -> None:
    """Nothing imports it before somebody unpacks it."""
    unpacked = opened(zipped({"pkg/inner.zip": zipped({"a.py": b"", "b.txt": b""})}))
    assert [m.role for m in unpacked.members] == [Role.DATA, Role.SCRIPT, Role.DATA]


def test_without_one_top_folder_nothing_is_cut_off() -> None:
    """An sdist whose root holds several things keeps its paths, as installers see them."""
    unpacked = opened(tarred({"a/setup.py": b"", "setup.py": b""}), SDIST)
    assert [(m.path, m.role) for m in unpacked.members] == [("a/setup.py", Role.MODULE), ("setup.py", Role.SETUP)]
