"""Notices: what somebody wants to be told, and the ports to what keeps and carries it."""

from pratique.notices.ports import Circle, Gather, Mail, Outbox, Post
from pratique.notices.values import (
    PEOPLE,
    Addressed,
    Backlog,
    Delivery,
    Happened,
    Letter,
    MailServer,
    Notice,
    NoticeKind,
    Security,
)

__all__ = [
    "PEOPLE",
    "Addressed",
    "Backlog",
    "Circle",
    "Delivery",
    "Gather",
    "Happened",
    "Letter",
    "Mail",
    "MailServer",
    "Notice",
    "NoticeKind",
    "Outbox",
    "Post",
    "Security",
]
