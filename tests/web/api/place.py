"""A site with an API: a project of ada's with releases and a held upload, and tokens for everybody."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pratique.accounts.model import Member
from pratique.accounts.principal import ProjectRole, Role, Scope
from pratique.gateway.outcome import Refused, Visitor
from pratique.names import ProjectName
from pratique.ports import Store
from pratique.releases import OwnFile, OwnProject, State
from pratique.storage.releases import SqlReleases, open_releases
from pratique.web.keys import SITE
from tests.aftercare.receipts import exposed
from tests.cli.test_project import TOOL, a_file
from tests.fakes.values import NOON
from tests.gateway.desk import Beside, beside
from tests.gateway.world import BAD, DEMO, wheel, wheel_bytes
from tests.web.accounts.browser import Town, town

EVIL = wheel("2.0")
PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a tool gets."""

    status: int
    document: object
    kind: str
    headers: dict[str, str]

    def of(self, *path: str | int) -> object:
        """A part of the document."""
        found = self.document
        for step in path:
            assert isinstance(found, dict | list)
            found = found[step]  # type: ignore[index]
        return found


@dataclass
class Place:
    """That site."""

    town: Town
    releases: SqlReleases
    desk: Beside
    held: str
    """The digest of `EVIL`, which somebody asked for."""

    @property
    def store(self) -> Store:
        """What keeps reports and events."""
        return self.town.app[SITE].store

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"{self.town.origin}/api/v1"

    async def token(
        self,
        name: str,
        *scopes: Scope,
        projects: frozenset[ProjectName] | None = None,
    ) -> str:
        """A token of somebody's."""
        access = self.town.here.accounts.access
        secret, _ = await access.create(name, label="test", scopes=scopes, projects=projects)
        return secret

    async def ask(self, method: str, path: str, token: str = "", body: object = None, **headers: str) -> Answer:
        """What a tool asks."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        what = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body} if body is not None else {}
        asked = self.town.session.request(method, f"{self.url}{path}", headers=sent, **what)
        async with asked as answer:
            kind = answer.headers.get("Content-Type", "")
            document = await answer.json(content_type=None) if "json" in kind else await answer.text()
            return Answer(status=answer.status, document=document, kind=kind, headers=dict(answer.headers))

    async def file(self, version: str) -> OwnFile:
        """A release's file as it stands."""
        found = await self.releases.file(a_file(version).filename)
        assert found is not None
        return found


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    """That site, with ada (publisher and owner), eve (publisher), rev (reviewer) and root."""
    (folder / "town").mkdir()
    releases = await open_releases(f"sqlite:///{folder / 'own.db'}")
    project = OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ada")
    for file in (a_file("1.0"), a_file("2.0"), a_file("3.0", State.HELD)):
        await releases.add(replace(file, uploader="ada"), project)
    (folder / "desk").mkdir()
    files = {EVIL: wheel_bytes("2.0", b"# " + BAD)}
    async with beside(folder / "desk", files) as desk, town(folder / "town") as made:
        made.app._state[SITE] = replace(
            made.app[SITE],
            gateway=desk.gateway,
            store=desk.made.store,
            desk=desk.console(),
            releases=releases,
            exposed=exposed,
        )
        assert isinstance(await desk.gateway.file(DEMO, EVIL, PIP), Refused)
        people = (
            ("ada", Role.PUBLISHER),
            ("eve", Role.PUBLISHER),
            ("rev", Role.REVIEWER),
            ("root", Role.ADMINISTRATOR),
        )
        for name, role in people:
            await made.here.add(name, role)
            await made.here.enrol(name)
        ada = await made.here.accounts.parts.known("ada")
        await made.here.store.claim(Member(project=TOOL, user=ada.name, role=ProjectRole.OWNER))
        yield Place(town=made, releases=releases, desk=desk, held=hashlib.sha256(files[EVIL]).hexdigest())
    await releases.close()
