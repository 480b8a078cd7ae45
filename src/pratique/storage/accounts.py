"""Accounts in the database: users, members of projects, tokens; what is used once lies in `accounts_factors`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, delete, insert, select, update

from pratique.accounts.model import Member, Record, Token, User, UserName
from pratique.accounts.principal import ProjectRole, Role
from pratique.names import ProjectName
from pratique.storage.accounts_factors import SqlFactors
from pratique.storage.accounts_publishers import SqlPublishers
from pratique.storage.accounts_records import SqlRecords
from pratique.storage.accounts_rows import Fields, member_of, row_of, token_of, token_row, user_of
from pratique.storage.accounts_schema import old_passwords, project_members, tokens, users
from pratique.storage.accounts_sessions import SqlSessions
from pratique.storage.database import engine_for
from pratique.storage.dialects.statements import upsert
from pratique.storage.documents import clean_text
from pratique.storage.review_head import HeadFiles
from pratique.storage.transactions import Transactions

_T = TypeVar("_T")
_KEPT = 5
_ADMINISTRATORS = (
    select(users.c.name)
    .where(users.c.role == Role.ADMINISTRATOR, users.c.password != "", users.c.disabled == "", users.c.frozen == "")
    .order_by(users.c.name)
    .with_for_update()  # where rows are locked one by one, two who stop each other stand in line here
)


class SqlAccounts(SqlRecords, SqlFactors, SqlSessions, SqlPublishers):
    """`pratique.accounts.ports.AccountStore` over a SQL database; made by `open_accounts`."""

    def __init__(self, transactions: Transactions, heads: HeadFiles) -> None:
        SqlRecords.__init__(self, transactions, heads)
        SqlFactors.__init__(self, transactions)
        SqlSessions.__init__(self, transactions)
        SqlPublishers.__init__(self, transactions, self)
        self._do = transactions

    async def close(self) -> None:
        """Finish what is under way and let the database go."""
        await self._do.close()

    async def user(self, name: str) -> User | None:
        """The user of that name."""
        return next(iter(await self._all(select(users).where(users.c.name == name), user_of)), None)

    async def users(self) -> tuple[User, ...]:
        """All of them, by name."""
        return await self._all(select(users).order_by(users.c.name), user_of)

    async def add_user(self, user: User, *, record: Record | None = None) -> bool:
        """Keep a new user; not if the name is taken."""
        taken = select(users.c.name).where(users.c.name == user.name)
        return await self.recorded(
            lambda c: c.execute(taken).first() is None and bool(c.execute(insert(users), row_of(user))), record
        )

    async def mark_user(
        self,
        name: UserName,
        *,
        role: Role | None = None,
        disabled: str | None = None,
        frozen: str | None = None,
        email: str | None = None,
        keep_administrator: bool = False,
        record: Record | None = None,
    ) -> bool:
        """Change these of a user, and nothing else; with ``keep_administrator`` not if nobody could administer then."""
        given = {"role": role, "disabled": disabled, "frozen": frozen, "email": email}
        row = {column: clean_text(value) for column, value in given.items() if value is not None}

        def mark(connection: Connection) -> bool:
            if keep_administrator and set(connection.execute(_ADMINISTRATORS).scalars()) == {name}:
                return False
            return bool(connection.execute(update(users).where(users.c.name == name).values(row)).rowcount)

        return await self.recorded(mark, record)

    async def save_password(self, user: UserName, password: str, *, at: datetime | None, void: str = "") -> None:
        """Replace a password's hash, and with a moment keep the old one among the last five."""
        row: dict[str, object] = {"password": password, "password_void": void}
        mine = old_passwords.c.user == user
        last = select(old_passwords.c.id).where(mine).order_by(old_passwords.c.id.desc()).limit(_KEPT)

        def save(connection: Connection) -> None:
            if at is not None:
                row["password_at"] = at
                connection.execute(insert(old_passwords), {"user": user, "password": password})
                kept = list(connection.execute(last).scalars())
                connection.execute(delete(old_passwords).where(mine, old_passwords.c.id.not_in(kept)))
            connection.execute(update(users).where(users.c.name == user).values(row))

        await self._do.change(save)

    async def old_passwords(self, user: UserName) -> tuple[str, ...]:
        """Hashes of the last five passwords, the present one among them."""
        query = select(old_passwords.c.password).where(old_passwords.c.user == user)
        return await self._all(query.order_by(old_passwords.c.id.desc()), lambda row: str(row["password"]))

    async def token(self, digest: str) -> Token | None:
        """The token with this digest."""
        return next(iter(await self._all(select(tokens).where(tokens.c.digest == digest), token_of)), None)

    async def tokens(self, user: UserName | None = None) -> tuple[Token, ...]:
        """A user's tokens, or all; the newest first."""
        query = select(tokens).order_by(tokens.c.created.desc(), tokens.c.id)
        return await self._all(query if user is None else query.where(tokens.c.user == user), token_of)

    async def add_token(self, token: Token, *, record: Record | None = None) -> None:
        """Keep a new token."""
        await self.recorded(lambda c: bool(c.execute(insert(tokens), token_row(token))), record)

    async def see_token(self, digest: str, at: datetime) -> None:
        """Keep when a token was last used."""
        seen = update(tokens).where(tokens.c.digest == digest).values(used=at)
        await self._do.change(lambda c: c.execute(seen))

    async def revoke_token(self, digest: str, reason: str, *, record: Record | None = None) -> bool:
        """Keep that a token serves no more, and the first reason for it; whether it was not revoked before."""
        mine = (tokens.c.digest == digest) & (tokens.c.revoked == "")
        gone = update(tokens).where(mine).values(revoked=clean_text(reason))
        return await self.recorded(lambda c: bool(c.execute(gone).rowcount), record)

    async def members(self, project: ProjectName) -> tuple[Member, ...]:
        """Owners and maintainers, by name."""
        query = select(project_members).where(project_members.c.project == project)
        return await self._all(query.order_by(project_members.c.user), member_of)

    async def projects_of(self, user: UserName) -> tuple[Member, ...]:
        """What a user works on, by project."""
        query = select(project_members).where(project_members.c.user == user)
        return await self._all(query.order_by(project_members.c.project), member_of)

    async def claim(self, member: Member, *, record: Record | None = None) -> bool:
        """Give a project to its first member; not if it has one."""
        taken = select(project_members.c.user).where(project_members.c.project == member.project)
        return await self.recorded(
            lambda c: c.execute(taken).first() is None and bool(c.execute(insert(project_members), row_of(member))),
            record,
        )

    async def save_member(self, member: Member, *, record: Record | None = None) -> bool:
        """Add a member, or change their role; not if nobody would own the project then."""
        saved, owns = upsert(project_members, self._do.dialect), member.role is ProjectRole.OWNER
        return await self.recorded(
            lambda c: (
                (owns or _owned_without(c, member.project, member.user)) and bool(c.execute(saved, row_of(member)))
            ),
            record,
        )

    async def drop_member(self, project: ProjectName, user: UserName, *, record: Record | None = None) -> bool:
        """Remove a member; not if there is none, or nobody would own the project then."""
        gone = delete(project_members).where(project_members.c.project == project, project_members.c.user == user)
        return await self.recorded(
            lambda c: _owned_without(c, project, user) and bool(c.execute(gone).rowcount),
            record,
        )

    async def _all(self, query: Select[Any], make: Callable[[Fields], _T]) -> tuple[_T, ...]:
        return await self._do.read(lambda c: tuple(make(row) for row in c.execute(query).mappings()))


def _owned_without(connection: Connection, project: ProjectName, user: UserName) -> bool:
    """Whether somebody else owns a project; changes of accounts stand in line, so that it stays true until the end."""
    owner = (project_members.c.project == project) & (project_members.c.role == ProjectRole.OWNER)
    others = select(project_members.c.user).where(owner, project_members.c.user != user).limit(1)
    return connection.execute(others).first() is not None


async def open_accounts(url: str, heads: HeadFiles | None = None) -> SqlAccounts:
    """Open a database by its URL, creating its tables; raises `StorageError`.

    ``heads`` keep the head of the audit log outside of it.
    """
    transactions = Transactions(engine_for(url), name="accounts")
    try:
        await transactions.prepare()
    except BaseException:
        await transactions.close()
        raise
    return SqlAccounts(transactions, heads or HeadFiles())
