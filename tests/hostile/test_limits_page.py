"""The page on limits says what the code does."""

from __future__ import annotations

import importlib
import re
from dataclasses import fields
from pathlib import Path

import pytest

from pratique.facts.decode import Budget
from pratique.facts.guard import ReadLimits
from pratique.jobs.worker import Limits as WorkerLimits
from pratique.unpack import Limits as UnpackLimits

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
_SETTINGS: dict[str, type[UnpackLimits | ReadLimits | Budget | WorkerLimits]] = {
    "pratique.unpack.Limits": UnpackLimits,
    "pratique.facts.guard.ReadLimits": ReadLimits,
    "pratique.facts.decode.Budget": Budget,
    "pratique.jobs.worker.Limits": WorkerLimits,
}


def _rows(text: str) -> dict[str, tuple[float, str]]:
    """Name, value and finding of each row of the tables in a text."""
    found = re.findall(r"^\| `([\w.]+)` \| ([\d,]+) \| ([^|]+) \|", text, re.MULTILINE)
    return {name: (float(value.replace(",", "")), finding) for name, value, finding in found}


@pytest.mark.parametrize("name", _SETTINGS)
def test_every_setting_stands_there_with_its_default(name: str) -> None:
    """Neither a setting nor a default is missing, invented or outdated."""
    section = _PAGE.partition(f"Settings of `{name}`")[2].partition("\nSettings of")[0].partition("\n## ")[0]
    stated = {row: value for row, (value, _) in _rows(section.partition("\nConstants")[0]).items()}
    made = _SETTINGS[name]()
    assert stated == {field.name: float(getattr(made, field.name)) for field in fields(made)}


def test_every_constant_has_the_value_that_is_stated() -> None:
    """Constants of the readers are what the page says."""
    constants = {name: value for name, (value, _) in _rows(_PAGE).items() if name.startswith("pratique.")}
    assert len(constants) >= 6
    for name, value in constants.items():
        module, _, attribute = name.rpartition(".")
        assert getattr(importlib.import_module(module), attribute) == value, name
    for value, name in re.findall(r"([\d,]+) bytes(?: of memory)? \(`(pratique[\w.]+)`", _PAGE):
        module, _, attribute = name.rpartition(".")
        assert getattr(importlib.import_module(module), attribute) == int(value.replace(",", "")), name


def test_every_finding_that_is_named_exists() -> None:
    """A finding of the page is one that the code makes."""
    source = "".join(p.read_text(encoding="utf-8") for p in (_ROOT / "src").rglob("*.py"))
    named = {f for _, finding in _rows(_PAGE).values() for f in re.findall(r"`([a-z-]+)`", finding)}
    assert {f for f in named if f'"{f}"' not in source} == set()


def test_every_finding_of_incompleteness_is_named() -> None:
    """Whatever the code reports as not inspected stands on the page."""
    made: set[str] = set()
    for path in (_ROOT / "src" / "pratique").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        made |= set(re.findall(r'(?:unread|_limit)\(\s*"([a-z-]+)"', text))
        if "incomplete=True" in text:
            made |= set(re.findall(r'(?:rule=|_add\()"([a-z-]+)",[^)]*incomplete=True', text))
    assert made >= {"archive-limit", "source-too-large", "depth-limit", "memory-limit", "time-limit", "rule-failed"}
    assert {f for f in made if f"`{f}`" not in _PAGE} == set()
