"""Hijacks that were published, re-created: each is named as new, whatever else the rules say of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pratique.history.compare import compare
from pratique.history.signals import news
from pratique.policy import Action, Policy, SignalKind, decide
from pratique.verdict import Report, Verdict
from tests.history.hijacks import HIJACKS, Hijack
from tests.history.releases import able, sdist, wheel


def _releases(hijack: Hijack) -> tuple[Report, Report]:
    make = sdist if hijack.source else wheel
    before, after = hijack.versions
    return (
        make(before, hijack.before, name="parley"),
        make(after, {**hijack.before, **hijack.after}, name="parley"),
    )


@pytest.mark.parametrize("hijack", HIJACKS, ids=lambda hijack: hijack.name)
def test_a_hijack_is_named_as_new(hijack: Hijack) -> None:
    """What the attacker added stands among what is new, with a file of theirs and their code."""
    old, new = _releases(hijack)
    assert old.verdict is Verdict.CLEAN
    told = [change.capability for change in compare(able(old), able(new)).chains]
    assert hijack.kinds <= {one.kind.value for one in told}
    assert {one.path for one in told} <= set(hijack.after)
    assert all(one.code for one in told)


@pytest.mark.parametrize("hijack", HIJACKS, ids=lambda hijack: hijack.name)
def test_a_hijack_is_held_even_if_no_rule_had_seen_it(hijack: Hijack) -> None:
    """History alone holds the release: the report is taken for clean, and the predecessor is known."""
    old, new = _releases(hijack)
    ((_, signals),) = news([old, replace(new, verdict=Verdict.CLEAN)]).items()
    assert {signal.kind for signal in signals} == {SignalKind.CAPABILITY}
    assert decide(replace(new, verdict=Verdict.CLEAN), Policy(), signals).action is Action.QUARANTINE


@pytest.mark.parametrize("hijack", HIJACKS, ids=lambda hijack: hijack.name)
def test_the_release_after_it_is_measured_by_the_last_good_one(hijack: Hijack) -> None:
    """Once the owner has the project back, releases pass; one that still holds the code is held as well."""
    make = sdist if hijack.source else wheel
    reports = [replace(report, verdict=Verdict.CLEAN) for report in _releases(hijack)]
    major = hijack.versions[0].partition(".")[0]
    mended = make(f"{major}.99.0", hijack.before, name="parley")
    kept = replace(make(f"{major}.99.1", {**hijack.before, **hijack.after}, name="parley"), verdict=Verdict.CLEAN)
    held = {name for name, _ in news([*reports, mended, kept])}
    assert held == {reports[1].artifact.name.filename, kept.artifact.name.filename}
