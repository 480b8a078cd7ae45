"""``pratique quarantine``: what is held, why, and the decisions of a person about it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, assessed_object, file_lines, json_out, moment, out
from pratique.errors import BadSetting

if TYPE_CHECKING:
    from datetime import datetime

    from pratique.audit import Entry
    from pratique.gateway.reviewing import Assessed, Held
    from pratique.policy import Review

_DATA = Path("pratique-data")
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_Format = Annotated[Form, Parameter(name="--format")]


def listing(
    *,
    everything: Annotated[bool, Parameter(name="--all", negative=())] = False,
    data: Path = _DATA,
    form: _Format = Form.TEXT,
) -> int:
    """List what is held, the last asked for first.

    Parameters
    ----------
    everything
        What was held once and is no more, too.
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """
    found = asyncio.run(_held(data, everything=everything))
    if form is Form.JSON:
        json_out(
            [{**assessed_object(one.assessed), "refused": one.times, "last": one.last.isoformat()} for one in found]
        )
        return 0
    for one in found:
        out(*_held_lines(one))
    if not found:
        out("Nothing is held. As soon as a client is refused a file, it is listed here with the reason.")
    return 0


async def _held(data: Path, *, everything: bool) -> list[Held]:
    from pratique.wiring import desk_in

    async with desk_in(data) as desk:
        return await desk.reviewing.held(everything=everything)


def _held_lines(one: Held) -> list[str]:
    from pratique.gateway.reviewing import reasons

    case = one.assessed.case
    state = one.assessed.ruling.decision.action.done
    if one.assessed.ruling.decision.allowed and one.assessed.held:
        state = "allowed on the main index"
    told = reasons(one.assessed.objections)[:1]
    times = "once" if one.times == 1 else f"{one.times} times"
    return [
        f"{case.filename}  {state}, refused {times}, last {moment(one.last)}",
        f"  sha256 {case.sha256 or 'not known'}",
        *(f"  {reason}" for reason in told),
    ]


def show(target: str, /, *, data: Path = _DATA, form: _Format = Form.TEXT) -> int:
    """Show everything that is known of a file that was asked for, on every index.

    Parameters
    ----------
    target
        Its SHA-256, the beginning of that, or its file name.
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """
    one = asyncio.run(_find(target, data))
    if form is Form.JSON:
        json_out({name or "simple": assessed_object(one, name) for name, _ in one.rulings})
        return 0
    for name, _ in one.rulings:
        out(*([f"/{name}/simple/"] if name else []), *file_lines(one, name))
    if one.report is not None:
        from pratique.policy import rank

        for finding in sorted(one.report.findings, key=rank, reverse=True):
            place = f"{finding.path}:{finding.line}" if finding.line else finding.path
            proven = ", proven" if finding.proven else ""
            out(f"{finding.severity.name.lower():<9} {finding.rule}{proven}  {place}", f"  {finding.message}")
    return 0


async def _find(target: str, data: Path) -> Assessed:
    from pratique.wiring import desk_in

    async with desk_in(data) as desk:
        return await desk.reviewing.find(target)


def release(target: str, /, *, reason: str, expires: str | None = None, data: Path = _DATA) -> int:
    """Let exactly these bytes pass, under this name, in spite of what is said of them now.

    Parameters
    ----------
    target
        The file's SHA-256, the beginning of that, or its file name; of what is proven to be malicious the whole
        SHA-256.
    reason
        What was looked at, and why it may pass.
    expires
        Until when it holds: a day (2027-01-31), or a time from now (12h, 30d, 8w). Without it: for good.
    data
        The server's data folder.

    """
    one, review, entry = asyncio.run(_decide(target, reason, _until(expires), data, let_pass=True))
    until = f" until {moment(review.expires)}" if review.expires else ""
    out(
        f"{review.filename} is released{until} by {review.actor}: the next request is served.",
        f"  sha256 {review.sha256}",
        *(f"  in spite of {key}" for key in review.lifts if _weighty(one, key)),
        f"  entry {entry.number} of the audit log: {entry.digest}",
    )
    return 0


def reject(target: str, /, *, reason: str, expires: str | None = None, data: Path = _DATA) -> int:
    """Refuse these bytes under any name, whatever the policy says of them.

    Parameters
    ----------
    target
        The file's SHA-256, the beginning of that, or its file name.
    reason
        Why; whoever asks for the file reads it.
    expires
        Until when it holds: a day (2027-01-31), or a time from now (12h, 30d, 8w). Without it: for good.
    data
        The server's data folder.

    """
    _, review, entry = asyncio.run(_decide(target, reason, _until(expires), data, let_pass=False))
    until = f" until {moment(review.expires)}" if review.expires else ""
    out(
        f"{review.filename} is rejected{until} by {review.actor}: the next request is refused.",
        f"  sha256 {review.sha256}",
        f"  entry {entry.number} of the audit log: {entry.digest}",
    )
    return 0


async def _decide(
    target: str, reason: str, expires: datetime | None, data: Path, *, let_pass: bool
) -> tuple[Assessed, Review, Entry]:
    from pratique.review.people import system_user
    from pratique.wiring import desk_in

    async with desk_in(data) as desk:
        one = await desk.reviewing.find(target)
        if let_pass and one.grave and not _SHA256.fullmatch(target):
            raise BadSetting(
                f"{one.case.filename} is called malicious: {one.ruling.decision.reason or 'see its report'}.",
                remedy=f"If it is to pass all the same, name its whole SHA-256: {one.case.sha256}.",
            )
        decide = desk.reviewing.release if let_pass else desk.reviewing.reject
        review, entry = await decide(one, reason=reason, actor=system_user(), expires=expires)
        return one, review, entry


def _weighty(one: Assessed, key: str) -> bool:
    return any(o.key == key and o.action.strictness and not o.lifted for o in one.objections)


def _until(text: str | None) -> datetime | None:
    from datetime import UTC, datetime

    from pratique.review.expiry import until

    return until(text, datetime.now(UTC)) if text is not None else None
