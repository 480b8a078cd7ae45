"""The indexes behind us: the only HTTP client."""

from __future__ import annotations

from pratique.upstream.addresses import is_self, redact
from pratique.upstream.client import HttpUpstream
from pratique.upstream.configured import default_upstream, pip_settings
from pratique.upstream.several import Upstreams
from pratique.upstream.sources import Source, source_of

__all__ = [
    "HttpUpstream",
    "Source",
    "Upstreams",
    "default_upstream",
    "is_self",
    "pip_settings",
    "redact",
    "source_of",
]
