"""What commands say, of files under review above all: lines for a person, objects for a tool."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

from pratique.printable import printable

if TYPE_CHECKING:
    from datetime import datetime

    from pratique.gateway.reviewing import Assessed
    from pratique.policy import Objection, Ruling


class Form(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


def out(*texts: str) -> None:
    """Lines on standard output; what others wrote is made printable."""
    sys.stdout.write("".join(f"{printable(text)}\n" for text in texts))


def note(text: str) -> None:
    """A line on standard error: what a tool that reads the results should not see."""
    sys.stderr.write(f"pratique: {printable(text)}\n")


def json_out(value: object) -> None:
    """A document on standard output."""
    sys.stdout.write(f"{json.dumps(value, indent=2)}\n")


def moment(at: datetime | None) -> str:
    """A moment for a person, to the minute."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def file_lines(one: Assessed, index: str = "") -> list[str]:
    """A file, what an index makes of it, and all that was said."""
    case, ruling = one.case, dict(one.rulings)[index]
    decision = ruling.decision
    inspected = f"{one.report.verdict.value}, score {one.report.score:.2f}" if one.report else "not yet"
    told = [
        f"{case.filename}  {'allowed' if decision.allowed else decision.action.done}",
        f"  sha256      {case.sha256 or 'not known'}",
        f"  inspected   {inspected}",
        f"  uploaded    {moment(case.uploaded) or 'the upstream does not say'}",
        f"  provenance  {'at the upstream' if case.attested else 'none'}",
        f"  decided by  {ruling.rule or _nothing(ruling)}",
    ]
    if decision.reason or decision.observed:
        told.append(f"  {'reason' if decision.reason else 'observed':<11} {decision.reason or decision.observed}")
    if (review := case.review) is not None:
        until = f", until {moment(review.expires)}" if review.expires else ""
        told.append(
            f"  review      {review.answer.value} by {review.actor} on {moment(review.at)}{until}: {review.reason}"
        )
    return [*told, *(f"  {line}" for line in said(ruling.objections)), ""]


def _nothing(ruling: Ruling) -> str:
    if any(one.lifted and one.action.strictness for one in ruling.objections):
        return "nothing: what speaks against it is lifted"
    return "nothing: nothing speaks against it"


def said(objections: tuple[Objection, ...]) -> list[str]:
    """Each thing that was said against a file, with what is done and what lifted it."""
    lines = []
    for one in objections:
        lines.append(f"{one.action.value:<11} {one.rule}: {one.reason}")
        lines += [f"{'':<11} lifted: {one.lifted}"] if one.lifted else []
    return lines


def assessed_object(one: Assessed, index: str = "") -> dict[str, object]:
    """A file for a tool."""
    case, ruling = one.case, dict(one.rulings)[index]
    review = case.review
    return {
        "project": case.project,
        "version": case.version,
        "filename": case.filename,
        "sha256": case.sha256,
        "action": ruling.decision.action.value,
        "rule": ruling.rule,
        "reason": ruling.decision.reason,
        "observed": ruling.decision.observed,
        "verdict": one.report.verdict.value if one.report else None,
        "score": one.report.score if one.report else None,
        "uploaded": case.uploaded.isoformat() if case.uploaded else None,
        "attested": case.attested,
        "fixes": list(case.fixes),
        "review": {
            "answer": review.answer.value,
            "actor": review.actor,
            "at": review.at.isoformat(),
            "expires": review.expires.isoformat() if review.expires else None,
            "reason": review.reason,
        }
        if review
        else None,
        "said": [
            {"rule": o.rule, "action": o.action.value, "reason": o.reason, "id": o.id, "lifted": o.lifted}
            for o in ruling.objections
        ],
    }
