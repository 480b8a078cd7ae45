"""Artifact and member: what is screened, and what lies inside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pratique.names import DistributionName, Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One distribution file, known by its digest; everything derived from bytes is keyed by it."""

    name: DistributionName
    sha256: Sha256
    size: int
    """In bytes."""


class Role(StrEnum):
    """When the code of a member runs, as far as its place in the distribution tells."""

    SETUP = "setup"
    """``setup.py`` at the root of an sdist: runs while it is built or installed."""
    BACKEND = "backend"
    """Code that an in-tree build back end (PEP 517 ``backend-path``) or ``setup.py`` loads."""
    BUILD = "build"
    """A module of its own beside ``setup.py``, which imports it: runs at a build, under its own name."""
    STARTUP = "startup"
    """``.pth`` files, ``sitecustomize`` and ``usercustomize``: run at every start of Python."""
    MODULE = "module"
    """Importable after installation."""
    SCRIPT = "script"
    """Runs when a person starts it: ``scripts/``, ``tests/``, ``docs/`` and what no import reaches."""
    DATA = "data"
    """Not source code by its place; its content is still looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file inside a distribution, held in memory and never written to disk.

    ``path`` is relative to the distribution's root (an sdist's ``name-version/`` folder is cut off),
    with forward slashes. ``data`` is the whole content unless ``whole`` is false, which only members
    larger than the in-memory limit are: then it is their beginning, while ``sha256`` and ``size``
    still speak of everything.
    """

    path: str
    data: bytes
    sha256: Sha256
    size: int
    role: Role = Role.DATA
    whole: bool = True
    executable: bool = False
    """The archive marks it as a program (a mode bit)."""
