"""Documents that speak of the code say what the code says."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from pratique.cli import main
from pratique.finding import Severity
from pratique.verdict import CAP, PRIOR, SUSPICIOUS_FROM, TRUST, WEIGHT, Verdict

_ROOT = Path(__file__).parents[1]
_GROUPS = {
    "advisories",
    "popular",
    "project",
    "user",
    "token",
    "policy",
    "quarantine",
    "audit-log",
    "cache",
    "db",
    "webhook",
}


def _document(name: str) -> str:
    return (_ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["", "facts/python"])
def test_every_room_is_on_the_map(folder: str) -> None:
    """Whoever opens the source finds each room of it in the architecture, and no room that is gone."""
    package = _ROOT / "src" / "pratique" / folder
    rooms = {f"{p.name}/" for p in package.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    rooms |= {p.name for p in package.glob("*.py") if not p.name.startswith("__")}
    before, inside = _document("architecture.md").split("## The rooms of `facts/python`")
    inside, _, after = inside.partition("\n## ")
    named = set(re.findall(r"`([a-z_]+(?:/|\.py))`", inside if folder else before + after))
    assert named == rooms


@pytest.mark.parametrize(("values", "column"), [(WEIGHT, 1), (TRUST, 5)], ids=["severity", "confidence"])
def test_weights_are_as_written(values: dict[Severity, float], column: int) -> None:
    """The table of verdicts holds the numbers that judge."""
    rows = [line.split("|") for line in _document("verdicts.md").splitlines() if line.startswith("| ")]
    written = {row[column - (column > 1)].strip(): row[column + (column < 5)].strip() for row in rows if len(row) == 7}
    for step, value in values.items():
        assert float(written[step.name.lower()]) == value


def test_the_other_numbers_are_as_written() -> None:
    """Prior, cap, threshold and the verdicts themselves."""
    text = " ".join(_document("verdicts.md").split())
    assert f"contributes more than {CAP:g}:" in text
    assert f"The sum starts at \u2212{-PRIOR:g}," in text
    assert f"a score of {SUSPICIOUS_FROM:g} or more" in text
    assert f"{PRIOR:g} is a score of {1 / (1 + math.exp(-PRIOR)):.2f}".replace("-", "\u2212") in text
    assert set(re.findall(r"^\| `([a-z]+)` \|", _document("verdicts.md"), re.MULTILINE)) == {v.value for v in Verdict}


def test_every_page_is_in_the_index() -> None:
    """Whoever begins at `docs/README.md` finds every page."""
    listed = set(re.findall(r"\]\(([a-z.-]+)\)", _document("README.md")))
    assert listed == {p.name for p in (_ROOT / "docs").iterdir() if p.is_file()} - {"README.md"}


def test_options_are_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    """The command line's page names each option of each command, and none that is not there."""
    usage = _document("command-line.md").split("```")[1].replace("\n    ", " ")
    lines = [line for line in usage.splitlines() if line.startswith("pratique")]
    assert len(lines) > 6
    for line in lines:
        command = re.findall(r"[a-z]+(?:-[a-z]+)*", re.split(r"[^a-z -]", line.removeprefix("pratique "))[0])
        command = command[: 2 if command[0] in _GROUPS else 1]
        assert main([*command, "--help"]) == 0
        box = capsys.readouterr().out.partition("Examples:")[0]
        offered = set(re.findall(r"^│ (?:\*| )? *(--[a-z-]+)", box, re.MULTILINE))
        assert offered == set(re.findall(r"(?<!\S)\[?(--[a-z-]+)", line)), line
