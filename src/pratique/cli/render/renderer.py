"""What a renderer is, and which there are."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol, TextIO, assert_never

from pratique.cli.outcome import Outcome


class Format(StrEnum):
    """How outcomes are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"


class Renderer(Protocol):
    """Writes outcomes as they come."""

    def write(self, outcome: Outcome) -> None:
        """Show one outcome."""
        ...

    def finish(self, outcomes: Iterable[Outcome]) -> None:
        """Show what can only be said at the end; ``outcomes`` are all that were written."""
        ...


def renderer(form: Format, stream: TextIO) -> Renderer:
    """The renderer of a format, writing to ``stream``."""
    match form:
        case Format.TEXT:
            from pratique.cli.render.as_text import TextRenderer

            return TextRenderer(stream)
        case Format.JSON:
            from pratique.cli.render.as_json import JsonRenderer

            return JsonRenderer(stream)
        case Format.JSONL:
            from pratique.cli.render.as_json import JsonLinesRenderer

            return JsonLinesRenderer(stream)
        case Format.SARIF:
            from pratique.cli.render.as_sarif import SarifRenderer

            return SarifRenderer(stream)
        case _:
            assert_never(form)
