"""Whose request it is: the address of the connection, or what a trusted proxy says of it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web

Network = IPv4Network | IPv6Network
TRUSTED: web.AppKey[tuple[Network, ...]] = web.AppKey("trusted", tuple)
"""The proxies before this server, whose ``X-Forwarded-For`` is believed."""
_HEADER = "X-Forwarded-For"
_HOPS = 20


def client_of(request: web.Request) -> str:
    """The client's address, for the record, limits and throttles alike; empty where there is no connection.

    Each proxy adds the address that it was asked from to the end of ``X-Forwarded-For``. So it is read from its end,
    as far as those who wrote it are trusted; whatever stands before is the client's to write, as is the whole header
    where no trusted proxy stands before this server.
    """
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if not isinstance(peer, tuple):
        return ""
    trusted = request.app[TRUSTED]
    if not trusted:
        return str(peer[0])
    address = _read(str(peer[0]))
    if address is None:
        return str(peer[0])
    said = ",".join(request.headers.getall(_HEADER, ())).split(",")
    for entry in reversed(said[-_HOPS:]):
        if not _is_in(address, trusted):
            break
        before = _read(entry.strip())
        if before is None:
            break
        address = before
    return str(address)


def _is_in(address: IPv4Address | IPv6Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address, with or without the port that some proxies add; IPv4 as such where it is written as IPv6."""
    host = text
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
