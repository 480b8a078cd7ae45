"""Where an upstream may lead us: no page has business with addresses of the network that we stand in."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

from pratique.errors import BadSetting, UpstreamError
from pratique.upstream.addresses import Origin
from pratique.upstream.proxies import endpoints

_TRANSLATED = 96
"""Bits of prefix before the IPv4 address in 64:ff9b::/96 (RFC 6052)."""
_EXAMPLES = tuple(IPv4Network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
"""Kept free for documentation (RFC 5737): nobody's inside."""


class Reach(AbstractResolver):
    """Says which hosts may be asked, and resolves their names.

    The configured ``origins`` may stand anywhere. Whatever else links and redirects lead to is refused where its
    address is private, loopback or link-local, whichever name it hides behind: what `resolve` gives is what is
    connected to, so that no later answer of a name server counts. With an ``allowed`` list (``host`` or
    ``*.domain``) no host outside of it is asked at all.
    """

    def __init__(
        self, origins: Iterable[Origin], *, allowed: Sequence[str] = (), inner: AbstractResolver | None = None
    ) -> None:
        self._exempt = {(_plain(host), port) for _, host, port in origins}
        self._allowed = tuple(_pattern(one) for one in allowed)
        self._inner = inner or DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of a name; raises `OSError` where there are none that may be reached."""
        found = await self._inner.resolve(host, port, family)
        if (_plain(host), port) in self._exempt or (host, port) in endpoints():
            return found
        public = [result for result in found if _is_public(result["host"])]
        if not public:
            raise OSError(None, "the upstream leads to a private address")
        return public

    def check(self, origin: Origin) -> None:
        """Raise `UpstreamError` for what may not be asked; the addresses of names are left to `resolve`."""
        _, host, port = origin
        plain = _plain(host)
        if (plain, port) in self._exempt:
            return
        if self._allowed and not any(_matches(plain, one) for one in self._allowed):
            raise UpstreamError(
                f"The upstream leads to {host}, which is not among the allowed hosts.",
                remedy="If its files lie there, start the server with --allow-host for it as well.",
            )
        if _is_inside(plain) or (host, port) in endpoints():
            raise UpstreamError(
                f"The upstream leads to the private address {host}.",
                remedy="If its files lie there, start the server with --upstream-origin for it.",
            )

    async def close(self) -> None:
        """Let the resolver go."""
        await self._inner.close()


def _plain(host: str) -> str:
    """A host as the connector knows it."""
    try:
        return host.encode("idna").decode().lower().rstrip(".")
    except UnicodeError:
        return host.lower().rstrip(".")


def _pattern(text: str) -> str:
    host = _plain(text.strip())
    if not host.removeprefix("*.") or "/" in host or "*" in host.removeprefix("*."):
        raise BadSetting(f"--allow-host {text} is no host.", remedy="For example files.example.org or *.example.org.")
    return host


def _matches(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _is_inside(host: str) -> bool:
    """An address in numbers that is not public, or this machine by name."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return _is_address(host) and not _is_public(host)


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
    if isinstance(address, IPv4Address) and any(address in one for one in _EXAMPLES):
        return True
    return address.is_global and not address.is_multicast


def _is_translated(address: IPv6Address) -> bool:
    return int(address) >> (128 - _TRANSLATED) == int(IPv6Address("64:ff9b::")) >> (128 - _TRANSLATED)
