"""What whoever started the server reads in their terminal: addresses, the first invitation, and what goes wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pratique.wiring.settings import ServerSettings

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts
    from pratique.gateway.policies import Policies


def tell(text: str) -> None:
    """Something that whoever runs the server may want to know; it may speak of what others wrote."""
    from pratique.printable import printable

    sys.stderr.write(f"{printable(text)}\n")
    sys.stderr.flush()


def site_at(settings: ServerSettings, port: str) -> str:
    """Where browsers reach a server that listens at this port."""
    return settings.accounts.public_url.rstrip("/") or _site(settings, port)


async def invite(settings: ServerSettings, accounts: Accounts, port: str) -> None:
    """On the first start, the link that makes an administrator: to a terminal alone, since all else is a log."""
    if await accounts.people.has_administrator():
        return
    site = site_at(settings, port)
    if sys.stdout.isatty():
        link = f"{site}/account/link/{await accounts.people.first_link()}"
        said = f"Nobody administers this server. Within an hour, open once: {link}"
    else:
        command = f"{_program()} user first --data {settings.data.resolve()} --url {site}"
        said = f"Nobody administers this server: `{command}` prints a link."
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()


def _program() -> str:
    """How the program was called: it need not be on the path."""
    return sys.argv[0] if sys.argv[0].endswith("/pratique") else "pratique"


def _site(settings: ServerSettings, port: str) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if settings.operation.tls_certificate else 'http'}://{host}:{port}"


def say(settings: ServerSettings, port: str, policies: Policies) -> None:
    """Where the index is, how to point a client at it, where the data lies, and what it goes by."""
    from pratique.wiring.names import popular_in

    index = f"{_site(settings, port)}/simple/"
    sys.stdout.write(
        f"Index at {index}   for people: {_site(settings, port)}/\n"
        f"pip: --index-url {index}   uv: --default-index {index}   "
        f"Poetry: poetry source add --priority=primary pratique {index}\n"
        f"Data in {settings.data.resolve()}; names are compared with {popular_in(settings.data).told}\n"
        f"Policy: {policies.described}\n"
    )
    sys.stdout.flush()
