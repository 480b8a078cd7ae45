"""The values of a policy: what a team has written down, and what comes of it for one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from pratique.verdict import Verdict


class Action(StrEnum):
    """What is done with a file, mildest first."""

    ALLOW = "allow"
    QUARANTINE = "quarantine"
    BLOCK = "block"

    @property
    def strictness(self) -> int:
        """Orders actions, the mildest is 0."""
        return _STRICTNESS[self]

    @property
    def done(self) -> str:
        """What was done, in the word that a reason begins with."""
        return _DONE[self]


_STRICTNESS = {Action.ALLOW: 0, Action.QUARANTINE: 1, Action.BLOCK: 2}
_DONE = {Action.ALLOW: "allowed", Action.QUARANTINE: "quarantined", Action.BLOCK: "blocked"}


class SignalKind(StrEnum):
    """What is known of a release besides its bytes."""

    MALWARE = "malware"
    """An advisory says that it is malicious."""
    VULNERABLE = "vulnerable"
    """An advisory says that it has a vulnerability."""
    CAPABILITY = "capability"
    """It can do something by itself that no earlier release of the project could."""
    PROVENANCE = "provenance"
    """Earlier releases said who had built them; this one does not, or it names somebody else."""
    YOUNG = "young"
    """It was published a short while ago."""
    DORMANT = "dormant"
    """The project had been silent for long before."""
    YANKED = "yanked"
    """Its owner has withdrawn it (PEP 592)."""
    STATUS = "status"
    """The project is archived, deprecated or quarantined (PEP 792)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that is known of a release besides its bytes, with the sentence that says so."""

    kind: SignalKind
    reason: str
    id: str = ""
    """The advisory's, where it comes from one."""


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
            case _:
                assert_never(kind)

    def of(self, index: str) -> Policy | None:
        """The policy of an index: this one for the empty name, nothing where there is no such index."""
        return dict(self.indexes).get(index) if index else self

    @property
    def everywhere(self) -> tuple[Policy, ...]:
        """The main policy and those of the further indexes."""
        return (self, *(policy for _, policy in self.indexes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer for one file, with the sentence that the person who asked will read."""

    action: Action
    reason: str = ""
    observed: str = ""
    """Where a policy is only observed: the reason with which the file would have been refused."""

    @property
    def allowed(self) -> bool:
        """Whether the file may be served."""
        return self.action is Action.ALLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What one line of the policy has against a file, and what lifted that."""

    what: str
    """The word by which allowances name it."""
    rule: str
    """Where the policy says so, such as ``actions.suspicious`` or ``deny[2]``."""
    action: Action
    reason: str
    id: str = ""
    """What it is about, where a word does not tell: an advisory, a line of the policy."""
    firm: bool = False
    """No allowance by name lifts it: a proven chain, known malware, a denial."""
    lifted: str = ""
    """What lifted it; empty while it stands."""

    @property
    def key(self) -> str:
        """By which a release remembers what its reviewer has seen."""
        return f"{self.what}:{self.id}" if self.id else self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision and all that led there."""

    decision: Decision
    objections: tuple[Objection, ...] = ()
    rule: str = ""
    """What decided: empty where nothing speaks against the file."""
