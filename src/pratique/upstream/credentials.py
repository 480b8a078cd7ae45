"""Credentials of upstreams: from the address, the environment, a file of them, or netrc. None is ever shown."""

from __future__ import annotations

import base64
import netrc
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import msgspec

from pratique.errors import BadSetting
from pratique.upstream.addresses import Index, Origin

FILE = "PRATIQUE_UPSTREAM_CREDENTIALS"
"""The environment's variable that names the file."""


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    username: str = ""
    password: str = ""
    token: str = ""


def authorizations(
    name: str, index: Index, origins: tuple[Origin, ...], environ: Mapping[str, str]
) -> dict[Origin, str]:
    """The ``Authorization`` header of each configured origin that has one; raises `BadSetting`.

    The index's is, in this order: in its address; ``PRATIQUE_UPSTREAM_<NAME>_TOKEN``, or ``_USERNAME`` and
    ``_PASSWORD``; under its name in the file that ``PRATIQUE_UPSTREAM_CREDENTIALS`` names; in netrc. Its further
    origins have what netrc says of their hosts. A ``default`` entry of netrc is nobody's.
    """
    written = _netrc(environ)
    found = {origin: _of_netrc(written, origin) for origin in (*origins, index.origin)}
    found[index.origin] = (
        index.authorization or _of_environment(name, environ) or _of_file(name, environ) or found[index.origin]
    )
    return {origin: value for origin, value in found.items() if value}


def _of_environment(name: str, environ: Mapping[str, str]) -> str:
    prefix = f"PRATIQUE_UPSTREAM_{name.upper().replace('-', '_').replace('.', '_')}_"
    return _value(
        _Entry(
            username=environ.get(prefix + "USERNAME", ""),
            password=environ.get(prefix + "PASSWORD", ""),
            token=environ.get(prefix + "TOKEN", ""),
        )
    )


def _of_file(name: str, environ: Mapping[str, str]) -> str:
    if not (place := environ.get(FILE, "")):
        return ""
    path = Path(place).expanduser()
    try:
        if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            raise BadSetting(f"Others than its owner may read {path}.", remedy=f"Run: chmod 600 {path}")
        entries = msgspec.toml.decode(path.read_bytes(), type=dict[str, _Entry])
    except OSError as error:
        raise BadSetting(f"{path} cannot be read: {error.strerror}.", remedy=f"Correct {FILE}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError):
        # The decoder's own words may quote a secret.
        raise BadSetting(
            f"{path} is not a file of credentials.",
            remedy="Write a TOML table for each upstream, with username and password, or token.",
        ) from None
    return _value(entries[name]) if name in entries else ""


def _netrc(environ: Mapping[str, str]) -> netrc.netrc | None:
    place = environ.get("NETRC") or os.path.expanduser("~/.netrc")  # noqa: PTH111 -- Path.home() raises without one
    try:
        return netrc.netrc(place)
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        return None


def _of_netrc(written: netrc.netrc | None, origin: Origin) -> str:
    if written is None or origin[1] not in written.hosts:
        return ""
    login, _, password = written.hosts[origin[1]]
    return _value(_Entry(username=login or "", password=password or ""))


def _value(entry: _Entry) -> str:
    """The header's value (RFC 7617, RFC 6750); empty where nothing is known."""
    if entry.token:
        return f"Bearer {entry.token}"
    if not entry.username:
        return ""
    return "Basic " + base64.b64encode(f"{entry.username}:{entry.password}".encode()).decode()
