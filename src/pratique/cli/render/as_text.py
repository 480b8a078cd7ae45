"""Text for a person: the verdict, then each finding with its code, its way, and what it is good for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pratique.cli.outcome import Outcome
from pratique.cli.render.paper import Paper
from pratique.cli.render.size import in_bytes
from pratique.finding import Confidence, Finding, Severity, line_in_file
from pratique.policy import rank
from pratique.printable import printable
from pratique.rules.explained import gain, in_words, language
from pratique.verdict import Report, Verdict

VERDICT_STYLE = {
    Verdict.CLEAN: "bold green",
    Verdict.SUSPICIOUS: "bold black on yellow",
    Verdict.ERROR: "bold white on magenta",
    Verdict.MALICIOUS: "bold white on red",
}
_SEVERITY_STYLE = {
    Severity.LOW: "dim",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "bold yellow",
    Severity.CRITICAL: "bold red",
}
_SHOWN = 20
_BADGE = 13
_ASIDE = 5
"""Findings that are shown of a clean artifact."""
_CODE_WIDTH = 160


class TextRenderer:
    """Writes with colour where ``stream`` is a terminal that wants it (``NO_COLOR`` is honoured)."""

    def __init__(self, stream: TextIO) -> None:
        self._paper = Paper(stream)
        self._glyphs = self._paper.glyphs

    def write(self, outcome: Outcome) -> None:
        """Show an artifact: a line where nothing was found, else every finding, worst first."""
        report = outcome.report
        self._paper.print(self._headline(outcome))
        if report.error:
            self._paper.print(
                Padding(Text(f"not inspected: {self._safe(report.error)}"), (0, 0, 0, _BADGE), expand=False)
            )
        findings = sorted(report.findings, key=rank, reverse=True)
        if report.verdict is Verdict.CLEAN:
            self._aside(findings)
            return
        explained: set[str] = set()
        groups = _alike(findings)
        for first, *others in groups[:_SHOWN]:
            self._finding(first, report.findings, others, explain=first.rule not in explained)
            explained.add(first.rule)
        if len(groups) > _SHOWN:
            self._paper.print(Text(f"\n  and {len(groups) - _SHOWN} more (--format jsonl shows all)", "dim"))
        if findings:
            self._paper.print("")
        self._paper.flush()

    def finish(self, outcomes: Iterable[Outcome]) -> None:
        """Show the sum."""
        self._paper.print(_summary([o.report for o in outcomes]))

    def _aside(self, findings: Sequence[Finding]) -> None:
        """What was seen of an artifact that is passed on: a line each, for whoever wants to know."""
        for finding in findings[:_ASIDE]:
            line = line_in_file(finding, findings)
            place = f"{self._safe(finding.path)}{f':{line}' if line else ''}: " if finding.path else ""
            unsure = finding.confidence is Confidence.LOW
            said = Text.assemble(
                (finding.severity.name.lower(), "dim" if unsure else _SEVERITY_STYLE[finding.severity]),
                (", low confidence" if unsure else "", "dim"),
                f"  {finding.rule}  ",
                (f"{place}{self._safe(finding.message)}", "dim"),
            )
            self._paper.print(Padding(said, (0, 0, 0, _BADGE), expand=False))
        if len(findings) > _ASIDE:
            more = f"and {len(findings) - _ASIDE} more (--format jsonl shows all)"
            self._paper.print(Padding(Text(more, "dim"), (0, 0, 0, _BADGE), expand=False))
        self._paper.flush()

    def _finding(self, finding: Finding, among: Sequence[Finding], others: Sequence[Finding], *, explain: bool) -> None:
        self._paper.print("")
        self._paper.print(Padding(self._title(finding), (0, 0, 0, 2), expand=False))
        self._paper.print(Padding(Text(self._sentence(finding.message)), (0, 0, 0, 4), expand=False))
        if finding.path:
            self._paper.print(Padding(self._place(finding, among), (0, 0, 0, 4), expand=False))
        if others:
            also = ", ".join(self._safe(other.path) for other in others[:_ASIDE])
            more = f" and {len(others) - _ASIDE} more" if len(others) > _ASIDE else ""
            self._paper.print(Padding(Text(f"and in {also}{more}", "dim"), (0, 0, 0, 4), expand=False))
        if finding.code:
            self._paper.print(self._code(finding))
        rows = Table.grid(padding=(0, 2, 0, 0))
        rows.add_column(style="dim", width=6, no_wrap=True)
        rows.add_column(overflow="fold")
        for label, value in self._rows(finding, explain=explain):
            rows.add_row(label, value)
        if rows.row_count:
            self._paper.print(Padding(rows, (0, 0, 0, 4), expand=False))

    def _headline(self, outcome: Outcome) -> RenderableType:
        report, dot = outcome.report, self._glyphs.dot
        facts = f"score {report.score:.2f} {dot} {in_bytes(report.artifact.size)} {dot} {report.elapsed_ms:,.0f} ms"
        target = self._safe(outcome.target)
        room = self._paper.width - _BADGE - len(target) - len(facts)
        line = Table.grid(padding=(0, 1, 0, 0))
        line.add_column(no_wrap=True)
        line.add_column(overflow="fold")
        line.add_row(
            Text(f" {report.verdict.value.upper():^10} ", VERDICT_STYLE[report.verdict]),
            Text.assemble((target, "bold"), "  " if room > 2 else "\n", (facts, "dim")),
        )
        return line

    def _title(self, finding: Finding) -> Text:
        proof = f" {self._glyphs.dot} proven chain" if finding.proven else ""
        confidence = f"{finding.confidence.name.lower()} confidence"
        same = finding.behaviour.value == finding.rule
        about = confidence if same else f"{finding.behaviour.value} {self._glyphs.dot} {confidence}"
        return Text.assemble(
            (finding.severity.name.lower(), _SEVERITY_STYLE[finding.severity]),
            "  ",
            (finding.rule, "bold"),
            (f"  {about}{proof}", "dim"),
        )

    def _place(self, finding: Finding, among: Sequence[Finding]) -> Text:
        """The place in the file; inside layers the code's own number counts in the innermost text."""
        line = line_in_file(finding, among)
        inside = f"  (line {finding.line} of what its layers hide)" if finding.layers and finding.line else ""
        return Text.assemble((self._safe(finding.path) + (f":{line}" if line else ""), "cyan"), (inside, "dim"))

    def _code(self, finding: Finding) -> RenderableType:
        grid = Table.grid(padding=0)
        grid.add_column(justify="right", min_width=8, no_wrap=True, style="dim")
        grid.add_column(width=3, no_wrap=True, style="dim")
        grid.add_column(overflow="fold")
        code = Text(self._safe(finding.code.strip(), limit=_CODE_WIDTH), "bold")
        grid.add_row(str(finding.line or ""), f" {self._glyphs.bar} ", code)
        return grid

    def _rows(self, finding: Finding, *, explain: bool) -> Iterable[tuple[str, RenderableType]]:
        if finding.layers:
            chain = (*finding.layers, *language(finding))
            yield "layers", Text(f" {self._glyphs.arrow} ".join(self._safe(layer) for layer in chain))
        if len(finding.flow) > 1:
            yield "flow", self._flow(finding)
        if finding.phase.moment:
            yield "phase", Text(f"runs {finding.phase.moment}")
        if explain and (why := gain(finding.rule)):
            yield "gain", Text(self._safe(why))

    def _flow(self, finding: Finding) -> Text:
        """Source to sink, a station a line."""
        lines = []
        for number, step in enumerate(finding.flow):
            arrow = f"{self._glyphs.arrow} " if number else ""
            what = self._safe(in_words(step.what, arrow=self._glyphs.arrow))
            lines.append(Text.assemble(arrow, what, (f"  line {step.line}" if step.line else "", "dim")))
        return Text("\n").join(lines)

    def _sentence(self, message: str) -> str:
        return self._safe(message[:1].upper() + message[1:])

    def _safe(self, text: str, *, limit: int = 2000) -> str:
        return self._glyphs.fit(printable(text, limit=limit).replace("…", "..." if self._ascii else "…"))

    @property
    def _ascii(self) -> bool:
        return self._glyphs.encoding == "ascii"


def _alike(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings, those together that say the same of whole files; what shows code stands alone."""
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        alone = bool(finding.code or finding.flow or not finding.path)
        groups.setdefault(number if alone else replace(finding, path="", line=0), []).append(finding)
    return list(groups.values())


def _summary(reports: list[Report]) -> Text:
    counts = Counter(r.verdict for r in reports)
    parts = [f"{counts[v]} {v.value}" for v in reversed(Verdict) if counts[v]]
    noun = "artifact" if len(reports) == 1 else "artifacts"
    size = in_bytes(sum(r.artifact.size for r in reports))
    return Text(f"{len(reports)} {noun}, {size}: {', '.join(parts)}", "bold")
