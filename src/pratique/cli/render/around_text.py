"""A release's surroundings for a person: below what was found in its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pratique.cli.render.paper import Paper
from pratique.history.spans import ago, span
from pratique.identity import Strength
from pratique.policy import Action, Policy, SignalKind, by_signals
from pratique.printable import printable
from pratique.provenance.model import Checked, Proof

if TYPE_CHECKING:
    from pratique.cli.around import Around
    from pratique.cli.before import Before
    from pratique.cli.likeness import Likeness
    from pratique.cli.outcome import Outcome

_SIGNALS = 20
_STYLE = {Action.ALLOW: "yellow", Action.QUARANTINE: "bold yellow", Action.BLOCK: "bold red"}
_PROOF = {
    Proof.VERIFIED: "green",
    Proof.UNVERIFIED: "yellow",
    Proof.ABSENT: "dim",
    Proof.FAILED: "bold red",
    Proof.BROKEN: "bold red",
}


class AroundText:
    """Writes what is known of releases besides their bytes."""

    def __init__(self, stream: TextIO) -> None:
        self._paper = Paper(stream)
        self._policy = Policy()

    def write(self, one: Around, outcomes: Sequence[Outcome]) -> None:
        """A release: what its page says, who built it, whom it resembles, what is new, and each signal of its files."""
        rows = Table.grid(padding=(0, 2, 0, 0))
        rows.add_column(style="dim", no_wrap=True)
        rows.add_column(overflow="fold")
        for label, value in self._rows(one, outcomes):
            rows.add_row(label, value)
        self._paper.print(Text(f"{one.release.project} {one.release.version}", "bold"))
        self._paper.print(Padding(rows, (0, 0, 0, 2), expand=False))
        self._paper.print("")
        self._paper.flush()

    def _rows(self, one: Around, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Text]]:
        yield from self._standing(one)
        if one.provenance:
            yield from self._provenance(one)
        yield "advisories", self._advisories(one)
        if one.likeness is not None:
            yield "identity", self._likeness(one.likeness)
        if one.before is not None:
            yield "history", self._history(one.before, outcomes)
        signals = dict.fromkeys(signal for outcome in outcomes for signal in outcome.signals)
        for signal in list(signals)[:_SIGNALS]:
            yield signal.kind.value, Text(self._safe(signal.reason), _STYLE[self._policy.answer(signal.kind)])
        yield from self._decision(outcomes)
        for problem in one.problems:
            yield "problem", Text(self._safe(problem), "bold yellow")

    def _decision(self, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Text]]:
        """What follows from the signals alone: it explains an exit status that the verdicts do not."""
        heavier = [one for one in outcomes if one.verdict is not one.report.verdict]
        decisions = (by_signals(self._policy, one.signals).action for one in heavier)
        worst = max(decisions, key=lambda action: action.strictness, default=Action.ALLOW)
        if worst is not Action.ALLOW:
            yield "decision", Text(f"{worst.done} for that, whatever its bytes look like", _STYLE[worst])

    def _standing(self, one: Around) -> Iterator[tuple[str, Text]]:
        standing, now = one.standing, datetime.now(UTC)
        if standing is None:
            return
        if standing.released:
            when = f"{standing.released:%Y-%m-%d}, {ago(now - standing.released)}"
            number = f"{standing.releases} {'release' if standing.releases == 1 else 'releases'}"
            began = f"; the project has {number} since {standing.began:%Y-%m}" if standing.began else ""
            yield "published", Text(self._safe(when + began))
        if standing.previous and standing.gap is not None:
            usual = f"; usually {span(standing.rhythm)} between releases" if standing.rhythm else ""
            yield "before it", Text(self._safe(f"{standing.previous}, {span(standing.gap)} earlier{usual}"))
        for doubt in standing.doubts:
            yield "unclear", Text(self._safe(doubt), "yellow")

    def _provenance(self, one: Around) -> Iterator[tuple[str, Text]]:
        """Once for each thing that is said, with how many files it is said of."""
        said: dict[Checked, int] = {}
        for checked in one.provenance.values():
            said[checked] = said.get(checked, 0) + 1
        for checked, number in said.items():
            of = "" if len(said) == 1 else f" ({number} {'file' if number == 1 else 'files'})"
            by = f" by {'; '.join(map(str, checked.publishers))}" if checked.publishers else ""
            note = f" ({checked.note})" if checked.note else ""
            text = Text.assemble((checked.proof.value, _PROOF[checked.proof]), self._safe(f"{by}{note}{of}"))
            yield "provenance", text

    def _history(self, before: Before, outcomes: Sequence[Outcome]) -> Text:
        new = any(signal.kind is SignalKind.CAPABILITY for outcome in outcomes for signal in outcome.signals)
        nothing = ": nothing new that matters" if before.reports and not new else ""
        return Text(self._safe(f"{before.told}{nothing}"), "dim")

    def _likeness(self, likeness: Likeness) -> Text:
        among = f"({likeness.compared})"
        if likeness.popular:
            return Text(self._safe(f"one of the popular projects {among}"), "dim")
        if not likeness.alike:
            return Text(self._safe(f"its name resembles no popular project {among}"), "dim")
        first = likeness.alike[0]
        told = f"its name resembles {first.target}: {first.technique}, {first.strength.name.lower()} {among}"
        return Text(self._safe(told), "bold yellow" if first.strength is Strength.STRONG else "dim")

    def _advisories(self, one: Around) -> Text:
        if one.advised is None:
            return Text("none are kept here; `pratique advisories import` brings some in", "dim")
        bad = sum(signal.kind is SignalKind.MALWARE for signal in one.advised)
        if bad:
            return Text("known malware", "bold red")
        noun = "vulnerability" if len(one.advised) == 1 else "vulnerabilities"
        return Text(f"{len(one.advised)} known {noun}" if one.advised else "nothing known", "dim")

    def _safe(self, text: str) -> str:
        return self._paper.glyphs.fit(printable(text, limit=400))
