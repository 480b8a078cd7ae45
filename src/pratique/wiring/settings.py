"""How a server is started, and what inspects for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pratique.errors import BadSetting
from pratique.gateway.gateway import Rules
from pratique.verdict import Report

if TYPE_CHECKING:
    from pratique.upstream import Source

Task = Callable[..., Report]
"""``task(path, *, filename, sha256) -> Report``, importable by name: it runs in another process."""


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What inspects, and within which limits."""

    task: Task
    version: str
    workers: int = field(default_factory=_cores)
    """One for each core; they yield to the server. More would share one, and an inspection has only so many seconds."""
    seconds: float = 120.0
    memory_bytes: int = 1 << 30
    file_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """How people are known."""

    public_url: str = ""
    """Where browsers reach the site, if that is not where it listens: behind a proxy that speaks TLS."""
    breached_url: str = ""
    """A service of stolen passwords."""
    breached_file: Path | None = None
    """A file of them, for closed networks."""
    trusted_issuers: tuple[str, ...] = ()
    """Who vouches for workflows: ``KIND=URL``."""

    @property
    def host(self) -> str:
        """The host of the public URL; raises `BadSetting` where it is no origin."""
        parts = urlsplit(self.public_url)
        if self.public_url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
            raise BadSetting(
                f"--public-url {self.public_url} is no origin.", remedy="For example https://packages.example.org."
            )
        return parts.hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSettings:
    """How a server is run."""

    log_format: str = ""
    """``text`` or ``json``; empty logs no requests."""
    rate_limit: int = 0
    """Requests a minute of one client; 0 sets no limit."""
    tls_certificate: Path | None = None
    """A PEM file: the certificate and those that vouch for it. Without one the server speaks HTTP."""
    tls_key: Path | None = None
    """The certificate's key, unless that lies in the same file."""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Proxies before the server, whose ``X-Forwarded-For`` is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamSettings:
    """The indexes behind the server, and where they may lead."""

    sources: tuple[Source, ...] = ()
    """In the order of their priority; the one that pip is configured with if there are none."""
    allowed: tuple[str, ...] = ()
    """The only hosts that pages may lead to, besides the upstreams' own; any public ones, if there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSettings:
    """What upstreams' files may take of the disk."""

    size: int = 0
    """In bytes; 0 sets no bound."""
    low_water: float = 0.9
    """The part of it that is left once something had to give way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AftercareSettings:
    """What goes on after files were passed on."""

    notify: Path | None = None
    """A file that says who is told what happens; nobody is without one."""
    follow_every: timedelta = timedelta(minutes=1)
    """How often the upstream is asked what it removed; never, if it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How a server is started."""

    host: str = "127.0.0.1"
    port: int = 8470
    """0 takes any free one."""
    data: Path = Path("pratique-data")
    database: str = ""
    """The URL of a database to use from now on; the one that the data folder has, if there is none."""
    upstreams: UpstreamSettings = field(default_factory=UpstreamSettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    hosts: frozenset[str] = frozenset()
    """Further names under which the site may be addressed."""
    rules: Rules = field(default_factory=Rules)
    policy: Path | None = None
    """A file with the policy; it is followed while the server runs."""
    hold_new_names: bool = False
    """Whether the first upload of each new project waits for a reviewer."""
    advisories: tuple[str, ...] = ()
    """Folders, zips or addresses of OSV records that are kept up to date."""
    advisories_every: timedelta = timedelta(hours=1)
    accounts: AccountSettings = field(default_factory=AccountSettings)
    operation: OperationSettings = field(default_factory=OperationSettings)
    aftercare: AftercareSettings = field(default_factory=AftercareSettings)


class SystemClock:
    """`pratique.ports.Clock` by the machine's clock."""

    def now(self) -> datetime:
        """The current moment, in UTC."""
        return datetime.now(UTC)


def default_engine(data: Path | None = None) -> Engine:
    """The engine of this program, with limits as the environment sets them; raises `BadSetting`.

    Names are compared with the popular projects of a data folder, else with those on the list that ships.
    """
    from pratique.jobs.settings import limits_from
    from pratique.screen import ENGINE, screen_file
    from pratique.wiring.names import popular_in

    limits = limits_from(os.environ)
    names = popular_in(data) if data else None
    return Engine(
        task=partial(screen_file, limits=limits.screen, popular=names.popular if names else None),
        version=ENGINE + limits.mark + (names.mark if names else ""),
        seconds=limits.worker.seconds,
        memory_bytes=limits.worker.memory_bytes,
        file_seconds=limits.worker.file_seconds,
    )
