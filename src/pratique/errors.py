"""The one family of exceptions: each says what went wrong and what to do about it."""

from __future__ import annotations


class PratiqueError(Exception):
    """Base of everything Pratique raises on purpose.

    ``remedy`` is the next step for the person who reads the message; it may be empty.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class BadName(PratiqueError):
    """A project name, file name or digest that no specification allows."""


class BadArchive(PratiqueError):
    """A distribution that cannot be opened at all (not an archive, truncated, encrypted)."""


class BadSetting(PratiqueError):
    """A configuration value or command-line argument that cannot be used."""


class UpstreamError(PratiqueError):
    """The upstream index did not give what was asked for."""


class NotFound(PratiqueError):
    """What was asked for exists neither here nor upstream."""


class Withheld(NotFound):
    """A project of which nothing is given to anybody, and why.

    ``label`` says it in words with dots between them, as the local part of a version has them (PEP 440).
    """

    def __init__(self, message: str, *, label: str) -> None:
        super().__init__(message)
        self.label = label


class StorageError(PratiqueError):
    """The database or the blob folder cannot be used."""


class DiskFull(StorageError):
    """There is no space left for what should be kept."""
