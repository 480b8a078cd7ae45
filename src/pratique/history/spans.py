"""Lengths of time in words, for people."""

from __future__ import annotations

from datetime import timedelta


def ago(age: timedelta) -> str:
    """How long ago, in words; what lies ahead is said, too: a page's clock may be wrong."""
    return f"{span(age)} ago" if age >= timedelta(0) else f"{span(-age)} from now, if its page is right"


def span(length: timedelta) -> str:
    """A length of time in the largest unit that it fills."""
    seconds = length.total_seconds()
    for unit, size in (("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"
