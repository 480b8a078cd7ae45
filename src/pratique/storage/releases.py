"""The team's own projects in the database: each change is one transaction, and raises the revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, select, update

from pratique.audit import Draft
from pratique.names import ProjectName, Sha256
from pratique.releases import Claim, OwnFile, OwnProject, Reserved, State
from pratique.storage.database import engine_for
from pratique.storage.dialects.statements import upsert
from pratique.storage.on_record import OnRecord
from pratique.storage.releases_rows import file_of, file_row, project_of, project_row
from pratique.storage.releases_schema import own_files, own_projects, own_revision, reserved_names
from pratique.storage.review_head import HeadFiles
from pratique.storage.transactions import Transactions

_T = TypeVar("_T")


class SqlReleases:
    """`pratique.releases.Releases` over a SQL database; made by `open_releases`."""

    def __init__(self, transactions: Transactions, heads: HeadFiles) -> None:
        self._transactions = transactions
        self._on_record = OnRecord(transactions, heads)

    async def close(self) -> None:
        """Finish what is under way and let the database go."""
        await self._transactions.close()

    async def revision(self) -> int:
        """A number that differs after each change, by whichever process."""
        return await self._transactions.read(lambda c: int(c.execute(select(own_revision.c.number)).scalar() or 0))

    async def add(self, file: OwnFile, project: OwnProject) -> tuple[Claim, OwnFile]:
        """Keep a new file, and its project if that is new; or say that the name is used, and by which file.

        Of a release that is yanked or taken down, a file that comes later is so, too.
        """

        def add(connection: Connection) -> tuple[Claim, OwnFile]:
            if (known := _file(connection, file.filename)) is not None:
                return Claim.IDENTICAL if known.sha256 == file.sha256 else Claim.USED, known
            if _project(connection, project.name) is None:
                connection.execute(insert(own_projects), project_row(project))
            joined = _joined(connection, file)
            connection.execute(insert(own_files), file_row(joined))
            return Claim.KEPT, joined

        return await self._change(add)

    async def judge(self, file: OwnFile, *, expected: frozenset[State], record: Draft | None = None) -> bool:
        """Keep state, reason, verdict and reviewer of a file, unless its state is no longer one that is expected.

        A project that has a file out is answered for here alone, from the same moment on.
        """
        row = {name: value for name, value in file_row(file).items() if name in _JUDGED}
        change = (
            update(own_files)
            .where(own_files.c.filename == file.filename, own_files.c.state.in_([state.value for state in expected]))
            .values(row)
        )
        ours = update(own_projects).where(own_projects.c.name == file.project).values(ours=True)

        def judge(connection: Connection) -> bool:
            if not connection.execute(change).rowcount:
                return False
            if file.state is State.PUBLISHED:
                connection.execute(ours)
            return True

        return await self._change(judge, record)

    async def file(self, filename: str) -> OwnFile | None:
        """The file of that name."""
        return await self._transactions.read(lambda connection: _file(connection, filename))

    async def files(self, project: ProjectName) -> tuple[OwnFile, ...]:
        """A project's files in every state, in the order in which they came."""
        query = select(own_files).where(own_files.c.project == project).order_by(own_files.c.id)
        return await self._transactions.read(
            lambda connection: tuple(file_of(row) for row in connection.execute(query).mappings())
        )

    async def of_digest(self, sha256: Sha256) -> tuple[OwnFile, ...]:
        """The files with these bytes, in the order in which they came."""
        query = select(own_files).where(own_files.c.sha256 == sha256).order_by(own_files.c.id)
        return await self._transactions.read(
            lambda connection: tuple(file_of(row) for row in connection.execute(query).mappings())
        )

    async def uploads(self, *states: State, limit: int = 200) -> tuple[OwnFile, ...]:
        """Files in one of these states (in any, if none is named), the newest first."""
        query = select(own_files).order_by(own_files.c.id.desc()).limit(limit)
        if states:
            query = query.where(own_files.c.state.in_([state.value for state in states]))
        return await self._transactions.read(
            lambda connection: tuple(file_of(row) for row in connection.execute(query).mappings())
        )

    async def project(self, name: ProjectName) -> OwnProject | None:
        """The project of that name."""
        return await self._transactions.read(lambda connection: _project(connection, name))

    async def projects(self) -> tuple[OwnProject, ...]:
        """All projects, by name."""
        query = select(own_projects).order_by(own_projects.c.name)
        return await self._transactions.read(
            lambda connection: tuple(project_of(row) for row in connection.execute(query).mappings())
        )

    async def save_project(
        self, project: OwnProject, *, known: OwnProject | None = None, record: Draft | None = None
    ) -> bool:
        """Keep what has changed of a project since it was ``known`` so; its name stays."""
        row, before = project_row(project), project_row(known) if known else {}
        new = {
            name: value for name, value in row.items() if name == "name" or name not in before or before[name] != value
        }
        change = update(own_projects).where(own_projects.c.name == project.name).values(new)
        if known and new.keys() & {"status", "status_reason"}:
            change = change.where(own_projects.c.status == known.status.value)
        return await self._change(lambda connection: bool(connection.execute(change).rowcount), record)

    async def yank(self, project: ProjectName, version: str, reason: str | None, *, record: Draft | None = None) -> int:
        """Yank a release, or with no reason undo that; says how many files it has."""
        return await self._mark(project, version, {"yanked": reason}, record)

    async def take_down(
        self, project: ProjectName, version: str, reason: str | None, *, record: Draft | None = None
    ) -> int:
        """Stop serving a release, or with no reason serve it again; says how many files it has."""
        return await self._mark(project, version, {"taken_down": reason}, record)

    async def prohibited(self) -> Mapping[str, Reserved]:
        """Names that nobody may upload, by name."""
        return await self._reserved(prefix=False)

    async def private(self) -> Mapping[str, Reserved]:
        """Prefixes of names that are never asked for at the upstream, by prefix."""
        return await self._reserved(prefix=True)

    async def reserve(self, entry: Reserved, *, prefix: bool, record: Draft | None = None) -> None:
        """Prohibit a name, or make a prefix private."""
        statement = upsert(reserved_names, self._transactions.dialect)
        row = {**asdict(entry), "prefix": prefix}
        await self._change(lambda connection: bool(connection.execute(statement, row)), record)

    async def free(self, name: str, *, prefix: bool, record: Draft | None = None) -> bool:
        """Undo that; says whether it was so."""
        gone = delete(reserved_names).where(reserved_names.c.name == name, reserved_names.c.prefix == prefix)
        return await self._change(lambda connection: bool(connection.execute(gone).rowcount), record)

    async def _mark(
        self, project: ProjectName, version: str, values: Mapping[str, str | None], record: Draft | None
    ) -> int:
        change = (
            update(own_files).where(own_files.c.project == project, own_files.c.version == version).values(**values)
        )
        return await self._change(lambda connection: connection.execute(change).rowcount, record)

    async def _reserved(self, *, prefix: bool) -> Mapping[str, Reserved]:
        query = select(reserved_names).where(reserved_names.c.prefix == prefix).order_by(reserved_names.c.name)

        def read(connection: Connection) -> Mapping[str, Reserved]:
            rows = connection.execute(query).mappings()
            return {r["name"]: Reserved(name=r["name"], reason=r["reason"], since=r["since"], by=r["by"]) for r in rows}

        return await self._transactions.read(read)

    async def _change(self, work: Callable[[Connection], _T], record: Draft | None = None) -> _T:
        def changed(connection: Connection) -> _T:
            _raise_revision(connection)
            return work(connection)

        return await self._on_record.change(changed, record)


