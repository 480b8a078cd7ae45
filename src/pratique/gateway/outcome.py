"""What the gateway knows of whoever asks, and the answers it can give."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.errors import UpstreamError


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks; goes into the record of every answer."""

    address: str = ""
    """Of the connection, or as a trusted proxy gives it."""
    user_agent: str = ""
    request: str = ""
    """The id of the request."""
    index: str = ""
    """The name of the index that is asked; empty for the main one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file or its metadata is not given, and why. It is on record before anybody can send it."""

    reason: str
    sha256: str = ""
    """Empty where the bytes were never seen."""
    verdict: str = ""
    action: str = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The inspection has not ended yet: ask again."""

    reason: str
    retry_after: int
    """Seconds."""


class Mismatch(UpstreamError):
    """The bytes are not what the project's page promises."""
