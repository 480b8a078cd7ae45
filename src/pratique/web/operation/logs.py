"""A line for each request: for a person, or a JSON object for whatever gathers logs."""

from __future__ import annotations

from enum import StrEnum
from typing import TextIO

import structlog

from pratique.printable import printable


class LogFormat(StrEnum):
    """How requests are logged."""

    TEXT = "text"
    JSON = "json"


class RequestLog:
    """Writes to ``stream``. What clients write is made printable; queries, which may hold secrets, are left out."""

    def __init__(self, form: LogFormat, stream: TextIO) -> None:
        renderer = (
            structlog.processors.JSONRenderer()
            if form is LogFormat.JSON
            else structlog.processors.LogfmtRenderer(key_order=["timestamp", "event"], bool_as_flag=False)
        )
        self._log: structlog.BoundLogger = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            wrapper_class=structlog.BoundLogger,
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                renderer,
            ],
        )

    def answered(  # noqa: PLR0913  (each is a field of the line)
        self, *, request: str, client: str, agent: str, method: str, path: str, status: int, ms: float, size: int | None
    ) -> None:
        """One request and its answer; ``size`` in bytes where it is known, ``ms`` until the answer was known."""
        level = self._log.error if status >= 500 else self._log.info
        level(
            "request",
            request=request,
            client=client,
            agent=printable(agent, limit=200),
            method=method,
            path=printable(path, limit=500),
            status=status,
            ms=round(ms, 2),
            bytes=size,
        )

    def tell(self, text: str) -> None:
        """Something that whoever runs the server may want to know."""
        self._log.warning("notice", text=printable(text))
