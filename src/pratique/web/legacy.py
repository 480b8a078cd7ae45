"""``POST /legacy/``: uploads as twine, uv, Poetry, flit, PDM and hatch send them, with errors that they print."""

from __future__ import annotations

import asyncio
import warnings
from collections import defaultdict
from typing import assert_never

from aiohttp import BasicAuth, BodyPartReader, MultipartReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from pratique.accounts.principal import NotAllowed, NotAuthenticated, Principal, Throttled
from pratique.errors import BadName, StorageError
from pratique.releases import OwnFile, State
from pratique.uploads.limits import UploadLimits
from pratique.uploads.receiving import Sender
from pratique.uploads.refusal import UploadRefused
from pratique.uploads.spool import Spool
from pratique.uploads.uploads import Uploads
from pratique.verdict import Verdict
from pratique.web.answers import problem, report_link
from pratique.web.keys import SITE, visitor

_FILE = "content"
_IGNORED = frozenset({"gpg_signature"})
_ROOM = 1 << 20
"""Bytes that the form may take beside the longest file, before anything is read."""


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [web.post("/legacy/", _upload), web.post("/legacy", _upload)]


async def _upload(request: web.Request) -> web.StreamResponse:
    try:
        uploads, publisher = await _admitted(request)
        async with asyncio.timeout(uploads.limits.total):
            return await _received(request, uploads, publisher)
    except UploadRefused as refused:
        return _refusal(refused)
    except Throttled as error:
        return problem(429, str(error), retry_after=error.seconds)
    except NotAuthenticated as error:
        return _refusal(UploadRefused(error.message, remedy=error.remedy, status=401))
    except NotAllowed as error:
        return problem(403, str(error))
    except BadName as error:
        return problem(400, str(error))
    except StorageError as error:
        return problem(503, str(error), retry_after=60)
    except TimeoutError:
        answer = problem(408, "The upload took too long and was given up. Try again over a faster connection.")
        answer.force_close()
        return answer


async def _admitted(request: web.Request) -> tuple[Uploads, Principal]:
    """Whoever it is, before a byte of the body is read."""
    site = request.app[SITE]
    if site.uploads is None or site.authenticator is None:
        raise UploadRefused("This server takes no uploads.", remedy="Ask whoever runs it.", status=403)
    if hdrs.ORIGIN in request.headers:
        raise UploadRefused(
            "Uploads come from publishing tools, not from pages of a browser.",
            status=403,
            remedy="Use twine, uv or another of docs/publishing.md.",
        )
    limits = site.uploads.limits
    if (request.content_length or 0) > limits.file_bytes + limits.form_bytes + _ROOM:
        raise UploadRefused(
            f"The file is larger than {limits.file_bytes:,} bytes.",
            status=413,
            remedy="Make it smaller, or ask whoever runs the server.",
        )
    name, secret = _credentials(request)
    address = visitor(request).address
    return site.uploads, await site.authenticator.principal(username=name, secret=secret, address=address)


def _credentials(request: web.Request) -> tuple[str, str]:
    try:
        given = BasicAuth.decode(request.headers.get(hdrs.AUTHORIZATION, ""), encoding="utf-8")
    except (ValueError, UnicodeDecodeError) as error:
        raise UploadRefused(
            "Uploads need a token.", remedy="Give the user name __token__ and the token as the password.", status=401
        ) from error
    return given.login, given.password


async def _received(request: web.Request, uploads: Uploads, publisher: Principal) -> web.StreamResponse:
    who = visitor(request)
    sender = Sender(publisher=publisher, address=who.address, user_agent=who.user_agent)
    async with uploads.place(publisher) as spool:
        fields, filename = await _form(request, spool, uploads.limits)
        outcome = await uploads.receive(sender, fields, filename, spool)
    return _answer(request, outcome.file, identical=outcome.identical)


