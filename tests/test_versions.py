"""Versions, however absurd they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.cli import main
from pratique.versions import normal_version, read_version, same_version

_ENDLESS = "9" * 5000


def test_versions_are_compared_and_not_their_spelling() -> None:
    """As PEP 440 does."""
    assert read_version("1.0") == read_version("v1.0.0")
    assert normal_version(" 1.0RC1 ") == "1.0rc1"
    assert same_version("3.1", "3.1.0")
    assert same_version("banana", "banana")
    assert not same_version("banana", "apple")


@pytest.mark.parametrize("text", ["", "banana", "1!2!3", "1.0+a+b", _ENDLESS, f"1.{_ENDLESS}", "1." * 3000 + "0"])
def test_what_is_no_version_is_none(text: str) -> None:
    """And stays as it is; a number of thousands of digits would be an error of Python's own."""
    assert read_version(text) is None
    assert normal_version(text) == text


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    """Whatever others wrote."""
    assert normal_version(normal_version(text)) == normal_version(text)


@pytest.mark.parametrize("command", [["screen"], ["advisories", "check"], ["diff", "six==1.0"]])
def test_an_endless_version_is_refused_in_a_short_sentence(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is longer than a path may be, and than a number of Python's."""
    assert main([*command, f"six=={_ENDLESS}"]) == 2
    said = capsys.readouterr().err
    assert "name" in said or "release" in said
    assert "Traceback" not in said
    assert len(said) < 400


def test_an_endless_version_in_a_lock_is_a_fault_of_that_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told, with what is wrong, and nothing else of the file is lost."""
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"six=={_ENDLESS}\n", encoding="ascii")
    assert main(["audit", str(lock), "--upstream", "http://127.0.0.1:9/simple/", "--data", str(tmp_path / "d")]) == 2
    said = "".join(capsys.readouterr())
    assert "is no version (PEP 440)" in said
    assert len(said) < 2000
