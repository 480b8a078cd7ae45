"""OSV records to try things on: small, valid, and changed by keyword."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pratique.advisories.model import Advisory
from pratique.advisories.record import read_record

NOON = "2026-01-01T12:00:00Z"


def osv(
    identity: str = "PYSEC-2026-1",
    *,
    project: str = "demo",
    modified: str = NOON,
    **fields: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """A record on one project; ``versions``, ``ranges`` or ``events`` (of one ECOSYSTEM range) say what is affected."""
    affected: dict[str, Any] = {"package": {"ecosystem": "PyPI", "name": project}}
    if "events" in fields:
        affected["ranges"] = [{"type": "ECOSYSTEM", "events": fields.pop("events")}]
    for name in ("versions", "ranges"):
        if name in fields:
            affected[name] = fields.pop(name)
    return {
        "schema_version": "1.7.0",
        "id": identity,
        "modified": modified,
        "published": NOON,
        "summary": f"summary of {identity}",
        "details": "more",
        "affected": [affected],
        "references": [{"type": "WEB", "url": "https://advisories.example.invalid/1"}],
        **fields,
    }


def raw(record: dict[str, Any]) -> bytes:
    """As it lies in a file."""
    return json.dumps(record, indent=2).encode()


def advisory(**fields: Any) -> Advisory:  # noqa: ANN401
    """What a record says of its one project."""
    ((_, found),) = read_record(raw(osv(**fields))).claims
    return found


def write_folder(folder: Path, records: Iterable[dict[str, Any]]) -> Path:
    """A folder with a file for each record."""
    folder.mkdir(parents=True, exist_ok=True)
    for record in records:
        (folder / f"{record['id']}.json").write_bytes(raw(record))
    return folder


def write_zip(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    """A zip of records, as exports have it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in records:
            archive.writestr(f"{record['id']}.json", raw(record))
    return path
