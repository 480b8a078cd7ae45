"""The options of `pratique serve` and the file that may hold them."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from pratique.cli import main
from pratique.cli.serve import Options, configured
from pratique.cli.serve_options import settings_of
from pratique.upstream import Source


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
            "It may hold listen, data, ",
        ),
        ('listen = "8470"', "127.0.0.1:8470"),
        ("advisories-every = 0", "Give minutes, 1 or more"),
        ("\udcff", "pratique.toml"),
        ('cache-size = "20 sheep"', "20GB"),
        ('cache-size = "20i"', "20GB"),
        ("cache-low-water = 5", "from 10 to 100"),
        ('trusted-proxy = ["10.0.0.1/8"]', "10.0.0.0/24"),
        ('[[upstream]]\nname = "x"', "missing required field `url`"),
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


def test_several_upstreams_stand_in_a_file_in_their_order(tmp_path: Path) -> None:
    """As text or as tables with more about them; a further origin that is given for all is added to each."""
    path = tmp_path / "pratique.toml"
    path.write_text(
        'upstream-origin = ["https://files.example.invalid"]\n'
        '[[upstream]]\nname = "ours"\nurl = "https://a.example.invalid/"\nprojects = ["acme-*"]\n'
        '[[upstream]]\nurl = "https://b.example.invalid/"\norigins = ["https://c.example.invalid"]\n',
        "utf-8",
    )
    assert settings_of(configured(path)).upstreams.sources == (
        Source(
            name="ours",
            url="https://a.example.invalid/",
            projects=("acme-*",),
            origins=("https://files.example.invalid",),
        ),
        Source(
            url="https://b.example.invalid/", origins=("https://c.example.invalid", "https://files.example.invalid")
        ),
    )
    one = Options(upstream="x=https://a.example.invalid/")
    assert settings_of(one).upstreams.sources == (Source(name="x", url="https://a.example.invalid/"),)
    assert settings_of(Options()).upstreams.sources == ()


@pytest.mark.parametrize(
    ("text", "size"), [("", 0), ("20GB", 20 * 10**9), ("1.5 MiB", 3 << 19), ("7", 7), ("3k", 3000), ("2tb", 2 * 10**12)]
)
def test_a_size_is_written_as_people_write_it(text: str, size: int) -> None:
    """Decimal units, or binary ones with an i."""
    assert settings_of(Options(cache_size=text)).cache.size == size


def test_a_port_that_is_taken_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the system's own few words, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--listen", f"127.0.0.1:{port}", "--data", str(tmp_path / "data")]) == 2
    told = f"Cannot listen on 127.0.0.1:{port}: {os.strerror(errno.EADDRINUSE)}. Stop what listens there"
    assert told in capsys.readouterr().err
