"""What a policy does by key, defaults included: for whoever reads a policy that leaves most of them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.policy.action import Action
from pratique.policy.model import Policy

_KEYS = (
    *("suspicious", "error", "malicious", "vulnerable", "capability", "provenance", "dormant", "yanked", "status"),
    *("impersonation", "new_impersonation", "private_likeness"),
)
"""Attributes of a policy; in the file they stand under ``[actions]``, with hyphens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One key, and what is done."""

    key: str
    """As the file has it."""
    action: Action
    default: bool
    """Whether that is what is done where nothing is said."""


def actions_of(policy: Policy) -> tuple[Line, ...]:
    """Every action of a policy, in the order of the documentation."""
    return tuple(_lines(policy, Policy()))


def _lines(policy: Policy, default: Policy) -> Iterator[Line]:
    for name in _KEYS:
        action = getattr(policy, name)
        yield Line(key=name.replace("_", "-"), action=action, default=action is getattr(default, name))
    yield Line(key="unlisted", action=policy.unlisted, default=policy.unlisted is default.unlisted)
    if policy.age.minimum:
        yield Line(key="age.action", action=policy.age.action, default=policy.age.action is default.age.action)
