"""The index behind us: the only HTTP client."""

from __future__ import annotations

from pratique.upstream.addresses import is_self, redact
from pratique.upstream.client import HttpUpstream
from pratique.upstream.configured import default_upstream

__all__ = ["HttpUpstream", "default_upstream", "is_self", "redact"]
