"""What a release's provenance means beside that of the releases before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pratique.names import ProjectName
from pratique.policy import Signal, SignalKind
from pratique.provenance.model import Checked, Proof

_USUAL = 3
"""So many releases in a row with provenance make it the usual thing (all of them, where there are fewer)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """Whether a release has provenance, and what is known of that."""

    version: str
    has: bool
    """By the project's page, for every file of the release."""
    checked: Checked | None = None
    """None where it was not looked at."""


def signals(project: ProjectName, now: Attested, earlier: Sequence[Attested]) -> tuple[Signal, ...]:
    """Lost, broken or another's provenance; ``earlier`` releases are in order, the newest last."""
    reasons = [*_lost(now, earlier), *_unproven(now), *_another(now, earlier)]
    return tuple(Signal(kind=SignalKind.PROVENANCE, reason=f"{project} {now.version} {told}") for told in reasons)


def _lost(now: Attested, earlier: Sequence[Attested]) -> list[str]:
    usual = earlier[-_USUAL:]
    if now.has or not usual or not all(one.has for one in usual):
        return []
    which = f"{usual[0].version} to {usual[-1].version}" if len(usual) > 1 else usual[0].version
    return [f"does not say who built it, as {which} did"]


def _unproven(now: Attested) -> list[str]:
    if now.checked is None or now.checked.proof not in {Proof.FAILED, Proof.BROKEN}:
        return []
    return [f"has provenance that {_fault(now.checked)}"]


def _fault(checked: Checked) -> str:
    fault = "does not verify" if checked.proof is Proof.FAILED else "cannot be read"
    return f"{fault}: {checked.note}" if checked.note else fault


def _another(now: Attested, earlier: Sequence[Attested]) -> list[str]:
    """The newest earlier release whose publisher is known is the measure."""
    known = next((one for one in reversed(earlier) if one.checked and one.checked.publishers), None)
    if known is None or known.checked is None or now.checked is None or not now.checked.publishers:
        return []
    theirs = {publisher.identity for publisher in known.checked.publishers}
    ours = now.checked.publishers
    if any(publisher.identity in theirs for publisher in ours):
        return []
    return [f"was published by {ours[0]}, while {known.version} was by {known.checked.publishers[0]}"]
