"""Uploads: received, screened, and told about, in one short way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pratique.accounts.principal import Principal
from pratique.errors import StorageError
from pratique.releases import Claim, OwnFile
from pratique.uploads.limits import UploadLimits
from pratique.uploads.outside import Outside
from pratique.uploads.receiving import Receiver, Sender
from pratique.uploads.refusal import UploadRefused
from pratique.uploads.screening import Screening
from pratique.uploads.spool import Spool, spooled

_HOLD = 12.0
"""Seconds that publishing clients surely wait for an answer: Poetry gives up after 15."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an upload."""

    file: OwnFile
    """As it stands now."""
    identical: bool
    """The very same was uploaded before."""


class Uploads:
    """The use case. What it returns is durable: a file that is not judged yet will be, whatever happens."""

    def __init__(
        self, outside: Outside, *, screening: Screening, folder: Path, limits: UploadLimits, hold: float = _HOLD
    ) -> None:
        """``folder`` is for bytes on their way in; ``hold`` is for how many seconds a client is kept waiting."""
        self.limits = limits
        self._receiver = Receiver(outside, limits)
        self._renderer = outside.renderer
        self._screening = screening
        self._folder = folder
        self._hold = hold
        self._under_way: Counter[str] = Counter()

    @asynccontextmanager
    async def place(self, publisher: Principal) -> AsyncIterator[Spool]:
        """A place for one file; raises `UploadRefused` where too many are under way."""
        user, under_way = publisher.user, self._under_way
        if under_way.total() >= self.limits.at_once or under_way[user] >= self.limits.per_user:
            raise UploadRefused("Too many uploads at a time.", remedy="Try again in a minute.", status=429)
        under_way[user] += 1
        try:
            async with spooled(self._folder, limit=self.limits.file_bytes) as spool:
                yield spool
        finally:
            under_way[user] -= 1
            if not under_way[user]:
                del under_way[user]

    async def receive(
        self, sender: Sender, fields: Mapping[str, Sequence[str]], filename: str, spool: Spool
    ) -> Outcome:
        """Check and keep an upload, and wait for its verdict as long as the client does.

        Raises `UploadRefused`, `StorageError`; then nothing is kept under that name.
        """
        claim, file = await self._receiver.receive(sender, fields, filename, spool)
        return Outcome(file=await self._screening.wait(file, self._hold), identical=claim is Claim.IDENTICAL)

    async def description(self, file: OwnFile) -> str | None:
        """A file's description as harmless HTML; nothing where it cannot be rendered."""
        return await self._renderer.html(file.about)

    async def keep(self, every: float = 30.0) -> None:
        """Take up whatever is not judged, now and every so many seconds, until cancelled: nothing is left lying."""
        while True:
            with suppress(StorageError):
                await self._screening.resume()
            await asyncio.sleep(every)

    async def settle(self) -> None:
        """Return once the inspections that are under way now have ended."""
        await self._screening.settle()

    async def close(self) -> None:
        """Stop; the next start goes on."""
        await self._screening.close()
