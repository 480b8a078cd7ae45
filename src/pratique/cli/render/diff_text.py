"""Text of ``pratique diff``: what is new in code that runs by itself, then everything else by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pratique.capability import Capability, Kind
from pratique.cli.render.paper import Paper
from pratique.finding import Phase
from pratique.history.compare import Change, Changes, Novelty
from pratique.history.words import PLURAL, sentence
from pratique.printable import printable

if TYPE_CHECKING:
    from pratique.cli.diff import Pair

_SHOWN = 12
"""Of one kind; `--format json` shows all."""
_CODE = 120
_TEXTUAL = frozenset({Kind.DEPENDENCY, Kind.PLUGIN})
"""Kinds whose code says the same as their name, and more."""


class DiffText:
    """Writes pairs, with colour where ``stream`` is a terminal that wants it."""

    def __init__(self, stream: TextIO) -> None:
        self._paper = Paper(stream)
        self._glyphs = self._paper.glyphs

    def write(self, pair: Pair) -> None:
        """Show one pair: a line where nothing that matters has changed, else everything."""
        self._paper.print(self._headline(pair))
        if pair.failed:
            for side in (pair.old, pair.new):
                if side.report.capabilities is None:
                    self._paper.print(Text(f"  not read: {self._safe(side.target)}: {self._safe(side.report.error)}"))
            self._paper.flush()
            return
        chains = pair.changes.chains
        for change in chains:
            self._chain(change)
        self._rest(pair, {id(change) for change in chains})
        self._paper.print(self._sum(pair))
        self._paper.flush()

    def _headline(self, pair: Pair) -> RenderableType:
        old, new = pair.old, pair.new
        joint = " and " if pair.forms else f" {self._glyphs.arrow} "
        verdicts = f"{old.report.verdict.value}{joint}{new.report.verdict.value}"
        before, after = (side.report.artifact.name.filename for side in (old, new))
        if before == after:
            before, after = old.target, new.target
        names = Text.assemble((self._safe(before), "bold"), joint, (self._safe(after), "bold"))
        return Text.assemble(names, (f"  {verdicts}", "dim"))

    def _chain(self, change: Change) -> None:
        one = change.capability
        title = Text.assemble((" NEW ", "bold white on red"), "  ", (sentence(one), "bold"))
        self._paper.print("")
        self._paper.print(Padding(title, (0, 0, 0, 2), expand=False))
        self._paper.print(Padding(self._place(one), (0, 0, 0, 9), expand=False))
        if one.code:
            self._paper.print(Padding(self._code(one), (0, 0, 0, 9), expand=False))

    def _place(self, one: Capability) -> Text:
        through = "" if one.kind in {Kind.FINDING, Kind.SECRETS, Kind.STARTUP} else f"  by {self._safe(one.what)}"
        layers = f"  inside {f' {self._glyphs.arrow} '.join(map(self._safe, one.layers))}" if one.layers else ""
        return Text.assemble((self._where(one), "cyan"), (through + layers, "dim"))

    def _code(self, one: Capability) -> Text:
        return Text.assemble((f"{self._glyphs.bar} ", "dim"), (self._safe(one.code, limit=_CODE), "green"))

    def _rest(self, pair: Pair, shown: set[int]) -> None:
        """Everything else, by kind: what is there now, then what is gone."""
        changes = pair.changes
        for kind in Kind:
            if kind is Kind.FILE:
                continue
            added = [c for c in changes.added if c.capability.kind is kind and id(c) not in shown]
            removed = [one for one in changes.removed if one.kind is kind]
            if added or removed:
                self._kind(kind, added, removed)

    def _kind(self, kind: Kind, added: Sequence[Change], removed: Sequence[Capability]) -> None:
        self._paper.print("")
        self._paper.print(Padding(Text(PLURAL[kind], "bold"), (0, 0, 0, 2), expand=False))
        rows = Table.grid(padding=(0, 1, 0, 0))
        rows.add_column(width=1)
        rows.add_column(overflow="fold")
        for sign, style, text in [*self._plus(added), *self._minus(removed)]:
            rows.add_row(Text(sign, style), text)
        self._paper.print(Padding(rows, (0, 0, 0, 4), expand=False))

    def _plus(self, added: Sequence[Change]) -> Iterator[tuple[str, str, Text]]:
        for change in added[:_SHOWN]:
            yield "+", "green", self._line(change.capability, known=change.novelty is Novelty.PLACE)
        if len(added) > _SHOWN:
            yield " ", "", Text(f"and {len(added) - _SHOWN} more (--format json shows all)", "dim")

    def _minus(self, removed: Sequence[Capability]) -> Iterator[tuple[str, str, Text]]:
        for one in removed[:_SHOWN]:
            yield "-", "red", self._line(one, known=False)
        if len(removed) > _SHOWN:
            yield " ", "", Text(f"and {len(removed) - _SHOWN} more", "dim")

    def _line(self, one: Capability, *, known: bool) -> Text:
        name = self._safe(one.code if one.kind in _TEXTUAL and one.code else one.what)
        when = f"  {one.phase.moment}" if one.phase not in {Phase.NONE, Phase.STARTUP} else ""
        place = f"  {self._where(one)}" if one.path and (one.line or one.path != one.what) else ""
        line = Text.assemble(name, (when, "dim"), (place, "cyan"), ("  other code" if known else "", "dim"))
        if one.code and one.kind not in _TEXTUAL | {Kind.BINARY, Kind.HOST, Kind.OPAQUE}:
            line.append(f"\n{self._glyphs.bar} ", "dim").append(self._safe(one.code, limit=_CODE), "dim")
        return line

    def _where(self, one: Capability) -> str:
        return self._safe(one.path) + (f":{one.line}" if one.line else "")

    def _sum(self, pair: Pair) -> RenderableType:
        changes = pair.changes
        chains = len(changes.chains)
        parts = [f"{chains} new {'chain' if chains == 1 else 'chains'}"]
        parts += _files(changes)
        unsure = f"; too many to compare: {', '.join(PLURAL[k] for k in changes.unsure)}" if changes.unsure else ""
        return Text(f"\n{f' {self._glyphs.dot} '.join(parts)}{unsure}\n", "bold red" if chains else "bold")

    def _safe(self, text: str, *, limit: int = 300) -> str:
        return self._glyphs.fit(printable(text, limit=limit))


def _files(changes: Changes) -> Iterable[str]:
    added = [change for change in changes.added if change.capability.kind is Kind.FILE]
    changed = sum(change.novelty is not Novelty.ABILITY for change in added)
    gone = sum(one.kind is Kind.FILE for one in changes.removed)
    for number, what in ((len(added) - changed, "added"), (changed, "changed"), (gone, "removed")):
        if number:
            yield f"{number} {'file' if number == 1 else 'files'} {what}"
