"""``pratique serve``: an index for pip, uv and Poetry that lets nothing pass uninspected."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pratique.errors import BadSetting

_PORTS = range(65536)


def serve(
    *,
    listen: str = "127.0.0.1:8470",
    data: Path = Path("pratique-data"),
    upstream: str | None = None,
    advisories: list[str] | None = None,
    advisories_every: int = 60,
) -> int:
    """Serve an index that passes on only what was inspected and allowed.

    Parameters
    ----------
    listen
        HOST:PORT to listen on; port 0 takes any free one.
    data
        Folder for the database and the files; it is made when it is missing.
    upstream
        The index behind this one; by default the one that pip is configured with.
    advisories
        A folder, zip or URL of OSV records to keep up to date (an address that ends in a slash is that of an
        export: all.zip, and modified_id.csv beside it). May be given several times.
    advisories_every
        Minutes between two looks for new advisories.

    """
    host, port = _address(listen)
    if advisories_every < 1:
        raise BadSetting(f"--advisories-every {advisories_every} is no time.", remedy="Give minutes, 1 or more.")
    from pratique.wiring import ServerSettings, run_server

    run_server(
        ServerSettings(
            host=host,
            port=port,
            data=data,
            upstream=upstream,
            advisories=tuple(advisories or ()),
            advisories_every=timedelta(minutes=advisories_every),
        )
    )
    return 0


def _address(listen: str) -> tuple[str, int]:
    """Split ``HOST:PORT`` (an IPv6 address stands in brackets)."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) in _PORTS):
        raise BadSetting(f"--listen {listen} is not HOST:PORT.", remedy="For example 127.0.0.1:8470.")
    return host, int(port)
