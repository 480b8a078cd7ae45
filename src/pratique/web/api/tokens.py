"""Tokens: whom one speaks for, which there are, and their end.

A token never makes another one: whoever stole it would keep what they made, after it is revoked.
"""

from __future__ import annotations

from pratique.accounts.accounts import Accounts
from pratique.accounts.model import user_name
from pratique.accounts.principal import NotAllowed, Scope
from pratique.errors import NotFound
from pratique.web.api import converting, values
from pratique.web.api.endpoint import Call, Endpoint


async def _whoami(call: Call) -> values.Whoami:
    who = call.who
    return values.Whoami(
        user=who.user,
        role=who.role,
        scopes=tuple(sorted(who.scopes)),
        projects=None if who.projects is None else tuple(sorted(who.projects)),
        token=who.token_id,
    )


async def _listed(call: Call) -> tuple[values.Token, ...]:
    """One's own; all of them for whoever may administer."""
    accounts = _accounts(call)
    tokens = await accounts.access.tokens(None if call.who.may_administer() else user_name(call.who.user))
    users = {user.name: user for user in await accounts.parts.store.users()}
    now = accounts.parts.clock.now()
    return tuple(converting.token(one, users.get(one.user), now) for one in tokens)


async def _revoke(call: Call) -> values.Token:
    """Itself, or any with a token that may administer: a stolen one ends nothing but itself."""
    accounts, wanted = _accounts(call), call.given("token")
    if wanted != call.who.token_id and not call.who.may_administer():
        raise NotAllowed(
            "A token ends itself alone.", remedy="Log in and revoke the other one, or ask an administrator."
        )
    if wanted not in {one.id for one in await accounts.access.tokens()}:
        raise NotFound("There is no such token.", remedy="See the list of tokens.")
    gone = await accounts.access.revoke(wanted, user=None, reason="revoked", by=call.who.user)
    return converting.token(gone, await accounts.parts.store.user(gone.user), accounts.parts.clock.now())


def _accounts(call: Call) -> Accounts:
    if call.site.accounts is None:
        raise NotFound("This server has no accounts.", remedy="Ask whoever runs it.")
    return call.site.accounts


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/whoami",
        name="whoami",
        summary="Whom this token speaks for, and what it may do.",
        scopes=tuple(Scope),
        answers=values.Whoami,
        handler=_whoami,
    ),
    Endpoint(
        method="GET",
        path="/tokens",
        name="list_tokens",
        summary="One's own tokens, the newest first; everybody's, for a token that may administer.",
        scopes=(Scope.READ,),
        answers=tuple[values.Token, ...],
        handler=_listed,
    ),
    Endpoint(
        method="DELETE",
        path="/tokens/{token}",
        name="revoke_token",
        summary="Stop this very token for good; any token, with one that may administer.",
        scopes=tuple(Scope),
        answers=values.Token,
        handler=_revoke,
    ),
)
