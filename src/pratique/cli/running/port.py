"""The port of the gateway of one command: the same as last time where it is free.

Clients key their own caches by the index's address, and grow a new one with each new port.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

from pratique.errors import BadSetting

_FILE = "run-port"


def free_port(data: Path, wanted: int) -> int:
    """A port of loopback that nobody listens on: ``wanted`` unless that is 0, else last time's, else any.

    Raises `BadSetting` where the wanted one is taken.
    """
    if wanted:
        if not _bind(wanted):
            raise BadSetting(
                f"The project's index is http://127.0.0.1:{wanted}/simple/, and something listens there already.",
                remedy="If it is `pratique serve`, the command needs no `pratique run`; else stop it.",
            )
        return wanted
    chosen = _bind(_last(data)) or _bind(0)
    with suppress(OSError):
        data.mkdir(parents=True, exist_ok=True)
        (data / _FILE).write_text(f"{chosen}\n", encoding="utf-8")
    return chosen


def _last(data: Path) -> int:
    with suppress(OSError, ValueError):
        port = int((data / _FILE).read_text(encoding="utf-8"))
        return port if 1024 <= port < 65536 else 0
    return 0


def _bind(port: int) -> int:
    """The port that could be had, 0 where it could not."""
    with socket.socket() as tried, suppress(OSError):
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind(("127.0.0.1", port))
        return int(tried.getsockname()[1])
    return 0
