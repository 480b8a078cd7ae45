"""Identity tokens (OpenID Connect): whether one is genuine, for us, of now, and seen for the first time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from pratique.accounts.principal import NotAuthenticated
from pratique.accounts.trusted import Issuer, IssuerKeys
from pratique.errors import UpstreamError
from pratique.ports import Clock

_ALGORITHMS = ("RS256", "PS256", "ES256", "ES384")
"""Signatures alone: with a shared secret, our own public copy of the key could sign."""
_LEEWAY = timedelta(seconds=30)
_LONGEST_LIFE = timedelta(hours=24)
_KEPT = timedelta(hours=1)
_AGAIN = timedelta(minutes=1)
_LONGEST = 16_384
_REMEDY = "Ask for a new identity token, for the audience that this server names."


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a genuine token says."""

    issuer: Issuer
    claims: Mapping[str, object]
    id: str
    """``jti``, unique for its issuer."""
    expires: datetime


@dataclass(slots=True)
class _Known:
    keys: KeySet
    fetched: datetime


@dataclass(slots=True, kw_only=True)
class Identities:
    """Checks identity tokens of the issuers that are configured."""

    issuers: Sequence[Issuer]
    audience: str
    keys: IssuerKeys
    clock: Clock
    _known: dict[str, _Known] = field(default_factory=dict)
    _asking: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def check(self, token: str) -> Identity:
        """Who sends it; raises `NotAuthenticated`, or `UpstreamError` where the issuer's keys cannot be had."""
        if len(token) > _LONGEST or not token.isascii():
            raise _refused("it is no identity token")
        known = self._issuer(token)
        claims = await self._verified(token, known)
        self._for_us_now(claims, known)
        identity = claims.get("jti")
        if not isinstance(identity, str) or not 0 < len(identity) <= 256:
            raise _refused("it has no jti, so that it could be used twice")
        return Identity(
            issuer=known, claims=claims, id=identity, expires=datetime.fromtimestamp(_seconds(claims, "exp"), UTC)
        )

    def _issuer(self, token: str) -> Issuer:
        """Whose keys to ask for. Nothing else is believed of a token before its signature was checked."""
        claims = _unverified(token)
        found = next((one for one in self.issuers if one.url == claims.get("iss")), None)
        if found is None:
            raise _refused("its issuer is not one that this server trusts")
        return found

    async def _verified(self, token: str, known: Issuer) -> Mapping[str, object]:
        """The claims, once the signature is found good; a key that is new is asked for, once a minute at most."""
        for fresh in (False, True):
            keys = await self._keys(known.url, fresh=fresh)
            try:
                return dict(jwt.decode(token, keys, algorithms=_ALGORITHMS).claims)
            except (JoseError, ValueError, TypeError, KeyError) as error:
                if fresh:
                    raise _refused("it is not signed by its issuer") from error
        raise AssertionError  # pragma: no cover

    async def _keys(self, url: str, *, fresh: bool) -> KeySet:
        """The issuer's keys; many who need them at once ask it once, else anybody could have us besiege it."""
        if (kept := self._kept(url, fresh=fresh)) is not None:
            return kept
        async with self._asking[url]:
            if (kept := self._kept(url, fresh=fresh)) is not None:
                return kept
            try:
                keys = KeySet.import_key_set(await self.keys.fetch(url))  # type: ignore[arg-type]
            except (JoseError, ValueError, TypeError, KeyError) as error:
                raise UpstreamError(f"The keys of {url} cannot be read.", remedy="Try again later.") from error
            self._known[url] = _Known(keys, self.clock.now())
            return keys

    def _kept(self, url: str, *, fresh: bool) -> KeySet | None:
        known = self._known.get(url)
        late = _AGAIN if fresh else _KEPT
        return known.keys if known is not None and self.clock.now() - known.fetched < late else None

    def _for_us_now(self, claims: Mapping[str, object], known: Issuer) -> None:
        now = int(self.clock.now().timestamp())
        registry = jwt.JWTClaimsRegistry(
            now=now,
            leeway=int(_LEEWAY.total_seconds()),
            iss={"essential": True, "value": known.url},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(dict(claims))
        except (JoseError, ValueError, TypeError) as error:
            raise _refused(f"its claims do not serve ({error})") from error
        begins, ends = _seconds(claims, "iat"), _seconds(claims, "exp")
        if ends - begins > _LONGEST_LIFE.total_seconds():
            raise _refused("it lasts for longer than a day")


def _seconds(claims: Mapping[str, object], name: str) -> int:
    """A moment in whole seconds, as every issuer writes it; no infinity, and nothing that is no number."""
    value = claims[name]
    if type(value) is not int:
        raise _refused(f"{name} is no number of seconds")
    return value


def _unverified(token: str) -> Mapping[str, object]:
    import base64
    import json

    try:
        _, payload, _ = token.split(".")
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError) as error:
        raise _refused("it is no identity token") from error
    return found if isinstance(found, dict) else {}


def _refused(why: str) -> NotAuthenticated:
    return NotAuthenticated(f"The identity token is refused: {why}.", remedy=_REMEDY)
