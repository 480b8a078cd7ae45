"""Core metadata (PEP 658) that a page offers without a hash, kept from a client that would believe any answer.

PDM looks neither at the status of the answer nor at its type: a refusal would pass for metadata, of a release that
needs nothing, and go into a lock file. Where there is a hash it compares, and asks for the file instead.
"""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from pratique.ports import ProjectPage

BELIEVES = "pdm/"
"""What the ``User-Agent`` of that client begins with."""


def has_unhashed(page: ProjectPage) -> bool:
    """Whether a file's metadata are offered with no hash to compare them with."""
    return any(file.core_metadata is True for file in page.files)


def only_hashed(page: ProjectPage) -> ProjectPage:
    """The page without such offers: whoever reads it takes the metadata from the file."""
    files = (structs.replace(file, core_metadata=False) if file.core_metadata is True else file for file in page.files)
    return replace(page, files=tuple(files))
