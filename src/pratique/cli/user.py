"""``pratique user``: accounts, changed by whoever may write to the data folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.accounts.principal import Role
from pratique.cli.account_desk import DATA, Form, Format, run
from pratique.cli.say import out
from pratique.cli.takedown import actor

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts
    from pratique.accounts.model import User


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


def email(name: str, address: str, /, *, data: Path = DATA) -> int:
    """Change where somebody is written to.

    Parameters
    ----------
    name
        Whose.
    address
        The new address; empty for none.
    data
        The server's data folder.

    """
    run(data, lambda accounts: accounts.people.change_address(name.lower(), address, by=actor()), make=False)
    out(f"{name} is written to at {address}." if address else f"{name} is not written to any more.")
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
