"""The machine's HTTP proxies: ``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_PORTS = {"http": 80, "https": 443}


def proxy_for(url: str) -> str | None:
    """The proxy through which an address is asked, with its credentials if it has any; nothing if directly."""
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def endpoints() -> frozenset[tuple[str, int]]:
    """Host and port of each proxy: they often stand inside, by the machine's own setting."""
    found = set()
    for proxy in getproxies().values():
        try:
            parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
            if parts.hostname:
                found.add((parts.hostname, parts.port or _PORTS.get(parts.scheme, 80)))
        except ValueError:
            continue
    return frozenset(found)
