"""Addresses: who may see the credentials in one, and which of them are our own."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from pratique.errors import BadSetting, UpstreamError

_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]
"""Scheme, host and port (RFC 6454)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index's address, and what is sent to its origin alone."""

    url: str
    """Without credentials, ending in a slash."""
    origin: Origin
    authorization: str = ""
    """The header's value (RFC 7617), empty where the address has no credentials."""


def parse_index(url: str) -> Index:
    """Take an index's address apart; raises `BadSetting` unless it is an http(s) one."""
    try:
        parts = urlsplit(url.strip())
        origin = _origin(parts)
    except ValueError as error:
        raise BadSetting(
            f"The upstream {redact(url)} is not an http(s) address.", remedy="Give another with --upstream URL."
        ) from error
    bare = parts._replace(netloc=_bare(parts), query="", fragment="").geturl()
    return Index(url=bare.rstrip("/") + "/", origin=origin, authorization=_authorization(parts))


def parse_link(url: str) -> tuple[str, Origin]:
    """An address without credentials, and its origin; raises `UpstreamError` unless it is an http(s) one."""
    try:
        parts = urlsplit(url)
        return parts._replace(netloc=_bare(parts), fragment="").geturl(), _origin(parts)
    except ValueError as error:
        raise UpstreamError(
            f"The upstream leads to {redact(url)}, which is not an http(s) address.",
            remedy="Check the upstream's pages.",
        ) from error


def redact(url: str) -> str:
    """The address as it may be shown: without credentials, and without a query, since signatures stand there."""
    try:
        parts = urlsplit(url)
        bare = _bare(parts)
    except ValueError:
        return "(an unreadable address)"
    if not parts.netloc:
        return "(an address without a host)"
    hidden = f"****@{bare}" if "@" in parts.netloc else bare
    return parts._replace(netloc=hidden, query="..." if parts.query else "", fragment="").geturl()


def is_self(upstream_url: str, host: str, port: int) -> bool:
    """Whether the address is that of a server listening on ``host`` and ``port`` of this machine."""
    try:
        _, theirs, their_port = _origin(urlsplit(upstream_url.strip()))
    except ValueError:
        return False
    ours = host.lower().removeprefix("[").removesuffix("]")
    return their_port == port and (theirs == ours or (_is_local(theirs) and _is_local(ours)))


def _is_local(host: str) -> bool:
    """Loopback by name or number, or the unspecified address, which listens on loopback too."""
    if host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost"):
        return True
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)


def _origin(parts: SplitResult) -> Origin:
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _bare(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _authorization(parts: SplitResult) -> str:
    if parts.username is None:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
