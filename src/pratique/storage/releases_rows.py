"""Rows of the team's own projects and files, and the values that they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pratique.releases import About, OwnFile, OwnProject, State, Status
from pratique.storage.documents import clean_text, decode, encode


def file_row(file: OwnFile) -> dict[str, object]:
    """A file as its row, without the row's number."""
    row = {field.name: _plain(getattr(file, field.name)) for field in fields(file)}
    return {**row, "about": encode(file.about), "state": file.state.value}


def file_of(row: Mapping[Any, Any]) -> OwnFile:
    """The file that a row holds; what is only shown and cannot be read any more is left out."""
    values = {name: value for name, value in row.items() if name != "id"}
    about = decode(bytes(row["about"]), About) or About()
    return OwnFile(**{**values, "about": about, "state": State(row["state"])})


def project_row(project: OwnProject) -> dict[str, object]:
    """A project as its row."""
    row = {field.name: _plain(getattr(project, field.name)) for field in fields(project)}
    return {**row, "status": project.status.value}


def project_of(row: Mapping[Any, Any]) -> OwnProject:
    """The project that a row holds."""
    return OwnProject(**{**row, "status": Status(row["status"])})


def _plain(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value
