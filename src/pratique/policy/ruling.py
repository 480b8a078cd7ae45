"""One file before the whole policy: what lifts what speaks against it, and what is decided."""

from __future__ import annotations

from dataclasses import replace

from pratique.policy.action import Action
from pratique.policy.case import Case
from pratique.policy.conditions import met
from pratique.policy.model import Entry, Mode, Policy
from pratique.policy.naming import is_over, speaks_of
from pratique.policy.objections import objections
from pratique.policy.outcome import Decision, Objection, Ruling
from pratique.policy.reviewed import Answer
from pratique.policy.signals import SignalKind

UNLESS_NAMED = frozenset({"error"})
"""What an allowance lifts only where it says so: a file that nobody could read may hold anything."""

LIFTABLE = frozenset(
    {
        "suspicious",
        "error",
        "score",
        "impersonation",
        "age",
        "provenance-required",
        "unlisted",
        "condition",
        *(kind.value for kind in SignalKind if kind is not SignalKind.MALWARE),
    }
)
"""What an allowance by name can lift: never a proven chain, known malware, a denial or a person's rejection."""

NOT_BY_REVIEW = frozenset({"deny", "private", "rejected"})
"""What whoever writes the policy, or another reviewer, has said by name."""


def rule(case: Case, policy: Policy) -> Ruling:
    """Decide: the strictest of what nothing lifts. Among equals the report's reason wins: it can be checked."""
    found = tuple(_lifted(one, case, policy) for one in objections(case, policy))
    standing = [one for one in found if not one.lifted and one.action is not Action.ALLOW]
    worst = max(standing, key=lambda one: one.action.strictness, default=None)
    if worst is None:
        return Ruling(decision=Decision(action=Action.ALLOW), objections=found)
    reason = worst.reason
    if policy.mode is Mode.OBSERVE and worst.what != "private":
        return Ruling(decision=Decision(action=Action.ALLOW, observed=reason), objections=found, rule=worst.rule)
    return Ruling(decision=Decision(action=worst.action, reason=reason), objections=found, rule=worst.rule)


def _lifted(one: Objection, case: Case, policy: Policy) -> Objection:
    if one.lifted:
        return one
    by = _released(one, case) or ("" if one.firm else _allowed(one, case, policy))
    return replace(one, lifted=by) if by else one


def _released(one: Objection, case: Case) -> str:
    """The release that lifts it: by a person who saw just this said of just these bytes."""
    review = case.review
    if review is None or review.answer is not Answer.RELEASE or not review.holds(case.now):
        return ""
    if one.key not in review.lifts or one.what in NOT_BY_REVIEW:
        return ""
    return f"released by {review.actor}: {review.reason}"


def _allowed(one: Objection, case: Case, policy: Policy) -> str:
    """The line of the policy that lifts it."""
    for entry in policy.allow:
        if _lifts(entry, one) and speaks_of(entry, case):
            return f"{entry.place}: {entry.reason}"
    lifting = (when for when in policy.when if when.action is Action.ALLOW and one.what not in UNLESS_NAMED)
    for when in lifting:
        if not is_over(when.expires, case.now) and met(when, case) == "":
            return f"{when.place}: {when.reason}"
    return ""


def _lifts(entry: Entry, one: Objection) -> bool:
    return one.what in entry.only if entry.only else one.what not in UNLESS_NAMED