_JUDGED = frozenset({"state", "reason", "verdict", "judged_by"})


async def open_releases(url: str, heads: HeadFiles | None = None) -> SqlReleases:
    """Open a database by its URL (``sqlite:///path``), creating its tables; raises `StorageError`.

    ``heads`` keep the head of the audit log outside of it.
    """
    transactions = Transactions(engine_for(url), name="releases")
    try:
        await transactions.prepare()
    except BaseException:
        await transactions.close()
        raise
    return SqlReleases(transactions, heads or HeadFiles())


def _raise_revision(connection: Connection) -> None:
    """First in each transaction: where rows are locked one by one, the changes stand in line here."""
    raised = update(own_revision).values(number=own_revision.c.number + 1)
    if not connection.execute(raised).rowcount:
        connection.execute(insert(own_revision), {"id": 1, "number": 1})


def _file(connection: Connection, filename: str) -> OwnFile | None:
    row = connection.execute(select(own_files).where(own_files.c.filename == filename)).mappings().first()
    return file_of(row) if row is not None else None


def _joined(connection: Connection, file: OwnFile) -> OwnFile:
    """The file as one of its release: what was said of that holds for whatever comes later, too."""
    these = (own_files.c.project == file.project) & (own_files.c.version == file.version)
    said = connection.execute(select(own_files.c.yanked, own_files.c.taken_down).where(these).limit(1)).first()
    return file if said is None else replace(file, yanked=said.yanked, taken_down=said.taken_down)


def _project(connection: Connection, name: str) -> OwnProject | None:
    row = connection.execute(select(own_projects).where(own_projects.c.name == name)).mappings().first()
    return project_of(row) if row is not None else None
