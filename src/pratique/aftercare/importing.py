"""Bringing advisories in: a whole collection, or only what its list of changes names; how it went is remembered."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from pratique.advisories.changes import Change, changes
from pratique.advisories.collection import BadCollection, Item, items
from pratique.advisories.outside import AdvisoryStore, Feed, Source
from pratique.advisories.record import RECORD_BYTES, Record
from pratique.aftercare.brought import Outcome, next_batch
from pratique.aftercare.places import Place, place_of
from pratique.errors import NotFound, PratiqueError
from pratique.ports import Clock

_LIST_BYTES = 256 << 20
_OVERLAP = timedelta(days=1)
"""How far before the last known change a list is read again: exports lag behind their lists."""
_WHOLE_EVERY = timedelta(days=7)
_MOST_CHANGES = 2_000
"""More changed records than these are fetched faster as a whole."""
_AT_ONCE = 8
_SHRUNK = 0.5
"""A collection with less than this share of what it had is not believed to have dropped the rest."""


class Importer:
    """Brings sources up to date, one at a time. How it went is remembered, whether well or not."""

    def __init__(self, *, store: AdvisoryStore, feed: Feed, clock: Clock, folder: Path) -> None:
        self._store = store
        self._feed = feed
        self._clock = clock
        self._folder = folder

    async def refresh(self, where: str, *, whole: bool = False, by_hand: bool = False) -> Outcome:
        """Bring in a folder, a zip or an address. ``whole`` reads all of it, even where less would do.

        Whoever does it ``by_hand`` is told at once when it fails: of a source that has never been brought in nothing
        is remembered then, or a mistyped name would stay in the status for good.

        Raises `BadCollection`, `BadChanges`, `NotFound`, `UpstreamError`, `StorageError`; what was read until then is
        kept.
        """
        place = place_of(where)
        known = {source.name: source for source in await self._store.sources()}
        before = known.get(place.name) or Source(name=place.name)
        tried = self._clock.now()
        try:
            outcome, after = await self._bring(place, before, tried, whole=whole)
        except PratiqueError as error:
            if not by_hand or place.name in known:
                await self._store.save_source(replace(before, tried=tried, error=str(error)))
            raise
        held = await self._store.held(place.name)
        done = replace(
            after,
            newest=_until(after.newest, tried),
            tried=tried,
            succeeded=tried,
            error="",
            records=held,
            broken=before.broken if outcome.same else outcome.broken,
        )
        await self._store.save_source(done)
        return outcome

    async def _bring(self, place: Place, before: Source, tried: datetime, *, whole: bool) -> tuple[Outcome, Source]:
        if place.path is not None:
            return await self._read_local(place.path, before, tried, whole=whole)
        if not whole and before.newest and before.whole and tried - before.whole < _WHOLE_EVERY:
            changed = await self._read_changes(place, min(before.newest, tried), tried)
            if changed is not None:
                return changed, replace(before, newest=max(before.newest, changed.newest or before.newest))
        return await self._fetch_all(place, before, tried, whole=whole)

    async def _read_local(self, path: Path, before: Source, tried: datetime, *, whole: bool) -> tuple[Outcome, Source]:
        state = await asyncio.to_thread(_state, path)
        if state and state == before.etag and not whole:
            return Outcome(source=before.name, same=True), replace(before, whole=tried)
        outcome = await self._read_all(path, before.name, tried)
        return outcome, replace(before, newest=outcome.newest, whole=tried, etag=state)

    async def _fetch_all(self, place: Place, before: Source, tried: datetime, *, whole: bool) -> tuple[Outcome, Source]:
        etag = "" if whole or before.whole is None else before.etag
        with tempfile.TemporaryDirectory(prefix="advisories-", dir=self._folder) as folder:
            fetched = await self._feed.fetch(place.collection, etag=etag, into=Path(folder))
            if fetched is None:
                return Outcome(source=place.name, same=True), replace(before, whole=tried)
            outcome = await self._read_all(fetched.path, place.name, tried)
        return outcome, replace(before, newest=outcome.newest, whole=tried, etag=fetched.etag)

    async def _read_all(self, path: Path, name: str, tried: datetime) -> Outcome:
        outcome, had = Outcome(source=name), await self._store.held(name)
        found = items(path)
        try:
            while batch := await asyncio.to_thread(next_batch, found, outcome):
                await self._keep(batch, outcome, tried)
        except BadCollection as error:
            raise BadCollection(f"{name} cannot be used: {error.message}", remedy=error.remedy) from error
        if not outcome.read + outcome.other + outcome.broken:
            raise BadCollection(f"{name} holds no record.", remedy="Name a folder or a zip of OSV records.")
        if not outcome.broken and outcome.read >= had * _SHRUNK:
            outcome.retired = await self._store.retire(source=name, before=tried)
        return outcome

    async def _read_changes(self, place: Place, newest: datetime, tried: datetime) -> Outcome | None:
        """What has changed; nothing where there is no list, or so much has changed that all of it is read sooner."""
        try:
            listed = await self._feed.read(place.changes, limit=_LIST_BYTES)
        except NotFound:
            return None
        named = await asyncio.to_thread(_changes, listed, newest - _OVERLAP)
        known = await self._store.moments([change.id for change in named])
        wanted = [change for change in named if change.id not in known or change.modified > known[change.id]]
        if len(wanted) > _MOST_CHANGES:
            return None
        outcome = Outcome(source=place.name, whole=False, newest=max((c.modified for c in named), default=None))
        for at in range(0, len(wanted), _AT_ONCE):
            some = wanted[at : at + _AT_ONCE]
            fetched = await asyncio.gather(*(self._fetch_one(place, change) for change in some))
            await self._keep(next_batch(iter(fetched), outcome), outcome, tried)
        return outcome

    async def _fetch_one(self, place: Place, change: Change) -> Item:
        try:
            raw = await self._feed.read(place.record(change.path), limit=RECORD_BYTES)
        except NotFound:
            return Item(name=change.id, error="The list of changes names it, but it is not there.")
        return Item(name=change.id, raw=raw)

    async def _keep(self, batch: list[Record | None], outcome: Outcome, tried: datetime) -> None:
        records = [record for record in batch if record is not None]
        if records:
            outcome.changed += await self._store.keep(records, source=outcome.source, seen=tried)


def _until(newest: datetime | None, now: datetime) -> datetime | None:
    """No later than now: one record from the future would hide all changes until then."""
    return min(newest, now) if newest else None


def _state(path: Path) -> str:
    """What changes when a file does; nothing for a folder, whose files would all have to be looked at."""
    status = path.stat()
    return "" if path.is_dir() else f"{status.st_mtime_ns}-{status.st_size}"


def _changes(listed: bytes, since: datetime) -> list[Change]:
    lines: Iterable[str] = (line.decode("utf-8", "replace") for line in listed.splitlines())
    return list(changes(lines, since=since))
