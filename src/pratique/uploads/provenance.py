"""Attestations that come with an upload (PEP 740)."""

from __future__ import annotations

from typing import Protocol

from pratique.accounts.principal import Principal
from pratique.names import DistributionName
from pratique.uploads.refusal import UploadRefused


class Verifier(Protocol):
    """Says whether attestations are true, and makes of them what is served."""

    async def verify(
        self, attestations: str, name: DistributionName, sha256: str, publisher: Principal
    ) -> bytes | None:
        """The provenance object to serve, nothing where no attestations came; raises `UploadRefused`."""
        ...


class NoAttestations:
    """`Verifier` where nothing can be verified: then nothing is taken, since it would be served as if it were."""

    async def verify(
        self,
        attestations: str,
        name: DistributionName,  # noqa: ARG002
        sha256: str,  # noqa: ARG002
        publisher: Principal,  # noqa: ARG002
    ) -> bytes | None:
        """Nothing, if nothing came."""
        if attestations and attestations.strip() != "[]":
            raise UploadRefused(
                "Attestations cannot be verified here.", remedy="Upload without them, or by a trusted publisher."
            )
        return None
