"""What is installed, as its own records have it."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.names import ProjectName


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A distribution of an environment. Paths count from the folder that it is installed in."""

    project: ProjectName
    version: str
    folder: str
    """Its ``.dist-info`` or ``.egg-info``."""
    files: tuple[str, ...] = ()
    """Every file that its RECORD lists and that is there, ``..`` in those that lie elsewhere (scripts)."""
    changed: tuple[str, ...] = ()
    """Those whose content is not what RECORD says."""
    missing: tuple[str, ...] = ()
    unproven: str = ""
    """Why nothing says that its files are whole, where they are only guessed."""
    faults: tuple[str, ...] = ()
    """What of its records cannot be read or believed."""
    editable: bool = False
    """Its code lies in a working folder elsewhere (PEP 610, 660)."""
