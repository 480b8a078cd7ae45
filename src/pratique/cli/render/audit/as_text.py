"""An audit for a person: a line for each distribution, and below it what speaks against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pratique.cli.auditing.model import Audited, Concern
from pratique.cli.render.as_text import VERDICT_STYLE
from pratique.cli.render.paper import Paper
from pratique.cli.render.size import in_bytes
from pratique.finding import Finding
from pratique.policy import SignalKind, rank
from pratique.printable import printable
from pratique.verdict import Verdict

_BADGE = 13
_FINDINGS = 3
_CONCERNS = 20
_STYLE = {Verdict.CLEAN: "yellow", Verdict.SUSPICIOUS: "bold yellow", Verdict.MALICIOUS: "bold red"}


class AuditText:
    """Writes with colour where ``stream`` is a terminal that wants it (``NO_COLOR`` is honoured)."""

    def __init__(self, stream: TextIO) -> None:
        self._paper = Paper(stream)

    def write(self, one: Audited) -> None:
        """A distribution."""
        line = Table.grid(padding=(0, 1, 0, 0))
        line.add_column(no_wrap=True)
        line.add_column(overflow="fold")
        badge = Text(f" {one.verdict.value.upper():^10} ", VERDICT_STYLE[one.verdict])
        line.add_row(badge, Text.assemble((self._safe(one.target), "bold"), "  ", (self._about(one), "dim")))
        self._paper.print(line)
        rows = Table.grid(padding=(0, 2, 0, 0))
        rows.add_column(no_wrap=True)
        rows.add_column(overflow="fold")
        for label, style, words in self._rows(one):
            rows.add_row(Text(label, style), Text(self._safe(words)))
        if rows.row_count:
            self._paper.print(Padding(rows, (0, 0, 0, _BADGE), expand=False))
        self._paper.flush()

    def finish(self, audited: Sequence[Audited]) -> None:
        """The sum."""
        counts = Counter(one.verdict for one in audited)
        said = ", ".join(f"{counts[v]} {_word(v)}" for v in reversed(Verdict) if counts[v]) or "nothing is pinned"
        vulnerable = sum(one.vulnerable for one in audited)
        known = (
            f"; {vulnerable} known {'vulnerability' if vulnerable == 1 else 'vulnerabilities'}" if vulnerable else ""
        )
        noun = "distribution" if len(audited) == 1 else "distributions"
        self._paper.print(Text(f"{len(audited)} {noun}: {said}{known}", "bold"))

    def _about(self, one: Audited) -> str:
        dot = f" {self._paper.glyphs.dot} "
        parts = [f"{one.path}:{one.line}"] if one.line and not one.target.startswith(one.path) else []
        if one.outcomes:
            seen = len(one.outcomes)
            parts += [f"{seen} of {one.of} files"] if one.of > seen and one.line else []
            parts.append(in_bytes(sum(report.artifact.size for report in one.reports)))
        return self._safe(dot.join(parts))

    def _rows(self, one: Audited) -> list[tuple[str, str, str]]:
        """Label, style and words."""
        rows = [("error", "bold magenta", one.error)] if one.error else []
        rows += [("error", "bold magenta", report.error) for report in one.reports if report.error]
        rows += [(_label(c), _style(c), c.reason) for c in sorted(one.concerns, key=_worst)[:_CONCERNS]]
        findings = sorted(one.telling, key=rank, reverse=True)
        rows += [(f.rule, "bold red" if f.proven else "yellow", _words(f)) for f in findings[:_FINDINGS]]
        if len(findings) > _FINDINGS:
            rows.append(("", "", f"and {len(findings) - _FINDINGS} more (--format jsonl shows all)"))
        return rows

    def _safe(self, text: str) -> str:
        return self._paper.glyphs.fit(printable(text, limit=500))


def _word(verdict: Verdict) -> str:
    return "not audited" if verdict is Verdict.ERROR else verdict.value


def _label(concern: Concern) -> str:
    return "MALWARE" if concern.kind == SignalKind.MALWARE else concern.kind


def _style(concern: Concern) -> str:
    return _STYLE.get(concern.verdict, "bold magenta")


def _worst(concern: Concern) -> int:
    return -list(Verdict).index(concern.verdict)


def _words(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}: " if finding.line else f"{finding.path}: " if finding.path else ""
    return f"{place}{finding.message}"
