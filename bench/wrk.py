"""The load generator ``wrk``, where it is installed: a small server answers more than a client in Python can ask."""

from __future__ import annotations

import re
import subprocess

from load import Summary

_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
_SIZES = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
_LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)$", re.MULTILINE)
_TOTAL = re.compile(r"(\d+) requests in ([\d.]+)(ms|s|m), ([\d.]+)(B|KB|MB|GB) read")
_FAILED = re.compile(r"(?:Non-2xx or 3xx responses: \d+|Socket errors: .*)")


def wrk(program: str, url: str, headers: list[str], *, seconds: float, connections: int) -> Summary:
    """Ask for ``url`` again and again over so many connections, from one thread; all cores but the servers' are its."""
    command = [program, "--threads", "1", "--connections", str(connections), "--duration", f"{max(1, round(seconds))}s"]
    command += ["--latency", "--timeout", "10s", *(part for header in headers for part in ("--header", header))]
    done = subprocess.run([*command, url], check=True, capture_output=True, text=True, timeout=seconds + 60)
    return read(done.stdout)


def read(said: str) -> Summary:
    """What it printed; raises `ValueError` for anything else."""
    total = _TOTAL.search(said)
    if total is None:
        raise ValueError(f"wrk printed no result: {said}")
    found = {share: float(number) * _UNITS[unit] for share, number, unit in _LATENCY.findall(said)}
    return Summary(
        seconds=float(total[2]) * _UNITS[total[3]],
        answers=int(total[1]),
        received=int(float(total[4]) * _SIZES[total[5]]),
        median=found.get("50", 0.0),
        slow=found.get("99", 0.0),
        failures=tuple(_FAILED.findall(said)),
    )
