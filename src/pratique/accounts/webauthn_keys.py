"""The WebAuthn ceremonies (W3C Web Authentication level 2), without what keeps challenges and keys."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from pratique.accounts.model import SecurityKey, UserName
from pratique.accounts.principal import NotAuthenticated

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

_REMEDY = "Try again with the key that you set up here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Relying:
    """Who asks: a key answers to this host and this origin alone, which is what stops a page that imitates ours."""

    host: str
    """Without port."""
    origin: str
    """Scheme, host and port."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremony:
    """What the browser is given, and what the answer is checked against."""

    options: str
    """JSON."""
    challenge: bytes


def begin_adding(user: UserName, keys: Sequence[SecurityKey], relying: Relying) -> Ceremony:
    """Ask the browser to make a key; those that are known already are not made again."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, UserVerificationRequirement

    options = generate_registration_options(
        rp_id=relying.host,
        rp_name=relying.name,
        user_name=user,
        user_id=hashlib.sha256(f"user:{user}".encode()).digest(),
        exclude_credentials=_descriptors(keys),
        authenticator_selection=AuthenticatorSelectionCriteria(user_verification=UserVerificationRequirement.PREFERRED),
    )
    return Ceremony(options=options_to_json(options), challenge=options.challenge)


def finish_adding(
    answer: str, challenge: bytes, relying: Relying, *, user: UserName, name: str, now: datetime
) -> SecurityKey:
    """The key that the browser made; raises `NotAuthenticated` for an answer to another question, host or origin."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=relying.host,
            expected_origin=relying.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotAuthenticated("The key's answer cannot be taken.", remedy=_REMEDY) from error
    return SecurityKey(
        id=made.credential_id,
        user=user,
        name=name,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        created=now,
    )


def begin_proving(keys: Sequence[SecurityKey], relying: Relying) -> Ceremony:
    """Ask for proof with one of these keys."""
    from webauthn import generate_authentication_options, options_to_json

    options = generate_authentication_options(rp_id=relying.host, allow_credentials=_descriptors(keys))
    return Ceremony(options=options_to_json(options), challenge=options.challenge)


def finish_proving(
    answer: str, challenge: bytes, relying: Relying, *, keys: Sequence[SecurityKey], now: datetime
) -> SecurityKey:
    """The key that proved itself, with its new counter; raises `NotAuthenticated`.

    A counter that went back says that the key was copied.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        given = parse_authentication_credential_json(answer)
        key = next((key for key in keys if key.id == given.raw_id), None)
        if key is None:
            raise NotAuthenticated("This key is not known here.", remedy=_REMEDY)
        proved = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=relying.host,
            expected_origin=relying.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotAuthenticated("The key's answer cannot be taken.", remedy=_REMEDY) from error
    return replace(key, sign_count=proved.new_sign_count, used=now)


def _descriptors(keys: Sequence[SecurityKey]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=key.id) for key in keys]
