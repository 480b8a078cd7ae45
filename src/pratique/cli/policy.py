"""``pratique policy check`` and ``show``: is a policy right, and which one is in force."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli.say import moment, out

if TYPE_CHECKING:
    from datetime import date

    from pratique.audit import Entry
    from pratique.policy import Policy

_DATA = Path("pratique-data")


def check(file: Path, /) -> int:
    """Say everything that is wrong with a policy, each with line and column.

    Parameters
    ----------
    file
        The policy, a TOML file.

    """
    from pratique.gateway.following import read_file
    from pratique.policy.reading import BadPolicy
    from pratique.review.in_force import digest_of

    try:
        text, policy = read_file(file)
    except BadPolicy as error:
        out(*(f"{file}:{fault.place.line}:{fault.place.column}: {fault.text}" for fault in error.faults))
        return 1
    names = ", ".join(f"/{name}/simple/" for name, _ in policy.indexes)
    out(f"{file} can be used" + (f"; indexes: /simple/, {names}" if names else "") + ".")
    out(f"SHA-256 {digest_of(text)}; `pratique policy show` and the server's start name the one in force.")
    out(*_notes(policy))
    return 0


def show(*, data: Path = _DATA) -> int:
    """Show which policy came into force last, its words, the names that it keeps, and every action.

    Parameters
    ----------
    data
        The server's data folder.

    """
    from pratique.policy import Policy
    from pratique.policy.reading import read_policy

    kept, entry = asyncio.run(_in_force(data))
    digest, text = kept or ("", "")
    if not text:
        out("In force: the built-in default.", *(_since(entry) if entry else ()), *_actions(Policy()))
        return 0
    out(f"In force: SHA-256 {digest}.", *(_since(entry) if entry else ()))
    policy = read_policy(text, "in force")
    out(*_notes(policy), *_actions(policy), "", *text.splitlines())
    return 0


async def _in_force(data: Path) -> tuple[tuple[str, str] | None, Entry | None]:
    from pratique.audit import Act
    from pratique.review.looking import whole
    from pratique.wiring import book_in

    async with book_in(data, make=False) as book:
        changes = [entry for entry in await whole(book) if entry.act == Act.POLICY.value]
        return await book.policy(), changes[-1] if changes else None


def _since(entry: Entry) -> list[str]:
    import json

    path = json.loads(entry.detail).get("path", "")
    return [f"Since {moment(entry.at)}{f', from {path}' if path else ''} (entry {entry.number} of the audit log)."]


def _actions(policy: Policy) -> list[str]:
    """What is done for each key, on every index."""
    from pratique.policy.actions import actions_of

    lines = []
    for name, one in (("", policy), *policy.indexes):
        lines += ["", f"Actions on {f'/{name}/simple/' if name else '/simple/'}:"]
        lines += [f"  {x.key:<18} {x.action.value}{' (default)' if x.default else ''}" for x in actions_of(one)]
    return lines


def _notes(policy: Policy) -> list[str]:
    """What whoever reads it should know at once: what is only observed, kept private, or over."""
    from pratique.policy import Mode

    indexes = (("", policy), *policy.indexes)
    observed = [f"/{name}/simple/" if name else "/simple/" for name, one in indexes if one.mode is Mode.OBSERVE]
    kept = [*sorted(policy.private.names), *(f"{prefix}*" for prefix in sorted(policy.private.prefixes))]
    return [
        *([f"Only observed, nothing is refused there: {', '.join(observed)}."] if observed else []),
        *([f"Never asked for at the upstream: {', '.join(kept)}."] if kept else []),
        *_over(policy),
    ]


def _over(policy: Policy) -> list[str]:
    """What is written down and does not hold any more."""
    from datetime import UTC, datetime

    from pratique.policy.naming import is_over

    now = datetime.now(UTC)
    lines: dict[str, date | None] = {}
    for one in policy.everywhere:
        lines |= {line.place: line.expires for line in (*one.allow, *one.deny, *one.attested)}
        lines |= {line.place: line.expires for line in one.when}
    return [
        f"{place} does not hold any more: it expired on {expires}."
        for place, expires in lines.items()
        if is_over(expires, now)
    ]
