"""The options of ``pratique serve``: what the command line and a file say, as settings."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from pratique.errors import BadSetting

if TYPE_CHECKING:
    from pratique.upstream import Source
    from pratique.wiring import ServerSettings

_PORTS = range(65536)
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE | re.ASCII)
_LOW = range(10, 101)


class UpstreamTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of several upstreams in a file, the first of which goes before the others."""

    url: str
    name: str = ""
    projects: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What ``--config`` may hold, with the names and the defaults of the options."""

    listen: str = "127.0.0.1:8470"
    data: str = "pratique-data"
    database: str = ""
    upstream: str | tuple[str | UpstreamTable, ...] = ()
    upstream_origin: tuple[str, ...] = ()
    allow_host: tuple[str, ...] = ()
    cache_size: str = ""
    cache_low_water: int = 90
    advisories: tuple[str, ...] = ()
    advisories_every: int = 60
    public_url: str = ""
    breached_url: str = ""
    breached_file: str = ""
    trusted_issuer: tuple[str, ...] = ()
    policy: str | None = None
    notify: str = ""
    follow_every: int = 60
    hold_new_names: bool = False
    log_format: Literal["", "text", "json"] = ""
    rate_limit: int = 0
    trusted_proxy: tuple[str, ...] = ()
    tls_certificate: str = ""
    tls_key: str = ""


def configured(path: Path | None) -> Options:
    """The options of a file, or the defaults; raises `BadSetting` for what cannot be read or is not an option."""
    if path is None:
        return Options()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Options)
    except OSError as error:
        raise BadSetting(
            f"{path} cannot be read: {error.strerror}.", remedy="Give a TOML file with --config."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        known = ", ".join(field.encode_name for field in msgspec.structs.fields(Options))
        raise BadSetting(f"{path}: {error}.", remedy=f"It may hold {known}.") from error


def settings_of(options: Options) -> ServerSettings:
    """The settings of a server; raises `BadSetting` for a value that is none."""
    host, port = _address(options.listen)
    if options.advisories_every < 1:
        raise BadSetting(
            f"--advisories-every {options.advisories_every} is no time.", remedy="Give minutes, 1 or more."
        )
    if options.follow_every < 0:
        raise BadSetting(f"--follow-every {options.follow_every} is no time.", remedy="Give seconds, or 0 for never.")
    if options.rate_limit < 0:
        raise BadSetting(f"--rate-limit {options.rate_limit} is no limit.", remedy="Give requests a minute, or 0.")
    if options.cache_low_water not in _LOW:
        raise BadSetting(
            f"--cache-low-water {options.cache_low_water} is no share.", remedy="Give percent, from 10 to 100."
        )
    size, trusted = _size(options.cache_size), tuple(_network(one) for one in options.trusted_proxy)
    from pratique.wiring import (
        AccountSettings,
        AftercareSettings,
        CacheSettings,
        OperationSettings,
        ServerSettings,
        UpstreamSettings,
    )

    return ServerSettings(
        host=host,
        port=port,
        data=Path(options.data),
        database=options.database,
        upstreams=UpstreamSettings(sources=_sources(options), allowed=options.allow_host),
        cache=CacheSettings(size=size, low_water=options.cache_low_water / 100),
        policy=Path(options.policy) if options.policy else None,
        hold_new_names=options.hold_new_names,
        advisories=options.advisories,
        advisories_every=timedelta(minutes=options.advisories_every),
        accounts=AccountSettings(
            public_url=options.public_url,
            breached_url=options.breached_url,
            breached_file=Path(options.breached_file) if options.breached_file else None,
            trusted_issuers=options.trusted_issuer,
        ),
        aftercare=AftercareSettings(
            notify=Path(options.notify) if options.notify else None,
            follow_every=timedelta(seconds=options.follow_every),
        ),
        operation=OperationSettings(
            log_format=options.log_format,
            rate_limit=options.rate_limit,
            tls_certificate=Path(options.tls_certificate) if options.tls_certificate else None,
            tls_key=Path(options.tls_key) if options.tls_key else None,
            trusted_proxies=trusted,
        ),
    )


def _sources(options: Options) -> tuple[Source, ...]:
    """The upstreams in their order; each may have its files at the further origins as well."""
    from pratique.upstream import Source, default_upstream, source_of

    given = (options.upstream,) if isinstance(options.upstream, str) else options.upstream
    entries = given or (default_upstream(),) * bool(options.upstream_origin)
    sources = (
        source_of(one)
        if isinstance(one, str)
        else Source(url=one.url, name=one.name, projects=one.projects, origins=one.origins)
        for one in entries
    )
    return tuple(replace(one, origins=(*one.origins, *options.upstream_origin)) for one in sources)


def _address(listen: str) -> tuple[str, int]:
    """Split ``HOST:PORT`` (an IPv6 address stands in brackets)."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) in _PORTS):
        raise BadSetting(f"--listen {listen} is not HOST:PORT.", remedy="For example 127.0.0.1:8470.")
    return host, int(port)


def _size(text: str) -> int:
    """Bytes: ``20GB`` is 20 · 1000³, ``20GiB`` 20 · 1024³; 0 for no text."""
    if not text.strip():
        return 0
    match = _SIZE.fullmatch(text.strip())
    if match is None or not (match[2] or not match[3]):
        raise BadSetting(f"--cache-size {text} is no size.", remedy="For example 20GB, or 500MiB.")
    return int(float(match[1]) * (1024 if match[3] else 1000) ** " kmgt".index(match[2].lower() or " "))


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise BadSetting(
            f"--trusted-proxy {text} is no address or network.", remedy="For example 10.0.0.7 or 10.0.0.0/24."
        ) from error
