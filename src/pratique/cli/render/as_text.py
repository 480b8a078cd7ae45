"""Text for a person: the verdict, then each finding with its code, its way, and why it matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pratique.cli.outcome import Outcome
from pratique.cli.printable import printable
from pratique.finding import Finding, Phase, Severity
from pratique.policy import rank
from pratique.verdict import Report, Verdict

_VERDICT_STYLE = {
    Verdict.CLEAN: "bold black on green",
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
_PHASE_WORDS = {
    Phase.INSTALL: "runs when it is installed",
    Phase.STARTUP: "runs whenever Python starts",
    Phase.IMPORT: "runs when it is imported",
    Phase.CALL: "runs when it is called",
    Phase.NONE: "",
}
_SHOWN = 20
_CODE_WIDTH = 160
_KIB = 1024


class TextRenderer:
    """Writes with colour where ``stream`` is a terminal that wants it (``NO_COLOR`` is honoured)."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)

    def write(self, outcome: Outcome) -> None:
        """Show an artifact: a line where nothing was found, else every finding, worst first."""
        report = outcome.report
        self._console.print(_headline(outcome))
        if report.error:
            self._console.print(Padding(Text(f"not inspected: {printable(report.error)}"), (0, 0, 0, 13), expand=False))
        findings = sorted(report.findings, key=rank, reverse=True)
        for finding in findings[:_SHOWN]:
            self._finding(finding)
        if len(findings) > _SHOWN:
            self._console.print(Text(f"\n  and {len(findings) - _SHOWN} more (--format jsonl shows all)", "dim"))
        if findings:
            self._console.print()

    def finish(self, outcomes: Iterable[Outcome]) -> None:
        """Show the sum."""
        reports = [o.report for o in outcomes]
        self._console.print()
        self._console.print(_summary(reports))

    def _finding(self, finding: Finding) -> None:
        self._console.print()
        self._console.print(_title(finding))
        self._console.print(Padding(Text(printable(finding.message)), (0, 0, 0, 4), expand=False))
        for line in _evidence(finding):
            self._console.print(line, overflow="fold")


def _headline(outcome: Outcome) -> Text:
    report = outcome.report
    badge = Text(f" {report.verdict.value.upper():^10} ", _VERDICT_STYLE[report.verdict])
    facts = f"score {report.score:.2f} · {_size(report.artifact.size)} · {report.elapsed_ms:,.0f} ms"
    return Text.assemble(badge, " ", (printable(outcome.target), "bold"), "  ", (facts, "dim"))


def _title(finding: Finding) -> Text:
    where = printable(finding.path) + (f":{finding.line}" if finding.line else "")
    proof = " · proven chain" if finding.proven else ""
    return Text.assemble(
        "  ",
        (f"{finding.severity.name.lower():<8}", _SEVERITY_STYLE[finding.severity]),
        "  ",
        (finding.rule, "bold"),
        "  ",
        (where, "cyan"),
        (f"  {finding.behaviour.value}, {finding.confidence.name.lower()} confidence{proof}", "dim"),
    )


def _evidence(finding: Finding) -> Iterable[Text]:
    if finding.code:
        number = f"{finding.line or '':>5}"
        yield Text.assemble("  ", (f"{number} │ ", "dim"), printable(finding.code.strip(), limit=_CODE_WIDTH))
    rows = (
        ("phase", _PHASE_WORDS[finding.phase]),
        ("layers", " → ".join(finding.layers) + " → read again" if finding.layers else ""),
        ("flow", " → ".join(f"{s.what} (line {s.line})" if s.line else s.what for s in finding.flow)),
        ("why", _gain(finding.rule)),
    )
    for label, value in rows:
        if value:
            yield Text.assemble("    ", (f"{label:<7}", "dim"), printable(value))


def _gain(rule: str) -> str:
    """What an attacker gets from it, from the rule itself; empty for a note that no rule made."""
    from pratique.rules.catalogue import RULES

    return next((r.gain for r in RULES if r.id == rule), "")


def _summary(reports: list[Report]) -> Text:
    counts = Counter(r.verdict for r in reports)
    parts = [f"{counts[v]} {v.value}" for v in reversed(Verdict) if counts[v]]
    noun = "artifact" if len(reports) == 1 else "artifacts"
    size = _size(sum(r.artifact.size for r in reports))
    return Text(f"{len(reports)} {noun}, {size}: {', '.join(parts)}", "bold")


def _size(count: int) -> str:
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < _KIB:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= _KIB
    return f"{amount:.1f} GiB"
