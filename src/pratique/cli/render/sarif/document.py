"""What every log of ours has in common: the tool, the worst results first and no more than are kept, how it is written.

A fingerprint ends in how often the same was found before it in one file (3.27.17): two results never share one.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TextIO

import msgspec

from pratique import __version__
from pratique.cli.render.json_text import safe_json
from pratique.cli.render.sarif.model import (
    Artifact,
    Descriptor,
    Driver,
    Invocation,
    Log,
    Notification,
    Result,
    Run,
    Tool,
)
from pratique.cli.render.sarif.words import message

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST = 5_000
"""Results that code scanning keeps of a run; the worst come first, and what is left out is said."""


class Fingerprints:
    """Numbers what has the same mark."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, mark: str) -> dict[str, str]:
        """By which code scanning, and whoever reads ours, knows a result again."""
        self._seen[mark] += 1
        fingerprint = f"{mark}:{self._seen[mark]}"
        return {"primaryLocationLineHash": fingerprint, "pratiqueFinding/v1": fingerprint}


def run_of(
    rules: tuple[Descriptor, ...],
    artifacts: tuple[Artifact, ...],
    found: Iterable[Result],
    notes: Sequence[Notification],
) -> Run:
    """A run; it did not succeed where a note is an error."""
    ordered = sorted(found, key=lambda result: -result.rank)
    left_out = len(ordered) - MOST
    cut = (Notification(level="warning", message=message(f"{left_out} milder results are left out.")),)
    return Run(
        tool=Tool(driver=_driver(rules)),
        invocations=(
            Invocation(
                execution_successful=not any(note.level == "error" for note in notes),
                tool_execution_notifications=(*notes, *(cut if left_out > 0 else ())),
            ),
        ),
        artifacts=artifacts,
        results=tuple(ordered[:MOST]),
    )


def write(run: Run, stream: TextIO) -> None:
    """The one document."""
    log = Log(schema=SCHEMA, version="2.1.0", runs=(run,))
    stream.write(safe_json(msgspec.json.format(msgspec.json.encode(log), indent=1), stream) + "\n")


def _driver(rules: tuple[Descriptor, ...]) -> Driver:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Driver(
        name="Pratique",
        full_name=f"Pratique {__version__} on Python {python}",
        version=__version__,
        semantic_version=__version__,
        rules=rules,
    )
