"""``/projects/`` and ``/uploads/``: what the team published itself, and what became of each upload."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from markupsafe import Markup
from packaging.version import Version

from pratique.errors import NotFound
from pratique.names import project_name
from pratique.releases import OwnFile, OwnProject, Releases, State
from pratique.web.console import page
from pratique.web.keys import SITE
from pratique.web.projects_upstream import upstreams_page

_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version of a project, with its files."""

    version: str
    files: tuple[OwnFile, ...]

    @property
    def published(self) -> bool:
        """Whether any of it can be installed, or could before it was yanked or taken down."""
        return any(file.state is State.PUBLISHED for file in self.files)

    @property
    def yanked(self) -> str | None:
        """Why it is yanked; nothing where it is not."""
        return next((file.yanked for file in self.files if file.yanked is not None), None)

    @property
    def taken_down(self) -> str | None:
        """Why it is not served; nothing where it is."""
        return next((file.taken_down for file in self.files if file.taken_down is not None), None)


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [
        web.get("/projects", _redirect),
        web.get("/projects/", _projects),
        web.get("/projects/{project}", _redirect),
        web.get("/projects/{project}/", _project),
        web.get("/uploads", _redirect),
        web.get("/uploads/", _uploads),
    ]


async def _redirect(request: web.Request) -> web.Response:
    """The same with the stroke at the end, which nobody types."""
    if asked := request.match_info.get("project"):
        raise web.HTTPMovedPermanently(f"/projects/{project_name(asked)}/")
    raise web.HTTPMovedPermanently(f"{request.path}/")


async def _projects(request: web.Request) -> web.Response:
    projects = await _releases(request).projects()
    held = await _releases(request).uploads(State.HELD, limit=_SHOWN)
    return page(request, "projects/list.html", projects=projects, held=held, index=f"{request.url.origin()}")


async def _uploads(request: web.Request) -> web.Response:
    """The latest, or those in one state: ``?state=held``."""
    asked = request.query.get("state", "")
    states = [state for state in State if state.value == asked]
    files = await _releases(request).uploads(*states, limit=_SHOWN)
    return page(request, "projects/uploads.html", files=files, states=list(State), asked=asked if states else "")


async def _project(request: web.Request) -> web.Response:
    name = project_name(request.match_info["project"])
    if name != request.match_info["project"]:
        raise web.HTTPMovedPermanently(f"/projects/{name}/")
    releases = request.app[SITE].releases
    project = await releases.project(name) if releases else None
    if releases is None or project is None:
        return await upstreams_page(request, name)
    files = await releases.files(name)
    shown = _described(files)
    return page(
        request,
        "projects/project.html",
        project=project,
        releases=by_version(files),
        file=shown,
        description=await _description(request, project, shown),
        index=f"{request.url.origin()}/simple/",
    )


async def _description(request: web.Request, project: OwnProject, file: OwnFile | None) -> Markup | None:
    """The latest published description as harmless HTML; nothing of what is taken down."""
    if file is None or project.taken_down is not None or not file.about.description.strip():
        return None
    uploads = request.app[SITE].uploads
    html = await uploads.description(file) if uploads is not None else None
    return Markup(html) if html is not None else None  # noqa: S704 - cleaned by nh3, which is what it is for


def _described(files: tuple[OwnFile, ...]) -> OwnFile | None:
    """The file of the newest release that is served."""
    served = [f for f in files if f.state is State.PUBLISHED and f.taken_down is None]
    return max(served, key=lambda file: (file.yanked is None, Version(file.version)), default=None)


def by_version(files: tuple[OwnFile, ...]) -> list[Release]:
    """The newest first."""
    versions = sorted({file.version for file in files}, key=Version, reverse=True)
    return [Release(version=one, files=tuple(f for f in files if f.version == one)) for one in versions]


def _releases(request: web.Request) -> Releases:
    found = request.app[SITE].releases
    if found is None:
        raise NotFound("This server has no index of its own.", remedy="Ask whoever runs it.")
    return found
