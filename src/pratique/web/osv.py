"""``/osv/v1/``: advisories as OSV's own service gives them, for uv, pip-audit and whatever else asks there."""

from __future__ import annotations

from aiohttp import web

from pratique.advisories.osv import (
    BadQuery,
    Code,
    Page,
    Query,
    answer,
    batch_document,
    error_document,
    query_document,
    read_batch,
    read_query,
)
from pratique.advisories.outside import AdvisoryStore
from pratique.errors import NotFound
from pratique.web.keys import SITE

_STATUS = {Code.INVALID_ARGUMENT: 400, Code.NOT_FOUND: 404, Code.INTERNAL: 500}


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [
        web.post("/osv/v1/query", _query),
        web.post("/osv/v1/querybatch", _batch),
        web.get("/osv/v1/vulns/{id}", _record),
    ]


async def _query(request: web.Request) -> web.Response:
    store = _store(request)
    try:
        page = await _page(store, read_query(await request.read()))
    except BadQuery as error:
        return _error(Code.INVALID_ARGUMENT, str(error))
    ids = [advisory.id for advisory in page.advisories]
    documents = await store.documents(ids)
    return _json(query_document([documents[one] for one in ids if one in documents], page.token))


async def _batch(request: web.Request) -> web.Response:
    store = _store(request)
    try:
        queries = read_batch(await request.read())
    except BadQuery as error:
        return _error(Code.INVALID_ARGUMENT, str(error))
    return _json(batch_document([await _page(store, query) for query in queries]))


async def _record(request: web.Request) -> web.Response:
    store, identity = _store(request), request.match_info["id"]
    document = (await store.documents([identity])).get(identity)
    if document is not None:
        return _json(document)
    aliased = await store.named(identity)
    hint = f", but the following aliases were: {' '.join(aliased)}" if aliased else "."
    return _error(Code.NOT_FOUND, f"Bug not found{hint}")


async def _page(store: AdvisoryStore, query: Query) -> Page:
    return answer(query, await store.of(query.project))


def _store(request: web.Request) -> AdvisoryStore:
    store = request.app[SITE].advisories
    if store is None:
        raise NotFound(
            "No advisories are kept here.",
            remedy="Whoever runs the server brings some in: `pratique advisories import`.",
        )
    return store


def _json(document: bytes, *, status: int = 200) -> web.Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return web.Response(status=status, body=document, headers=headers)


def _error(code: Code, message: str) -> web.Response:
    return _json(error_document(code, message), status=_STATUS[code])


async def freshness(request: web.Request) -> str:
    """A line on when each source of advisories was last known to be here in full, for whoever watches the server."""
    store = request.app[SITE].advisories
    sources = await store.sources() if store else ()
    moments = [f"{one.succeeded:%Y-%m-%dT%H:%M:%SZ}" if one.succeeded else "never" for one in sources]
    return f"advisories: last success {', '.join(moments)}\n" if moments else "advisories: none\n"
