"""Over which server users are written to, by the operator's file."""

from __future__ import annotations

from collections.abc import Mapping
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path

import msgspec

from pratique.errors import BadSetting
from pratique.notices import MailServer, Security
from pratique.telling.kept import kept

_PORTS: Mapping[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
_HIGHEST_PORT = 65_535


class MailTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """``[mail]``."""

    server: str
    sender: str = msgspec.field(name="from")
    port: int = 0
    security: Security = "starttls"
    user: str = ""
    password_env: str = ""
    password_file: str = ""


def mail_settings(table: MailTable, path: Path, environment: Mapping[str, str]) -> MailServer:
    """What the table says; raises `BadSetting`."""
    where = f"{path}: mail"
    password = kept(where, "password", table.password_env, table.password_file, environment)
    if bool(table.user) != bool(password):
        raise BadSetting(f"{where}: user and password go together.", remedy="Give both, or neither.")
    if password and table.security == "none":
        raise BadSetting(
            f"{where}: the password would be sent in the clear.", remedy="Let security be starttls or tls."
        )
    if not table.server or not 0 <= table.port <= _HIGHEST_PORT:
        raise BadSetting(f"{where} names no server.", remedy="Give server, and port if it is no usual one.")
    return MailServer(
        server=table.server,
        port=table.port or _PORTS[table.security],
        security=table.security,
        sender=_sender(where, table.sender),
        user=table.user,
        password=password,
    )


def _sender(where: str, text: str) -> str:
    """An address, with or without a name before it."""
    name, address = parseaddr(text if text.isprintable() else "")
    try:
        return str(Address(display_name=name, addr_spec=address))
    except (ValueError, IndexError) as error:
        raise BadSetting(
            f"{where}: {text[:80]!r} is no sender.", remedy='For example from = "pratique@example.org".'
        ) from error
