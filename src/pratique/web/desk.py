"""What reviewers work with in the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pratique.gateway.policies import Policies
from pratique.gateway.reviewing import Reviewing
from pratique.review.looking import Heads, Log


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts; what is asked of them is looked up anew for each page."""

    reviewing: Callable[[], Reviewing]
    """Over the policy that is in force."""
    policies: Policies
    log: Log
    heads: Callable[[], Heads]
    """Reads files; raises `StorageError`."""
