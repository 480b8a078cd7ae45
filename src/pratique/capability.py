"""Capability: one thing that a release can do or brings along, so that two releases can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pratique.finding import Phase


class Kind(StrEnum):
    """What sort of thing it is, the most telling first."""

    FINDING = "finding"
    """A rule fired; ``what`` is the rule."""
    SECRETS = "secrets"
    """Reads credentials, the whole environment, the clipboard, keys or the screen; ``what`` is which."""
    NETWORK = "network"
    """Asks or tells another machine; ``what`` is the API."""
    PROCESS = "process"
    """Starts a program; ``what`` is the API."""
    CODE = "code"
    """Executes text or data as code; ``what`` is the API."""
    LISTEN = "listen"
    """Waits for connections, or opens raw ones; ``what`` is the API."""
    MEMORY = "memory"
    """Enters native memory; ``what`` is the API."""
    REGISTRY = "registry"
    """Writes the Windows registry; ``what`` is the API."""
    STARTUP = "startup"
    """A file that every start of Python executes; ``what`` is its path."""
    HOOK = "hook"
    """A file that building or installing executes; ``what`` is its path."""
    BINARY = "binary"
    """Native code; ``what`` is its path without tags of platform and build."""
    SCRIPT = "script"
    """A shell script or the like; ``what`` is its path."""
    OPAQUE = "opaque"
    """A long stretch of encoded data within source; ``what`` is the file's path."""
    COMMAND = "command"
    """A command that lands on the path; ``what`` is its name."""
    PLUGIN = "plugin"
    """An entry point that other programs load; ``what`` is its group and name."""
    DEPENDENCY = "dependency"
    """A project that is installed along; ``what`` is its name."""
    HOST = "host"
    """A machine that source text names; ``what`` is its name."""
    FILE = "file"
    """A file inside; ``what`` is its path once installed, ``code`` its digest. Only where files are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One such thing, with the place that shows it. ``line`` is 1-based, 0 where there is none."""

    kind: Kind
    what: str
    phase: Phase = Phase.NONE
    path: str = ""
    line: int = 0
    code: str = ""
    """The line that does it, at most 200 characters; for a dependency the requirement as written."""
    layers: tuple[str, ...] = ()
    """Decoders around the code, outermost first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What one distribution can do; a pure function of its bytes and the engine.

    ``cut`` names the kinds of which there were too many to keep: of these, no one can say what is new.
    """

    items: tuple[Capability, ...] = ()
    cut: tuple[Kind, ...] = ()
