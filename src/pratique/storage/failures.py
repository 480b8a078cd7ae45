"""What a database says that cannot be used, in our words and with what to do about it."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from pratique.errors import StorageError
from pratique.storage.dialects.engines import is_busy

_SAID = (
    (("No space", "disk full", "disk is full"), "The disk is full; free some space."),
    (
        ("not a database", "malformed"),
        "The file is damaged or is not ours; restore it from a backup, or move it away to begin afresh.",
    ),
    (
        ("no such column", "UndefinedColumn", "no such table", "UndefinedTable"),
        "It was made by another version: run `pratique db migrate`.",
    ),
    (
        ("password", "authentication failed", "no pg_hba.conf entry"),
        "Check the user, and give the password in PRATIQUE_DATABASE, in PGPASSWORD or in ~/.pgpass.",
    ),
    (
        ("Connection refused", "could not translate host name", "connection timeout", "Is the server running"),
        "Check that PostgreSQL runs, and that it can be reached at that address.",
    ),
    (("InvalidCatalogName", '" does not exist'), "Make the database and its user first: createdb, createuser."),
    (("permission denied for",), "Let this user own the database: ALTER DATABASE … OWNER TO …"),
    (("read-only transaction",), "This is a replica; name the primary."),
    (
        ("readonly", "unable to open", "ermission"),
        "Check that its folder exists and that this user may write there.",
    ),
)


def storage_error(error: Exception, where: str = "") -> StorageError:
    """The driver's exception in our words, with what to do about it."""
    text = " ".join(str(getattr(error, "orig", None) or error).split())
    subject = f"The database {where}".rstrip()
    failure = StorageError(f"{subject} cannot be used: {text.rstrip('.')}.", remedy=_remedy(error, text))
    failure.__cause__ = error
    return failure


def _remedy(error: Exception, text: str) -> str:
    if is_busy(error):
        return "Another process holds it; end that process, or wait until it is done."
    named = f"{type(getattr(error, 'orig', None)).__name__} {text}"
    for signs, remedy in _SAID:
        if any(sign in named for sign in signs):
            return remedy
    if "full" in text:
        return "The disk is full; free some space."
    return "Check the database's URL and its log." if isinstance(error, SQLAlchemyError) else ""
