"""One file before the whole policy: what speaks against it, what lifts that, and what is decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pratique.finding import Behaviour, Confidence, Severity
from pratique.names import Kind, ProjectName
from pratique.policy.conditions import met
from pratique.policy.decide import by_report, rank
from pratique.policy.model import Action, Decision, Entry, Mode, Objection, Policy, Ruling, Signal, SignalKind
from pratique.policy.naming import is_over, is_private, speaks_of
from pratique.policy.reviewed import Answer, Review
from pratique.verdict import Report, Verdict

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

_WRITTEN_AS = {SignalKind.MALWARE: "advisory", SignalKind.YOUNG: "age"}
"""Signals that no key of their own in ``[actions]`` answers."""

NOT_BY_REVIEW = frozenset({"deny", "private", "rejected"})
"""What whoever writes the policy, or another reviewer, has said by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is known of one file at one moment."""

    project: ProjectName
    version: str
    """Empty where it cannot be told."""
    filename: str
    now: datetime
    """In UTC."""
    sha256: str = ""
    """Empty where nobody has seen the bytes, nor does the page promise any."""
    kind: Kind = Kind.OTHER
    report: Report | None = None
    """Nothing where the file was not inspected yet."""
    signals: tuple[Signal, ...] = ()
    uploaded: datetime | None = None
    fixes: tuple[str, ...] = ()
    """Advisories on the release before this one that do not hold for this one any more."""
    attested: bool = False
    """The upstream has provenance of it (PEP 740)."""
    yanked: bool = False
    size: int = 0
    """In bytes; 0 where it is not known."""
    index: str = ""
    """The name of the index that it was asked of; empty for the main one."""
    own: bool = False
    """It is the team's own: uploaded here, so that age and lists of what may be installed do not concern it."""
    review: Review | None = None
    """The newest decision of a person about these bytes under this name."""


def rule(case: Case, policy: Policy) -> Ruling:
    """Decide: the strictest of what nothing lifts. Among equals the report's reason wins: it can be checked."""
    found = tuple(_lifted(one, case, policy) for one in _objections(case, policy))
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
        if _lifts(entry, one) and speaks_of(entry, case.project, case.version, case.now):
            return f"{entry.place}: {entry.reason}"
    lifting = (when for when in policy.when if when.action is Action.ALLOW and one.what not in UNLESS_NAMED)
    for when in lifting:
        if not is_over(when.expires, case.now) and met(when, case) == "":
            return f"{when.place}: {when.reason}"
    return ""


def _lifts(entry: Entry, one: Objection) -> bool:
    return one.what in entry.only if entry.only else one.what not in UNLESS_NAMED


def _objections(case: Case, policy: Policy) -> Iterator[Objection]:
    if case.report is not None:
        yield from _of_report(case.report, policy)
    for signal in case.signals:
        yield _of_signal(signal, policy)
    yield from _of_names(case, policy)
    yield from _of_age(case, policy)
    yield from _of_conditions(case, policy)
    review = case.review
    if review and review.answer is Answer.REJECT and review.holds(case.now):
        told = f"blocked: rejected by {review.actor}: {review.reason}"
        yield Objection(what="rejected", rule="review", action=Action.BLOCK, reason=told, firm=True)


def _of_report(report: Report, policy: Policy) -> Iterator[Objection]:
    decision = by_report(report, policy)
    proven = report.verdict is Verdict.MALICIOUS
    if report.verdict is not Verdict.CLEAN:
        what, reason = report.verdict.value, decision.reason
        yield Objection(what=what, rule=f"actions.{what}", action=decision.action, reason=reason, firm=proven)
    yield from _of_score(report, policy)
    look_alikes = [f for f in report.findings if f.behaviour is Behaviour.IMPERSONATION]
    worst = max(look_alikes, key=rank, default=None)
    if worst and worst.severity >= Severity.HIGH and worst.confidence is Confidence.HIGH:
        action = policy.impersonation
        told = f"{action.done}: {worst.rule}: {worst.message}"
        yield Objection(what="impersonation", rule="actions.impersonation", action=action, reason=told)


