"""How a notice is written to a person: plain text, in which what packages wrote is made printable."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from pratique.notices import Notice, NoticeKind
from pratique.printable import printable

_LONGEST = 1000
"""Characters of a reason."""
_SUBJECT = 150
_NEXT = {
    NoticeKind.QUARANTINE: "It waits for a reviewer; nobody can install it until then.",
    NoticeKind.BLOCK: "It is kept as evidence and never served; its file name stays used.",
    NoticeKind.LATE: "It is refused from now on.",
    NoticeKind.FREEZE: "Tokens and log-ins of the account stop until an administrator opens it again.",
    NoticeKind.LEAK: "Make a new one, and remove the old one from where it was found.",
    NoticeKind.DECISION: "",
    NoticeKind.TAKEDOWN: "Nobody can install it until a reviewer restores it.",
    NoticeKind.TEST: "",
}


def message(notice: Notice, *, sender: str, address: str, identity: str, at: datetime) -> EmailMessage:
    """What a person gets by mail; ``identity`` is the same at each attempt, ``at`` the moment of this one."""
    written = EmailMessage(policy=SMTP)
    written["From"] = sender
    written["To"] = address
    written["Subject"] = _plain(printable(f"Pratique: {notice.title}", limit=_SUBJECT))
    written["Date"] = format_datetime(at)
    written["Message-ID"] = f"<{identity}@{sender.rpartition('@')[2].rstrip('>')}>"
    written["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    written.set_content("\n\n".join(paragraphs(notice)) + "\n")
    return written


def _plain(text: str) -> str:
    """Without the beginning of an encoded word (RFC 2047), which would be decoded: to the end of the line, and more."""
    return text.replace("=?", "= ?")


def paragraphs(notice: Notice) -> list[str]:
    """What is said, why, what follows, and where to read on."""
    said = [
        f"{printable(notice.title, limit=_LONGEST)}.",
        printable(notice.reason, limit=_LONGEST),
        _NEXT[notice.kind],
        printable(f"Who received it, and what to rotate: {notice.exposure}") if notice.exposure else "",
        notice.url,
    ]
    return [text for text in said if text]
