"""What a rule is: a claim about a package's facts, with the examples that prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pratique.facts.model import PackageFacts
from pratique.finding import Behaviour, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small distribution: member paths to their contents. Inert: hosts under ``example.invalid``."""

    title: str
    files: Mapping[str, str | bytes]
    filename: str = "example_pkg-1.0.tar.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One behaviour that is looked for; tests and the page in ``docs/rules/`` are made from it.

    ``summary`` is one sentence; ``gain`` says what an attacker gets from it; ``honest`` says what
    innocent code looks alike and how the rule tells it apart. ``blocks`` says which finding of it is a
    proven chain; empty means none is. Each of ``loud`` must give a finding of this rule, none of
    ``quiet`` may.
    """

    id: str
    behaviour: Behaviour
    summary: str
    gain: str
    honest: str
    check: Callable[[PackageFacts], Iterator[Finding]]
    loud: tuple[Example, ...]
    quiet: tuple[Example, ...]
    blocks: str = ""
    also: tuple[Behaviour, ...] = ()
    """Further behaviours that some of its findings are of."""

    @property
    def behaviours(self) -> str:
        """All of them in words, the usual one first."""
        return ", ".join(one.value for one in (self.behaviour, *self.also))
