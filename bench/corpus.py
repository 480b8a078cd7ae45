"""A corpus: a folder of distributions or an AES zip of them, read in memory and never unpacked to disk."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pratique.cli.targets import is_archive

_UNPUBLISHED = re.compile(r"[^A-Za-z0-9._+!-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """``source`` is a folder, one distribution, or (``password`` given) a zip whose members are distributions."""

    source: Path
    password: str = ""

    def names(self) -> list[str]:
        """The distributions' paths within the source, sorted."""
        if self.password:
            return sorted(i.filename for i in _zip(self).infolist() if not i.is_dir())
        if self.source.is_file():
            return [""]
        return sorted(str(p.relative_to(self.source)) for p in self.source.rglob("*") if p.is_file() and is_archive(p))

    def read(self, name: str) -> bytes:
        """The bytes of a distribution."""
        if self.password:
            return bytes(_zip(self).read(name))
        return (self.source / name if name else self.source).read_bytes()

    def filename(self, name: str) -> str:
        """The distribution's own file name, with what no published name may hold as ``_``, as ``screen`` takes it."""
        return _UNPUBLISHED.sub("_", Path(name).name or self.source.name)


def clusters(corpus: Corpus) -> dict[str, str]:
    """Distribution to cluster of near-identical code, from the ``.jsonl`` beside a zip; else each its own."""
    listing = corpus.source.with_suffix(".jsonl")
    if not (corpus.password and listing.is_file()):
        return {}
    rows = (json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines() if line)
    return {row["file"]: row["cluster"] for row in rows}


@lru_cache(maxsize=4)
def _zip(corpus: Corpus) -> Any:  # noqa: ANN401 - pyzipper has no types
    import pyzipper

    archive = pyzipper.AESZipFile(corpus.source)
    archive.setpassword(corpus.password.encode())
    return archive
