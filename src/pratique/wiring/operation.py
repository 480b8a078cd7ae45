"""How a running server is watched, limited, and proves its name."""

from __future__ import annotations

import asyncio
import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from pratique.errors import BadSetting
from pratique.gateway.gateway import Ports
from pratique.wiring.settings import OperationSettings, ServerSettings

if TYPE_CHECKING:
    import ssl

    from pratique.web.operation import Operation


_DISK_BYTES = 64 << 20
"""With less space than this nothing more can be kept, and so nothing new be served."""


def operation_for(settings: ServerSettings) -> Operation:
    """Metrics, and the log and the limit that were asked for."""
    from pratique.web.operation import LogFormat, Operation
    from pratique.web.operation.limiting import Limiter
    from pratique.web.operation.logs import RequestLog

    chosen = settings.operation
    return Operation(
        log=RequestLog(LogFormat(chosen.log_format), sys.stderr) if chosen.log_format else None,
        limiter=Limiter(chosen.rate_limit) if chosen.rate_limit else None,
        trusted=chosen.trusted_proxies,
    )


def watching(operation: Operation, settings: ServerSettings, ports: Ports) -> Operation:
    """With the queue among the metrics, and with what the server needs besides its database."""
    from pratique.gateway.caching import BoundedCache
    from pratique.jobs import PoolInspector

    async def disk() -> str:
        free = (await asyncio.to_thread(shutil.disk_usage, settings.data)).free
        return f"disk: {free >> 20} MiB are free in the data folder" if free < _DISK_BYTES else ""

    if isinstance(cache := ports.cache, BoundedCache):
        operation.metrics.watch("pratique_cache_bytes", "What upstreams' files take of the disk.", lambda: cache.size)
        bound = settings.cache.size
        operation.metrics.watch("pratique_cache_bound_bytes", "What they may take; 0 sets no bound.", lambda: bound)
    if not isinstance(ports.inspector, PoolInspector):
        return replace(operation, checks=(disk,))
    operation.metrics.watch_queue(ports.inspector.load)
    return replace(operation, checks=(ports.inspector.workers, disk))


def tls_context(settings: OperationSettings) -> ssl.SSLContext | None:
    """What the server proves its name with; raises `BadSetting`."""
    import ssl

    if settings.tls_certificate is None:
        if settings.tls_key is not None:
            raise BadSetting("--tls-key without a certificate.", remedy="Give --tls-certificate FILE as well.")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except OSError as error:
        reason = error.strerror or getattr(error, "reason", None) or "not PEM"
        raise BadSetting(
            f"The certificate {settings.tls_certificate} or its key cannot be used: {reason}.",
            remedy="Give PEM files with --tls-certificate and --tls-key, readable by this user.",
        ) from error
    return context
