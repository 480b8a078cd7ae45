"""Until when a decision holds, as people write it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from pratique.errors import BadSetting

_SPAN = re.compile(r"([0-9]{1,4})([hdw])", re.ASCII)
_UNIT = {"h": "hours", "d": "days", "w": "weeks"}


def until(text: str, now: datetime) -> datetime:
    """The end of a day in UTC (``2027-01-31``), or a time from ``now`` (``12h``, ``30d``, ``8w``).

    Raises `BadSetting`.
    """
    if match := _SPAN.fullmatch(text):
        return now + timedelta(**{_UNIT[match[2]]: int(match[1])})
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day, time.min, tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise BadSetting(
            f"{text[:40]} is no time until which a decision could hold.",
            remedy="For example 2027-01-31, 12h, 30d or 8w.",
        ) from error
