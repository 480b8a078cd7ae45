"""The use cases of accounts, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.accounts.access import Access
from pratique.accounts.entrance import Entrance
from pratique.accounts.membership import Membership
from pratique.accounts.parts import Parts
from pratique.accounts.people import People
from pratique.accounts.publishing import TrustedPublishing
from pratique.accounts.second import SecondFactors

if TYPE_CHECKING:
    from pratique.accounts.identity import Identities


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Everything that is done with accounts; it keeps throttles, so there is one of it in a process."""

    parts: Parts
    entrance: Entrance
    second: SecondFactors
    people: People
    access: Access
    membership: Membership
    publishing: TrustedPublishing | None = None
    """Nothing where no issuer is trusted."""


def accounts_over(parts: Parts, identities: Identities | None = None) -> Accounts:
    """The use cases over these parts; trusted publishing where identities are known."""
    entrance, access = Entrance(parts), Access(parts)
    return Accounts(
        parts=parts,
        entrance=entrance,
        second=SecondFactors(parts, entrance),
        people=People(parts, entrance),
        access=access,
        membership=Membership(parts),
        publishing=TrustedPublishing(parts, access, identities) if identities else None,
    )