def _of_score(report: Report, policy: Policy) -> Iterator[Objection]:
    for action, limit in ((Action.BLOCK, policy.score.block), (Action.QUARANTINE, policy.score.quarantine)):
        if report.score >= limit:
            worst = max(report.findings, key=rank, default=None)
            found = f", above all {worst.rule}: {worst.message}" if worst else ""
            told = f"{action.done}: its score of {report.score:.2f} is {limit:g} or more{found}"
            yield Objection(what="score", rule=f"score.{action.value}", action=action, reason=told, id=action.value)
            return


def _of_signal(signal: Signal, policy: Policy) -> Objection:
    action = policy.answer(signal.kind)
    malware = signal.kind is SignalKind.MALWARE
    return Objection(
        what=signal.kind.value,
        rule=_WRITTEN_AS.get(signal.kind, f"actions.{signal.kind.value}"),
        action=action,
        reason=f"{action.done}: {signal.reason}",
        id=signal.id,
        firm=malware,
    )


def _of_names(case: Case, policy: Policy) -> Iterator[Objection]:
    if not case.own and is_private(policy.private, case.project):
        told = f"blocked: {private_reason(case.project, policy)}"
        yield Objection(what="private", rule="private", action=Action.BLOCK, reason=told, firm=True)
    for entry in policy.deny:
        if speaks_of(entry, case.project, case.version, case.now):
            told = (
                f"{entry.action.done}: {case.project} {case.version}".rstrip() + f" is not wanted here: {entry.reason}"
            )
            yield Objection(
                what="deny", rule=entry.place, action=entry.action, reason=told, id=entry.project, firm=True
            )
    for entry in policy.attested:
        if not case.attested and not case.own and speaks_of(entry, case.project, case.version, case.now):
            told = f"{entry.action.done}: {case.filename} does not say who built it: {entry.reason}"
            yield Objection(what="provenance-required", rule=entry.place, action=entry.action, reason=told)
    listed = case.own or any(not e.only and speaks_of(e, case.project, case.version, case.now) for e in policy.allow)
    if policy.unlisted is not Action.ALLOW and not listed:
        told = f"{policy.unlisted.done}: {_release(case)} is not on the list of what may be installed here"
        yield Objection(what="unlisted", rule="unlisted", action=policy.unlisted, reason=told)


def private_reason(project: ProjectName, policy: Policy) -> str:
    """Why a private name is not to be had from the upstream, and what to do."""
    because = f": {policy.private.reason}" if policy.private.reason else ""
    return f"{project} is a private name{because}; the public index is never asked for it, publish it here first"


def _of_age(case: Case, policy: Policy) -> Iterator[Objection]:
    age = policy.age
    if not age.minimum or case.own:
        return
    if case.uploaded is None:
        told = f"{age.unknown.done}: the upstream does not say when {case.filename} was uploaded"
        yield Objection(what="age", rule="age.unknown", action=age.unknown, reason=told)
        return
    free = case.uploaded + age.minimum
    if case.now >= free:
        return
    told = (
        f"{age.action.done}: {_release(case)} was published {_since(case.now - case.uploaded)}; "
        f"releases wait {_span(age.minimum)}, this one until {_moment(free)}"
    )
    fixed = f"age.except-fixes: it fixes {', '.join(case.fixes)}" if age.except_fixes and case.fixes else ""
    yield Objection(what="age", rule="age.minimum", action=age.action, reason=told, lifted=fixed)


def _of_conditions(case: Case, policy: Policy) -> Iterator[Objection]:
    """A condition that cannot be evaluated refuses: nobody knows what it would have said."""
    for when in policy.when:
        if when.action is Action.ALLOW or is_over(when.expires, case.now):
            continue
        failed = met(when, case)
        if failed is None:
            continue
        why = f"{when.reason} (the condition cannot be evaluated: {failed})" if failed else when.reason
        told = f"{when.action.done}: {_release(case)}: {why}"
        yield Objection(what="condition", rule=when.place, action=when.action, reason=told, id=when.condition)


def _release(case: Case) -> str:
    return f"{case.project} {case.version}".rstrip()


def _since(age: timedelta) -> str:
    return f"{_span(age)} ago" if age >= timedelta(0) else "in the future, by its page"


def _span(length: timedelta) -> str:
    """A length of time in the largest unit that it fills."""
    seconds = length.total_seconds()
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
