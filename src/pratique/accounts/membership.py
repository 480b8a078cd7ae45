"""Who works on a project: owners say so, and a project keeps at least one of them."""

from __future__ import annotations

import asyncio

from pratique.accounts.model import Member, User
from pratique.accounts.parts import Parts
from pratique.accounts.principal import NotAllowed, ProjectRole, Role
from pratique.audit import Act
from pratique.names import ProjectName


class Membership:
    """What owners do with the people of their projects; administrators may do it with any."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._one = asyncio.Lock()
        """One change at a time: two owners who remove each other at once would leave none."""

    async def of(self, user: User, project: ProjectName) -> tuple[Member, ...]:
        """Who works on a project, for its members and administrators; raises `NotAllowed` for others."""
        members = await self._parts.store.members(project)
        if not user.role.covers(Role.ADMINISTRATOR) and user.name not in {member.user for member in members}:
            raise NotAllowed(f"You do not work on {project}.", remedy="Ask one of its owners.")
        return members

    async def put(self, user: User, project: ProjectName, name: str, role: ProjectRole) -> None:
        """Add somebody, or change what they are to the project; raises `NotAllowed`."""
        async with self._one:
            await self._put(user, project, name, role)

    async def drop(self, user: User, project: ProjectName, name: str) -> None:
        """Remove somebody; anybody may leave. Raises `NotAllowed`."""
        async with self._one:
            await self._drop(user, project, name)

    async def _put(self, user: User, project: ProjectName, name: str, role: ProjectRole) -> None:
        members = await self._owned(user, project)
        other = await self._parts.known(name.strip().lower())
        if not other.role.covers(Role.PUBLISHER):
            raise NotAllowed(
                f"{other.name} is {other.role.one}.", remedy="Ask an administrator for another role first."
            )
        if role is not ProjectRole.OWNER:
            _keep_one(members, without=other.name)
            if not members:
                raise NotAllowed(f"Nobody owns {project}.", remedy="Name an owner first.")
        record = self._parts.told(Act.MEMBER, other.name, f"Is now {role} of {project}.", by=user.name)
        await self._parts.store.save_member(Member(project=project, user=other.name, role=role), record=record)

    async def _drop(self, user: User, project: ProjectName, name: str) -> None:
        members = await (self.of(user, project) if name == user.name else self._owned(user, project))
        _keep_one(members, without=name)
        other = await self._parts.known(name)
        record = self._parts.told(Act.MEMBER, other.name, f"Works on {project} no more.", by=user.name)
        if not await self._parts.store.drop_member(project, other.name, record=record):
            raise NotAllowed(f"{name} does not work on {project}.", remedy="See who does.")

    async def _owned(self, user: User, project: ProjectName) -> tuple[Member, ...]:
        members = await self.of(user, project)
        mine = next((member.role for member in members if member.user == user.name), None)
        if mine is not ProjectRole.OWNER and not user.role.covers(Role.ADMINISTRATOR):
            raise NotAllowed(f"Only an owner of {project} says who works on it.", remedy="Ask one of its owners.")
        return members


def _keep_one(members: tuple[Member, ...], *, without: str) -> None:
    owners = {member.user for member in members if member.role is ProjectRole.OWNER}
    if owners == {without}:
        raise NotAllowed("A project keeps at least one owner.", remedy="Make somebody else an owner first.")
