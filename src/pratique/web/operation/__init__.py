"""What whoever runs the server needs: metrics, a log of requests, limits, and whether it is able to serve."""

from __future__ import annotations

from pratique.web.operation.around import observed
from pratique.web.operation.checks import routes
from pratique.web.operation.model import OPERATION, Check, LogFormat, Operation

__all__ = ["OPERATION", "Check", "LogFormat", "Operation", "observed", "routes"]
