"""A record in the shape that the schema asks for: strict clients refuse a whole answer for one odd record."""

from __future__ import annotations

import re

import msgspec

_KINDS = ("introduced", "fixed", "last_affected", "limit")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#]+[^\s]*|mailto:\S+", re.IGNORECASE)


class _Reference(msgspec.Struct, gc=False):
    type: str
    url: str


class _Range(msgspec.Struct, gc=False):
    events: list[dict[str, str]]


class _Affected(msgspec.Struct, gc=False):
    ranges: list[_Range] = []


class _Strict(msgspec.Struct, gc=False):
    references: list[_Reference] = []
    affected: list[_Affected] = []
    aliases: list[str] = []
    summary: str = ""
    details: str = ""
    schema_version: str = "1.0.0"


_DECODER = msgspec.json.Decoder(_Strict)


def tidy(raw: bytes) -> bytes:
    """The record, already known to be readable, in one line of JSON.

    What a strict reader would stumble over is mended: empty fields are left out, an object with several events
    becomes several objects, and a reference without an address is dropped.
    """
    if _strict(raw):
        return msgspec.json.format(raw, indent=-1)
    document = msgspec.json.decode(raw, type=dict[str, object])
    mended = {name: value for name, value in document.items() if value is not None}
    for name in ("affected", "references"):
        if not isinstance(mended.get(name, []), list):
            del mended[name]
    if "references" in mended:
        mended["references"] = [one for one in _objects(mended["references"]) if _addressed(one)]
    if "affected" in mended:
        mended["affected"] = [_affected(one) for one in _objects(mended["affected"])]
    for name in ("summary", "details", "schema_version"):
        if not isinstance(mended.get(name, ""), str):
            del mended[name]
    return msgspec.json.encode(mended)


def _strict(raw: bytes) -> bool:
    try:
        record = _DECODER.decode(raw)
    except msgspec.ValidationError:
        return False
    events = (event for one in record.affected for within in one.ranges for event in within.events)
    return all(len(event) == 1 and event.keys() <= set(_KINDS) for event in events) and all(
        _URL.fullmatch(reference.url) for reference in record.references
    )


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _addressed(reference: dict[str, object]) -> bool:
    url = reference.get("url")
    return isinstance(url, str) and isinstance(reference.get("type"), str) and bool(_URL.fullmatch(url))


def _affected(entry: dict[str, object]) -> dict[str, object]:
    kept = {name: value for name, value in entry.items() if value is not None}
    if "ranges" in kept:
        kept["ranges"] = [{**one, "events": _events(one.get("events"))} for one in _objects(kept["ranges"])]
    return kept


def _events(value: object) -> list[dict[str, object]]:
    """One object for each event, in the order of a timeline."""
    return [{kind: event[kind]} for event in _objects(value) for kind in _KINDS if event.get(kind) is not None]
