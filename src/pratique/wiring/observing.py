"""Several who are told what happens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pratique.ports import Event, Observer


class Observers:
    """`pratique.ports.Observer` that tells each of them, in turn."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def recorded(self, events: Iterable[Event]) -> None:
        """Events that are durable."""
        told = tuple(events)
        for one in self._observers:
            one.recorded(told)

    def asked_upstream(self, what: str, outcome: str, seconds: float) -> None:
        """A request to the upstream."""
        for one in self._observers:
            one.asked_upstream(what, outcome, seconds)
