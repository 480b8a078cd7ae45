"""What a command got through its gateway, and what it was refused: told when it has ended."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.policy import Action
from pratique.ports import Event, EventKind

_MOST = 10_000
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What the gateway has on record of one command."""

    inspected: int = 0
    """Files that were read now; others were read before."""
    passed: int = 0
    refused: tuple[Event, ...] = ()
    """The last of each file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that came to its end."""

    status: int
    happened: Happened
    direct: tuple[str, ...] = ()
    """Hosts that it asked for past the gateway, in vain."""


class Seen:
    """`pratique.ports.Observer` of what this gateway records; another command's, at the same time, is not its own."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=_MOST)

    def recorded(self, events: Iterable[Event]) -> None:
        """Events that are durable."""
        self._events += events

    def asked_upstream(self, what: str, outcome: str, seconds: float) -> None:
        """Nothing that is told."""

    @property
    def happened(self) -> Happened:
        """Until now."""
        refused = [one for one in self._events if one.kind is EventKind.REFUSAL and one.action != "observe"]
        return Happened(
            inspected=sum(one.kind is EventKind.VERDICT for one in self._events),
            passed=len({one.filename for one in self._events if one.kind is EventKind.DOWNLOAD}),
            refused=tuple({one.filename: one for one in refused}.values()),
        )


def tell(ended: Ended) -> None:
    """On stderr, where it is not mistaken for what the command says."""
    from rich.text import Text

    from pratique.cli.render.paper import Paper
    from pratique.printable import printable

    paper = Paper(sys.stderr)
    for style, label, words in _lines(ended):
        paper.print(Text.assemble(("pratique: ", "dim"), (label, style), paper.glyphs.fit(printable(words))))
    paper.flush()


def _lines(ended: Ended) -> Iterator[tuple[str, str, str]]:
    """Style, label and words of each line."""
    seen, refused = ended.happened, ended.happened.refused
    for one in refused[:_SHOWN]:
        held = one.action == Action.QUARANTINE
        style, label = ("bold yellow", "held") if held else ("bold red", "refused")
        why = one.reason.removeprefix("blocked: ").removeprefix("quarantined: ")
        yield style, f"{label} ", f"{one.filename}: {why}"
    if len(refused) > _SHOWN:
        yield "bold red", "refused ", f"{len(refused) - _SHOWN} more"
    if refused:
        yield "dim", "", f"`pratique screen {_named(refused[0])}` shows all that was found."
    for host in ended.direct[:_SHOWN]:
        told = f"{host}, which was asked for past the gateway: nothing there is inspected (--allow-direct lets it)"
        yield "bold red", "refused ", told
    yield "", "", f"{_files(seen.passed)} passed on, {len(refused)} refused; {seen.inspected} inspected now"


def _named(event: Event) -> str:
    from pratique.names import version_in

    version = version_in(event.filename)
    return f"{event.project}=={version}" if version else event.project


def _files(number: int) -> str:
    return f"{number} {'file' if number == 1 else 'files'}"
