"""JSON: one object per line as artifacts are done, or one array at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TextIO

import msgspec

from pratique.cli.outcome import Outcome
from pratique.cli.render.wire import report_line

_STEERING = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


class JsonLinesRenderer:
    """One object per artifact and line, flushed as it is done."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, outcome: Outcome) -> None:
        """Print the artifact's object."""
        self._stream.write(_dump(outcome) + "\n")
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
        self._stream.write("[\n" + ",\n".join(_dump(o) for o in outcomes) + "\n]\n")


def _dump(outcome: Outcome) -> str:
    """The object as text; what could steer a terminal is escaped, as JSON itself does below U+0020."""
    return _STEERING.sub(lambda c: f"\\u{ord(c[0]):04x}", msgspec.json.encode(report_line(outcome)).decode("utf-8"))
