"""Names that evoke popular projects are told from their honest relatives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.identity import Popular, Strength, default_popular, look_alike
from pratique.identity.similarity import resemblances
from pratique.names import ProjectName, project_name

_POPULAR = Popular.of(
    ["requests", "beautifulsoup4", "python-dateutil", "colorama", "boto3", "google-ads", "django", "pillow"]
)


@pytest.mark.parametrize(
    ("name", "target", "technique"),
    [
        ("reqeusts", "requests", "transposition"),
        ("requestd", "requests", "neighbouring key"),
        ("requuests", "requests", "repetition"),
        ("requets", "requests", "omission"),
        ("c0lorama", "colorama", "homoglyph"),
        ("colorarna", "colorama", "homoglyph"),
        ("googleads", "google-ads", "separators"),
        ("dateutil-python", "python-dateutil", "word order"),
    ],
)
def test_squats_are_strong(name: str, target: str, technique: str) -> None:
    """Each technique is recognised, with its target, as something hardly chosen by accident."""
    best = look_alike(ProjectName(name), _POPULAR)[0]
    assert (best.target, best.technique, best.strength) == (target, technique, Strength.STRONG)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("python-requests", "requests"),
        ("django2", "django"),
        ("bs4", "beautifulsoup4"),
        ("pil", "pillow"),
        ("request", "requests"),
        ("ads-google", "google-ads"),
    ],
)
def test_ornament_and_import_names_are_hints(name: str, target: str) -> None:
    """What honest names do as well is only hinted at."""
    found = look_alike(ProjectName(name), _POPULAR)
    assert [r.target for r in found] == [target]
    assert found[0].strength == Strength.HINT


def test_nobody_else_may_turn_a_teams_own_words_round() -> None:
    """What says of public names what is for what says nothing of private ones."""
    (found,) = resemblances(project_name("billing-acme"), Popular.of(["acme-billing"]), families=False)
    assert (found.technique, found.strength) == ("word order", Strength.STRONG)


@pytest.mark.parametrize("name", ["requests", "types-requests", "django-environ", "pytest-boto3-mock", "something"])
def test_popular_projects_and_relatives_resemble_nobody(name: str) -> None:
    """A popular project is itself; plugins and stubs are relatives."""
    assert look_alike(ProjectName(name), _POPULAR) == ()


def test_the_shipped_list_is_normalised_and_ranked() -> None:
    """Every shipped name is in its normalised form, or comparing it would miss."""
    names = default_popular().names
    assert len(names) > 10_000
    assert all(project_name(n) == n for n in names)


@given(st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?", fullmatch=True))
def test_any_name_can_be_compared(name: str) -> None:
    """No name makes the comparison fail, and nothing resembles itself."""
    assert all(r.target != name for r in look_alike(ProjectName(name), _POPULAR))
