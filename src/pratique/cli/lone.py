"""A file that is no archive: it is screened as if it were all that an sdist holds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pratique.cli.outcome import Job
    from pratique.identity import Popular
    from pratique.jobs.watch import CpuWatch
    from pratique.screen import ScreenLimits
    from pratique.verdict import Report

_HEAD = 512


def is_lone(path: Path) -> bool:
    """Whether this is a readable file whose content, at its beginning or its end, is not that of an archive.

    A zip counts from its end, so that code before it does not hide it. Nothing at all is source only by its name.
    """
    import zipfile

    from pratique.unpack.intake import SOURCE, looks_like_archive

    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not head:
                return path.name.endswith(SOURCE)
            return not looks_like_archive(head) and not zipfile.is_zipfile(file)
    except OSError:
        return False


def screen_lone(job: Job, limits: ScreenLimits, watch: CpuWatch, popular: Popular | None = None) -> Report:
    """Judge the file; its digest and size are its own. Raises `BadArchive` where it cannot be read."""
    from pratique.artifact import Artifact
    from pratique.names import DistributionName, Kind, ProjectName, Sha256
    from pratique.screen import screen
    from pratique.unpack import unpack_lone

    unpacked = unpack_lone(job.path, limits=limits.unpack)
    with job.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = DistributionName(filename=job.filename, project=ProjectName("unknown"), version="", kind=Kind.SDIST)
    artifact = Artifact(name=name, sha256=Sha256(digest), size=job.path.stat().st_size)
    return screen(artifact, unpacked, limits=limits.read, watch=watch, popular=popular)
