"""``pratique serve``: an index for pip, uv and Poetry that lets nothing pass uninspected."""

from __future__ import annotations

from pathlib import Path

from pratique.errors import BadSetting

_PORTS = range(65536)


def serve(*, listen: str = "127.0.0.1:8470", data: Path = Path("pratique-data"), upstream: str | None = None) -> int:
    """Serve an index that passes on only what was inspected and allowed.

    Parameters
    ----------
    listen
        HOST:PORT to listen on; port 0 takes any free one.
    data
        Folder for the database and the files; it is made when it is missing.
    upstream
        The index behind this one; by default the one that pip is configured with.

    """
    host, port = _address(listen)
    from pratique.wiring import ServerSettings, run_server

    run_server(ServerSettings(host=host, port=port, data=data, upstream=upstream))
    return 0


def _address(listen: str) -> tuple[str, int]:
    """Split ``HOST:PORT`` (an IPv6 address stands in brackets)."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) in _PORTS):
        raise BadSetting(f"--listen {listen} is not HOST:PORT.", remedy="For example 127.0.0.1:8470.")
    return host, int(port)
