"""Facts about Python code: calls with resolved names, evaluated arguments, taint and phase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pratique.finding import Finding, Phase, Step


class Source(StrEnum):
    """Where a value comes from, as far as rules care."""

    NETWORK = "network"
    """Received from another machine."""
    DECODED = "decoded"
    """Came out of a decoder (base64, zlib, a cipher ...)."""
    SECRET = "secret"  # noqa: S105 - a label, not a password
    """Credential files, browser stores, wallets, chat tokens."""
    ENVIRON = "environ"
    """The environment as a whole."""
    VARIABLE = "variable"
    """One named environment variable."""
    HOST = "host"
    """Host name, user name, addresses, hardware ids."""
    CLIPBOARD = "clipboard"
    SCREEN = "screen"
    KEYS = "keys"
    """Key strokes."""
    CALLER = "caller"
    """A parameter of a function that only the user calls."""
    FILE = "file"
    """Read from a file (``detail`` is the path as far as it is known)."""
    PROCESS = "process"
    """Printed by another process."""


@dataclass(frozen=True, slots=True)
class Taint:
    """A label on a value: its source, what exactly, and the way it came."""

    source: Source
    detail: str = ""
    line: int = 0

    @property
    def decoders(self) -> list[str]:
        """Of what is decoded: the decoders that it came through, the first one first."""
        return self.detail.split(">")


class Does(StrEnum):
    """What calling an API means for whoever runs it."""

    RUN_CODE = "run-code"
    """The argument is executed as Python in this process (exec, eval, marshal + FunctionType ...)."""
    RUN_PROCESS = "run-process"
    """The argument is a command or a program."""
    IMPORT = "import"
    """The argument names a module or file that is imported."""
    FETCH = "fetch"
    """Receives data from a remote host."""
    SEND = "send"
    """Sends its arguments to a remote host (a fetch whose URL carries data counts too)."""
    WRITE = "write"
    """Writes its data argument to its path argument."""
    READ = "read"
    DELETE = "delete"
    COPY = "copy"
    """Puts its argument into the clipboard."""
    NATIVE = "native"
    """Enters native code: ctypes, process memory."""
    FILL = "fill"
    """Puts bytes into memory that native code is given."""
    LISTEN = "listen"
    REGISTRY = "registry"
    """Writes the Windows registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """An evaluated argument.

    ``text`` is its value as far as it is known: unknown parts stand in angle brackets
    (``<requests.get().text>``); it is cut at 4,000 characters. ``known``: the whole value was computed.
    """

    text: str
    taints: frozenset[Taint] = frozenset()
    known: bool = False

    def labels(self, *sources: Source) -> tuple[Taint, ...]:
        """Labels of those sources, in a stable order."""
        return _ordered(t for t in self.taints if t.source in sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of an API from the catalogue.

    ``name`` is resolved through aliases, ``getattr``, ``__import__`` and the like; a method of a result
    reads ``requests.get().json``. ``arguments`` are keyed ``"0"``, ``"1"`` ... and by keyword.
    ``layers`` are the decoders around this code, outermost first; ``disguise`` names the tricks by
    which the name was hidden; ``flow`` leads here from where the dangerous argument came from.
    """

    name: str
    does: frozenset[Does]
    phase: Phase
    line: int
    code: str
    arguments: dict[str, Argument]
    layers: tuple[str, ...] = ()
    disguise: tuple[str, ...] = ()
    flow: tuple[Step, ...] = ()
    function: str = ""
    """Qualified name of the function that contains it, empty at module level."""
    path: str = ""
    """The file that it stands in, where that is not the one whose facts these are."""
    outer: int = 0
    """In decoded text: the line of the file on which the outermost layer was opened."""

    @property
    def first(self) -> Argument | None:
        """The first positional argument: what is executed, started, written to or asked for."""
        return self.arguments.get("0")

    def taints(self, *sources: Source) -> tuple[Taint, ...]:
        """Labels of those sources on any argument, in a stable order."""
        return _ordered({t for a in self.arguments.values() for t in a.taints if t.source in sources})


def _ordered(taints: Iterable[Taint]) -> tuple[Taint, ...]:
    return tuple(sorted(taints, key=lambda t: (t.line, t.source, t.detail)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFacts:
    """What one Python file does; a pure function of its bytes and role."""

    path: str
    calls: tuple[Call, ...] = ()
    notes: tuple[Finding, ...] = ()
