"""The values of a policy: what a team has written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from pratique.policy.action import Action
from pratique.policy.publisher import Publisher
from pratique.policy.signals import SignalKind
from pratique.verdict import Verdict


class Mode(StrEnum):
    """Whether a policy is kept to, or only told of."""

    ENFORCE = "enforce"
    OBSERVE = "observe"
    """What would be refused is recorded, and nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How old a release has to be, by the time at which the upstream says that it was uploaded (PEP 700)."""

    minimum: timedelta = timedelta(0)
    """Nothing is too young by default."""
    action: Action = Action.QUARANTINE
    unknown: Action = Action.ALLOW
    """For files of which the upstream does not say when they were uploaded."""
    except_fixes: bool = True
    """Let a release pass that mends a vulnerability which the release before it is known to have."""
    new_project: timedelta = timedelta(days=90)
    """For so long after its first file a project is new. Most names that imitate another's are found within days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """From which scores (0 to 1) on a file is refused; above 1: from none."""

    quarantine: float = 2.0
    block: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """Names that the upstream is never asked for."""

    names: frozenset[str] = frozenset()
    """Normalised (PEP 503)."""
    prefixes: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is said of releases by name: an allowance, a denial, or that they need provenance."""

    place: str
    """Where it stands in the policy, such as ``allow[1]``; counted from 1."""
    project: str
    """A normalised name, or a pattern of such with ``*``."""
    reason: str
    versions: str = ""
    """A version specifier (PEP 440); empty for all."""
    action: Action = Action.BLOCK
    expires: date | None = None
    """The last day on which it holds, in UTC."""
    publisher: Publisher | None = None
    """Of what was published by them alone; of a requirement, by whom it has to be."""
    only: frozenset[str] = frozenset()
    """Of an allowance: what it lifts; empty for all that an allowance lifts unless it is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A condition as an expression (CEL), and what is done where it holds."""

    place: str
    condition: str
    action: Action
    reason: str
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What to do for each verdict and signal, and what a team says of names; `error` is never below `suspicious`."""

    suspicious: Action = Action.QUARANTINE
    error: Action = Action.QUARANTINE
    malicious: Action = Action.BLOCK
    vulnerable: Action = Action.ALLOW
    capability: Action = Action.QUARANTINE
    provenance: Action = Action.ALLOW
    young: Action = Action.ALLOW
    dormant: Action = Action.ALLOW
    yanked: Action = Action.ALLOW
    status: Action = Action.ALLOW
    impersonation: Action = Action.ALLOW
    """For a name, or a presentation, that could well be taken for a popular project's."""
    new_impersonation: Action = Action.QUARANTINE
    """The same, of a project that is new: an honest one of such a name has mostly been there for long."""
    private_likeness: Action = Action.QUARANTINE
    """For a public name that could well be taken for one of the team's own."""
    unlisted: Action = Action.ALLOW
    """For whatever no allowance names."""
    mode: Mode = Mode.ENFORCE
    score: Scores = field(default_factory=Scores)
    age: Age = field(default_factory=Age)
    private: Private = field(default_factory=Private)
    allow: tuple[Entry, ...] = ()
    deny: tuple[Entry, ...] = ()
    attested: tuple[Entry, ...] = ()
    """Releases that have to have provenance (PEP 740)."""
    when: tuple[When, ...] = ()
    indexes: tuple[tuple[str, Policy], ...] = ()
    """Further indexes, by the name that their address begins with."""

    def action(self, verdict: Verdict) -> Action:
        """The action for a verdict."""
        match verdict:
            case Verdict.CLEAN:
                return Action.ALLOW
            case Verdict.SUSPICIOUS:
                return self.suspicious
            case Verdict.ERROR:
                return self.error
            case Verdict.MALICIOUS:
                return self.malicious
            case _:
                assert_never(verdict)

    def answer(self, kind: SignalKind) -> Action:
        """The action for a kind of signal; known malware is blocked whatever the policy says."""
        match kind:
            case SignalKind.MALWARE:
                return Action.BLOCK
            case SignalKind.VULNERABLE:
                return self.vulnerable
            case SignalKind.CAPABILITY:
                return self.capability
            case SignalKind.PROVENANCE:
                return self.provenance
            case SignalKind.YOUNG:
                return self.young
            case SignalKind.DORMANT:
                return self.dormant
            case SignalKind.YANKED:
                return self.yanked
            case SignalKind.STATUS:
                return self.status
            case SignalKind.PRIVATE_LIKENESS:
                return self.private_likeness
            case _:
                assert_never(kind)

    def of(self, index: str) -> Policy | None:
        """The policy of an index: this one for the empty name, nothing where there is no such index."""
        return dict(self.indexes).get(index) if index else self

    @property
    def everywhere(self) -> tuple[Policy, ...]:
        """The main policy and those of the further indexes."""
        return (self, *(policy for _, policy in self.indexes))
