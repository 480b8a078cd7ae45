"""Bringing a newer list of popular projects in, from a file or an address; nothing is replaced by what is worse."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from pratique.advisories.outside import Feed
from pratique.errors import BadSetting
from pratique.identity import Popular
from pratique.identity.listing import MOST_BYTES, BadListing, Listing, check_against, read_names
from pratique.upstream import redact

_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A list that was read and found good, beside the one in force until now."""

    listing: Listing
    skipped: tuple[str, ...]
    """Entries that are no names."""
    added: int
    gone: int


async def fresh_list(where: str, *, feed: Feed, now: datetime, in_force: Popular, anyway: bool = False) -> Fresh:
    """Read a list from a path or an http(s) address; nothing is kept.

    Raises `BadListing` for what is none, or, unless ``anyway``, has little to do with the one in force; `BadSetting`,
    `NotFound` and `UpstreamError` where it cannot be had.
    """
    source, document = await _document(where, feed)
    try:
        names = await asyncio.to_thread(read_names, document)
        if not anyway:
            check_against(names.names, in_force)
    except BadListing as error:
        raise BadListing(f"{source} is not used: {error.message}", remedy=error.remedy) from error
    before, after = frozenset(in_force.names), frozenset[str](names.names)
    return Fresh(
        listing=Listing(names=names.names, source=source, taken=now),
        skipped=names.skipped,
        added=len(after - before),
        gone=len(before - after),
    )


async def _document(where: str, feed: Feed) -> tuple[str, bytes]:
    """Its name as it may be shown, and its bytes."""
    if "://" not in where:
        return await asyncio.to_thread(_read, where)
    if urlsplit(where).scheme.lower() not in _SCHEMES:
        raise BadSetting(f"{redact(where)} is not an http(s) address.", remedy="Name a file or a URL.")
    return redact(where), await feed.read(where, limit=MOST_BYTES)


def _read(where: str) -> tuple[str, bytes]:
    path = Path(where).expanduser().absolute()
    try:
        with path.open("rb") as file:
            return str(path), file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadSetting(f"{path} cannot be read: {error.strerror}.", remedy="Name a file or a URL.") from error
