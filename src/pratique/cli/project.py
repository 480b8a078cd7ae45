"""``pratique project list``, ``show`` and ``uploads``: what the team published itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pratique.cli.project_desk import DATA, published
from pratique.cli.project_forms import file_object, line, project_object, standing
from pratique.cli.say import Form, json_out, out
from pratique.names import project_name
from pratique.releases import State

_Format = Annotated[Form, Parameter(name="--format")]
_HOW = "docs/publishing.md says how to upload"


def listed(*, data: Path = DATA, form: _Format = Form.TEXT) -> int:
    """List the projects that were published here.

    Parameters
    ----------
    data
        The server's data folder.
    form
        text for a person; json for a tool.

    """
    projects = published(data, lambda publishing: publishing.projects())
    if form is Form.JSON:
        json_out([project_object(project) for project in projects])
    elif projects:
        out(*(f"{project.name}  {standing(project)}" for project in projects))
    else:
        out(f"Nothing was published here yet. The first upload of a name makes a project; {_HOW}.")
    return 0


def show(name: str, /, *, data: Path = DATA, form: _Format = Form.TEXT) -> int:
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
    project, files = published(data, lambda publishing: publishing.project(project_name(name)))
    if form is Form.JSON:
        json_out({**project_object(project), "files": [file_object(file) for file in files]})
    else:
        out(f"{project.name}  {standing(project)}", *(f"  {told}" for told in map(line, files)))
    return 0


def uploads(*, state: State | None = None, data: Path = DATA, form: _Format = Form.TEXT) -> int:
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
    found = published(data, lambda publishing: publishing.uploads(state))
    if form is Form.JSON:
        json_out([file_object(file) for file in found])
    elif found:
        out(*map(line, found))
    elif state is State.HELD:
        out("Nothing waits for a reviewer. `pratique project uploads` lists all uploads.")
    else:
        out(f"There is no {state.value} upload." if state else f"Nothing was uploaded here yet; {_HOW}.")
    return 0
