"""``pratique serve``: an index for pip, uv and Poetry that lets nothing pass uninspected."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from pratique.errors import BadSetting

_PORTS = range(65536)


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What ``--config`` may hold, with the names and the defaults of the options."""

    listen: str = "127.0.0.1:8470"
    data: str = "pratique-data"
    upstream: str | None = None
    advisories: tuple[str, ...] = ()
    advisories_every: int = 60
    public_url: str = ""
    breached_url: str = ""
    breached_file: str = ""
    trusted_issuer: tuple[str, ...] = ()
    policy: str | None = None
    hold_new_names: bool = False
    log_format: Literal["", "text", "json"] = ""
    rate_limit: int = 0
    tls_certificate: str = ""
    tls_key: str = ""


def serve(  # noqa: PLR0913  (each is an option)
    *,
    config: Path | None = None,
    listen: str | None = None,
    data: Path | None = None,
    upstream: str | None = None,
    advisories: Annotated[list[str] | None, Parameter(negative=())] = None,
    advisories_every: int | None = None,
    public_url: str | None = None,
    breached_url: str | None = None,
    breached_file: Path | None = None,
    trusted_issuer: Annotated[list[str] | None, Parameter(negative=())] = None,
    policy: Path | None = None,
    hold_new_names: Annotated[bool | None, Parameter(negative=())] = None,
    log_format: Literal["text", "json"] | None = None,
    rate_limit: int | None = None,
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
    upstream
        The index behind this one; by default the one that pip is configured with.
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
    hold_new_names
        Hold the first upload of each new project until a reviewer agrees to its name.
    log_format
        Log each request on stderr: text for a person, json for what gathers logs. Without it none is logged.
    rate_limit
        Requests a minute of one address, beyond which it is told to wait; 0 sets no limit. [default: 0]
    tls_certificate
        A PEM file with the certificate and those above it: the server then speaks HTTPS.
    tls_key
        The certificate's key, if that lies in a file of its own.

    """
    given = {
        "listen": listen,
        "data": str(data) if data else None,
        "upstream": upstream,
        "advisories": tuple(advisories) if advisories else None,
        "advisories_every": advisories_every,
        "public_url": public_url,
        "breached_url": breached_url,
        "breached_file": str(breached_file) if breached_file else None,
        "trusted_issuer": tuple(trusted_issuer) if trusted_issuer else None,
        "policy": str(policy) if policy else None,
        "hold_new_names": hold_new_names,
        "log_format": log_format,
        "rate_limit": rate_limit,
        "tls_certificate": str(tls_certificate) if tls_certificate else None,
        "tls_key": str(tls_key) if tls_key else None,
    }
    options = msgspec.structs.replace(configured(config), **{k: v for k, v in given.items() if v is not None})
    host, port = _address(options.listen)
    if options.advisories_every < 1:
        raise BadSetting(
            f"--advisories-every {options.advisories_every} is no time.", remedy="Give minutes, 1 or more."
        )
    if options.rate_limit < 0:
        raise BadSetting(f"--rate-limit {options.rate_limit} is no limit.", remedy="Give requests a minute, or 0.")
    from pratique.wiring import AccountSettings, OperationSettings, ServerSettings, run_server

    run_server(
        ServerSettings(
            host=host,
            port=port,
            data=Path(options.data),
            upstream=options.upstream,
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
            operation=OperationSettings(
                log_format=options.log_format,
                rate_limit=options.rate_limit,
                tls_certificate=Path(options.tls_certificate) if options.tls_certificate else None,
                tls_key=Path(options.tls_key) if options.tls_key else None,
            ),
        )
    )
    return 0


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


def _address(listen: str) -> tuple[str, int]:
    """Split ``HOST:PORT`` (an IPv6 address stands in brackets)."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) in _PORTS):
        raise BadSetting(f"--listen {listen} is not HOST:PORT.", remedy="For example 127.0.0.1:8470.")
    return host, int(port)
