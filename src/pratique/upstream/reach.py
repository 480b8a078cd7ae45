"""Where an upstream may lead us: a public index has no business with addresses of the network that we stand in."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

from pratique.errors import UpstreamError

_TRANSLATED = 96
"""Bits of prefix before the IPv4 address in 64:ff9b::/96 (RFC 6052)."""


class Reach(AbstractResolver):
    """Resolves names for an index on ``home``.

    If that is a public host, links and redirects to private, loopback or link-local addresses are refused,
    whichever name they hide behind. An index inside may keep its files anywhere.
    """

    def __init__(self, home: str, inner: AbstractResolver | None = None) -> None:
        self._home = home
        self._inner = inner or DefaultResolver()
        self._inside: bool | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of a name; raises `OSError` where there are none that may be reached."""
        found = await self._inner.resolve(host, port, family)
        if host == self._home or host in _proxies() or await self._stands_inside():
            return found
        public = [result for result in found if _is_public(result["host"])]
        if not public:
            raise OSError(None, "the upstream leads to a private address")
        return public

    async def check(self, host: str) -> None:
        """Raise `UpstreamError` for an address in numbers that may not be reached; names are left to `resolve`."""
        if host != self._home and _is_address(host) and not _is_public(host) and not await self._stands_inside():
            raise UpstreamError(
                f"The upstream leads to the private address {host}.",
                remedy="Check the upstream's pages; an index of your own network is reached by a private address.",
            )

    async def close(self) -> None:
        """Let the resolver go."""
        await self._inner.close()

    async def _stands_inside(self) -> bool:
        if self._inside is None:
            self._inside = not await self._is_public(self._home)
        return self._inside

    async def _is_public(self, host: str) -> bool:
        if _is_address(host):
            return _is_public(host)
        try:
            found = await self._inner.resolve(host, 0, socket.AF_UNSPEC)
        except OSError:
            return True
        return any(_is_public(result["host"]) for result in found)


def _proxies() -> set[str]:
    """Hosts of the machine's proxies, which are often inside."""
    return {host for url in getproxies().values() if (host := urlsplit(url).hostname)}


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_public(host: str) -> bool:
    address: IPv4Address | IPv6Address = ip_address(host.partition("%")[0])
    if isinstance(address, IPv6Address):
        translated = IPv4Address(int(address) & 0xFFFFFFFF) if _is_translated(address) else None
        address = address.ipv4_mapped or address.sixtofour or translated or address
    return address.is_global and not address.is_multicast


def _is_translated(address: IPv6Address) -> bool:
    return int(address) >> (128 - _TRANSLATED) == int(IPv6Address("64:ff9b::")) >> (128 - _TRANSLATED)
