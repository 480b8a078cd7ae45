"""From what a person typed to the artifacts that are meant."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli.lone import is_lone
from pratique.cli.outcome import Job
from pratique.errors import BadSetting
from pratique.names import ProjectName, project_name

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_ARCHIVES = (
    ".whl",
    ".zip",
    ".egg",
    ".tar",
    ".tar.gz",
    ".tgz",
    ".tar.bz2",
    ".tbz",
    ".tbz2",
    ".tar.xz",
    ".txz",
    ".tar.Z",
)
_SHOWN = 100
"""Characters of a target in a message."""
_FOR_EXAMPLE = ", for example flask==3.1.0."
_ROOT_FILES = ("setup.py", "pyproject.toml", "setup.cfg", "PKG-INFO")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release that is to be fetched from the upstream."""

    target: str
    project: ProjectName
    version: str
    """Normalised (PEP 440)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What lies on this machine, what has to be fetched, and what of a folder was passed over."""

    local: tuple[Job, ...]
    releases: tuple[Release, ...]
    ignored: tuple[Path, ...] = ()


def read_targets(targets: Sequence[str]) -> Targets:
    """Tell files, folders of archives, unpacked trees and ``name==version`` apart.

    Raises `BadSetting` (or `BadName`) for a target that is none of these. No archive is opened yet.
    """
    local: list[Job] = []
    releases: list[Release] = []
    ignored: list[Path] = []
    for target in targets:
        path = Path(target)
        if not target or not _there(path):
            releases.append(_release(target))
        elif path.is_dir():
            jobs, others = _folder(target, path)
            local += jobs
            ignored += others
        else:
            local.append(Job(target=target, path=path, lone=not is_archive(path) and is_lone(path)))
    return Targets(local=tuple(local), releases=tuple(releases), ignored=tuple(ignored))


def _there(path: Path) -> bool:
    """Whether there is such a file or folder; a text that is too long for a path names none."""
    try:
        return path.exists()
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return False


def read_releases(targets: Sequence[str]) -> tuple[Release, ...]:
    """Pinned releases alone, whatever lies in the working folder; raises `BadSetting` or `BadName`."""
    return tuple(_release(target) for target in targets)


def is_archive(path: Path) -> bool:
    """Whether the name is one that distributions have had."""
    return path.name.endswith(_ARCHIVES)


def _folder(target: str, folder: Path) -> tuple[list[Job], Iterable[Path]]:
    """A folder of archives unless it looks like one distribution's own content."""
    if _is_tree(folder):
        return [Job(target=target, path=folder, tree=True)], ()
    files = sorted(p for p in folder.rglob("*") if p.is_file() or p.is_symlink())
    archives = [p for p in files if is_archive(p)]
    if archives:
        others = [p for p in files if p.suffix in {".py", ".pth"}]
        return [Job(target=str(p), path=p) for p in archives], others
    if files:
        return [Job(target=target, path=folder, tree=True)], ()
    raise BadSetting(f"{target} is empty.", remedy="Give a folder of archives or an unpacked distribution.")


def _is_tree(folder: Path) -> bool:
    return any((folder / name).exists() for name in _ROOT_FILES) or any(folder.glob("*.dist-info"))


def _release(target: str) -> Release:
    from packaging.requirements import InvalidRequirement, Requirement

    if not target or not target.isprintable() or (_is_path(target) and " @ " not in target):
        raise BadSetting(
            f"{_short(target)} does not exist." if target else "An empty name is no target.",
            remedy=f"Give a file or folder that is there, or a pinned release{_FOR_EXAMPLE}",
        )
    try:
        requirement = Requirement(target)
    except InvalidRequirement as error:
        raise BadSetting(
            f"{_short(target)} is neither a file nor a pinned release.",
            remedy=f"Give an sdist, a wheel, a folder, or a pinned release{_FOR_EXAMPLE}",
        ) from error
    return Release(target=target, project=project_name(requirement.name), version=_pinned(requirement))


def _is_path(target: str) -> bool:
    return "/" in target or target.endswith(_ARCHIVES)


def _pinned(requirement: Requirement) -> str:
    """The one version that it names, normalised (PEP 440)."""
    from pratique.versions import read_version

    if requirement.url:
        raise BadSetting(
            f"{requirement.name} is asked for by an address, which no index has checked.",
            remedy=f"Download it and give the file, or give a pinned release{_FOR_EXAMPLE}",
        )
    pinned = [read_version(one.version) for one in requirement.specifier if one.operator in {"==", "==="}]
    if len(requirement.specifier) != 1 or not pinned or pinned[0] is None:
        said = _short(str(requirement))
        raise BadSetting(f"{said} does not name one release.", remedy=f"Pin one version with =={_FOR_EXAMPLE}")
    return str(pinned[0])


def _short(target: str) -> str:
    return target if len(target) <= _SHOWN else f"{target[:_SHOWN]}..."
