"""What the upstream removed, in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from pratique.afterwards import Change, Followed, Kept, Removal
from pratique.names import ProjectName, Sha256
from pratique.storage.aftercare_schema import upstream_again, upstream_followed, upstream_removals
from pratique.storage.dialects.statements import upsert
from pratique.storage.documents import clean_text
from pratique.storage.schema import files
from pratique.storage.transactions import Transactions

_BESIDE = (".metadata", ".provenance")
"""What is kept beside files, under their names."""


class SqlRemovals:
    """`pratique.afterwards.Removals` over a SQL database that is prepared."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._upsert = upsert(upstream_followed, transactions.dialect)

    async def in_use(self) -> Sequence[ProjectName]:
        """Projects of which files are kept."""
        query = select(files.c.project).distinct().order_by(files.c.project)
        return await self._transactions.read(
            lambda connection: [ProjectName(name) for name in connection.execute(query).scalars()]
        )

    async def files(self, project: ProjectName) -> Sequence[Kept]:
        """The kept files of a project."""
        query = select(files.c.filename, files.c.sha256).where(files.c.project == project).order_by(files.c.filename)
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return [
            Kept(project=project, filename=name, sha256=Sha256(sha256))
            for name, sha256 in rows
            if not name.endswith(_BESIDE)
        ]

    async def removed(self) -> Sequence[Removal]:
        """Everything that is removed now."""
        rows = await self._transactions.read(lambda connection: connection.execute(select(upstream_removals)).all())
        return [
            Removal(
                kept=Kept(project=ProjectName(row.project), filename=row.filename, sha256=Sha256(row.sha256)),
                why=row.why,
                since=row.since,
            )
            for row in rows
        ]

    async def set_removed(self, project: ProjectName, removals: Sequence[Removal]) -> None:
        """These files of a project are removed, and no others."""
        rows = [
            {
                "project": project,
                "filename": one.kept.filename,
                "sha256": one.kept.sha256,
                "why": clean_text(one.why),
                "since": one.since,
            }
            for one in removals
        ]

        def work(connection: Connection) -> None:
            connection.execute(delete(upstream_removals).where(upstream_removals.c.project == project))
            if rows:
                connection.execute(insert(upstream_removals), rows)

        await self._transactions.change(work)

    async def followed(self) -> Followed:
        """How it stands."""

        def work(connection: Connection) -> Followed:
            row = connection.execute(select(upstream_followed)).first()
            again = connection.execute(select(upstream_again).order_by(upstream_again.c.project)).all()
            if row is None:
                return Followed()
            changes = tuple(Change(project=ProjectName(one.project), serial=one.serial) for one in again)
            return Followed(serial=row.serial, succeeded=row.succeeded, error=row.error, again=changes)

        return await self._transactions.read(work)

    async def save_followed(self, followed: Followed) -> None:
        """Remember how it stands."""
        row = {
            "id": 1,
            "serial": followed.serial,
            "succeeded": followed.succeeded,
            "error": clean_text(followed.error),
        }

        def work(connection: Connection) -> None:
            connection.execute(self._upsert, [row])
            connection.execute(delete(upstream_again))
            if followed.again:
                again = [{"project": one.project, "serial": one.serial} for one in followed.again]
                connection.execute(insert(upstream_again), again)

        await self._transactions.change(work)
