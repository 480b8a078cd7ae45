"""How an audit is shown: one file per format, nothing decided here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TextIO, assert_never

from pratique.cli.auditing.model import Audited
from pratique.cli.render.renderer import Format


class AuditRenderer(Protocol):
    """Writes what is audited as it comes."""

    def write(self, one: Audited) -> None:
        """Show one distribution."""
        ...

    def finish(self, audited: Sequence[Audited]) -> None:
        """Show what can only be said at the end; ``audited`` are all that were written."""
        ...


def audit_renderer(form: Format, stream: TextIO) -> AuditRenderer:
    """The renderer of a format, writing to ``stream``."""
    match form:
        case Format.TEXT:
            from pratique.cli.render.audit.as_text import AuditText

            return AuditText(stream)
        case Format.JSON:
            from pratique.cli.render.audit.as_json import AuditJson

            return AuditJson(stream)
        case Format.JSONL:
            from pratique.cli.render.audit.as_json import AuditJsonLines

            return AuditJsonLines(stream)
        case Format.SARIF:
            from pratique.cli.render.audit.as_sarif import AuditSarif

            return AuditSarif(stream)
        case _:
            assert_never(form)
