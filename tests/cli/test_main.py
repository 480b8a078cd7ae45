"""The command line as a whole: usage, errors, start-up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pratique import __version__
from pratique.cli import main

_HEAVY = ("aiohttp", "sqlalchemy", "yara_x", "tree_sitter", "rapidfuzz", "pratique.screen", "pebble")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["screen", "no/such/file.whl"], "Give an sdist or wheel"),
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
    for arguments in (["--help"], ["screen", "--help"], ["serve", "--help"]):
        assert main(arguments) == 0
        assert "Examples:\n  pratique " in capsys.readouterr().out


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
