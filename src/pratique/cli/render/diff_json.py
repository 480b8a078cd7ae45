"""The array that ``pratique diff --format json`` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

import msgspec
from msgspec.structs import replace

from pratique.capability import Capability
from pratique.cli.outcome import Outcome
from pratique.cli.render.json_text import safe_json
from pratique.history.compare import Change

if TYPE_CHECKING:
    from pratique.cli.diff import Pair


class _Side(msgspec.Struct, frozen=True, kw_only=True):
    target: str
    sha256: str
    verdict: str
    error: str | None


class _Thing(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    what: str
    phase: str
    path: str
    line: int
    code: str
    layers: tuple[str, ...]
    novelty: str | msgspec.UnsetType = msgspec.UNSET
    chain: bool | msgspec.UnsetType = msgspec.UNSET


class _Pair(msgspec.Struct, frozen=True, kw_only=True):
    old: _Side
    new: _Side
    added: tuple[_Thing, ...]
    removed: tuple[_Thing, ...]
    unsure: tuple[str, ...]


def document(pairs: Iterable[Pair], stream: TextIO) -> str:
    """All pairs as JSON text."""
    return f"{safe_json(msgspec.json.encode([_pair(pair) for pair in pairs]), stream)}\n"


def _pair(pair: Pair) -> _Pair:
    return _Pair(
        old=_side(pair.old),
        new=_side(pair.new),
        added=tuple(_added(change) for change in pair.changes.added),
        removed=tuple(_thing(one) for one in pair.changes.removed),
        unsure=tuple(kind.value for kind in pair.changes.unsure),
    )


def _side(outcome: Outcome) -> _Side:
    report = outcome.report
    return _Side(
        target=_plain(outcome.target),
        sha256=report.artifact.sha256,
        verdict=report.verdict.value,
        error=_plain(report.error) or None,
    )


def _thing(one: Capability) -> _Thing:
    return _Thing(
        kind=one.kind.value,
        what=_plain(one.what),
        phase=one.phase.value,
        path=_plain(one.path),
        line=one.line,
        code=_plain(one.code),
        layers=one.layers,
    )


def _added(change: Change) -> _Thing:
    return replace(_thing(change.capability), novelty=change.novelty.name.lower(), chain=change.chain)


def _plain(text: str) -> str:
    r"""Lone surrogates as ``\udcxx``: JSON has no way to say them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
