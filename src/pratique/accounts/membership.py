"""Who works on a project: owners say so, and a project keeps at least one of them."""

from __future__ import annotations

from pratique.accounts.model import Member, User
from pratique.accounts.parts import Parts
from pratique.accounts.principal import NotAllowed, ProjectRole, Role
from pratique.audit import Act
from pratique.names import ProjectName


class Membership:
    """What owners do with the people of their projects; administrators may do it with any."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def of(self, user: User, project: ProjectName) -> tuple[Member, ...]:
        """Who works on a project, for its members and administrators; raises `NotAllowed` for others."""
        members = await self._parts.store.members(project)
        if not user.role.covers(Role.ADMINISTRATOR) and user.name not in {member.user for member in members}:
            raise NotAllowed(f"You do not work on {project}.", remedy="Ask one of its owners.")
        return members

    async def put(self, user: User, project: ProjectName, name: str, role: ProjectRole) -> None:
        """Add somebody, or change what they are to the project; raises `NotAllowed`."""
        members = await self._owned(user, project)
        other = await self._parts.known(name.strip().lower())
        if not other.role.covers(Role.PUBLISHER):
            raise NotAllowed(
                f"{other.name} is {other.role.one}.", remedy="Ask an administrator for another role first."
            )
        record = self._parts.told(Act.MEMBER, other.name, f"Is now {role} of {project}.", by=user.name)
        member = Member(project=project, user=other.name, role=role)
        if not await self._parts.store.save_member(member, record=record):
            raise _ownerless() if members else NotAllowed(f"Nobody owns {project}.", remedy="Name an owner first.")

    async def drop(self, user: User, project: ProjectName, name: str) -> None:
        """Remove somebody; anybody may leave. Raises `NotAllowed`."""
        members = await (self.of(user, project) if name == user.name else self._owned(user, project))
        if name not in {member.user for member in members}:
            raise NotAllowed(f"{name} does not work on {project}.", remedy="See who does.")
        other = await self._parts.known(name)
        record = self._parts.told(Act.MEMBER, other.name, f"Works on {project} no more.", by=user.name)
        if not await self._parts.store.drop_member(project, other.name, record=record):
            raise _ownerless()

    async def _owned(self, user: User, project: ProjectName) -> tuple[Member, ...]:
        members = await self.of(user, project)
        mine = next((member.role for member in members if member.user == user.name), None)
        if mine is not ProjectRole.OWNER and not user.role.covers(Role.ADMINISTRATOR):
            raise NotAllowed(f"Only an owner of {project} says who works on it.", remedy="Ask one of its owners.")
        return members


def _ownerless() -> NotAllowed:
    return NotAllowed("A project keeps at least one owner.", remedy="Make somebody else an owner first.")
