"""Attestations that come with an upload, verified against the project's own trusted publishers (PEP 740)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence

from pratique.accounts.principal import Principal
from pratique.accounts.trusted import TrustedPublisher
from pratique.names import DistributionName, ProjectName, Sha256
from pratique.provenance.check import check
from pratique.provenance.model import Checked, Proof
from pratique.uploads.refusal import UploadRefused

_MOST = 10
"""Attestations with one file."""


class AttestedByPublishers:
    """`pratique.uploads.provenance.Verifier`: an attestation is taken if a trusted publisher of the project made it.

    ``publishers`` gives those of a project. Which of them made it the signature alone says, so each is tried.
    """

    def __init__(
        self,
        publishers: Callable[[ProjectName], Awaitable[Sequence[TrustedPublisher]]],
        *,
        checked: Callable[..., Checked] = check,
    ) -> None:
        self._publishers = publishers
        self._checked = checked

    async def verify(
        self,
        attestations: str,
        name: DistributionName,
        sha256: str,
        publisher: Principal,  # noqa: ARG002 - whoever sends it need not be the workflow that built it
    ) -> bytes | None:
        """The provenance object to serve, nothing where no attestations came; raises `UploadRefused`."""
        given = _attestations(attestations)
        if not given:
            return None
        known = [found for one in await self._publishers(name.project) if (found := identity(one))]
        if not known:
            raise UploadRefused(
                f"Attestations of {name.project} cannot be verified: it has no trusted publisher.",
                remedy="Register the workflow that made them, or upload without them.",
            )
        return await asyncio.to_thread(self._proven, given, known, name, Sha256(sha256))

    def _proven(
        self, given: list[object], known: Sequence[Mapping[str, str]], name: DistributionName, sha256: Sha256
    ) -> bytes:
        why = ""
        for publisher in known:
            bundle = {"publisher": publisher, "attestations": given}
            document = json.dumps({"version": 1, "attestation_bundles": [bundle]}).encode()
            checked = self._checked(document, filename=name.filename, sha256=sha256)
            if checked.proof is Proof.VERIFIED:
                return document
            why = checked.note or str(checked.proof)
        raise UploadRefused(f"The attestations are not taken: {why}.", remedy="Upload without them, or build it anew.")


def identity(publisher: TrustedPublisher) -> dict[str, str] | None:
    """A trusted publisher as a provenance object names it (PEP 740); nothing for kinds that it has no name for."""
    claims = publisher.claims
    environment = {"environment": claims["environment"]} if "environment" in claims else {}
    if repository := claims.get("repository"):
        workflow = claims.get("workflow_ref", "").rpartition("/")[2]
        return {"kind": "GitHub", "repository": repository, "workflow": workflow, **environment}
    if path := claims.get("project_path"):
        file = claims.get("ci_config_ref_uri", "").partition("//")[2]
        return {"kind": "GitLab", "repository": path, "workflow_filepath": file, **environment}
    return None


def _attestations(text: str) -> list[object]:
    if not text.strip():
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UploadRefused(
            "attestations: they are no JSON.", remedy="Update the tool that attests, or upload without attestations."
        ) from error
    if not isinstance(found, list) or len(found) > _MOST:
        raise UploadRefused(
            f"attestations: they are no list of at most {_MOST}.",
            remedy="Update the tool that attests, or upload without attestations.",
        )
    return found
