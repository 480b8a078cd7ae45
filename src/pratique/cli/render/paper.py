"""What text is printed on: a terminal with its width and colours, or a file without blanks at line ends."""

from __future__ import annotations

import os
from typing import TextIO

from rich.console import Console, RenderableType

from pratique.cli.render.glyphs import Glyphs, glyphs

_PLAIN_WIDTH = 100
"""Columns where the output is no terminal and nobody has set `COLUMNS`."""
_WIDEST = 120
"""Columns beyond which lines are hard to read."""


class Paper:
    """Prints on ``stream``: colour where it is a terminal that wants it (``NO_COLOR`` is honoured), any encoding."""

    def __init__(self, stream: TextIO) -> None:
        self.glyphs: Glyphs = glyphs(stream)
        self._stream = stream
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
        if not self._console.is_terminal and "COLUMNS" not in os.environ:
            self._console.width = _PLAIN_WIDTH
        self._console.width = min(self._console.width, _WIDEST)

    @property
    def terminal(self) -> bool:
        """Whether a person looks at it directly."""
        return self._console.is_terminal

    @property
    def width(self) -> int:
        """Columns of a line."""
        return self._console.width

    @property
    def narrow(self) -> bool:
        """Whether a table must be sparing with columns."""
        return self._console.width < _PLAIN_WIDTH

    def print(self, what: RenderableType, *, style: str | None = None) -> None:
        """Print, folding what is longer than a line: nothing is cut off."""
        with self._console.capture() as captured:
            self._console.print(what, style=style, overflow="fold")
        lines = captured.get().splitlines()
        if not self.terminal:
            lines = [line.rstrip() for line in lines]
        self._stream.write("".join(f"{self.glyphs.fit(line)}\n" for line in lines))

    def flush(self) -> None:
        """Let whoever reads along see what is printed so far."""
        self._stream.flush()
