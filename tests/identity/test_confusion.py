"""Public names beside those that a team keeps for itself."""

from __future__ import annotations

import pytest

from pratique.identity import Popular, PrivateNames, Strength, default_popular, evokes_private
from pratique.names import project_name

_NAMES = (project_name("acme-billing"), project_name("acme-toolkit"))
_POPULAR = Popular.of(["data-classes-json", "requests"])


@pytest.mark.parametrize(
    ("name", "target"),
    [("acmebilling", "acme-billing"), ("acme-biling", "acme-billing"), ("acme-tooklit", "acme-toolkit")],
)
def test_a_slip_away_from_a_private_name(name: str, target: str) -> None:
    """The team's own names are guarded like popular ones."""
    found = evokes_private(project_name(name), PrivateNames.of(_NAMES), _POPULAR)
    assert found is not None
    assert (found.target, found.strength) == (target, Strength.STRONG)


def test_a_prefix_is_guarded_without_its_separator() -> None:
    """Names of the family that the prefix does not catch: written together, or with a letter that looks the same."""
    for name in ("acmetools", "acme0-x", "acm3-new"):
        found = evokes_private(project_name(name), PrivateNames.of((), ["acme-"]), _POPULAR)
        assert found is not None
        assert (found.technique, found.strength) == ("private prefix", Strength.STRONG)


@pytest.mark.parametrize("name", ["acme-billing", "acme-anything", "requests", "ac"])
def test_private_names_and_strangers_are_left_alone(name: str) -> None:
    """What is private never comes from the upstream anyway; what is far away is nobody's business."""
    assert evokes_private(project_name(name), PrivateNames.of(_NAMES, ["acme-"]), _POPULAR) is None


def test_a_prefix_of_everybodys_says_little() -> None:
    """Where popular projects begin like that as well, a name that does is a hint at most."""
    found = evokes_private(project_name("dataframes"), PrivateNames.of((), ["data-"]), _POPULAR)
    assert found is not None
    assert found.strength is Strength.HINT


def test_a_popular_project_evokes_nobody() -> None:
    """A team that keeps a ``requestss`` for itself can still install requests."""
    private = PrivateNames.of([project_name("reqeusts")], ["req-"])
    assert evokes_private(project_name("requests"), private, _POPULAR) is None


def test_no_popular_project_is_taken_for_a_teams_own() -> None:
    """Whatever a team keeps for itself, an honest install of what everybody uses goes on."""
    private = PrivateNames.of(_NAMES, ["a", "py", "data-", "my-company-"])
    popular = default_popular()
    assert not [one for one in popular.names[:3_000] if evokes_private(project_name(one), private, popular)]
