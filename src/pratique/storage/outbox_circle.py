"""Whom a notice concerns: users, owners and uploaders, read in the transaction that puts the notice up."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from pratique.accounts.principal import ProjectRole, Role
from pratique.storage.accounts_schema import project_members, users
from pratique.storage.releases_schema import own_files


class SqlCircle:
    """`pratique.notices.Circle` over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[Role, Sequence[str]] = {}

    def uploader(self, filename: str, sha256: str) -> str:
        """Who uploaded these bytes under this name; empty where nobody did."""
        these = (own_files.c.filename == filename) & (own_files.c.sha256 == sha256)
        return str(self._connection.execute(select(own_files.c.uploader).where(these)).scalar() or "")

    def owners(self, project: str) -> Sequence[str]:
        """Who owns a project of the team's own."""
        owner = (project_members.c.project == project) & (project_members.c.role == ProjectRole.OWNER)
        query = select(project_members.c.user).where(owner).order_by(project_members.c.user)
        return list(self._connection.execute(query).scalars())

    def reviewers(self) -> Sequence[str]:
        """Who may review, administrators among them."""
        return self._with(Role.REVIEWER)

    def administrators(self) -> Sequence[str]:
        """Who may administer."""
        return self._with(Role.ADMINISTRATOR)

    def _with(self, role: Role) -> Sequence[str]:
        if role not in self._known:
            able = users.c.role.in_([one.value for one in Role if one.covers(role)])
            open_ = (users.c.disabled == "") & (users.c.frozen == "")
            query = select(users.c.name).where(able, open_).order_by(users.c.name)
            self._known[role] = list(self._connection.execute(query).scalars())
        return self._known[role]
