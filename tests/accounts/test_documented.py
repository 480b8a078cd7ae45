from __future__ import annotations

import re
from pathlib import Path

import pytest

from pratique.accounts.entrance import IDLE, LONGEST_SESSION
from pratique.accounts.onetime import CODES
from pratique.accounts.principal import Role
from pratique.accounts.publishing import LASTS
from pratique.accounts.strength import LONGEST, SHORTEST
from pratique.accounts.throttle import GLOBAL, PER_ADDRESS, PER_ADDRESS_TOKENS, PER_USER, SECOND_FACTOR, Limit
from pratique.accounts.tokens import PATTERN

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
_WITHIN = {300: "5 minutes", 3600: "an hour", 86400: "a day"}


def _words(limits: tuple[Limit, ...]) -> str:
    return ", ".join(f"{limit.attempts} in {_WITHIN[int(limit.within.total_seconds())]}" for limit in limits)


def test_limits_are_as_written() -> None:
    """The page's table of throttles holds the numbers that slow down."""
    for name, limits in (
        ("user", PER_USER),
        ("address", PER_ADDRESS),
        ("everybody", GLOBAL),
        ("second factor of a user", SECOND_FACTOR),
        ("tokens that are none, by address", PER_ADDRESS_TOKENS),
    ):
        assert f"| {name} | {_words(limits)}" in _PAGE, name


def test_other_numbers_are_as_written() -> None:
    """Lengths, lives, codes, the scanners' pattern and the roles."""
    said = " ".join(_PAGE.split())
    assert f"at least {SHORTEST} characters (and at most {LONGEST:,})" in said
    assert (IDLE.total_seconds(), LONGEST_SESSION.days, CODES, LASTS.total_seconds()) == (8 * 3600, 7, 10, 900)
    assert "after 8 hours without use, after a week at last" in said
    assert f"`{PATTERN}`" in said
    assert re.findall(r"^\| ([a-z]+) \| (?:install|also)", _PAGE, re.MULTILINE) == [role.value for role in Role]


@pytest.mark.parametrize("page", ["threat-model.md", "accounts.md", "publishing.md"])
def test_each_proof_is_there(page: str) -> None:
    """What is promised names files of tests that exist, and tests in them."""
    text = (_ROOT / "docs" / page).read_text(encoding="utf-8")
    proofs = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text))
    assert len(proofs) > 6
    for file, name in proofs:
        assert (_ROOT / file).is_file(), file
        assert not name or f"def {name}(" in (_ROOT / file).read_text(encoding="utf-8"), (file, name)
