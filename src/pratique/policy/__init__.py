"""Policy: what a verdict and the signals around it mean for whoever asks for the file."""

from __future__ import annotations

from pratique.policy.action import Action
from pratique.policy.case import Case
from pratique.policy.decide import by_signals, decide, rank
from pratique.policy.model import Age, Entry, Mode, Policy, Private, Scores, When
from pratique.policy.outcome import Decision, Objection, Ruling
from pratique.policy.publisher import Publisher, Vouched
from pratique.policy.reviewed import Answer, Review
from pratique.policy.ruling import rule
from pratique.policy.signals import Signal, SignalKind

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
    "Publisher",
    "Review",
    "Ruling",
    "Scores",
    "Signal",
    "SignalKind",
    "Vouched",
    "When",
    "by_signals",
    "decide",
    "rank",
    "rule",
]
