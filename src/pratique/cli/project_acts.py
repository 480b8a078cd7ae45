"""``pratique project``: what becomes of releases, by whoever may write to the data folder."""

from __future__ import annotations

from pathlib import Path

from pratique.cli.project_desk import DATA, published
from pratique.cli.say import out
from pratique.cli.takedown import Reason, actor, split
from pratique.errors import BadSetting
from pratique.names import ProjectName, project_name
from pratique.releases import Status


def yank(target: str, /, *, reason: Reason = "", data: Path = DATA) -> int:
    """Yank a release: only whoever pins it gets it (PEP 592).

    Parameters
    ----------
    target
        NAME==VERSION.
    reason
        What clients print when it is taken all the same.
    data
        The server's data folder.

    """
    name, version = _release(target)
    published(data, lambda publishing: publishing.yank(name, version, reason, by=actor()))
    out(f"{name} {version} is yanked.")
    return 0


def unyank(target: str, /, *, data: Path = DATA) -> int:
    """Undo a yank.

    Parameters
    ----------
    target
        NAME==VERSION.
    data
        The server's data folder.

    """
    name, version = _release(target)
    published(data, lambda publishing: publishing.unyank(name, version, by=actor()))
    out(f"{name} {version} is no longer yanked.")
    return 0


def restore(target: str, /, *, data: Path = DATA) -> int:
    """Serve again what was taken down.

    Parameters
    ----------
    target
        NAME for what was taken down as a whole, NAME==VERSION for one release.
    data
        The server's data folder.

    """
    name, version = split(target)
    published(data, lambda publishing: publishing.restore(name, version, by=actor()))
    out(f"{target} is served again.")
    return 0


def status(name: str, status: Status, /, *, reason: Reason = "", data: Path = DATA) -> int:
    """Set a project's status (PEP 792).

    Parameters
    ----------
    name
        The project.
    status
        active; archived: no new uploads; deprecated: another should be used; quarantined: no files are offered.
    reason
        Why, for the project's page.
    data
        The server's data folder.

    """
    published(data, lambda publishing: publishing.status(project_name(name), status, reason, by=actor()))
    out(f"{project_name(name)} is {status}.")
    return 0


def approve(filename: str, /, *, reason: Reason, data: Path = DATA) -> int:
    """Publish an upload that is held.

    Parameters
    ----------
    filename
        The file, as it was uploaded.
    reason
        What speaks for it, for the record.
    data
        The server's data folder.

    """
    published(data, lambda publishing: publishing.approve(filename, reason, by=actor()))
    out(f"{filename} is published.")
    return 0


def reject(filename: str, /, *, reason: Reason, data: Path = DATA) -> int:
    """Turn an upload down that is held; it is kept as evidence.

    Parameters
    ----------
    filename
        The file, as it was uploaded.
    reason
        What its uploader reads.
    data
        The server's data folder.

    """
    published(data, lambda publishing: publishing.reject(filename, reason, by=actor()))
    out(f"{filename} is refused.")
    return 0


def _release(target: str) -> tuple[ProjectName, str]:
    name, version = split(target)
    if version is None:
        raise BadSetting(f"{target} names no release.", remedy="Write NAME==VERSION.")
    return name, version
