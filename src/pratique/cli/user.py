"""``pratique user``: accounts, changed by whoever may write to the data folder."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from cyclopts import Parameter

from pratique.accounts.principal import Role
from pratique.cli.takedown import actor
from pratique.printable import printable

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts
    from pratique.accounts.model import User

_T = TypeVar("_T")
DATA = Path("pratique-data")
_SITE = "http://127.0.0.1:8470"


class Form(StrEnum):
    """How a list is printed."""

    TEXT = "text"
    JSON = "json"


Format = Annotated[Form, Parameter(name="--format")]


def first(*, data: Path = DATA, url: str = _SITE) -> int:
    """Print a link that makes the first administrator.

    Parameters
    ----------
    data
        The server's data folder; it is made when it is missing.
    url
        Where the server is reached, for the link.

    """
    new = _is_new(data)
    _link(
        run(data, lambda accounts: accounts.people.first_link()),
        url,
        "It makes the first administrator, once, within an hour",
    )
    _told_of_new(data, new=new)
    return 0


def add(
    name: str,
    /,
    *,
    role: Role = Role.READER,
    email: str = "",
    full_name: str = "",
    data: Path = DATA,
    url: str = _SITE,
) -> int:
    """Make an account, and print a link that sets its password.

    Parameters
    ----------
    name
        2 to 40 letters, digits and . _ - with a letter or digit at both ends.
    role
        What it may do; each role may do what those before it may.
    email
        An address, if there is one.
    full_name
        The person's name, if there is one.
    data
        The server's data folder; it is made when it is missing.
    url
        Where the server is reached, for the link.

    """

    async def work(accounts: Accounts) -> str:
        user = await accounts.people.add(name, role=role, email=email, called=full_name, by=actor())
        return await accounts.people.password_link(user.name, by=actor())

    new = _is_new(data)
    _link(run(data, work), url, f"It sets the password of {name}, once, within two days")
    _told_of_new(data, new=new)
    return 0


def listed(*, data: Path = DATA, form: Format = Form.TEXT) -> int:
    """List who has an account.

    Parameters
    ----------
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """

    async def work(accounts: Accounts) -> list[tuple[User, bool]]:
        store = accounts.parts.store
        return [(user, await accounts.parts.has_factor(user.name)) for user in await store.users()]

    found = run(data, work, make=False)
    if form is Form.JSON:
        out(json.dumps([_object(user, second=second) for user, second in found], ensure_ascii=True))
    elif not found:
        sys.stderr.write(
            "Nobody has an account yet. `pratique user first` prints a link for the first administrator.\n"
        )
    else:
        for user, second in found:
            out(f"{user.name:<24} {user.role:<14} {_state(user, second=second)}")
    return 0


def role(name: str, role: Role, /, *, data: Path = DATA) -> int:
    """Give somebody another role; they have to log in again.

    Parameters
    ----------
    name
        Whose.
    role
        The new one.
    data
        The server's data folder.

    """
    run(data, lambda accounts: accounts.people.change_role(name.lower(), role, by=actor()), make=False)
    out(f"{name} is {role.one} now.")
    return 0


def disable(name: str, /, *, reason: str, data: Path = DATA) -> int:
    """Close an account: its sessions and tokens stop.

    Parameters
    ----------
    name
        Whose.
    reason
        What its owner reads.
    data
        The server's data folder.

    """
    run(data, lambda accounts: accounts.people.disable(name.lower(), reason, by=actor()), make=False)
    out(f"{name} is disabled. Undo it with `pratique user enable {name}`.")
    return 0


def enable(name: str, /, *, data: Path = DATA) -> int:
    """Open an account again that was disabled or frozen.

    Parameters
    ----------
    name
        Whose.
    data
        The server's data folder.

    """
    run(data, lambda accounts: accounts.people.enable(name.lower(), by=actor()), make=False)
    out(f"{name} can log in again, and its tokens serve again.")
    return 0


def link(
    name: str,
    /,
    *,
    reset_factors: Annotated[bool, Parameter(negative=())] = False,
    data: Path = DATA,
    url: str = _SITE,
) -> int:
    """Print a link that sets somebody's password.

    Parameters
    ----------
    name
        Whose.
    reset_factors
        Also take all second factors away from somebody who lost them.
    data
        The server's data folder.
    url
        Where the server is reached, for the link.

    """

    async def work(accounts: Accounts) -> str:
        user = await accounts.parts.known(name.lower())
        if reset_factors:
            await accounts.second.reset(user.name, by=actor())
        return await accounts.people.password_link(user.name, by=actor())

    _link(run(data, work, make=False), url, f"It sets the password of {name}, once, within two days")
    return 0


def run(data: Path, work: Callable[[Accounts], Awaitable[_T]], *, make: bool = True) -> _T:
    """What ``work`` answers, over the accounts of a data folder."""

    async def opened() -> _T:
        from pratique.wiring import accounts_in

        async with accounts_in(data, make=make) as accounts:
            return await work(accounts)

    return asyncio.run(opened())


def out(text: str) -> None:
    """A line on stdout."""
    sys.stdout.write(f"{printable(text)}\n")


def _link(secret: str, url: str, what: str) -> None:
    out(f"{url.rstrip('/')}/account/link/{secret}")
    sys.stderr.write(f"{what}. Whoever has the link can use it: pass it on by a safe way.\n")


def _is_new(data: Path) -> bool:
    from pratique.wiring import has_database

    return not has_database(data)


def _told_of_new(data: Path, *, new: bool) -> None:
    """A folder that was just made is hardly ever the running server's: say so before anybody wonders about the link."""
    if new:
        sys.stderr.write(
            f"There was no database in {printable(str(data))}, so one was made: the link serves once a server runs "
            "there. If one runs elsewhere, name its folder with --data.\n"
        )


def _state(user: User, *, second: bool) -> str:
    if user.stopped:
        return f"stopped: {user.stopped}"
    if user.password_void or not user.password:
        return f"password void: {user.password_void}" if user.password_void else "no password yet"
    return "second factor" if second else "no second factor"


def _object(user: User, *, second: bool) -> dict[str, object]:
    return {
        "name": user.name,
        "role": user.role,
        "email": user.email,
        "full_name": user.full_name,
        "created": user.created.isoformat(),
        "has_password": bool(user.password) and not user.password_void,
        "second_factor": second,
        "disabled": user.disabled,
        "frozen": user.frozen,
    }
