"""A real mail server on loopback that keeps what it is given, with TLS and a password where a test wants them."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_PATIENCE = 30.0


@dataclass(slots=True)
class Mailbox:
    """What came, to whom, and what is refused."""

    refused: set[str] = field(default_factory=set)
    """Addresses that are answered with 550."""
    password: bytes = b""
    """Whoever sends has to know it, if it is set."""
    port: int = 0
    came: list[tuple[str, EmailMessage]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    _more: threading.Condition = field(default_factory=threading.Condition)

    async def handle_RCPT(  # noqa: N802  (its name at the library)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or not."""
        del server, session
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a message."""
        del server
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        with self._more:
            self.came += [(address, message) for address in envelope.rcpt_tos]
            self.encrypted.append(session.ssl is not None)
            self._more.notify_all()
        return "250 OK"

    def await_mail(self, number: int) -> list[tuple[str, EmailMessage]]:
        """Wait until so many came, and give them all."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.came) >= number, _PATIENCE), self.came
        return list(self.came)

    @contextmanager
    def listening(self, certificate: tuple[Path, Path] | None = None) -> Iterator[int]:
        """Listen, with STARTTLS if there is a certificate; gives the port."""
        context = None
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
        controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port or _free_port(),
            tls_context=context,
            require_starttls=context is not None,
            authenticator=self._authenticate if self.password else None,
            auth_required=bool(self.password),
        )
        controller.start()
        try:
            yield controller.port
        finally:
            controller.stop()

    def _authenticate(self, *given: object) -> AuthResult:
        data = given[-1]
        known = isinstance(data, LoginPassword) and data.password == self.password
        return AuthResult(success=known, handled=known)


def text_of(letter: EmailMessage) -> str:
    """What a person reads; lines end in CRLF on the way (RFC 5321, section 2.3.8)."""
    return str(letter.get_content()).replace("\r\n", "\n")


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
