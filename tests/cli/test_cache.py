"""`pratique cache`: how much is kept, and what has to stay."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.cache import Arrival
from pratique.cli import main
from pratique.names import project_name
from pratique.storage.cache import open_shelf
from tests.fakes.values import digest

_NAME = "demo-1.0.tar.gz"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one file, which came under one name from two upstreams' worth of bytes."""

    async def fill() -> None:
        shelf = await open_shelf(f"sqlite:///{tmp_path / 'pratique.db'}")
        for number, name in enumerate((_NAME, "twin-1.0.tar.gz", "twin-1.0.tar.gz")):
            await shelf.arrived(
                Arrival(
                    sha256=digest(f"{number}"),
                    size=1000,
                    project=project_name("demo"),
                    filename=name,
                    upstream="mirror",
                    at=datetime(2026, 1, 1, tzinfo=UTC),
                )
            )
        await shelf.close()

    asyncio.run(fill())
    return tmp_path


def test_a_file_is_pinned_and_let_go(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By name or digest; status tells what, why and where it came from, for people and for tools."""
    assert main(["cache", "pin", _NAME, "--reason", "what production runs", "--data", str(data)]) == 0
    assert f"Kept for good: {_NAME} ({digest('0')[:12]}, 1,000 bytes" in capsys.readouterr().out
    assert main(["cache", "status", "--data", str(data)]) == 0
    told = capsys.readouterr().out
    assert "3 files of upstreams, 3,000 bytes; 1 pinned." in told
    assert ": what production runs" in told
    assert main(["cache", "status", "--data", str(data), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["pinned"][0]["files"] == [{"project": "demo", "filename": _NAME, "upstream": "mirror"}]
    assert main(["cache", "unpin", digest("0")[:10], "--data", str(data)]) == 0
    assert main(["cache", "status", "--data", str(data)]) == 0
    assert "0 pinned" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pin", "other-1.0.tar.gz", "--reason", "r"], "No file of an upstream"),
        (["pin", "twin-1.0.tar.gz", "--reason", "r"], "more than one file"),
        (["pin", "abc", "--reason", "r"], "at least 8 signs"),
        (["pin", _NAME, "--reason", " "], "needs a reason"),
    ],
)
def test_what_cannot_be_pinned_is_said(
    data: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to do instead."""
    assert main(["cache", *arguments, "--data", str(data)]) == 2
    assert said in capsys.readouterr().err


def test_without_a_server_there_is_nothing_to_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped folder is no empty cache."""
    assert main(["cache", "status", "--data", str(tmp_path)]) == 2
    assert "no database" in capsys.readouterr().err
