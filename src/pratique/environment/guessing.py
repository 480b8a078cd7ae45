"""The files of a distribution that no RECORD lists, as distributors of systems install them: by their top names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pratique.environment.records import text_of
from pratique.names import ProjectName

_SUFFIXES = (".py", ".so", ".pyd")


def guessed(site: Path, folder: Path, project: ProjectName) -> list[str]:
    """What lies under the names in ``top_level.txt``, else under the project's own; nothing where that is not there."""
    named = text_of(folder / "top_level.txt").split() or [project.replace("-", "_"), project.replace("-", ".")]
    tops = [name for name in named if name.replace("/", "").replace(".", "").isidentifier() and ".." not in name]
    return [path for name in tops for path in _under(site, name)]


def _under(site: Path, name: str) -> Iterator[str]:
    package = site / name
    if package.is_dir() and not package.is_symlink():
        yield from (path.relative_to(site).as_posix() for path in sorted(package.rglob("*")) if path.is_file())
    parent, _, stem = name.rpartition("/")
    for path in sorted((site / parent).glob(f"{stem}.*")):
        if path.name.endswith(_SUFFIXES) and path.is_file():
            yield path.relative_to(site).as_posix()
