"""The command line as a whole: usage, errors, start-up."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from pratique import __version__
from pratique.cli import main

_HEAVY = ("aiohttp", "sqlalchemy", "yara_x", "tree_sitter", "rapidfuzz", "pratique.screen", "pebble")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["screen", "no/such/file"], "Give a file or folder that is there"),
        (["screen", "gone.whl"], "gone.whl does not exist"),
        (["screen", ""], "An empty name is no target"),
        (["screen", "flask"], "Pin one version with =="),
        (["screen", "flask>=3,<4"], "Pin one version with =="),
        (["screen", "flask==3.*"], "Pin one version with =="),
        (["screen", "flask @ https://files.example.invalid/f.whl"], "Download it and give the file"),
        (["screen", "flask @ file:f.whl"], "Download it and give the file"),
        (["screen", "flask = 3"], "Give an sdist, a wheel, a folder, or a pinned release"),
        (["screen", ".", "--rules", " , "], "--rules names no rule"),
        (["screen", "x\x1b[2J\u202e"], r"x\x1b[2J\u202e does not exist"),
        (["screen"], "pratique screen --help"),
        (["screen", "x==1", "--format", "yaml"], "pratique screen --help"),
        (["screen", ".", "--jobs", "-1"], "Give 1 or more"),
        (["serve", "--listen", "8470"], "127.0.0.1:8470"),
        (["serve", "--listen", "127.0.0.1:99999"], "127.0.0.1:8470"),
        (["scrren"], "screen"),
    ],
)
def test_bad_usage_is_one_line_with_a_remedy(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever mistypes reads on one line of stderr what to do, and a script sees status 2."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """Help shows how commands are used, not only which options there are."""
    for arguments in ([], ["screen"], ["serve"], ["rules"]):
        assert main([*arguments, "--help"]) == 0
        assert f"Examples:\n  {' '.join(['pratique', *arguments])}" in capsys.readouterr().out


def test_help_can_be_read_on_any_terminal() -> None:
    """Help is plain text where the encoding has no lines to draw boxes with."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "pratique", "screen", "--help"]
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    assert "Usage: pratique screen [OPTIONS] TARGET..." in done.stdout.decode("ascii")


def test_a_defect_is_not_taken_for_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes wrong inside ends with status 2, a trace and what to do with it, never with 1."""
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    assert main(["rules"]) == 2
    err = capsys.readouterr().err
    assert "ValueError" in err
    assert err.endswith("Report it with the lines above.\n")


def test_version_loads_nothing_heavy() -> None:
    """`--version` answers without loading engine, server or database."""
    code = (
        "import sys\nfrom pratique.cli import main\nstatus = main(['--version'])\n"
        f"print(status, [m for m in {_HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split("\n") == [__version__, "0 []", ""]


def test_the_package_runs_as_a_module() -> None:
    """`python -m pratique` is the same program."""
    done = subprocess.run([sys.executable, "-m", "pratique", "--version"], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == __version__


@pytest.mark.parametrize("arguments", [("rules", "second-stage"), ("--help",), ("rules",)])
def test_a_reader_that_leaves_early_hears_nothing(arguments: tuple[str, ...]) -> None:
    """As any program before ``| head``: no trace, and the status that SIGPIPE has, which says nothing of findings."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "pratique", *arguments], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
