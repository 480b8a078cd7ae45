"""The options of `pratique serve` and the file that may hold them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.cli import main
from pratique.cli.serve import Options, configured


def test_a_file_holds_what_options_hold(tmp_path: Path) -> None:
    """Each option has the same name in the file; what it leaves out is the default."""
    path = tmp_path / "pratique.toml"
    path.write_text(
        'listen = "0.0.0.0:80"\nupstream = "https://index.example.invalid/simple/"\nadvisories-every = 5\n', "utf-8"
    )
    assert configured(path) == Options(
        listen="0.0.0.0:80", upstream="https://index.example.invalid/simple/", advisories_every=5
    )
    assert configured(None) == Options()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("listne = 1", "unknown field `listne`"),
        ("listen = 1", "Expected `str`"),
        (
            "listen = ",
            "It may hold listen, data, upstream, advisories, advisories-every, public-url, breached-url",
        ),
        ('listen = "8470"', "127.0.0.1:8470"),
        ("advisories-every = 0", "Give minutes, 1 or more"),
        ("\udcff", "pratique.toml"),
    ],
)
def test_a_bad_file_is_said(text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A typing error in the file stops the start with one line; it is never passed over."""
    path = tmp_path / "pratique.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["serve", "--config", str(path)]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_a_missing_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the file that was named nothing is started with defaults."""
    assert main(["serve", "--config", str(tmp_path / "gone.toml")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_the_command_line_wins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is typed overrides what the file says."""
    path = tmp_path / "pratique.toml"
    path.write_text('listen = "127.0.0.1:1"\n', "utf-8")
    assert main(["serve", "--config", str(path), "--listen", "typed"]) == 2
    assert "--listen typed is not HOST:PORT" in capsys.readouterr().err
