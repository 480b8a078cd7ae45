"""The policy's file, followed while the server runs: what is broken changes nothing, and is told."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from pratique.errors import BadSetting, PratiqueError
from pratique.gateway.policies import Policies, Source
from pratique.policy import Policy
from pratique.policy.reading import read_policy
from pratique.ports import Clock
from pratique.review.in_force import PolicyBook, digest_of, keep_policy

EVERY = 1.0
"""Seconds between two looks."""

_Mark = tuple[int, int, int]


class PolicyFile:
    """Puts in force what is written in a file, as soon as nobody writes in it any more."""

    def __init__(
        self,
        path: Path,
        policies: Policies,
        *,
        tell: Callable[[str], None],
        keep: Callable[[str], Awaitable[None]],
    ) -> None:
        """``tell`` is for whoever runs the server; ``keep`` puts a policy's text on record."""
        self._path = path
        self._policies = policies
        self._tell = tell
        self._keep = keep
        self._seen: _Mark | None = None
        self._taken: _Mark | None = None

    async def start(self) -> None:
        """Put the file in force; raises `BadSetting` where it cannot be."""
        self._taken = self._seen = await asyncio.to_thread(self._mark)
        text, policy = await asyncio.to_thread(read_file, self._path)
        self._put(text, policy)
        await self._keep(text)

    async def run(self, wake: asyncio.Event, every: float = EVERY) -> None:
        """Look again and again, and at once when woken, until cancelled."""
        while True:
            try:
                await asyncio.wait_for(wake.wait(), every)
            except TimeoutError:
                await self.look()
            else:
                wake.clear()
                await self.look(at_once=True)

    async def look(self, *, at_once: bool = False) -> None:
        """Take a changed file; unless ``at_once``, only if it is as at the last look: nobody writes in it any more."""
        mark = await asyncio.to_thread(self._mark)
        settled, self._seen = mark == self._seen, mark
        if mark == self._taken or not (settled or at_once):
            return
        self._taken = mark
        try:
            text, policy = await asyncio.to_thread(read_file, self._path)
        except BadSetting as error:
            self._tell(f"{error.message} The policy from before stays in force. {error.remedy}".rstrip())
            return
        self._put(text, policy)
        self._tell(f"Policy in force now: {self._policies.described}")
        try:
            await self._keep(text)
        except PratiqueError as error:
            self._tell(f"The policy is in force, but not on record: {error}")

    def _put(self, text: str, policy: Policy) -> None:
        self._policies.exchange(policy, Source(path=str(self._path), digest=digest_of(text), text=text))

    def _mark(self) -> _Mark | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


@asynccontextmanager
async def followed(
    path: Path | None, policies: Policies, book: PolicyBook, clock: Clock, tell: Callable[[str], None]
) -> AsyncIterator[None]:
    """The policy of a file is in force, and whatever the file says later; without one, what is in force stays so.

    The file is looked at every second, and at once on ``SIGHUP``. Raises `BadSetting` where it cannot be used.
    """

    async def keep(text: str) -> None:
        await keep_policy(book, clock, text, str(path or ""))

    if path is None:
        await keep("")
        yield
        return
    file, wake = PolicyFile(path, policies, tell=tell, keep=keep), asyncio.Event()
    await file.start()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, wake.set)
    task = asyncio.create_task(file.run(wake), name="pratique-policy")
    try:
        yield
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def read_file(path: Path) -> tuple[str, Policy]:
    """A policy's text and what it says; raises `BadSetting` (`BadPolicy`, with the file's name)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadSetting(f"The policy {path} cannot be read: {why}.", remedy="Name a TOML file.") from error
    return text, read_policy(text, str(path))
