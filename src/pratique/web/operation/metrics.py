"""What is counted and timed, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

if TYPE_CHECKING:
    from pratique.ports import Event

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 60.0)
CACHED = frozenset({"page", "file", "metadata"})
"""What may be answered without asking the upstream."""


class Fetched:
    """Whether the upstream was asked on behalf of one request; those who joined it meanwhile did not ask."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        self.asked = False


_FETCHED: ContextVar[Fetched | None] = ContextVar("pratique_fetched", default=None)


class Metrics:
    """`pratique.ports.Observer`, and what the requests tell. Everything in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "pratique_requests", "Requests answered.", ("feature", "method", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "pratique_request_seconds",
            "Time until the answer was known; sending it is not in it.",
            ("feature",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._cache = Counter(
            "pratique_cache",
            "Answers given without the upstream (hit) or with it (miss).",
            ("what", "result"),
            registry=self._registry,
        )
        self._events = Counter(
            "pratique_events",
            "Downloads, refusals and verdicts on record.",
            ("kind", "verdict", "action"),
            registry=self._registry,
        )
        self._answers: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._caches: dict[tuple[str, bool], Counter] = {}
        """To look them up by their labels each time takes longer than to count."""
        self._upstream = Counter(
            "pratique_upstream_requests", "Requests to the upstream.", ("what", "outcome"), registry=self._registry
        )
        self._upstream_seconds = Histogram(
            "pratique_upstream_seconds",
            "Time until the upstream's answer began.",
            ("what",),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def recorded(self, events: Iterable[Event]) -> None:
        """Events that are durable."""
        for event in events:
            self._events.labels(event.kind.value, event.verdict or "none", event.action or "none").inc()

    def asked_upstream(self, what: str, outcome: str, seconds: float) -> None:
        """One request to the upstream: ``page`` or ``file``; ``ok``, ``unchanged``, ``missing`` or ``failed``."""
        self._upstream.labels(what, outcome).inc()
        self._upstream_seconds.labels(what).observe(seconds)
        if (fetched := _FETCHED.get()) is not None:
            fetched.asked = True

    def begin(self) -> Fetched:
        """Watch whether the upstream is asked from here on, in this task and those that it starts."""
        fetched = Fetched()
        _FETCHED.set(fetched)
        return fetched

    def answered(self, feature: str, method: str, status: int, seconds: float, fetched: Fetched) -> None:
        """One request, and what it took."""
        key = feature, method, status
        if key not in self._answers:
            self._answers[key] = self._requests.labels(feature, method, str(status)), self._seconds.labels(feature)
        counter, histogram = self._answers[key]
        counter.inc()
        histogram.observe(seconds)
        if feature in CACHED and status < 400:
            which = feature, fetched.asked
            if which not in self._caches:
                self._caches[which] = self._cache.labels(feature, "miss" if fetched.asked else "hit")
            self._caches[which].inc()

    def watch_queue(self, load: Callable[[], tuple[int, int]]) -> None:
        """Show how many inspections wait and run, as ``load`` says at that moment."""
        queue = Gauge("pratique_inspections", "Inspections that wait or run.", ("state",), registry=self._registry)
        queue.labels("waiting").set_function(lambda: load()[0])
        queue.labels("running").set_function(lambda: load()[1])

    def watch(self, name: str, told: str, value: Callable[[], float]) -> None:
        """Show a number, as ``value`` says at that moment."""
        Gauge(name, told, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
