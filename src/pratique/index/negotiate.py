"""Content negotiation for the simple API (PEP 691, RFC 9110 section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"
LEGACY = "text/html"

_OFFERED = (JSON, HTML, LEGACY)
_ALIASES = {
    "application/vnd.pypi.simple.latest+json": JSON,
    "application/vnd.pypi.simple.latest+html": HTML,
}
_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?|\.[0-9]{1,3}", re.ASCII)


def negotiate(accept_headers: Sequence[str]) -> str | None:
    """The content type to answer with, or nothing where none is acceptable (406).

    ``text/html`` where the client doesn't care: that is what clients from before PEP 691 expect.
    """
    text = ",".join(accept_headers).strip(", \t")
    return _best(text) if text else LEGACY


@lru_cache(maxsize=1000)  # every client sends the same few
def _best(text: str) -> str | None:
    weights: dict[str, float] = {}
    for media, weight in _ranges(text):
        weights[media] = max(weight, weights.get(media, 0.0))
    best = max(_OFFERED, key=lambda offered: _rank(offered, weights))
    return best if _rank(best, weights)[0] > 0 else None


def _ranges(text: str) -> Iterator[tuple[str, float]]:
    """Media ranges with their weights; one with a malformed weight is left out."""
    for part in text.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = "1"
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                weight = value.strip()
        if media and _WEIGHT.fullmatch(weight):
            yield _ALIASES.get(media, media), float(weight)


def _rank(offered: str, weights: dict[str, float]) -> tuple[float, int, int]:
    """Weight by the most specific range, then how specific that is, then our own preference."""
    ranges = (offered, f"{offered.partition('/')[0]}/*", "*/*")
    for specific, media in zip((2, 1, 0), ranges, strict=True):
        if media in weights:
            preference = _OFFERED.index(offered)
            return weights[media], specific, preference if specific == 0 else -preference
    return 0.0, 0, 0
