"""``pratique project``: what the team published itself, and what becomes of it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from cyclopts import Parameter

from pratique.cli.takedown import Reason, actor, split
from pratique.errors import BadSetting
from pratique.names import ProjectName, project_name
from pratique.printable import printable
from pratique.releases import OwnFile, OwnProject, State, Status

if TYPE_CHECKING:
    from pratique.uploads.life import Publishing

_T = TypeVar("_T")
_DATA = Path("pratique-data")


class _Form(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


_Format = Annotated[_Form, Parameter(name="--format")]


def listed(*, data: Path = _DATA, form: _Format = _Form.TEXT) -> int:
    """List the projects that were published here.

    Parameters
    ----------
    data
        The server's data folder.
    form
        text for a person; json for a tool.

    """
    projects = _done(data, lambda publishing: publishing.projects())
    if form is _Form.JSON:
        _json([_project(project) for project in projects])
    else:
        _out(*(f"{project.name}  {_standing(project)}" for project in projects))
    return 0


def show(name: str, /, *, data: Path = _DATA, form: _Format = _Form.TEXT) -> int:
    """Show a project: its status, and each file with its state.

    Parameters
    ----------
    name
        The project.
    data
        The server's data folder.
    form
        text for a person; json for a tool.

    """
    project, files = _done(data, lambda publishing: publishing.project(project_name(name)))
    if form is _Form.JSON:
        _json({**_project(project), "files": [_file(file) for file in files]})
    else:
        _out(f"{project.name}  {_standing(project)}", *(f"  {line}" for line in map(_line, files)))
    return 0


def uploads(*, state: State | None = None, data: Path = _DATA, form: _Format = _Form.TEXT) -> int:
    """List uploads, the newest first.

    Parameters
    ----------
    state
        Only those in this state; held is what waits for a person.
    data
        The server's data folder.
    form
        text for a person; json for a tool.

    """
    found = _done(data, lambda publishing: publishing.uploads(state))
    if form is _Form.JSON:
        _json([_file(file) for file in found])
    else:
        _out(*map(_line, found))
    return 0


def yank(target: str, /, *, reason: Reason = "", data: Path = _DATA) -> int:
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
    _done(data, lambda publishing: publishing.yank(name, version, reason, by=actor()))
    _out(f"{name} {version} is yanked.")
    return 0


def unyank(target: str, /, *, data: Path = _DATA) -> int:
    """Undo a yank.

    Parameters
    ----------
    target
        NAME==VERSION.
    data
        The server's data folder.

    """
    name, version = _release(target)
    _done(data, lambda publishing: publishing.unyank(name, version, by=actor()))
    _out(f"{name} {version} is no longer yanked.")
    return 0


def restore(target: str, /, *, data: Path = _DATA) -> int:
    """Serve again what was taken down.

    Parameters
    ----------
    target
        NAME for what was taken down as a whole, NAME==VERSION for one release.
    data
        The server's data folder.

    """
    name, version = split(target)
    _done(data, lambda publishing: publishing.restore(name, version, by=actor()))
    _out(f"{target} is served again.")
    return 0


def status(name: str, status: Status, /, *, reason: Reason = "", data: Path = _DATA) -> int:
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
    _done(data, lambda publishing: publishing.status(project_name(name), status, reason, by=actor()))
    _out(f"{project_name(name)} is {status}.")
    return 0


def approve(filename: str, /, *, reason: Reason, data: Path = _DATA) -> int:
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
    _done(data, lambda publishing: publishing.approve(filename, reason, by=actor()))
    _out(f"{filename} is published.")
    return 0


def reject(filename: str, /, *, reason: Reason, data: Path = _DATA) -> int:
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
    _done(data, lambda publishing: publishing.reject(filename, reason, by=actor()))
    _out(f"{filename} is refused.")
    return 0


def prohibit(name: str, /, *, reason: Reason = "", data: Path = _DATA) -> int:
    """Let nobody upload under a name.

    Parameters
    ----------
    name
        The project's name.
    reason
        What whoever tries it reads.
    data
        The server's data folder.

    """
    _done(data, lambda publishing: publishing.prohibit(project_name(name), reason, by=actor()))
    _out(f"Nobody may upload {project_name(name)}.")
    return 0


def allow(name: str, /, *, data: Path = _DATA) -> int:
    """Undo a prohibition.

    Parameters
    ----------
    name
        The project's name.
    data
        The server's data folder.

    """
    was = _done(data, lambda publishing: publishing.allow(project_name(name), by=actor()))
    _out(f"{project_name(name)} may be uploaded." if was else f"{project_name(name)} was not prohibited.")
    return 0


def private(prefix: str, /, *, reason: Reason = "", data: Path = _DATA) -> int:
    """Never ask the upstream for names that begin so.

    Parameters
    ----------
    prefix
        What names begin with, such as acme-.
    reason
        Why, for the record.
    data
        The server's data folder.

    """
    written = _done(data, lambda publishing: publishing.make_private(prefix, reason, by=actor()))
    _out(f"Names that begin with {written} are looked for here alone.")
    return 0


def public(prefix: str, /, *, data: Path = _DATA) -> int:
    """Undo that.

    Parameters
    ----------
    prefix
        What names begin with, such as acme-.
    data
        The server's data folder.

    """
    was = _done(data, lambda publishing: publishing.make_public(prefix, by=actor()))
    _out("It is no longer private." if was else "It was not private.")
    return 0


def _done(data: Path, work: Callable[[Publishing], Awaitable[_T]]) -> _T:
    """Run one use case over the data folder of a server, which may be running."""

    async def run() -> _T:
        from pratique.wiring import publishing_in

        async with publishing_in(data) as (_, publishing):
            return await work(publishing)

    return asyncio.run(run())


def _release(target: str) -> tuple[ProjectName, str]:
    name, version = split(target)
    if version is None:
        raise BadSetting(f"{target} names no release.", remedy="Write NAME==VERSION.")
    return name, version


def _standing(project: OwnProject) -> str:
    if project.taken_down is not None:
        return f"taken down: {project.taken_down}".rstrip(": ")
    return f"{project.status}: {project.status_reason}" if project.status_reason else project.status.value


def _line(file: OwnFile) -> str:
    marks = [
        file.state.value,
        *(["yanked"] if file.yanked is not None else []),
        *(["taken down"] if file.taken_down is not None else []),
    ]
    why = file.taken_down or file.reason or file.yanked or ""
    return f"{file.uploaded:%Y-%m-%d %H:%M}  {file.filename}  {', '.join(marks)}  by {file.uploader}" + (
        f"  {why}" if why else ""
    )


def _project(project: OwnProject) -> dict[str, object]:
    return {
        "name": project.name,
        "status": project.status.value,
        "status_reason": project.status_reason,
        "taken_down": project.taken_down,
        "created": f"{project.created:%Y-%m-%dT%H:%M:%SZ}",
        "created_by": project.created_by,
    }


def _file(file: OwnFile) -> dict[str, object]:
    return {
        "filename": file.filename,
        "project": file.project,
        "version": file.version,
        "sha256": file.sha256,
        "size": file.size,
        "uploaded": f"{file.uploaded:%Y-%m-%dT%H:%M:%SZ}",
        "uploader": file.uploader,
        "state": file.state.value,
        "reason": file.reason,
        "verdict": file.verdict,
        "judged_by": file.judged_by,
        "yanked": file.yanked,
        "taken_down": file.taken_down,
    }


def _json(value: object) -> None:
    sys.stdout.write(f"{json.dumps(value, indent=2)}\n")


def _out(*texts: str) -> None:
    sys.stdout.write("".join(f"{printable(text)}\n" for text in texts))
