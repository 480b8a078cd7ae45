"""Verdict: findings weighed. The table below is the whole of it; nothing is weighed elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pratique.artifact import Artifact
from pratique.capability import Capabilities
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity


class Verdict(StrEnum):
    """What the engine says of an artifact, best first."""

    CLEAN = "clean"
    SUSPICIOUS = "suspicious"
    ERROR = "error"
    MALICIOUS = "malicious"


WEIGHT: dict[Severity, float] = {Severity.LOW: 0.5, Severity.MEDIUM: 1.5, Severity.HIGH: 3.0, Severity.CRITICAL: 4.5}
"""Evidence in log-odds (base e) of a finding of high confidence."""

TRUST: dict[Confidence, float] = {Confidence.LOW: 0.35, Confidence.MEDIUM: 0.7, Confidence.HIGH: 1.0}
"""What of that weight is left at lower confidence."""

CAP = 5.0
"""No behaviour contributes more than this, however often it is seen."""

PRIOR = -4.0
"""Log-odds before any evidence: most distributions are honest."""

SUSPICIOUS_FROM = 0.5
"""A score from here on is quarantined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict and the score (0 to 1, higher is worse) that orders a review queue."""

    verdict: Verdict
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the engine says about one artifact; a pure function of its bytes and name."""

    artifact: Artifact
    verdict: Verdict
    score: float
    findings: tuple[Finding, ...]
    error: str = ""
    """Why inspection failed; empty unless the verdict is `error` (or worse, and it failed later)."""
    elapsed_ms: float = 0.0
    capabilities: Capabilities | None = None
    """What it can do that would matter if it were new; nothing where inspection failed."""


def weigh(findings: Iterable[Finding]) -> Judgement:
    """Judge by the worst proven chain, else by the sum of evidence; monotone in the findings.

    What one rule sees in one phase is one piece of evidence, as strong as the strongest of its findings:
    a program that does a thing twice has not shown two things. Within a behaviour the strongest piece
    counts fully and each further one half of the one before, up to `CAP`. Nothing ever lowers a score.
    """
    found = tuple(findings)
    score = 1 / (1 + math.exp(-math.fsum((PRIOR, *_evidence(found).values()))))
    if any(f.proven for f in found):
        return Judgement(verdict=Verdict.MALICIOUS, score=max(score, 0.99))
    if any(f.incomplete for f in found):
        return Judgement(verdict=Verdict.ERROR, score=score)
    return Judgement(verdict=Verdict.SUSPICIOUS if score >= SUSPICIOUS_FROM else Verdict.CLEAN, score=score)


def _evidence(findings: tuple[Finding, ...]) -> dict[Behaviour, float]:
    strongest: dict[tuple[Behaviour, str, Phase], float] = {}
    for finding in findings:
        piece = (finding.behaviour, finding.rule, finding.phase)
        weight = WEIGHT[finding.severity] * TRUST[finding.confidence]
        strongest[piece] = max(strongest.get(piece, 0.0), weight)
    weights: dict[Behaviour, list[float]] = {}
    for (behaviour, _rule, _phase), weight in strongest.items():
        weights.setdefault(behaviour, []).append(weight)
    return {
        behaviour: min(CAP, sum(w / 2**i for i, w in enumerate(sorted(found, reverse=True))))
        for behaviour, found in weights.items()
    }
