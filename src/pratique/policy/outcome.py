"""What comes of a policy for one file: objections, and the decision that follows from them."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.policy.action import Action


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
