"""The journal of an upstream that keeps one: XML-RPC, ``changelog_last_serial`` and ``changelog_since_serial``."""

from __future__ import annotations

import asyncio
import xmlrpc.client
from collections.abc import Sequence
from urllib.parse import urljoin

import aiohttp
from aiohttp import hdrs

from pratique.afterwards import Change
from pratique.errors import BadName, UpstreamError
from pratique.names import project_name
from pratique.upstream.addresses import parse_index, redact
from pratique.upstream.body import reason
from pratique.upstream.proxies import proxy_for
from pratique.upstream.session import InSession

_BYTES = 64 << 20
_TIMES = aiohttp.ClientTimeout(total=120.0, sock_connect=10.0)
_NEITHER = frozenset({301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 501})
"""What whoever keeps no journal answers."""
_LAST = xmlrpc.client.MAXINT
"""Behind a higher number nobody can ask for more."""
_REMEDY = "It is asked again in the next round; if this stays, tell whoever runs the upstream."


class HttpJournal(InSession):
    """`pratique.afterwards.Journal` beside an index; an async context manager, to be entered once."""

    _times = _TIMES

    def __init__(self, index: str) -> None:
        self._index = parse_index(index)
        self._url = urljoin(self._index.url, "../pypi")

    async def last(self) -> int | None:
        """The number of its newest line; nothing where it keeps no journal."""
        answer = await self._call("changelog_last_serial")
        return answer if isinstance(answer, int) and answer <= _LAST else None

    async def since(self, serial: int) -> Sequence[Change]:
        """What came after that line; names that are none are passed over. Raises `UpstreamError`."""
        answer = await self._call("changelog_since_serial", serial)
        if not isinstance(answer, list):
            raise UpstreamError(f"The journal at {redact(self._url)} did not answer.", remedy="Try again later.")
        return [change for row in answer if (change := _change(row)) is not None and change.serial > serial]

    async def _call(self, method: str, *arguments: int) -> object:
        """The answer; nothing from whoever keeps no journal."""
        headers = {hdrs.CONTENT_TYPE: "text/xml"}
        if self._index.authorization:
            headers[hdrs.AUTHORIZATION] = self._index.authorization
        try:
            async with self._session.post(
                self._url,
                data=xmlrpc.client.dumps(arguments, method).encode(),
                headers=headers,
                allow_redirects=False,
                proxy=proxy_for(self._url),
            ) as response:
                if response.status in _NEITHER:
                    return None
                if response.status != 200:
                    raise UpstreamError(
                        f"The journal at {redact(self._url)} answered {response.status}.", remedy=_REMEDY
                    )
                body = await _whole(response)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise UpstreamError(
                f"The journal at {redact(self._url)} cannot be reached: {reason(error)}.", remedy=_REMEDY
            ) from error
        return await asyncio.to_thread(_read, body)


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _BYTES:
            raise UpstreamError("The upstream's journal answers with too much.", remedy=_REMEDY)
    return bytes(body)


def _read(body: bytes) -> object:
    if b"<!" in body:
        return None  # a document type could expand without end; XML-RPC knows none
    try:
        (answer,), _ = xmlrpc.client.loads(body)
    except Exception:  # noqa: BLE001  (the parser raises whatever it likes; a fault is no journal either)
        return None
    return answer


def _change(row: object) -> Change | None:
    """A line is name, version, moment, action and serial."""
    if not (
        isinstance(row, list)
        and len(row) == 5
        and isinstance(row[0], str)
        and isinstance(row[4], int)
        and row[4] <= _LAST
    ):
        return None
    try:
        return Change(project=project_name(row[0]), serial=row[4])
    except BadName:
        return None
