"""Where the code that is being walked stands: its file, its lines, the decoders around it."""

from __future__ import annotations

from dataclasses import dataclass

CODE_LIMIT = 200
"""Characters of a source line that a fact shows."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A source text. ``path`` is empty for the file that is being read; layers are outermost first."""

    lines: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    path: str = ""
    outer: int = 0
    """In decoded text: the line of the file that the outermost layer was opened on."""

    def code(self, line: int) -> str:
        """A line of the text, without the white space around it."""
        return self.lines[line - 1].strip()[:CODE_LIMIT] if 0 < line <= len(self.lines) else ""
