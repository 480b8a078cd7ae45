"""How own projects and uploads are written: lines for a person, objects for a tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pratique.releases import OwnFile, OwnProject, Reserved


def standing(project: OwnProject) -> str:
    """A project's status, or that it was taken down."""
    if project.taken_down is not None:
        return f"taken down: {project.taken_down}".rstrip(": ")
    return f"{project.status}: {project.status_reason}" if project.status_reason else project.status.value


def line(file: OwnFile) -> str:
    """An upload for a person."""
    marks = [
        file.state.value,
        *(["yanked"] if file.yanked is not None else []),
        *(["taken down"] if file.taken_down is not None else []),
    ]
    why = file.taken_down or file.reason or file.yanked or ""
    return f"{file.uploaded:%Y-%m-%d %H:%M}  {file.filename}  {', '.join(marks)}  by {file.uploader}" + (
        f"  {why}" if why else ""
    )


def project_object(project: OwnProject) -> dict[str, object]:
    """A project for a tool."""
    return {
        "name": project.name,
        "status": project.status.value,
        "status_reason": project.status_reason,
        "taken_down": project.taken_down,
        "created": f"{project.created:%Y-%m-%dT%H:%M:%SZ}",
        "created_by": project.created_by,
    }


def file_object(file: OwnFile) -> dict[str, object]:
    """An upload for a tool."""
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


def reserved_object(one: Reserved, kind: str) -> dict[str, object]:
    """A name that is not free, for a tool."""
    return {
        "kind": kind,
        "name": one.name,
        "reason": one.reason,
        "since": f"{one.since:%Y-%m-%dT%H:%M:%SZ}",
        "by": one.by,
    }
