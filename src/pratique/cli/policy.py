"""``pratique policy``: is a policy right, what does it say of a release, what would it have changed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, assessed_object, file_lines, json_out, out
from pratique.errors import BadSetting

if TYPE_CHECKING:
    from datetime import date

    from pratique.cli.targets import Release
    from pratique.gateway.replaying import Change, Replay
    from pratique.gateway.reviewing import Assessed
    from pratique.policy import Policy

_DATA = Path("pratique-data")
_Format = Annotated[Form, Parameter(name="--format")]


def check(file: Path, /) -> int:
    """Say everything that is wrong with a policy, each with line and column.

    Parameters
    ----------
    file
        The policy, a TOML file.

    """
    from pratique.gateway.following import read_file
    from pratique.policy.reading import BadPolicy

    try:
        _, policy = read_file(file)
    except BadPolicy as error:
        out(*(f"{file}:{fault.place.line}:{fault.place.column}: {fault.text}" for fault in error.faults))
        return 1
    names = ", ".join(f"/{name}/simple/" for name, _ in policy.indexes)
    out(f"{file} can be used" + (f"; indexes: /simple/, {names}" if names else "") + ".")
    out(*_over(policy))
    return 0


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


def explain(
    release: str,
    /,
    *,
    policy: Path | None = None,
    data: Path = _DATA,
    index: str = "",
    upstream: str | None = None,
    form: _Format = Form.TEXT,
) -> int:
    """Say what is decided about a release, by which line of the policy, and all that is said of it.

    Parameters
    ----------
    release
        A pinned release: name==version.
    policy
        Another policy than the one that is in force.
    data
        The server's data folder.
    index
        The name of a further index; by default the main one.
    upstream
        The index to ask for a project that nobody has asked for here; by default the one that pip is configured with.
    form
        text for a person, json for a tool.

    """
    from pratique.cli.targets import read_releases

    (wanted,) = read_releases([release])
    found = asyncio.run(_explain(wanted, _read(policy), data, upstream))
    if index and all(name != index for one in found for name, _ in one.rulings):
        raise BadSetting(f"There is no index {index}.", remedy="Its policy stands in [indexes.NAME].")
    if form is Form.JSON:
        json_out([assessed_object(one, index) for one in found])
    else:
        for one in found:
            out(*file_lines(one, index))
    return int(any(not dict(one.rulings)[index].decision.allowed for one in found))


async def _explain(wanted: Release, policy: Policy | None, data: Path, upstream: str | None) -> list[Assessed]:
    from packaging.version import InvalidVersion, Version

    from pratique.gateway.around import version_of
    from pratique.wiring import desk_in

    def is_it(filename: str) -> bool:
        try:
            return Version(version_of(filename)) == Version(wanted.version)
        except InvalidVersion:
            return False

    async with desk_in(data, policy=policy, upstream=upstream, online=True) as desk:
        page = await desk.known.listings.listed(wanted.project)
        files = [file.filename for file in page.files if is_it(file.filename)] if page else []
        if not files:
            why = desk.known.policies.private(wanted.project) or f"no index lists a file of {wanted.target}"
            raise BadSetting(f"There is nothing to explain: {why}.", remedy="Check name and version.")
        return [await desk.reviewing.assess(wanted.project, filename) for filename in files]


def replayed(file: Path, /, *, days: int = 30, data: Path = _DATA, form: _Format = Form.TEXT) -> int:
    """Put what was asked for lately before another policy, and say what it would have changed.

    Parameters
    ----------
    file
        The policy that is to be tried.
    days
        How far to look back.
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """
    if days < 1:
        raise BadSetting(f"--days {days} is no time.", remedy="Give 1 or more.")
    policy = _read(file)
    found = asyncio.run(_replayed(policy, days, data))
    if form is Form.JSON:
        json_out(
            {
                "requests": found.requests,
                "uninspected": found.unknown,
                "refused": found.refused,
                "changes": [_change_object(change) for change in found.changes],
            }
        )
        return int(bool(found.changes))
    out(*(line for change in found.changes for line in _change_lines(change)))
    files = sum(1 for one in found.changes if one.request.served)
    out(
        f"{found.requests} requests of {days} days: {found.refused} that were served would be refused "
        f"({files} {'file' if files == 1 else 'files'}), "
        f"{found.served} that were refused would be served."
    )
    if found.unknown:
        were = "1 request was for a file" if found.unknown == 1 else f"{found.unknown} requests were for files"
        out(f"{were} not inspected yet: only names and dates were judged.")
    return int(bool(found.changes))


async def _replayed(policy: Policy | None, days: int, data: Path) -> Replay:
    from pratique.gateway.replaying import replay
    from pratique.wiring import desk_in

    async with desk_in(data, policy=policy) as desk:
        since = desk.known.clock.now() - timedelta(days=days)
        return await replay(desk.reviewing, desk.requests, since)


def _change_lines(change: Change) -> list[str]:
    request, decision = change.request, change.ruling.decision
    became = decision.action.done if request.served else "served"
    times = f"{request.times} request{'' if request.times == 1 else 's'}"
    clients = f"{request.clients} client{'' if request.clients == 1 else 's'}"
    told = f"{change.ruling.rule}: {decision.reason}" if request.served else f"was: {request.reason}"
    return [
        f"would be {became}  {request.filename}  {times} by {clients}, last {request.last:%Y-%m-%d %H:%M} UTC",
        f"  {told}",
    ]


def _change_object(change: Change) -> dict[str, object]:
    request, ruling = change.request, change.ruling
    return {
        "project": request.project,
        "version": change.version,
        "filename": request.filename,
        "sha256": request.sha256,
        "requests": request.times,
        "clients": request.clients,
        "last": request.last.isoformat(),
        "was": "served" if request.served else request.action,
        "would_be": ruling.decision.action.value,
        "rule": ruling.rule,
        "reason": ruling.decision.reason,
    }


def _read(path: Path | None) -> Policy | None:
    from pratique.gateway.following import read_file

    return read_file(path)[1] if path is not None else None
