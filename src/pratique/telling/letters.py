"""How a notice is written and signed.

The signature is that of Standard Webhooks: HMAC-SHA256 over ``id.timestamp.body``, so that a receiver can refuse what
is old, what it has seen before, and what somebody else wrote.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime
from typing import assert_never

from pratique.notices import Letter, Notice
from pratique.printable import printable
from pratique.telling.targets import Target

_PREFIX = "whsec_"
_LONGEST = 1000
"""Characters of a text in a chat."""


def letter(target: Target, notice: Notice, *, identity: str, at: datetime) -> Letter:
    """What a target gets; ``identity`` is the same at each attempt, ``at`` the moment of this one."""
    match target.form:
        case "json":
            body = json.dumps(_document(notice, identity), sort_keys=True).encode()
            stamp = str(int(at.timestamp()))
            headers: tuple[tuple[str, str], ...] = (
                ("Content-Type", "application/json"),
                ("Webhook-Id", identity),
                ("Webhook-Timestamp", stamp),
                ("Webhook-Signature", signature(target.secret, identity=identity, stamp=stamp, body=body)),
            )
        case "slack":
            body = json.dumps({"text": _sentence(notice)}).encode()
            headers = (("Content-Type", "application/json"),)
        case _:  # pragma: no cover
            assert_never(target.form)
    return Letter(body=body, headers=headers)


def signature(secret: str, *, identity: str, stamp: str, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 in base64; a secret that begins with ``whsec_`` is base64 itself."""
    signed = b".".join((identity.encode(), stamp.encode(), body))
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def _document(notice: Notice, identity: str) -> dict[str, object]:
    """Every field is always there."""
    return {
        "type": notice.kind.value,
        "id": identity,
        "timestamp": notice.at.isoformat(),
        "data": {
            "title": notice.title,
            "project": notice.project,
            "version": notice.version,
            "filename": notice.filename,
            "sha256": notice.sha256,
            "verdict": notice.verdict,
            "reason": notice.reason,
            "received": notice.received,
            "clients": notice.clients,
            "user": notice.user,
            "by": notice.by,
            "exposure": notice.exposure,
            "url": notice.url,
        },
    }


def _sentence(notice: Notice) -> str:
    """A text for a chat, in which what packages wrote can neither link nor call anybody."""
    lines = [f"*{_plain(notice.title)}*", _plain(notice.reason)]
    if notice.exposure:
        lines.append(f"Who received it, and what to rotate: `{_plain(notice.exposure)}`")
    if notice.url:
        lines.append(notice.url)
    return "\n".join(line for line in lines if line.strip("*"))


def _plain(text: str) -> str:
    shown = printable(text, limit=_LONGEST)
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "'").replace("*", "")
