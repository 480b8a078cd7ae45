"""JSON: one object per line as artifacts are done, or one array at the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

import msgspec

from pratique.cli.outcome import Outcome
from pratique.cli.render.json_text import safe_json
from pratique.cli.render.wire import report_line


class JsonLinesRenderer:
    """One object per artifact and line, flushed as it is done."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, outcome: Outcome) -> None:
        """Print the artifact's object."""
        self._stream.write(_dump(outcome, self._stream) + "\n")
        self._stream.flush()

    def finish(self, outcomes: Iterable[Outcome]) -> None:
        """Nothing: a reader of lines needs no end mark."""


class JsonRenderer:
    """One array of the same objects."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, outcome: Outcome) -> None:
        """Nothing yet: the array is written when it is complete."""

    def finish(self, outcomes: Iterable[Outcome]) -> None:
        """Print the array, one object a line."""
        self._stream.write("[\n" + ",\n".join(_dump(o, self._stream) for o in outcomes) + "\n]\n")


def _dump(outcome: Outcome, stream: TextIO) -> str:
    return safe_json(msgspec.json.encode(report_line(outcome)), stream)
