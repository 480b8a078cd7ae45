"""Honest names beside popular ones: what their authors build on stands in them, and nobody is held for that."""

from __future__ import annotations

import pytest

from pratique.identity import Strength, default_popular, look_alike
from pratique.names import project_name

_FORMS = (
    "{}-acme",
    "acme-{}",
    "{}-plugin",
    "{}-contrib",
    "{}-rs",
    "{}-cli",
    "{}-stubs",
    "types-{}",
    "pytest-{}-acme",
    "django-{}",
    "mcp-{}",
)
_MOST_POPULAR = 200


@pytest.mark.parametrize("form", _FORMS)
def test_plugins_stubs_and_forks_are_never_strong(form: str) -> None:
    """Of the most popular projects; whether they exist does not matter."""
    popular = default_popular()
    made = [project_name(form.format(name)) for name in popular.names[:_MOST_POPULAR]]
    found = {name: look_alike(name, popular)[:1] for name in made}
    assert [name for name, best in found.items() if best and best[0].strength is Strength.STRONG] == []
