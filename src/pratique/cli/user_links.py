"""``pratique user first``, ``add`` and ``link``: accounts are made, and links printed that set a password."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.accounts.principal import Role
from pratique.cli.account_desk import DATA, run
from pratique.cli.say import out
from pratique.cli.takedown import actor
from pratique.printable import printable

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts

_SITE = "http://127.0.0.1:8470"


def first(*, data: Path = DATA, url: str | None = None) -> int:
    """Print a link that makes the first administrator.

    Parameters
    ----------
    data
        The server's data folder; it is made when it is missing.
    url
        Where the server is reached, for the link. [default: where it was started last]

    """
    new = _is_new(data)
    _link(
        run(data, lambda accounts: accounts.people.first_link()),
        url or _site(data),
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
    url: str | None = None,
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
        Where the server is reached, for the link. [default: where it was started last]

    """

    async def work(accounts: Accounts) -> str:
        user = await accounts.people.add(name, role=role, email=email, called=full_name, by=actor())
        return await accounts.people.password_link(user.name, by=actor())

    new = _is_new(data)
    _link(run(data, work), url or _site(data), f"It sets the password of {name}, once, within two days")
    _told_of_new(data, new=new)
    return 0


def link(
    name: str,
    /,
    *,
    reset_factors: Annotated[bool, Parameter(negative=())] = False,
    data: Path = DATA,
    url: str | None = None,
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
        Where the server is reached, for the link. [default: where it was started last]

    """

    async def work(accounts: Accounts) -> str:
        user = await accounts.parts.known(name.lower())
        if reset_factors:
            await accounts.second.reset(user.name, by=actor())
        return await accounts.people.password_link(user.name, by=actor())

    _link(run(data, work, make=False), url or _site(data), f"It sets the password of {name}, once, within two days")
    return 0


def _link(secret: str, url: str, what: str) -> None:
    out(f"{url.rstrip('/')}/account/link/{secret}")
    sys.stderr.write(f"{what}. Whoever has the link can use it: pass it on by a safe way.\n")


def _site(data: Path) -> str:
    from pratique.wiring import site_of

    return site_of(data) or _SITE


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
