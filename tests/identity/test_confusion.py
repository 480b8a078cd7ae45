"""Public names beside those that a team keeps for itself."""

from __future__ import annotations

import pytest

from pratique.identity import evokes_private
from pratique.names import project_name

_NAMES = (project_name("acme-billing"), project_name("acme-toolkit"))


@pytest.mark.parametrize(
    ("name", "target"),
    [("acmebilling", "acme-billing"), ("acme-biling", "acme-billing"), ("acme-tooklit", "acme-toolkit")],
)
def test_a_slip_away_from_a_private_name(name: str, target: str) -> None:
    """The team's own names are guarded like popular ones."""
    found = evokes_private(project_name(name), _NAMES)
    assert found is not None
    assert found.target == target


def test_a_prefix_is_guarded_without_its_separator() -> None:
    """Names of the family that the prefix does not catch: written together, or with a letter that looks the same."""
    for name in ("acmetools", "acme0-x", "acm3-new"):
        found = evokes_private(project_name(name), (), ("acme-",))
        assert found is not None
        assert found.technique == "private prefix"


@pytest.mark.parametrize("name", ["acme-billing", "acme-anything", "requests", "ac"])
def test_private_names_and_strangers_are_left_alone(name: str) -> None:
    """What is private never comes from the upstream anyway; what is far away is nobody's business."""
    assert evokes_private(project_name(name), _NAMES, ("acme-",)) is None
