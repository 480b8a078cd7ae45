"""``pratique policy test``: what another policy would have answered to what was asked for lately."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, json_out, out
from pratique.errors import BadSetting

if TYPE_CHECKING:
    from pratique.gateway.replaying import Change, Replay
    from pratique.policy import Policy

_DATA = Path("pratique-data")
_Format = Annotated[Form, Parameter(name="--format")]


def replayed(
    file: Path, /, *, days: int = 30, index: str | None = None, data: Path = _DATA, form: _Format = Form.TEXT
) -> int:
    """Put what was asked for lately before another policy, and say what it would have changed.

    Parameters
    ----------
    file
        The policy that is to be tried.
    days
        How far to look back.
    index
        The name of a further index: what would have been answered, had all been asked of that one. By default each
        request is put before the index that it was asked of.
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """
    from pratique.gateway.following import read_file

    if days < 1:
        raise BadSetting(f"--days {days} is no time.", remedy="Give 1 or more.")
    policy = read_file(file)[1]
    if index is not None and policy.of(index) is None:
        raise BadSetting(f"{file} has no index {index}.", remedy="Its policy stands in [indexes.NAME].")
    found = asyncio.run(_replayed(policy, days, index, data))
    if form is Form.JSON:
        json_out(
            {
                "index": index,
                "requests": found.requests,
                "uninspected": found.unknown,
                "without_index": found.gone,
                "refused": found.refused,
                "changes": [_change_object(change) for change in found.changes],
            }
        )
        return int(bool(found.changes))
    out(*(line for change in found.changes for line in _change_lines(change)))
    files = sum(1 for one in found.changes if one.request.served)
    out(*([f"As if all had been asked of /{index}/simple/:"] if index else []))
    out(
        f"{found.requests} requests of {days} days: {found.refused} that were served would be refused "
        f"({files} {'file' if files == 1 else 'files'}), "
        f"{found.served} that were refused would be served."
    )
    if found.unknown:
        were = "1 request was for a file" if found.unknown == 1 else f"{found.unknown} requests were for files"
        out(f"{were} not inspected yet: only names and dates were judged.")
    if found.gone:
        out(f"{found.gone} of them were of indexes that this policy does not have: they would find nothing there.")
    return int(bool(found.changes))


async def _replayed(policy: Policy, days: int, index: str | None, data: Path) -> Replay:
    from pratique.gateway.replaying import replay
    from pratique.wiring import desk_in

    async with desk_in(data, policy=policy) as desk:
        since = desk.known.clock.now() - timedelta(days=days)
        return await replay(desk.reviewing, desk.requests, since, index)


def _change_lines(change: Change) -> list[str]:
    request, decision = change.request, change.ruling.decision
    became = decision.action.done if request.served else "served"
    times = f"{request.times} request{'' if request.times == 1 else 's'}"
    clients = f"{request.clients} client{'' if request.clients == 1 else 's'}"
    told = f"{change.ruling.rule}: {decision.reason}" if request.served else f"was: {request.reason}"
    of = f" of /{request.index}/simple/" if request.index else ""
    return [
        f"would be {became}  {request.filename}  {times}{of} by {clients}, last {request.last:%Y-%m-%d %H:%M} UTC",
        f"  {told}",
    ]


def _change_object(change: Change) -> dict[str, object]:
    request, ruling = change.request, change.ruling
    return {
        "project": request.project,
        "version": change.version,
        "filename": request.filename,
        "sha256": request.sha256,
        "index": request.index,
        "requests": request.times,
        "clients": request.clients,
        "last": request.last.isoformat(),
        "was": "served" if request.served else request.action,
        "would_be": ruling.decision.action.value,
        "rule": ruling.rule,
        "reason": ruling.decision.reason,
    }
