"""``pratique token``: tokens, made and revoked by whoever may write to the data folder."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.accounts.principal import Scope
from pratique.cli.account_desk import DATA, Form, Format, run
from pratique.cli.say import out
from pratique.cli.takedown import actor
from pratique.names import project_name
from pratique.printable import printable

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts
    from pratique.accounts.model import Token

    _Standing = tuple[Token, bool, str]
    """A token, whether it serves by itself, and why its account is stopped; empty where it is not."""


def create(
    user: str,
    /,
    *,
    scope: Annotated[list[Scope], Parameter(name="--scope", negative=())],
    project: Annotated[list[str] | None, Parameter(name="--project", negative=())] = None,
    label: str = "command line",
    days: int = 90,
    data: Path = DATA,
) -> int:
    """Make a token; it is shown this once.

    Parameters
    ----------
    user
        Whose it will be; its role bounds what the token may do.
    scope
        What it may be used for. May be given several times.
    project
        The only project that may be published to. May be given several times; without it, all that the user may.
    label
        What it is for, as lists show it.
    days
        How long it serves, 1 to 365.
    data
        The server's data folder.

    """
    projects = [project_name(name) for name in project] if project else None
    lasts = timedelta(days=max(-1, min(days, 10_000)))

    async def work(accounts: Accounts) -> tuple[str, Token]:
        return await accounts.access.create(
            user.lower(), label=label, scopes=scope, projects=projects, lasts=lasts, by=actor()
        )

    secret, token = run(data, work, make=False)
    out(secret)
    sys.stderr.write(f"Token {token.id} serves until {token.expires:%Y-%m-%d}. It is not shown again.\n")
    return 0


def listed(user: str = "", /, *, data: Path = DATA, form: Format = Form.TEXT) -> int:
    """List tokens, the newest first.

    Parameters
    ----------
    user
        Whose; without it, everybody's.
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """

    async def work(accounts: Accounts) -> tuple[_Standing, ...]:
        owner = (await accounts.parts.known(user.lower())).name if user else None
        now = accounts.parts.clock.now()
        stopped = {one.name: one.stopped for one in await accounts.parts.store.users()}
        tokens = await accounts.access.tokens(owner)
        return tuple((token, token.serves(now), stopped.get(token.user, "it is gone")) for token in tokens)

    found = run(data, work, make=False)
    if form is Form.JSON:
        out(json.dumps([_object(*one) for one in found], ensure_ascii=True))
    elif found:
        out(*(_line(*one) for one in found))
    else:
        whose = f"{user} has no token" if user else "There is no token yet"
        sys.stderr.write(f"{printable(whose)}. `pratique token create USER --scope publish` makes one.\n")
    return 0


def revoke(token: str, /, *, reason: str = "revoked", data: Path = DATA) -> int:
    """Stop a token for good.

    Parameters
    ----------
    token
        Its id, as `pratique token list` shows it.
    reason
        What its owner reads.
    data
        The server's data folder.

    """
    gone = run(data, lambda accounts: accounts.access.revoke(token, user=None, reason=reason, by=actor()), make=False)
    out(f"The token {gone.id} of {gone.user} serves no more.")
    return 0


def _line(token: Token, serves: bool, stopped: str) -> str:  # noqa: FBT001  (a pair of what was found)
    projects = "" if token.projects is None else f" to {', '.join(sorted(token.projects))}"
    used = f"used {token.used:%Y-%m-%d}" if token.used else "never used"
    state = f"until {token.expires:%Y-%m-%d}" if serves else f"revoked: {token.revoked}" if token.revoked else "expired"
    if serves and stopped:
        state = f"stopped with its account: {stopped}"
    return f"{token.id}  {token.user:<20} {', '.join(sorted(token.scopes))}{projects}  {state}, {used}  {token.label}"


def _object(token: Token, serves: bool, stopped: str) -> dict[str, object]:  # noqa: FBT001  (likewise)
    return {
        "id": token.id,
        "user": token.user,
        "label": token.label,
        "scopes": sorted(token.scopes),
        "projects": None if token.projects is None else sorted(token.projects),
        "created": token.created.isoformat(),
        "expires": token.expires.isoformat(),
        "used": token.used.isoformat() if token.used else None,
        "revoked": token.revoked,
        "serves": serves and not stopped,
        "account_stopped": stopped,
    }
