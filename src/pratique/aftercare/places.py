"""Where advisories come from: a folder, a zip or a record on this machine, or an export at an address.

An export is laid out as OSV lays out its own: ``all.zip`` with every record, beside it ``modified_id.csv`` with what
changed when, and each record as ``ID.json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from pratique.errors import BadSetting
from pratique.upstream import redact

_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A source, taken apart."""

    name: str
    """As it may be shown and kept: without credentials."""
    path: Path | None = None
    collection: str = ""
    """The address of the zip."""

    @property
    def changes(self) -> str:
        """The address of the list of changes."""
        return self._beside("modified_id.csv")

    def record(self, path: str) -> str:
        """The address of one record, by its path in the list of changes."""
        return self._beside(f"{quote(path, safe='/:+')}.json")

    def _beside(self, name: str) -> str:
        parts = urlsplit(self.collection)
        return parts._replace(path=f"{parts.path.rpartition('/')[0]}/{name}").geturl()


def place_of(where: str) -> Place:
    """Take a source apart; raises `BadSetting` for an address of another kind, or a path to nothing."""
    scheme, separator, _ = where.partition("://")
    if not separator:
        path = Path(where).expanduser().resolve()
        if not path.exists():
            raise BadSetting(f"There is nothing at {where}.", remedy="Name a folder or a zip of OSV records, or a URL.")
        return Place(name=str(path), path=path)
    if scheme.lower() not in _SCHEMES:
        raise BadSetting(f"{redact(where)} is not an http(s) address.", remedy="Name a folder, a zip or a URL.")
    collection = f"{where}all.zip" if where.endswith("/") else where
    return Place(name=redact(where), collection=collection)