async def _form(request: web.Request, spool: Spool, limits: UploadLimits) -> tuple[dict[str, list[str]], str]:
    """Every field, and the file's name; the file itself goes to the spool as it arrives."""
    if request.content_type != "multipart/form-data":
        raise UploadRefused("The upload is no form.", remedy="Send multipart/form-data, or update the client.")
    fields: dict[str, list[str]] = defaultdict(list)
    filename, room, count = None, limits.form_bytes, 0
    try:
        parts = await request.multipart()
        while (part := await _next(parts, limits)) is not None:
            count += 1
            name = _field(part)
            if count > limits.fields:
                raise UploadRefused(
                    f"The form has more than {limits.fields:,} fields.", status=413, remedy="Update the client."
                )
            if name == _FILE:
                if filename is not None:
                    raise UploadRefused("The form holds two files.", remedy="Upload one at a time.")
                filename = part.filename or ""
                await _spooled(part, spool, limits)
            else:
                value = await _text(part, name, min(room, limits.field_bytes), limits)
                room -= len(value.encode())
                if name not in _IGNORED:
                    fields[name].append(value)
    except (ValueError, AssertionError, HttpProcessingError, web.RequestPayloadError) as error:
        raise UploadRefused("The form cannot be read.", remedy="Try again, or update the client.") from error
    if filename is None:
        raise UploadRefused("The form holds no file.", remedy="Send it as the field content.")
    return fields, filename


async def _next(parts: MultipartReader, limits: UploadLimits) -> BodyPartReader | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of malformed headers: what they leave out is refused for its lack
        async with asyncio.timeout(limits.idle):
            part = await parts.next()
    if isinstance(part, MultipartReader):
        raise UploadRefused("The form holds another form.", remedy="Update the client.")
    return part


def _field(part: BodyPartReader) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return part.name or ""


async def _spooled(part: BodyPartReader, spool: Spool, limits: UploadLimits) -> None:
    while chunk := await _chunk(part, limits):
        await spool.write(chunk)


async def _text(part: BodyPartReader, name: str, room: int, limits: UploadLimits) -> str:
    kept = bytearray()
    while chunk := await _chunk(part, limits):
        kept += chunk
        if len(kept) > room:
            raise UploadRefused(f"The field {name[:60]!r} is too long.", status=413, remedy="Shorten it.")
    return kept.decode("utf-8")


async def _chunk(part: BodyPartReader, limits: UploadLimits) -> bytes:
    async with asyncio.timeout(limits.idle):
        return await part.read_chunk(1 << 16)


def _refusal(refused: UploadRefused) -> web.Response:
    answer = problem(refused.status, str(refused), retry_after=60 if refused.status == 429 else None)
    if refused.status == 401:
        answer.headers[hdrs.WWW_AUTHENTICATE] = 'Basic realm="pratique", charset="UTF-8"'
    return answer


def _answer(request: web.Request, file: OwnFile, *, identical: bool) -> web.StreamResponse:
    """The state in the client's own words. What is held is an error there, since it is not published."""
    site = f"{request.url.origin()}"
    if file.taken_down is not None:
        return problem(403, f"{file.project} {file.version} was taken down: {file.taken_down}")
    match file.state:
        case State.PUBLISHED:
            again = " before" if identical else ""
            return _said(200, f"{file.filename} was published{again}: {site}/projects/{file.project}/")
        case State.RECEIVED | State.SCREENING:
            return _said(202, f"{file.filename} is kept, and being screened: {site}/projects/{file.project}/")
        case State.HELD:
            return problem(403, f"held for review: {_why(file)}", step=_step(file), link=_link(site, file))
        case State.REFUSED:
            return problem(403, f"refused: {_why(file)}", step=_step(file), link=_link(site, file))
        case _:
            assert_never(file.state)


def _said(status: int, text: str) -> web.Response:
    return web.Response(
        status=status, body=f"{text}\n".encode(), headers={hdrs.CONTENT_TYPE: "text/plain; charset=utf-8"}
    )


def _why(file: OwnFile) -> str:
    """The reason without the verb, which stands before it already."""
    return file.reason.removeprefix("quarantined: ").removeprefix("blocked: ")


def _step(file: OwnFile) -> str:
    """That an upload froze its account, where it did: the next one is refused for it, whatever it holds."""
    frozen = file.verdict == Verdict.MALICIOUS
    return f"this froze the tokens of {file.uploader}, ask an administrator" if frozen else ""


def _link(site: str, file: OwnFile) -> str:
    found = file.verdict not in {"", Verdict.CLEAN}
    return report_link(site, file.project, file.sha256) if found else f"{site}/projects/{file.project}/"
