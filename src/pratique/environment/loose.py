"""Files of an environment that no distribution lists: where what was put there by hand, or by an attack, is found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_CACHED = re.compile(r"(?P<folder>.*/)?__pycache__/(?P<stem>[^/]+?)\.[\w-]+(?:\.opt-[12])?\.pyc")
_CUSTOMIZE = re.compile(r"(?:sitecustomize|usercustomize)(?:\.py|/__init__\.py)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """Files that belong to nobody. Paths count from the folder that they lie in."""

    startup: tuple[str, ...] = ()
    """Those that run, or steer the path, whenever Python starts: ``.pth``, ``sitecustomize``, ``usercustomize``."""
    others: tuple[str, ...] = ()


def loose_files(site: Path, listed: Iterable[str]) -> Loose:
    """All files below a folder but those that are ``listed`` and their compiled copies."""
    owned = {os.path.normpath(path) for path in listed}
    there = list(_files(site))
    sources = owned.union(there)
    found = [path for path in there if path not in owned and not _compiled(path, sources)]
    startup = tuple(path for path in found if _starts(path))
    return Loose(startup=startup, others=tuple(path for path in found if path not in startup))


def _files(site: Path) -> Iterator[str]:
    for at, folders, files in os.walk(site, followlinks=False):
        folders.sort()
        if Path(at) == site:
            folders[:] = [name for name in folders if not name.endswith((".dist-info", ".egg-info"))]
        for name in sorted(files):
            yield (Path(at) / name).relative_to(site).as_posix()


def _compiled(path: str, sources: set[str]) -> bool:
    found = _CACHED.fullmatch(path)
    return found is not None and f"{found['folder'] or ''}{found['stem']}.py" in sources


def _starts(path: str) -> bool:
    return ("/" not in path and path.endswith(".pth")) or _CUSTOMIZE.fullmatch(path) is not None
