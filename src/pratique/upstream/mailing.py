"""Carrying mail to the server that the operator named (RFC 5321), over TLS that checks who it is."""

from __future__ import annotations

import asyncio
import smtplib
from email.message import EmailMessage

from pratique.errors import BadSetting
from pratique.notices import MailServer
from pratique.upstream.configured import certificates


class SmtpMail:
    """`pratique.notices.Mail` over SMTP, a connection for each message: notices are few."""

    def __init__(self, settings: MailServer) -> None:
        self._settings = settings

    async def send(self, message: EmailMessage, *, seconds: float) -> str:
        """Why it was not taken; empty where it was. ``seconds`` are for all of it."""
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.to_thread(self._send, message, seconds)
        except TimeoutError:
            return _late(seconds)

    def _send(self, message: EmailMessage, seconds: float) -> str:
        try:
            with self._connected(seconds) as connection:
                if self._settings.user:
                    connection.login(self._settings.user, self._settings.password)
                connection.send_message(message)
        except TimeoutError:
            return _late(seconds)
        except smtplib.SMTPRecipientsRefused as error:
            return "the address is refused: " + ", ".join(str(code) for code, _ in error.recipients.values())
        except smtplib.SMTPResponseException as error:
            return f"answered {error.smtp_code}"
        except (smtplib.SMTPException, OSError, ValueError, BadSetting) as error:
            return f"cannot be used: {type(error).__name__}: {error}"
        return ""

    def _connected(self, seconds: float) -> smtplib.SMTP:
        chosen = self._settings
        if chosen.security == "tls":
            return smtplib.SMTP_SSL(chosen.server, chosen.port, timeout=seconds, context=certificates())
        connection = smtplib.SMTP(chosen.server, chosen.port, timeout=seconds)
        if chosen.security == "starttls":
            try:
                connection.starttls(context=certificates())
            except BaseException:
                connection.close()
                raise
        return connection


def _late(seconds: float) -> str:
    return f"no answer within {seconds:g} seconds"
