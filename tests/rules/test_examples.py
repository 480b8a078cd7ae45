"""Every rule is proved by its own examples, through the whole engine."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from pratique.finding import Finding
from pratique.rules.catalogue import RULES
from pratique.rules.rule import Example, Rule
from pratique.screen import screen_bytes


def _packed(example: Example) -> bytes:
    """An sdist or a wheel, as the example's file name says."""
    buffer = io.BytesIO()
    if example.filename.endswith(".whl"):
        with zipfile.ZipFile(buffer, "w") as wheel:
            for path, content in example.files.items():
                wheel.writestr(path, content)
        return buffer.getvalue()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, content in example.files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(f"example_pkg-1.0/{path}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _findings(example: Example) -> tuple[Finding, ...]:
    return screen_bytes(_packed(example), filename=example.filename).findings


def _fired(rule: Rule, example: Example) -> bool:
    return any(f.rule == rule.id for f in _findings(example))


_LOUD = [pytest.param(r, e, id=f"{r.id}: {e.title}") for r in RULES for e in r.loud]
_QUIET = [pytest.param(r, e, id=f"{r.id}: {e.title}") for r in RULES for e in r.quiet]


@pytest.mark.parametrize(("rule", "example"), _LOUD)
def test_loud_examples_are_found(rule: Rule, example: Example) -> None:
    """A rule fires on each of its loud examples."""
    assert _fired(rule, example)


@pytest.mark.parametrize(("rule", "example"), _QUIET)
def test_quiet_examples_stay_quiet(rule: Rule, example: Example) -> None:
    """No rule fires on code that uses the same API honestly."""
    assert not _fired(rule, example)


@pytest.mark.parametrize(("rule", "example"), _LOUD)
def test_findings_are_of_the_behaviours_that_their_rule_names(rule: Rule, example: Example) -> None:
    """Whoever looks a finding's behaviour up in the list of rules finds it there."""
    named = {rule.behaviour, *rule.also}
    assert {f.behaviour for f in _findings(example) if f.rule == rule.id} <= named


def test_every_rule_has_examples_of_both_kinds() -> None:
    """A rule without an example proves nothing."""
    assert all(r.loud and r.quiet for r in RULES)


def test_what_blocks_says_when() -> None:
    """A rule whose example is a proven chain explains when it blocks, and one that says so has such an example."""
    blocking = {r.id for r in RULES for e in r.loud if any(f.proven and f.rule == r.id for f in _findings(e))}
    assert blocking == {r.id for r in RULES if r.blocks}
