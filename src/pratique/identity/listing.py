"""Lists of popular projects: as others publish them, and as one is kept. Read whole, or refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pratique.errors import BadName, PratiqueError
from pratique.identity.popular import Popular
from pratique.names import ProjectName, project_name

MOST_BYTES = 8 << 20
"""Of a document that is read."""
_FEWEST, _MOST = 1_000, 100_000
"""Names. With fewer, most of what is imitated would not be on the list; more are not popular."""
_ODD = 0.01
"""The share of entries that may be no names: a list with more is something else."""
_FIRST = 100
_SHARED = 0.5
"""So many of the first names in force have to be on a new list: fashions change slower."""
_KEYS = ("project", "name")
_SOURCE, _TAKEN = "# source: ", "# taken: "
_HEAD = "# The most popular projects, the first one most. Written by `pratique popular import`."


class BadListing(PratiqueError):
    """A list of popular projects that is not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list that is kept, and where it came from."""

    names: tuple[ProjectName, ...]
    """The most popular first, each once."""
    source: str = ""
    """As it may be shown: a path, or an address without credentials."""
    taken: datetime | None = None
    """When it was read there, in UTC; None for what does not say."""

    @property
    def popular(self) -> Popular:
        """The names with what comparing needs."""
        return Popular.of(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a document holds."""

    names: tuple[ProjectName, ...]
    skipped: tuple[str, ...] = ()
    """Entries that are no names, as written but at most 80 characters of each."""


def read_names(document: bytes) -> Names:
    """Names in order of popularity: a name a line (``#`` begins a comment), or JSON.

    As JSON an array, or an object with such an array as ``rows``; its elements are names, or objects that hold one as
    ``project`` or ``name``. Raises `BadListing` for what is no such list, or too short or too long for one.
    """
    names: dict[ProjectName, None] = {}
    skipped: list[str] = []
    for raw in _entries(document):
        try:
            names[project_name(raw)] = None
        except BadName:
            skipped.append(raw[:80])
    if len(skipped) > _ODD * (len(skipped) + len(names)):
        raise BadListing(
            f"{len(skipped):,} of its {len(skipped) + len(names):,} entries are no names of projects, "
            f"the first: {skipped[0]!r}.",
            remedy="Give a name a line, the most popular first, or JSON.",
        )
    if not _FEWEST <= len(names) <= _MOST:
        raise BadListing(f"It has {len(names):,} names.", remedy=f"Give {_FEWEST:,} to {_MOST:,}.")
    return Names(names=tuple(names), skipped=tuple(skipped))


def check_against(names: Iterable[ProjectName], now: Popular) -> None:
    """Raise `BadListing` for a list that has little to do with the one in force: it is hardly about popularity."""
    first, offered = now.names[:_FIRST], frozenset[str](names)
    kept = sum(name in offered for name in first)
    if kept < _SHARED * len(first):
        raise BadListing(
            f"Of the {len(first)} most popular projects on the list in force it has {kept}.",
            remedy="Check the source; if it is right, import it with --anyway.",
        )


def written(listing: Listing) -> bytes:
    """The list as it is kept; `read_listing` reads it again."""
    head = [_HEAD]
    head += [f"{_SOURCE}{' '.join(listing.source.split())}"] if listing.source else []
    head += [f"{_TAKEN}{listing.taken.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"] if listing.taken else []
    return "\n".join([*head, *listing.names, ""]).encode()


def read_listing(document: bytes) -> Listing:
    """A list that was kept; raises `BadListing` where it is damaged."""
    names = read_names(document)
    if names.skipped:
        raise BadListing(f"It holds {names.skipped[0]!r}, which is no name.", remedy="Import it anew.")
    head = [line for line in document.decode("utf-8", "replace").split("\n")[:5] if line.startswith("#")]
    source = next((line.removeprefix(_SOURCE) for line in head if line.startswith(_SOURCE)), "")
    taken = next((line.removeprefix(_TAKEN) for line in head if line.startswith(_TAKEN)), "")
    return Listing(names=names.names, source=source, taken=_moment(taken))


def _entries(document: bytes) -> Iterator[str]:
    if len(document) > MOST_BYTES:
        raise BadListing(f"It has {len(document):,} bytes.", remedy=f"At most {MOST_BYTES:,} are read.")
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadListing("It is no text in UTF-8.", remedy="Give a name a line, or JSON.") from error
    if text.lstrip().startswith(("{", "[")):
        yield from _json_entries(text)
        return
    for line in text.splitlines():
        if name := line.partition("#")[0].strip():
            yield name


def _json_entries(text: str) -> Iterator[str]:
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadListing(f"It is no JSON: {str(error)[:200]}.", remedy="Fetch it again.") from error
    rows = data.get("rows") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise BadListing("It is an object without an array `rows`.", remedy="Give an array of names, or such rows.")
    for row in rows:
        found = next((row[key] for key in _KEYS if key in row), row) if isinstance(row, dict) else row
        yield found if isinstance(found, str) else f"<{json.dumps(found)[:80]}>"


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
