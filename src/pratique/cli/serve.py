"""``pratique serve``: an index for pip, uv and Poetry that lets nothing pass uninspected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from pratique.cli.serve_options import Options, configured, settings_of

__all__ = ["Options", "configured", "serve"]

_Several = Annotated[list[str] | None, Parameter(negative=())]


def serve(  # noqa: PLR0913  (each is an option)
    *,
    config: Path | None = None,
    listen: str | None = None,
    data: Path | None = None,
    database: str | None = None,
    upstream: _Several = None,
    upstream_origin: _Several = None,
    allow_host: _Several = None,
    cache_size: str | None = None,
    cache_low_water: int | None = None,
    advisories: _Several = None,
    advisories_every: int | None = None,
    public_url: str | None = None,
    breached_url: str | None = None,
    breached_file: Path | None = None,
    trusted_issuer: _Several = None,
    policy: Path | None = None,
    notify: Path | None = None,
    follow_every: int | None = None,
    hold_new_names: Annotated[bool | None, Parameter(negative=())] = None,
    log_format: Literal["text", "json"] | None = None,
    rate_limit: int | None = None,
    trusted_proxy: _Several = None,
    tls_certificate: Path | None = None,
    tls_key: Path | None = None,
) -> int:
    """Serve an index that passes on only what was inspected and allowed.

    Parameters
    ----------
    config
        A TOML file with any of these options, named as here without the dashes; the command line wins.
    listen
        HOST:PORT to listen on; port 0 takes any free one. [default: 127.0.0.1:8470]
    data
        Folder for the database and the files; it is made when it is missing. [default: pratique-data]
    database
        The database, from now on and for every command with this data folder: postgresql+psycopg://USER@HOST/NAME.
        By default the one chosen last, or else an SQLite file in the folder.
    upstream
        The index behind this one, by default the one that pip is configured with: URL, or NAME=URL. Given several
        times, the first that has a project gives all of it.
    upstream_origin
        A further address where an upstream keeps its files, which may stand inside your network. May be given several
        times.
    allow_host
        A host that pages may lead to besides the upstreams' own, as in files.example.org or *.example.org; once there
        is one, no others are asked. May be given several times.
    cache_size
        What files of upstreams may take of the disk, as in 20GB; then those not used for longest give way. Without it
        all are kept.
    cache_low_water
        Percent of that size that are left once something has to give way. [default: 90]
    advisories
        A folder, zip or URL of OSV records to keep up to date (an address that ends in a slash is that of an
        export: all.zip, and modified_id.csv beside it). May be given several times.
    advisories_every
        Minutes between two looks for new advisories. [default: 60]
    public_url
        Where browsers reach the site, if a proxy stands before it: https://packages.example.org.
    breached_url
        A service that knows stolen passwords by the first 5 digits of their SHA-1: URL/PREFIX is asked.
    breached_file
        A file of them, sorted lines SHA1:COUNT; it also serves when the service cannot be reached.
    trusted_issuer
        Who vouches for workflows that publish: KIND=URL, a kind of github, gitlab or generic. May be given several
        times.
    policy
        A TOML file that says what may be installed; it is read again whenever it changes.
    notify
        A TOML file that says which webhooks are told what happens; see docs/aftercare.md.
    follow_every
        Seconds between two looks at what the upstream has removed; 0 for none. [default: 60]
    hold_new_names
        Hold the first upload of each new project until a reviewer agrees to its name.
    log_format
        Log each request on stderr: text for a person, json for what gathers logs. Without it none is logged.
    rate_limit
        Requests a minute of one address, beyond which it is told to wait; 0 sets no limit. [default: 0]
    trusted_proxy
        An address or network of proxies before this server, as in 10.0.0.0/24: their X-Forwarded-For says who the
        client is. Without one that header is nobody's word. May be given several times.
    tls_certificate
        A PEM file with the certificate and those above it: the server then speaks HTTPS.
    tls_key
        The certificate's key, if that lies in a file of its own.

    """
    given = {
        "listen": listen,
        "data": str(data) if data else None,
        "database": database,
        "upstream": tuple(upstream) if upstream else None,
        "upstream_origin": tuple(upstream_origin) if upstream_origin else None,
        "allow_host": tuple(allow_host) if allow_host else None,
        "cache_size": cache_size,
        "cache_low_water": cache_low_water,
        "advisories": tuple(advisories) if advisories else None,
        "advisories_every": advisories_every,
        "public_url": public_url,
        "breached_url": breached_url,
        "breached_file": str(breached_file) if breached_file else None,
        "trusted_issuer": tuple(trusted_issuer) if trusted_issuer else None,
        "policy": str(policy) if policy else None,
        "notify": str(notify) if notify else None,
        "follow_every": follow_every,
        "hold_new_names": hold_new_names,
        "log_format": log_format,
        "rate_limit": rate_limit,
        "trusted_proxy": tuple(trusted_proxy) if trusted_proxy else None,
        "tls_certificate": str(tls_certificate) if tls_certificate else None,
        "tls_key": str(tls_key) if tls_key else None,
    }
    options = msgspec.structs.replace(configured(config), **{k: v for k, v in given.items() if v is not None})
    settings = settings_of(options)
    from pratique.wiring import run_server

    run_server(settings)
    return 0
