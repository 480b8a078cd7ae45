"""The values of a page's entries, each checked on its own: what is broken is left out, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit

_ALGORITHM = re.compile(r"[a-z0-9_]{1,20}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{8,256}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z", re.ASCII)
_SHA256_LENGTH = 64
_SIZE_LIMIT = 1 << 62
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?/[A-Za-z0-9._~+!=/-]*[A-Za-z0-9_~+!=-]", re.ASCII)
_BELOW = re.compile(r"(/|(?:\.\./)*)([A-Za-z0-9_~+!=-](?:[A-Za-z0-9._~+!=/-]*[A-Za-z0-9_~+!=-])?)", re.ASCII)
"""A path below a folder, which is the index's own or that many above its page; else as plain as those."""
_AFTER_SCHEME = len("https://")

Hashes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A file's absolute URL without its fragment, and that fragment."""

    url: str
    fragment: str


def location(base: str, raw: object) -> Location | None:
    """Resolve a link against its page; nothing unless it leads to http or https."""
    if not isinstance(raw, str) or not raw.strip():
        return None
    if _is_plain(raw):
        return Location(url=raw, fragment="")
    try:
        url, fragment = urldefrag(urljoin(base, raw.strip()))
        parts = urlsplit(url)
    except ValueError:
        return None
    return Location(url=url, fragment=fragment) if parts.scheme in {"http", "https"} and parts.hostname else None


@lru_cache(maxsize=1_000)
def _folder(base: str, way: str) -> str:
    return urljoin(base, way or ".")


def _is_plain(url: str) -> bool:
    """An absolute URL in which there is nothing to resolve, as most pages have them: taking it apart costs far more."""
    return bool(_PLAIN.fullmatch(url)) and "/." not in url and url.find("//", _AFTER_SCHEME) < 0


def address(base: str, raw: object) -> str | None:
    """The URL of `location` alone."""
    if isinstance(raw, str):
        if _is_plain(raw):
            return raw
        if (parts := _BELOW.fullmatch(raw)) and "//" not in raw and "/." not in parts[2]:
            return _folder(base, parts[1]) + parts[2]
    place = location(base, raw)
    return place.url if place else None


def hashes(raw: object) -> Hashes | None:
    """Hashes as the JSON gives them; nothing if one is malformed, for a promise that is broken is no promise."""
    if (
        isinstance(raw, dict)
        and len(raw) == 1
        and isinstance(only := raw.get("sha256"), str)
        and _SHA256.fullmatch(only)
    ):
        return (("sha256", only),)
    if not isinstance(raw, Mapping):
        return None
    found: dict[str, str] = {}
    for algorithm, digest in raw.items():
        if not isinstance(algorithm, str) or not isinstance(digest, str):
            return None
        name, value = algorithm.lower(), digest.lower()
        if not _ALGORITHM.fullmatch(name) or not _DIGEST.fullmatch(value):
            return None
        if name == "sha256" and len(value) != _SHA256_LENGTH:
            return None
        found[name] = value
    return tuple(found.items())


def written_hash(text: str) -> Hashes | None:
    """A hash as HTML writes it: ``sha256=…``; none for an empty text or a fragment that is no hash."""
    algorithm, equals, digest = text.partition("&")[0].partition("=")
    return hashes({algorithm: digest}) if equals and algorithm != "egg" else ()


def core_metadata(raw: object) -> bool | Hashes:
    """PEP 714's value in JSON; false where it is malformed: a client then reads the file itself."""
    if isinstance(raw, bool):
        return raw
    found = hashes(raw)
    return False if found is None else found or True


def written_metadata(raw: str | None) -> bool | Hashes:
    """PEP 714's value in HTML: ``true`` or a hash."""
    text = (raw or "").strip()
    return (written_hash(text) or False) if "=" in text else text.lower() == "true"


def size(raw: object) -> int | None:
    """A size in bytes (PEP 700)."""
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < _SIZE_LIMIT else None


def upload_time(raw: object) -> str | None:
    """A moment in UTC, as written (PEP 700)."""
    if not isinstance(raw, str) or not _MOMENT.fullmatch(raw):
        return None
    try:
        datetime.fromisoformat(raw)
    except ValueError:
        return None
    return raw


def text(raw: object) -> str | None:
    """A string that says something."""
    return raw.strip() or None if isinstance(raw, str) else None
