"""The policy in force, which may be exchanged while requests are answered."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.errors import NotFound
from pratique.names import ProjectName
from pratique.policy import Action, Mode, Policy, SignalKind
from pratique.policy.conditions import asks_for
from pratique.policy.naming import is_private, names
from pratique.policy.objections import private_reason

_BY_PAGE = (SignalKind.YOUNG, SignalKind.DORMANT, SignalKind.YANKED, SignalKind.STATUS, SignalKind.PROVENANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the policy in force was read from."""

    path: str = ""
    """Empty for the built-in default."""
    digest: str = ""
    """SHA-256 of the file, as the audit log names it."""
    text: str = ""

    def __str__(self) -> str:
        return f"{self.path}, SHA-256 {self.digest}" if self.path else "the built-in default"


class Policies:
    """One policy at a time, with those of the further indexes in it."""

    def __init__(self, policy: Policy, *, heeds_all: bool = False) -> None:
        """``heeds_all``: every signal is wanted, whether it could change a decision or not."""
        self._all = heeds_all
        self.version = 0
        """Another number after each exchange: what was decided before has to be decided anew."""
        self.main = policy
        self.source = Source()
        """Where it was read from."""
        self._set(policy)

    def exchange(self, policy: Policy, source: Source | None = None) -> None:
        """Put another policy in force, for every request from now on."""
        self._set(policy)
        self.source = source or Source()
        self.version += 1

    @property
    def described(self) -> str:
        """Which policy is in force, in a line for whoever runs the server."""
        observed = [f"/{name}/simple/" if name else "/simple/" for name in self._by_index if self.observes(name)]
        told = f"; {', '.join(observed)} only observed: nothing is refused there" if observed else ""
        return f"{self.source}{told}"

    def of(self, index: str) -> Policy:
        """The policy of an index; raises `NotFound` where there is none of that name, or none any more."""
        if (policy := self._by_index.get(index)) is None:
            raise NotFound(f"There is no index {index} here.", remedy="The main one is at /simple/.")
        return policy

    def observes(self, index: str) -> bool:
        """Whether nothing is refused there, only recorded."""
        return self.of(index).mode is Mode.OBSERVE

    def private(self, project: ProjectName) -> str:
        """Why the upstream is never asked for this name; empty where it may be."""
        return private_reason(project, self.main) if is_private(self.main.private, project) else ""

    def heeds(self, kind: SignalKind) -> bool:
        """Whether a signal of this kind could change a decision of any index."""
        return kind in self._heeded

    @property
    def heeds_page(self) -> bool:
        """Whether a signal could that a project's page alone gives."""
        return any(kind in self._heeded for kind in _BY_PAGE)

    def asks_for_publisher(self, project: ProjectName) -> bool:
        """Whether any index asks who published files of this project."""
        return self._publishers or any(
            entry.publisher is not None and names(entry, project)
            for one in self.main.everywhere
            for entry in (*one.allow, *one.deny, *one.attested)
        )

    @property
    def asks_for_provenance(self) -> bool:
        """Whether any index acts upon what provenance says. Showing alone is no reason to fetch it."""
        return self._provenance

    @property
    def asks_for_beginning(self) -> bool:
        """Whether a condition of any index asks how old a project is."""
        return self._beginning

    @property
    def asks_for_fixes(self) -> bool:
        """Whether a condition of any index asks what a release mends."""
        return self._fixes

    def heeds_unseen(self, index: str, project: ProjectName) -> bool:
        """Whether a file of a project can be refused there for another thing than its age, before anybody looked."""
        policy = self.of(index)
        return (
            policy.unlisted is not Action.ALLOW
            or any(when.action is not Action.ALLOW for when in policy.when)
            or any(names(entry, project) for entry in (*policy.deny, *policy.attested))
        )

    def _set(self, policy: Policy) -> None:
        self.main = policy
        self._by_index = {"": policy, **dict(policy.indexes)}
        self._heeded = frozenset(
            kind for kind in SignalKind if self._all or any(_heeds(one, kind) for one in policy.everywhere)
        )
        self._provenance = any(_heeds(one, SignalKind.PROVENANCE) for one in policy.everywhere)
        self._fixes = _asked(policy, "fixes")
        self._beginning = _asked(policy, "project_days", "releases")
        self._publishers = _asked(policy, "publishers", "verified")


def _asked(policy: Policy, *variables: str) -> bool:
    return any(asks_for(when.condition, one) for each in policy.everywhere for when in each.when for one in variables)


def _heeds(policy: Policy, kind: SignalKind) -> bool:
    if policy.answer(kind) is not Action.ALLOW:
        return True
    wanted = {"signals", "advisories"} if kind in {SignalKind.MALWARE, SignalKind.VULNERABLE} else {"signals"}
    return any(asks_for(when.condition, one) for when in policy.when for one in wanted)
