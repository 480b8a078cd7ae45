"""A project of which nothing is given: each installer is answered in the form in which it tells a person why.

uv and Poetry show the answer to the page, unless its status is one for which they look elsewhere. pip and PDM show the
answer to the file that they chose, and nothing of a missing page: they are given a page with one entry.
"""

from __future__ import annotations

from aiohttp import hdrs, web

from pratique.errors import Withheld
from pratique.gateway.pages import in_quarantine
from pratique.index.signpost import signpost
from pratique.names import ProjectName
from pratique.ports import ProjectPage
from pratique.web.answers import problem
from pratique.web.keys import SITE, index_of, visitor

_BY_ITS_FILE = ("pip/", "pdm/")
_BY_THE_PAGE = ("uv/", "poetry/")
"""What the ``User-Agent`` of installers begins with. pip-tools, pipenv and hatch work through these."""
_SHOWN = 451
"""RFC 7725. Of 401, 403 and 404 Poetry says that there is no such project, and uv asks for credentials."""


async def shown(request: web.Request, project: ProjectName) -> ProjectPage:
    """The page, for pip and PDM the signpost in its place; raises `Withheld` for uv and Poetry, else `NotFound`.

    Whoever else asks is given what PEP 503 and PEP 792 say: no page, or one in quarantine without files. Raises
    `UpstreamError` as well.
    """
    agent = request.headers.get(hdrs.USER_AGENT, "")
    try:
        page = await request.app[SITE].gateway.page(project, index_of(request))
        if page.status == "quarantined" and agent.startswith((*_BY_ITS_FILE, *_BY_THE_PAGE)):
            raise in_quarantine(page)
    except Withheld as withheld:
        if agent.startswith(_BY_ITS_FILE):
            return signpost(project, withheld.label)
        raise
    return page


async def refusal(request: web.Request, project: ProjectName, why: Withheld) -> web.Response:
    """What uv and Poetry print of a page that is not given, on record like the refusal of a file; else raises it."""
    if not request.headers.get(hdrs.USER_AGENT, "").startswith(_BY_THE_PAGE):
        raise why
    (entry,) = signpost(project, why.label).files
    refused = await request.app[SITE].gateway.withheld(project, entry.filename, visitor(request), why)
    return problem(_SHOWN, refused.reason, title="Withheld")
