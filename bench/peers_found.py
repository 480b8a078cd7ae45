"""Which servers are there to be measured, and how each is started over an upstream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import peers


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """What the command line says of them, and how long to load each."""

    folder: Path
    nginx: str | None
    wrk: str | None
    seconds: float

    def has(self, name: str) -> bool:
        """Whether there is an environment of this name."""
        return (self.folder / name / "bin").is_dir()

    def mirrors(self, folder: Path, upstream: str) -> Iterator[tuple[str, AbstractContextManager[str]]]:
        """Caching indexes over an upstream, ours first: name, and what gives the address of its index."""
        yield "pratique", peers.pratique(folder, upstream)
        if self.has("devpi-server"):
            yield "devpi", peers.devpi(self.folder / "devpi-server", folder, upstream)
        if self.has("proxpi"):
            yield "proxpi", peers.proxpi(self.folder / "proxpi", folder, upstream)
        if self.has("simple-repository-server"):
            found = self.folder / "simple-repository-server"
            yield "simple-repository", peers.simple_repository(found, folder, upstream)

    def over(self, folder: Path, packages: Path) -> Iterator[tuple[str, AbstractContextManager[str]]]:
        """Indexes over a folder of distributions."""
        if self.has("pypiserver"):
            yield "pypiserver", peers.pypiserver(self.folder / "pypiserver", folder, packages)
