"""How an exposure is written: lines for a person, an object for a tool, a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pratique.cli.say import moment
from pratique.printable import printable

if TYPE_CHECKING:
    from pratique.aftercare.exposure import Exposed, Exposure
    from pratique.aftercare.loss import Taken
    from pratique.received import Receipt

_MOST = 5
"""So many details of one sort, and so many findings, are shown to a person."""
_COLUMNS = (
    "project",
    "filename",
    "sha256",
    "verdict",
    "bad",
    "address",
    "user_agent",
    "times",
    "first",
    "last",
    "taken",
    "rotate",
)


def lines_of(exposed: Exposure) -> list[str]:
    """For a person: who has which file, what it would have taken, and what to do."""
    if not exposed.files:
        return [f"Nobody is on record as having received {exposed.target}."]
    lines = [_summary(exposed), ""]
    for file in exposed.files:
        lines += [*_file(file), ""]
    if exposed.rotate:
        lines.append("What to do for every machine above that may have run it:")
        lines += [f"  {number}. {line}" for number, line in enumerate(exposed.rotate, 1)]
    else:
        lines.append("There is nothing to rotate by what was found. If you know more, treat these machines as open.")
    return lines


def _summary(exposed: Exposure) -> str:
    receipts = exposed.receipts
    clients = len({(one.address, one.user_agent) for one in receipts})
    first, last = min(one.first for one in receipts), max(one.last for one in receipts)
    when = f"on {moment(first)}" if first == last else f"from {moment(first)} to {moment(last)}"
    return f"{exposed.target} was received {_times(sum(one.times for one in receipts))} by {_clients(clients)}, {when}."


def _file(file: Exposed) -> Iterator[str]:
    standing = file.standing
    verdict = standing.report.verdict.value if standing.report else "not inspected"
    yield f"{file.filename}  {verdict}{', refused now' if standing.refused else ', not refused now'}"
    yield f"  sha256 {file.sha256 or 'not known'}"
    if standing.reason:
        yield f"  {standing.reason}"
    for one in file.receipts:
        until = "" if one.first == one.last else f" to {moment(one.last)}"
        who = f"{one.address or 'address not known'}  {_client(one)}"
        yield f"  received {_times(one.times)} by {who}, {moment(one.first)}{until}"
    does = file.loss.does
    yield from (f"  {sentence}" for sentence in does[:_MOST])
    if len(does) > _MOST:
        yield f"  and {len(does) - _MOST} more: `pratique exposure --format json` has them all"
    for taken in file.loss.taken:
        yield f"  would have taken {_with_details(taken)}"


def _client(receipt: Receipt) -> str:
    """The program, without what it tells of its machine; that it ran in CI matters for what is rotated."""
    agent = receipt.user_agent
    program = printable(agent.partition(" {")[0], limit=60) or "client not known"
    return f"{program} in CI" if '"ci":true' in agent.replace(" ", "") else program


def _with_details(taken: Taken) -> str:
    if not taken.details:
        return taken.what
    more = len(taken.details) - _MOST
    shown = ", ".join(printable(one, limit=80) for one in taken.details[:_MOST])
    return f"{taken.what}: {shown}{f' and {more} more' if more > 0 else ''}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _clients(number: int) -> str:
    return "1 client" if number == 1 else f"{number} clients"


def object_of(exposed: Exposure) -> dict[str, object]:
    """For a tool."""
    return {
        "target": exposed.target,
        "project": exposed.project,
        "version": exposed.version,
        "received": sum(one.times for one in exposed.receipts),
        "files": [_file_object(file) for file in exposed.files],
        "rotate": list(exposed.rotate),
    }


def _file_object(file: Exposed) -> dict[str, object]:
    standing, loss = file.standing, file.loss
    return {
        "filename": file.filename,
        "sha256": file.sha256,
        "verdict": standing.report.verdict.value if standing.report else None,
        "bad": standing.bad,
        "refused": standing.refused,
        "reason": standing.reason,
        "received": file.times,
        "clients": [
            {
                "address": one.address,
                "user_agent": one.user_agent,
                "times": one.times,
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
            }
            for one in file.receipts
        ],
        "behaviours": [one.value for one in loss.behaviours],
        "does": list(loss.does),
        "taken": [{"what": one.what, "details": list(one.details), "rotate": one.rotate} for one in loss.taken],
    }


def table_of(exposed: Exposure) -> str:
    """For a spreadsheet (RFC 4180): a row for each file and client."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for file in exposed.files:
        for one in file.receipts:
            writer.writerow(_cell(value) for value in _row(exposed, file, one))
    return text.getvalue()


def _row(exposed: Exposure, file: Exposed, receipt: Receipt) -> Iterable[str]:
    standing, loss = file.standing, file.loss
    return (
        exposed.project,
        file.filename,
        file.sha256,
        standing.report.verdict.value if standing.report else "",
        "yes" if standing.bad else "no",
        receipt.address,
        receipt.user_agent,
        str(receipt.times),
        receipt.first.isoformat(),
        receipt.last.isoformat(),
        "; ".join(_with_details(taken) for taken in loss.taken),
        " ".join(taken.rotate for taken in loss.taken if taken.rotate),
    )


def _cell(value: str) -> str:
    """Text that no spreadsheet takes for a formula: clients and packages write some of it."""
    shown = printable(value)
    return f"'{shown}" if shown.lstrip().startswith(("=", "+", "-", "@")) else shown
