"""The use cases of accounts, put together."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.accounts.access import Access
from pratique.accounts.entrance import Entrance
from pratique.accounts.parts import Parts
from pratique.accounts.people import People
from pratique.accounts.second import SecondFactors


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Everything that is done with accounts; it keeps throttles, so there is one of it in a process."""

    parts: Parts
    entrance: Entrance
    second: SecondFactors
    people: People
    access: Access


def accounts_over(parts: Parts) -> Accounts:
    """The use cases over these parts."""
    entrance = Entrance(parts)
    return Accounts(
        parts=parts,
        entrance=entrance,
        second=SecondFactors(parts, entrance),
        people=People(parts, entrance),
        access=Access(parts),
    )
