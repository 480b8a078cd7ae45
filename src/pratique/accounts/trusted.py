"""Trusted publishers: which workflow at which issuer may publish which project, without a secret that could leak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from pratique.accounts.model import UserName
from pratique.errors import BadSetting
from pratique.names import ProjectName

_ISSUER = 200
_VALUE = 300
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


class IssuerKind(StrEnum):
    """What an issuer's tokens say of a workflow."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Whoever signs identity tokens (OpenID Connect Core 1.0, section 2: ``iss``)."""

    kind: IssuerKind
    url: str
    """Exactly as it stands in tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedPublisher:
    """A workflow that may publish a project. Where nobody owns the project yet, its first upload makes it."""

    id: str
    project: ProjectName
    issuer: str
    claims: Mapping[str, str]
    """What a token must say, word by word; of a reference to a workflow file, what stands before the ``@``."""
    user: UserName
    """Who registered it: uploads are made in their name, and bounded by their rights."""
    created: datetime

    def matches(self, claims: Mapping[str, object]) -> bool:
        """Whether a token says all that it must; a publisher that asks for nothing matches nothing."""
        return bool(self.claims) and all(_said(claims, name) == value for name, value in self.claims.items())

    def bound(self, claims: Mapping[str, object]) -> TrustedPublisher | None:
        """Bound to the very repository that shows up first: a name may be somebody else's one day, an id is not.

        Nothing where it is bound already, or the issuer tells no such id.
        """
        found = {name: value for name in _LASTING if isinstance(value := claims.get(name), str) and value}
        if not found or found.keys() & self.claims.keys():
            return None
        return replace(self, claims={**self.claims, **found})

    def overlaps(self, claims: Mapping[str, str]) -> bool:
        """Whether a token can say all that this one asks for and all of these."""
        return all(claims.get(name, value) == value for name, value in self.claims.items())


class IssuerKeys(Protocol):
    """The present keys of an issuer."""

    async def fetch(self, issuer: str) -> Mapping[str, object]:
        """Its JSON Web Key Set (RFC 7517); raises `UpstreamError`."""
        ...


_LASTING = ("repository_id", "project_id")
"""Claims that name a repository for as long as it lives, at GitHub and at GitLab."""
_REFERENCES = frozenset({"workflow_ref", "ci_config_ref_uri"})
"""Claims that name a file of a workflow and, behind an ``@``, the branch or tag, which is not matched."""


def issuer(text: str) -> Issuer:
    """Read ``KIND=URL``; raises `BadSetting`."""
    kind, _, url = text.partition("=")
    if kind not in set(IssuerKind) or not is_confidential(url) or len(url) > _ISSUER:
        raise BadSetting(
            f"{text[:80]!r} is no issuer.",
            remedy=f"Write KIND=URL with a kind of {', '.join(IssuerKind)}, for example generic=https://ci.example.org.",
        )
    return Issuer(kind=IssuerKind(kind), url=url)


def is_confidential(url: str) -> bool:
    """Whether nobody between here and there reads along: https, or this machine itself."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
        )
    except ValueError:
        return False


def claims_of(known: Issuer, *, subject: str, workflow: str, environment: str) -> dict[str, str]:
    """What tokens of this issuer must say; raises `BadSetting` where that would be too little.

    ``subject`` is the repository (``owner/name``), for a generic issuer the ``sub`` claim as it stands.
    """
    given = [text.strip() for text in (subject, workflow, environment)]
    needed = given[:1] if known.kind is IssuerKind.GENERIC else given[:2]
    if not all(needed) or any(len(text) > _VALUE or not text.isprintable() for text in given):
        raise BadSetting(
            "A trusted publisher needs to be named exactly.",
            remedy="Give the repository and the workflow's file; of a generic issuer the subject.",
        )
    who, file, where = given
    extra = {"environment": where} if where else {}
    if known.kind is IssuerKind.GITHUB:
        return {"repository": who, "workflow_ref": f"{who}/.github/workflows/{file}", **extra}
    if known.kind is IssuerKind.GITLAB:
        host = known.url.partition("://")[2].rstrip("/")
        return {"project_path": who, "ci_config_ref_uri": f"{host}/{who}//{file}", **extra}
    return {"sub": who, **extra}


def _said(claims: Mapping[str, object], name: str) -> object:
    value = claims.get(name)
    if name not in _REFERENCES or not isinstance(value, str) or "@" not in value:
        return value
    file, ref, _ = value.partition("@refs/")  # a branch or tag may hold an @ itself: tool@1.0
    return file if ref else value.rpartition("@")[0]
