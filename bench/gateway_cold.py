"""The first page of a large project that a server was never asked for, beside the upstream's own."""

from __future__ import annotations

import http.client
import statistics
import time
from pathlib import Path
from urllib.parse import urlsplit

from gateway_rates import JSON
from peers_found import Peers
from table import table

from pratique.upstream.configured import certificates, default_upstream

_PROJECTS = (
    "boto3",
    "botocore",
    "google-cloud-storage",
    "tensorflow",
    "numpy",
    "sentry-sdk",
    "pytest",
    "apache-airflow",
)


def report(peers: Peers, folder: Path) -> tuple[str, bool]:
    """The table, and whether ours gave every page."""
    upstream = default_upstream()
    rows, good = [], True
    for name, server in peers.mirrors(folder, upstream):
        with server as index:
            _seconds(index, "pip")  # connections are there from now on, as on any server that somebody uses
            pairs = [_pair(index, upstream, project) for project in _PROJECTS]
        ratios = [cold / direct for cold, direct in pairs if cold]
        failed = sum(1 for cold, _ in pairs if not cold)
        good = good and not (failed and name == "pratique")
        middle = [statistics.median(times) for times in zip(*pairs, strict=True)]
        cells = [f"{middle[1] * 1000:,.0f}", f"{middle[0] * 1000:,.0f}"]
        rows.append(
            [name, *cells, f"{statistics.median(ratios):.2f}" if ratios else "", f"{max(ratios):.2f}", f"{failed}"]
        )
    header = ["server", "direct ms", "cold ms", "ratio, median", "worst", "failed"]
    return f"{len(_PROJECTS)} large projects\n{table(header, rows)}", good


def _pair(index: str, upstream: str, project: str) -> tuple[float, float]:
    """Seconds through the server and without it; without it for the second time, so that no network is to blame."""
    _seconds(upstream, project)
    direct = min(_seconds(upstream, project) for _ in range(2))
    return _seconds(index, project), direct


def _seconds(index: str, project: str) -> float:
    """For a new client's first page, connection included; 0 for none."""
    parts = urlsplit(f"{index.rstrip('/')}/{project}/")
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=120, context=certificates())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=120)
    )
    accept = f"{JSON}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
    started = time.perf_counter()
    try:
        connection.request("GET", parts.path, headers={"Accept": accept, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return time.perf_counter() - started if answer.status == 200 else 0.0
