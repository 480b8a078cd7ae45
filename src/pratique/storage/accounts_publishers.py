"""Trusted publishers in the database, and identity tokens that were used."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from pratique.accounts.model import Record
from pratique.accounts.trusted import TrustedPublisher
from pratique.storage.accounts_records import SqlRecords
from pratique.storage.accounts_rows import Fields
from pratique.storage.accounts_schema import trusted_publishers, used_once
from pratique.storage.transactions import Transactions


class SqlPublishers:
    """`pratique.accounts.ports.Publishers` over a SQL database."""

    def __init__(self, transactions: Transactions, records: SqlRecords) -> None:
        self._publishers = transactions
        self._told = records

    async def publishers(self, *, issuer: str | None = None, user: str | None = None) -> tuple[TrustedPublisher, ...]:
        """Those of an issuer, of a user, or all; oldest first."""
        query = select(trusted_publishers).order_by(trusted_publishers.c.created, trusted_publishers.c.id)
        if issuer is not None:
            query = query.where(trusted_publishers.c.issuer == issuer)
        if user is not None:
            query = query.where(trusted_publishers.c.user == user)
        return await self._publishers.read(lambda c: tuple(_publisher(row) for row in c.execute(query).mappings()))

    async def add_publisher(self, publisher: TrustedPublisher, *, record: Record | None = None) -> None:
        """Keep a new one."""
        row = {name: getattr(publisher, name) for name in ("id", "project", "issuer", "user", "created")}
        row["claims"] = _encoded(publisher)
        await self._told.recorded(lambda c: bool(c.execute(insert(trusted_publishers), row)), record)

    async def bind_publisher(self, publisher: TrustedPublisher, *, known: TrustedPublisher) -> bool:
        """Keep what a publisher's tokens must say from now on; not if it is no longer as it was ``known``."""
        this = trusted_publishers.c.id == known.id
        bound = update(trusted_publishers).where(this).values(claims=_encoded(publisher))

        def bind(connection: Connection) -> bool:
            row = connection.execute(select(trusted_publishers).where(this)).mappings().first()
            return row is not None and _publisher(row) == known and bool(connection.execute(bound).rowcount)

        return await self._publishers.change(bind)

    async def drop_publisher(self, publisher: str, *, user: str, record: Record | None = None) -> bool:
        """Forget one of a user's; whether there was one."""
        mine = (trusted_publishers.c.id == publisher) & (trusted_publishers.c.user == user)
        gone = delete(trusted_publishers).where(mine)
        return await self._told.recorded(lambda c: bool(c.execute(gone).rowcount), record)

    async def use_once(self, key: str, *, now: datetime, until: datetime) -> bool:
        """Take a key until a moment; not if it was taken before. Keys whose moment has passed are forgotten."""

        def use(connection: Connection) -> bool:
            connection.execute(delete(used_once).where(used_once.c.until < now))
            if connection.execute(select(used_once.c.key).where(used_once.c.key == key)).first():
                return False
            connection.execute(insert(used_once), {"key": key, "until": until})
            return True

        return await self._publishers.change(use)


def _encoded(publisher: TrustedPublisher) -> bytes:
    return msgspec.json.encode(dict(publisher.claims))


def _publisher(row: Fields) -> TrustedPublisher:
    return TrustedPublisher(**{**row, "claims": msgspec.json.decode(row["claims"], type=dict[str, str])})
