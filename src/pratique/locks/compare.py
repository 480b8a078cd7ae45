"""A pin beside what the index lists: other bytes under a locked name are the mark of an exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pratique.locks.model import Pin

_SHOWN = 12
"""Digits of a digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What an index does not have as it is locked."""

    reason: str
    exchanged: bool
    """There are other bytes; else the file is gone."""


def differences(pin: Pin, listed: Mapping[str, str | None]) -> tuple[Difference, ...]:
    """``listed`` is the SHA-256 of each file of the release by its name; None where the index says none."""
    named = tuple(_by_name(pin, listed))
    served = {digest for digest in listed.values() if digest}
    if not named and not any(digest for _, digest in pin.files) and pin.hashes and served and not pin.hashes & served:
        told = "no file that the index lists has a hash that is locked"
        return (Difference(reason=f"{pin.project} {pin.version}: {told}", exchanged=True),)
    return named


def _by_name(pin: Pin, listed: Mapping[str, str | None]) -> Iterator[Difference]:
    for name, digest in pin.files:
        served = listed.get(name)
        if name not in listed:
            yield Difference(reason=f"{name} is locked, and the index has it no more", exchanged=False)
        elif digest and served and served != digest:
            told = f"sha256 {digest[:_SHOWN]}… is locked, the index has {served[:_SHOWN]}…"
            yield Difference(reason=f"{name}: {told}", exchanged=True)


def permitted(pin: Pin, names: Iterable[str], listed: Mapping[str, str | None]) -> tuple[str, ...]:
    """Of these files those that the pin lets an installer take; all where it says nothing of them."""
    locked = dict(pin.files)
    if locked:
        return tuple(name for name in names if name in locked)
    if not pin.hashes:
        return tuple(names)
    return tuple(name for name in names if listed.get(name) is None or listed[name] in pin.hashes)
