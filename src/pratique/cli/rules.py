"""``pratique rules``: what is looked for, and the whole page of one rule."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.errors import BadSetting
from pratique.rules.notes import Note
from pratique.rules.rule import Rule

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pratique.cli.render.paper import Paper
    from pratique.rules.rule import Example


def rules(rule: str | None = None, /, *, markdown: Annotated[Path | None, Parameter(name="--markdown")] = None) -> int:
    """List the rules, or explain one.

    Parameters
    ----------
    rule
        The rule's name, as findings give it.
    markdown
        Write a page per rule into this folder instead.

    """
    if markdown is not None:
        from pratique.cli.rulebook import write

        sys.stdout.write(f"{write(markdown)} pages in {markdown}\n")
        return 0
    from pratique.cli.render.paper import Paper

    paper = Paper(sys.stdout)
    found = explained(rule) if rule else None
    if found is None:
        _list(paper)
    elif isinstance(found, Note):
        _note(paper, found)
    else:
        _page(paper, found)
    return 0


def known(name: str) -> Rule:
    """The rule of that name; raises `BadSetting` with the nearest one otherwise."""
    found = explained(name)
    if isinstance(found, Note):
        raise BadSetting(f"{name} is a note of the reading, not a rule.", remedy="Notes are always made; leave it out.")
    return found


def explained(name: str) -> Rule | Note:
    """The rule or note of that name; raises `BadSetting` with the nearest one otherwise."""
    from pratique.rules.catalogue import RULES
    from pratique.rules.notes import NOTES

    by_id: dict[str, Rule | Note] = {**{n.id: n for n in NOTES}, **{r.id: r for r in RULES}}
    if name in by_id:
        return by_id[name]
    near = get_close_matches(name, by_id, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise BadSetting(f"There is no rule {name}.", remedy=f"{hint}`pratique rules` lists them.")


def _list(paper: Paper) -> None:
    """A table on a terminal; elsewhere a line per rule, its name first."""
    from rich.table import Table

    from pratique.rules.catalogue import RULES

    if not paper.terminal:
        for rule in RULES:
            sys.stdout.write(f"{rule.id:<18} {rule.behaviours:<24} {rule.summary}\n")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("rule", style="bold cyan", no_wrap=True)
    table.add_column("behaviour", no_wrap=not paper.narrow)
    table.add_column("blocks", no_wrap=True)
    table.add_column("what it sees", overflow="fold")
    for rule in RULES:
        table.add_row(rule.id, rule.behaviours, "alone" if rule.blocks else "-", rule.summary)
    paper.print(table)
    paper.print("\n`pratique rules ID` explains one. `-` never blocks by itself: it adds to the score.", style="dim")


def _note(paper: Paper, note: Note) -> None:
    paper.print(f"{note.id}  ({note.behaviour.value}; a note of the reading, not a rule)", style="bold")
    for heading, text in (("What it says", note.summary), ("What the attacker gains", note.gain)):
        _section(paper, heading, text)


def _page(paper: Paper, rule: Rule) -> None:
    from pratique.rules.explained import sections

    paper.print(f"{rule.id}  ({rule.behaviours})", style="bold")
    for heading, text in sections(rule):
        _section(paper, heading, text)
    for heading, examples in (("It fires on", rule.loud), ("It stays quiet on", rule.quiet)):
        paper.print(f"\n{heading}", style="bold cyan")
        for example in examples:
            _example(paper, example)


def _section(paper: Paper, heading: str, text: str) -> None:
    from rich.padding import Padding

    paper.print(f"\n{heading}", style="bold cyan")
    paper.print(Padding(text, (0, 0, 0, 2), expand=False))


def _example(paper: Paper, example: Example) -> None:
    from rich.padding import Padding

    from pratique.cli.rulebook import content_of

    paper.print(f"\n  {example.title}", style="italic")
    for path, content in example.files.items():
        text = content_of(content)
        paper.print(f"    {path}" + ("" if text else " (empty)"), style="dim")
        if text:
            shown = _code(text) if paper.terminal and path.endswith(".py") else text
            paper.print(Padding(shown, (0, 0, 0, 6), expand=False))


def _code(text: str) -> RenderableType:
    from rich.syntax import Syntax

    return Syntax(text, "python", background_color="default", theme="ansi_dark", word_wrap=True)
