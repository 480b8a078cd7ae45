"""Whether a password is among stolen ones, asked by the first 5 digits of its SHA-1 alone (k-anonymity)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pratique.accounts.ports import Breaches
from pratique.errors import StorageError, UpstreamError

_PREFIX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Breached:
    """A service, an offline file, both or neither; the file serves when the service cannot be reached."""

    service: Breaches | None = None
    offline: Breaches | None = None

    @property
    def missing(self) -> str:
        """What whoever runs the server should know; empty where something is configured."""
        if self.service or self.offline:
            return ""
        return (
            "Passwords are compared with a short list of common ones only. "
            "Name a service with --breached-url or a file with --breached-file."
        )

    async def times(self, password: str) -> int:
        """How often it was seen; 0 where nothing is configured. Raises `UpstreamError` or `StorageError`."""
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        prefix, rest = digest[:_PREFIX], digest[_PREFIX:]
        sources = [source for source in (self.service, self.offline) if source]
        for last, source in ((number == len(sources), source) for number, source in enumerate(sources, 1)):
            try:
                return (await source.range(prefix)).get(rest, 0)
            except (UpstreamError, StorageError):
                if last:
                    raise
        return 0


def read_range(text: str) -> dict[str, int]:
    """Read a range as services give it: a line ``SUFFIX:COUNT`` for each; a count of 0 is padding.

    Raises `UpstreamError` for anything else, since silence would pass for "never seen".
    """
    found = {}
    for line in text.split():
        suffix, colon, count = line.partition(":")
        if not (colon and len(suffix) == 40 - _PREFIX and count.isascii() and count.isdigit()):
            raise UpstreamError(
                "The answer on stolen passwords cannot be read.", remedy="Check the address of the service."
            )
        if int(count):
            found[suffix.upper()] = int(count)
    return found
