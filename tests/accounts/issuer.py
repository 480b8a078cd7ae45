"""An identity issuer: it signs whatever a test wants, with keys that it can change."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from pratique.errors import UpstreamError
from tests.fakes.memory import FakeClock

URL = "https://ci.example.invalid"
AUDIENCE = "packages.example"
_KEYS = {name: RSAKey.generate_key(2048, parameters={"kid": name, "use": "sig"}) for name in ("one", "two")}


@dataclass
class FakeIssuer:
    """`pratique.accounts.trusted.IssuerKeys`, and the other half of it."""

    clock: FakeClock
    published: list[str] = field(default_factory=lambda: ["one"])
    down: bool = False
    fetched: int = 0
    made: int = 0

    async def fetch(self, issuer: str) -> Mapping[str, object]:  # noqa: ARG002
        """The keys that are published now."""
        self.fetched += 1
        await asyncio.sleep(0)  # as over a network, others get their turn
        if self.down:
            raise UpstreamError("It cannot be reached.")
        return dict(KeySet([_KEYS[name] for name in self.published]).as_dict(private=False))

    def token(self, key: str = "one", /, **claims: object) -> str:
        """An identity token that serves, but for what is said; a claim of None is left out."""
        now, self.made = int(self.clock.now().timestamp()), self.made + 1
        usual = {
            "iss": URL,
            "aud": AUDIENCE,
            "sub": "team:acme",
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "jti": f"id-{self.made}",
            "repository": "acme/tool",
            "workflow_ref": "acme/tool/.github/workflows/release.yml@refs/tags/v1",
        }
        said = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": key}, said, _KEYS[key])

    def confused(self, **claims: object) -> str:
        """Signed with the public key as if it were a shared secret (algorithm confusion)."""
        public = _KEYS["one"].as_pem(private=False)
        now = int(self.clock.now().timestamp())
        said = {"iss": URL, "aud": AUDIENCE, "sub": "team:acme", "iat": now, "exp": now + 300, "jti": "x", **claims}
        signed = f"{_packed({'alg': 'HS256', 'kid': 'one'})}.{_packed(said)}"
        code = hmac.new(public, signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{base64.urlsafe_b64encode(code).decode().rstrip('=')}"

    def foreign(self) -> str:
        """Signed by a key of somebody else's, under the name of ours."""
        key = ECKey.generate_key("P-256", parameters={"kid": "one"})
        now = int(self.clock.now().timestamp())
        said = {"iss": URL, "aud": AUDIENCE, "sub": "team:acme", "iat": now, "exp": now + 300, "jti": "x"}
        return jwt.encode({"alg": "ES256", "kid": "one"}, said, key)


def _packed(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")
