"""Protocols for what this room needs of accounts: who publishes, and who is stopped."""

from __future__ import annotations

from typing import Protocol

from pratique.names import ProjectName


class Publisher(Protocol):
    """Whoever sends an upload, known by their secret."""

    @property
    def user(self) -> str:
        """The user's name."""
        ...

    def may_publish(self, project: ProjectName) -> bool:
        """Whether this secret may upload to a project, be it new or not."""
        ...


class Owners(Protocol):
    """Who owns which project, and the power to stop an account."""

    async def claim(self, project: ProjectName, user: str) -> bool:
        """Make a user the owner of a project that nobody owns; whether they own it now, or work on it."""
        ...

    async def freeze(self, user: str, reason: str) -> None:
        """Stop everything that this account's secrets can do, until a person looks at it; again does nothing."""
        ...


class Authenticator(Protocol):
    """Knows users by their secrets."""

    async def principal(self, *, username: str, secret: str, address: str) -> Publisher:
        """Who that is; raises `UploadRefused` (401, 429) or another `PratiqueError` where nobody is known by it."""
        ...
