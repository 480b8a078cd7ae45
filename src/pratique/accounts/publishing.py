"""Trusted publishing: register a workflow, and change its identity token for a token of 15 minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from pratique.accounts.access import Access
from pratique.accounts.model import Token, User
from pratique.accounts.parts import Parts
from pratique.accounts.principal import NotAllowed, NotAuthenticated, ProjectRole, Role, Scope
from pratique.accounts.tokens import digest, new_id
from pratique.accounts.trusted import Issuer, TrustedPublisher, claims_of
from pratique.audit import Act
from pratique.names import ProjectName

if TYPE_CHECKING:
    from pratique.accounts.identity import Identities, Identity

LASTS = timedelta(minutes=15)
_MOST = 200


class TrustedPublishing:
    """What publishers' owners and workflows do."""

    def __init__(self, parts: Parts, access: Access, identities: Identities) -> None:
        self._parts = parts
        self._access = access
        self._identities = identities

    @property
    def issuers(self) -> Sequence[Issuer]:
        """Whose identity tokens are taken."""
        return self._identities.issuers

    @property
    def audience(self) -> str:
        """For whom an identity token must be made."""
        return self._identities.audience

    async def register(
        self, user: User, project: ProjectName, issuer: str, *, subject: str, workflow: str = "", environment: str = ""
    ) -> TrustedPublisher:
        """Trust a workflow; raises `NotAllowed` for another's project, `BadSetting` for one named too loosely."""
        known = next((one for one in self.issuers if one.url == issuer), None)
        if known is None:
            raise NotAllowed("This issuer is not trusted here.", remedy="Ask whoever runs the server to add it.")
        if not user.role.covers(Role.PUBLISHER) or not await _may_trust(self._access, user.name, project):
            raise NotAllowed(f"Only an owner of {project} may say who publishes it.", remedy="Ask one of its owners.")
        if len(await self._parts.store.publishers(user=user.name)) >= _MOST:
            raise NotAllowed("There are too many trusted publishers.", remedy="Remove some first.")
        claims = claims_of(known, subject=subject, workflow=workflow, environment=environment)
        await self._nobody_elses(user, known, claims)
        publisher = TrustedPublisher(
            id=new_id(),
            project=project,
            issuer=known.url,
            claims=claims,
            user=user.name,
            created=self._parts.clock.now(),
        )
        said = ", ".join(f"{name} {value}" for name, value in sorted(claims.items()))
        what = f"A trusted publisher of {project} was registered: {said}."
        await self._parts.store.add_publisher(publisher, record=self._parts.told(Act.PUBLISHER, user.name, what))
        return publisher

    async def forget(self, user: User, publisher_id: str) -> None:
        """Trust a workflow no more; raises `NotAllowed` where it is none of the user's."""
        record = self._parts.told(Act.PUBLISHER, user.name, f"The trusted publisher {publisher_id[:20]} was removed.")
        if not await self._parts.store.drop_publisher(publisher_id, user=user.name, record=record):
            raise NotAllowed("There is no such trusted publisher.", remedy="See the list.")

    async def mint(self, identity_token: str) -> tuple[str, Token]:
        """A token of 15 minutes for what a workflow may publish.

        Raises `NotAuthenticated` for an identity token that is not genuine, not for us, not of now, or used before;
        `NotAllowed` where nobody trusts the workflow; `UpstreamError` where the issuer's keys cannot be had.
        """
        identity = await self._identities.check(identity_token)
        publishers = await self._trusting(identity)
        used = digest(f"{identity.issuer.url} {identity.id}")
        if not await self._parts.store.use_once(used, now=self._parts.clock.now(), until=identity.expires + LASTS):
            raise NotAuthenticated("This identity token was used before.", remedy="Ask for a new one.")
        await self._bind(publishers, identity)
        first = publishers[0]
        return await self._access.create(
            first.user,
            label=f"trusted publisher {first.id}",
            scopes=[Scope.PUBLISH],
            projects=[one.project for one in publishers if one.user == first.user],
            lasts=LASTS,
            by=identity.issuer.url,
        )

    async def _trusting(self, identity: Identity) -> list[TrustedPublisher]:
        """Who trusts this workflow, and still may."""
        known = await self._parts.store.publishers(issuer=identity.issuer.url)
        matching = [one for one in known if one.matches(identity.claims)]
        serving = [one for one in matching if await self._serves(one)]
        if not serving:
            raise NotAllowed(
                "No project trusts this workflow.",
                remedy="Register it under Trusted publishing; repository, file and environment must be the same. A "
                "repository made anew under an old name is another one: remove the old entry first.",
            )
        return serving

    async def _bind(self, publishers: Sequence[TrustedPublisher], identity: Identity) -> None:
        """The first token of a workflow binds it to its repository; of two at once that differ one is refused."""
        for known in publishers:
            bound = known.bound(identity.claims)
            if bound is not None and not await self._parts.store.bind_publisher(bound, known=known):
                raise NotAllowed("This workflow was just used for the first time.", remedy="Ask for a new token.")

    async def _nobody_elses(self, user: User, known: Issuer, claims: Mapping[str, str]) -> None:
        """Raise `NotAllowed` where a token could be another user's as well: it would be theirs, who came first."""
        for one in await self._parts.store.publishers(issuer=known.url):
            if one.user != user.name and one.overlaps(claims) and await self._serves(one):
                raise NotAllowed(
                    "Another user has registered this workflow already, and what it uploads is in their name.",
                    remedy="Ask whoever looks after the repository, or an administrator.",
                )

    async def _serves(self, publisher: TrustedPublisher) -> bool:
        return await _serves(publisher, self._parts, self._access)


async def publishers_of(project: ProjectName, parts: Parts, access: Access) -> tuple[TrustedPublisher, ...]:
    """Whose workflows a project trusts now; what somebody registered who does not own it counts for nothing."""
    known = [one for one in await parts.store.publishers() if one.project == project]
    return tuple([one for one in known if await _serves(one, parts, access)])


async def _serves(publisher: TrustedPublisher, parts: Parts, access: Access) -> bool:
    user = await parts.store.user(publisher.user)
    return user is not None and not user.stopped and await _may_trust(access, publisher.user, publisher.project)


async def _may_trust(access: Access, user: str, project: ProjectName) -> bool:
    """An owner, or anybody where there is none: the first upload then makes the project theirs."""
    roles = await access.roles_in(project)
    return not roles or roles.get(user) is ProjectRole.OWNER
