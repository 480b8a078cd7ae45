from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
from hypothesis import given
from hypothesis import strategies as st

from pratique.accounts.onetime import (
    CODES,
    code_digest,
    matching_step,
    new_codes,
    new_totp_secret,
    totp_address,
)
from pratique.accounts.tokens import PATTERN, digest, is_token, new_token

NOW = datetime(2026, 7, 20, 12, 0, 10, tzinfo=UTC)


def test_tokens_are_recognised_by_scanners() -> None:
    """Each token matches the published pattern and its checksum, and no two are alike."""
    made = {new_token() for _ in range(50)}
    assert len(made) == 50
    for token in made:
        assert re.search(PATTERN, f"TOKEN={token} # secret")
        assert is_token(token)
        assert len(digest(token)) == 64


@given(st.integers(min_value=0, max_value=42), st.characters(codec="ascii", categories=["L", "N"]))
def test_a_changed_token_is_none(place: int, letter: str) -> None:
    """Any one changed character, in prefix, body or checksum, is noticed without a look into the database."""
    token = new_token()
    changed = token[:place] + letter + token[place + 1 :]
    assert is_token(changed) == (changed == token)


@given(st.text(max_size=60))
def test_other_text_is_no_token(text: str) -> None:
    """Whatever a client sends, the check answers."""
    assert not is_token(text)
    assert not is_token(f"prat_{text}")


def test_codes_fit_one_step_early_and_late_and_no_further() -> None:
    """RFC 6238 section 5.2: one step of drift either way."""
    secret = new_totp_secret()
    steps = {
        drift: matching_step(secret, pyotp.TOTP(secret).at(NOW + timedelta(seconds=drift)), NOW)
        for drift in (-61, -30, 0, 30, 61)
    }
    present = int(NOW.timestamp()) // 30
    assert steps == {-61: None, -30: present - 1, 0: present, 30: present + 1, 61: None}


@given(st.text(max_size=12))
def test_any_text_can_be_tried_as_a_code(text: str) -> None:
    """Letters, other scripts' digits and lengths are no code, and no crash."""
    step = matching_step("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", text, NOW)
    assert step is None or "".join(text.split()).isdigit()


def test_the_authenticators_address_names_user_and_site() -> None:
    """Whoever has many accounts sees which one it is."""
    address = totp_address("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "ada", "packages.example")
    assert address.startswith("otpauth://totp/packages.example:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


def test_recovery_codes_are_read_however_they_are_typed() -> None:
    """Case, blanks and hyphens do not matter; each code is its own."""
    codes = new_codes()
    assert len({code_digest(code) for code in codes}) == CODES
    assert code_digest(codes[0].upper().replace("-", " ")) == code_digest(codes[0])
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", code) for code in codes)
