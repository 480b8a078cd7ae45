"""Policy: what a verdict and the signals around it mean for whoever asks for the file."""

from __future__ import annotations

from pratique.policy.decide import by_signals, decide, rank
from pratique.policy.model import (
    Action,
    Age,
    Decision,
    Entry,
    Mode,
    Objection,
    Policy,
    Private,
    Ruling,
    Scores,
    Signal,
    SignalKind,
    When,
)
from pratique.policy.reviewed import Answer, Review
from pratique.policy.ruling import Case, rule

__all__ = [
    "Action",
    "Age",
    "Answer",
    "Case",
    "Decision",
    "Entry",
    "Mode",
    "Objection",
    "Policy",
    "Private",
    "Review",
    "Ruling",
    "Scores",
    "Signal",
    "SignalKind",
    "When",
    "by_signals",
    "decide",
    "rank",
    "rule",
]
