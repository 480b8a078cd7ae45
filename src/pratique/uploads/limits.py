"""How much an upload may ask of us."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from pratique.unpack import Limits

_MIB = 1 << 20


def _unpacking() -> Limits:
    """What is unpacked while the client waits: less than in a worker, and no archive inside of another."""
    return Limits(
        members=20_000,
        member_bytes_in_memory=64 * _MIB,
        memory_bytes=128 * _MIB,
        nested_bytes=0,
        total_bytes=2048 * _MIB,
        ratio=100,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """Limits of uploads; sizes in bytes."""

    file_bytes: int = 100 * _MIB
    project_bytes: int = 10_240 * _MIB
    field_bytes: int = 2 * _MIB
    """Of one field of the form; the longest is the description."""
    form_bytes: int = 6 * _MIB
    """Of all fields together, the file apart."""
    fields: int = 3_000
    summary: int = 512
    """Characters."""
    description_bytes: int = 1 * _MIB
    idle: float = 30.0
    """Seconds without a byte, after which an upload is given up."""
    total: float = 900.0
    """Seconds for one upload."""
    at_once: int = 8
    """Uploads under way; what comes then is asked to come again."""
    per_user: int = 4
    release_open: timedelta = timedelta(days=14)
    """How long after its first file a release takes further ones: later ones would surprise who trusts it."""
    unpacking: Limits = field(default_factory=_unpacking)
