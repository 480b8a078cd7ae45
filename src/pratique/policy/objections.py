"""What speaks against a file, before anything lifts it: each with its line of the policy, and in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pratique.finding import Behaviour, Confidence, Severity
from pratique.names import ProjectName
from pratique.policy.action import Action
from pratique.policy.case import Case
from pratique.policy.conditions import met
from pratique.policy.decide import by_report, rank
from pratique.policy.model import Entry, Policy
from pratique.policy.naming import covers, is_over, is_private, speaks_of
from pratique.policy.outcome import Objection
from pratique.policy.reviewed import Answer
from pratique.policy.signals import Signal, SignalKind
from pratique.verdict import Report, Verdict

_WRITTEN_AS = {SignalKind.MALWARE: "advisory", SignalKind.YOUNG: "age"}
"""Signals that no key of their own in ``[actions]`` answers."""
_FEW = 5
"""Fewer releases than that make a project new whose page has no dates."""


def objections(case: Case, policy: Policy) -> Iterator[Objection]:
    """Everything that some line of the policy says against a file, in the order in which equals are told."""
    if case.report is not None:
        yield from _of_report(case.report, policy)
        yield from _of_likeness(case, case.report, policy)
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


def _of_likeness(case: Case, report: Report, policy: Policy) -> Iterator[Objection]:
    """A strong likeness to a popular project: of any project, and of one that is new."""
    look_alikes = [f for f in report.findings if f.behaviour is Behaviour.IMPERSONATION]
    worst = max(look_alikes, key=rank, default=None)
    if worst is None or worst.severity < Severity.HIGH or worst.confidence is not Confidence.HIGH:
        return
    action, rule, more = policy.impersonation, "actions.impersonation", ""
    new = "" if case.own else _newness(case, policy.age.new_project)
    if new and policy.new_impersonation.strictness > action.strictness:
        action, rule, more = policy.new_impersonation, "actions.new-impersonation", f", and {new}"
    told = f"{action.done}: {worst.rule}: {worst.message}{more}"
    yield Objection(what="impersonation", rule=rule, action=action, reason=told)


def _newness(case: Case, limit: timedelta) -> str:
    """Why a project counts as new, empty where it does not: by its page's dates, else by how little is on it."""
    if case.began is not None:
        age = case.now - case.began
        return f"the project began {_since(age)}" if age < limit else ""
    if not limit or not 0 < case.releases < _FEW:
        return ""
    only = "only 1 release" if case.releases == 1 else f"only {case.releases} releases"
    return f"the project has {only}, of unknown date"


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
        if speaks_of(entry, case):
            told = (
                f"{entry.action.done}: {case.project} {case.version}".rstrip() + f" is not wanted here: {entry.reason}"
            )
            yield Objection(
                what="deny", rule=entry.place, action=entry.action, reason=told, id=entry.project, firm=True
            )
    for entry in policy.attested:
        if not case.own and covers(entry, case.project, case.version, case.now) and (why := _unattested(entry, case)):
            told = f"{entry.action.done}: {case.filename} {why}: {entry.reason}"
            yield Objection(what="provenance-required", rule=entry.place, action=entry.action, reason=told)
    listed = case.own or any(not entry.only and speaks_of(entry, case) for entry in policy.allow)
    if policy.unlisted is not Action.ALLOW and not listed:
        told = f"{policy.unlisted.done}: {_release(case)} is not on the list of what may be installed here"
        yield Objection(what="unlisted", rule="unlisted", action=policy.unlisted, reason=told)


def _unattested(entry: Entry, case: Case) -> str:
    """What is missing of the provenance that an entry asks for; empty where nothing is, or nobody has looked."""
    if not case.attested:
        return "does not say who built it"
    if entry.publisher is None or case.vouched is None or case.vouched.is_surely(entry.publisher):
        return ""
    return f"is not proven to be by {entry.publisher}"


def private_reason(project: ProjectName, policy: Policy) -> str:
    """Why a private name is not to be had from the upstream, and what to do."""
    because = f": {policy.private.reason}" if policy.private.reason else ""
    return f"{project} is a private name{because}; publish it here first (the public index is never asked for it)"


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
