"""One-time passwords (RFC 6238) and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from pratique.accounts.tokens import digest

CODES = 10
"""Recovery codes that are given out together."""
_SECRET = 20
"""Bytes: 160 bits."""
_SECONDS = 30
_DRIFT = 1
"""Steps that a clock may be early or late."""
_BYTES = 10
"""Of a recovery code: 80 bits, which cannot be guessed from a digest."""


def new_totp_secret() -> str:
    """A secret of 160 bits, base32."""
    import pyotp

    return pyotp.random_base32(32)


def secret_for(pending: str, session: str) -> str:
    """The secret that one session is shown: whoever else has the password alone sees another, and never this one."""
    return base64.b32encode(hmac.digest(pending.encode(), session.encode(), hashlib.sha256)[:_SECRET]).decode()


def totp_address(secret: str, user: str, issuer: str) -> str:
    """The ``otpauth:`` address that an authenticator reads as a picture."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=user, issuer_name=issuer)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, one step early or late included; nothing if it is none's."""
    import pyotp

    given = "".join(code.split())
    if not (len(given) == 6 and given.isascii() and given.isdigit()):
        return None
    generator = pyotp.TOTP(secret, interval=_SECONDS)
    present = int(now.timestamp()) // _SECONDS
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        if secrets.compare_digest(generator.generate_otp(step), given):
            return step
    return None


def new_codes() -> tuple[str, ...]:
    """Recovery codes as people write them down: four groups of four letters and digits."""
    return tuple(_grouped(base64.b32encode(secrets.token_bytes(_BYTES)).decode().lower()) for _ in range(CODES))


def code_digest(code: str) -> str:
    """The digest under which a code is kept, however it was typed."""
    return digest("".join(code.lower().replace("-", " ").split()))


def _grouped(text: str) -> str:
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
