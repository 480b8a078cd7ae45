"""The questions and answers of OSV's API, version 1: ``query``, ``querybatch`` and ``vulns``."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar
from urllib.parse import unquote

import msgspec

from pratique.advisories.match import matching
from pratique.advisories.model import Advisory
from pratique.errors import BadName, PratiqueError
from pratique.names import ProjectName, project_name

MOST_QUERIES = 1000
"""In one batch."""
PAGE = 1000
"""Advisories in one answer; the rest is asked for with a page token."""

_T = TypeVar("_T")
_ECOSYSTEM = "PyPI"
_PURL = re.compile(r"pkg:/*pypi/(?P<name>[^@?#/]+)(?:@(?P<version>[^?#]+))?(?:[?#].*)?", re.IGNORECASE)


class Code(IntEnum):
    """Why there is no answer (gRPC's canonical codes)."""

    INVALID_ARGUMENT = 3
    NOT_FOUND = 5
    INTERNAL = 13


class BadQuery(PratiqueError):
    """A question that cannot be answered; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked: the advisories on a release, or on a project where there is no version."""

    project: ProjectName
    version: str = ""
    after: str = ""
    """The last id of the page before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of an answer, by id."""

    advisories: tuple[Advisory, ...]
    token: str = ""
    """For the next page; empty where this is the last."""


class _Package(msgspec.Struct):
    name: str | None = None
    ecosystem: str | None = None
    purl: str | None = None


class _Query(msgspec.Struct):
    commit: str | None = None
    version: str | None = None
    package: _Package | None = None
    page_token: str | None = None


class _Batch(msgspec.Struct):
    queries: list[_Query]


def read_query(raw: bytes) -> Query:
    """The body of ``POST /v1/query``; raises `BadQuery`."""
    return _query(_decoded(raw, _Query))


def read_batch(raw: bytes) -> tuple[Query, ...]:
    """The body of ``POST /v1/querybatch``; raises `BadQuery`."""
    batch = _decoded(raw, _Batch)
    if len(batch.queries) > MOST_QUERIES:
        raise BadQuery(
            f"Too many queries: {len(batch.queries)}; at most {MOST_QUERIES} in a batch.",
            remedy="Ask in smaller batches.",
        )
    return tuple(_query(one) for one in batch.queries)


def answer(query: Query, advisories: Iterable[Advisory]) -> Page:
    """The page that is asked for, of what is known of the project."""
    found = matching(advisories, query.version)
    rest = [advisory for advisory in found if advisory.id > query.after]
    token = _token(rest[PAGE - 1].id) if len(rest) > PAGE else ""
    return Page(advisories=tuple(rest[:PAGE]), token=token)


def query_document(documents: Sequence[bytes], token: str) -> bytes:
    """The answer to a query: whole records. Without any it is an empty object, as in OSV's own service."""
    parts = [b'"vulns":[' + b",".join(documents) + b"]"] if documents else []
    parts += [b'"next_page_token":' + msgspec.json.encode(token)] if token else []
    return b"{" + b",".join(parts) + b"}"


def batch_document(pages: Iterable[Page]) -> bytes:
    """The answer to a batch: ids and moments, in the order of the queries."""
    return msgspec.json.encode({"results": [_result(page) for page in pages]})


def error_document(code: Code, message: str) -> bytes:
    """An error, as OSV's own service words them."""
    return msgspec.json.encode({"code": int(code), "message": message})


def _result(page: Page) -> dict[str, object]:
    result: dict[str, object] = {}
    if page.advisories:
        result["vulns"] = [{"id": one.id, "modified": one.modified} for one in page.advisories]
    if page.token:
        result["next_page_token"] = page.token
    return result


def _decoded(raw: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadQuery(f"Invalid query: {error}.", remedy="See docs/advisories.md for what can be asked.") from error


def _query(wire: _Query) -> Query:
    if wire.commit:
        raise BadQuery("Commits cannot be asked for here: no repository is kept.", remedy="Ask by package and version.")
    name, version = _package(wire)
    try:
        project = project_name(name)
    except BadName as error:
        raise BadQuery(f"Invalid query: {error.message}", remedy=error.remedy) from error
    return Query(project=project, version=version, after=_after(wire.page_token or ""))


def _package(wire: _Query) -> tuple[str, str]:
    package = wire.package or _Package()
    if package.purl:
        return _purl(package, wire.version or "")
    if not package.name:
        raise BadQuery("Invalid query: a package is needed.", remedy="Name one by name and ecosystem, or by purl.")
    if (package.ecosystem or "").partition(":")[0] != _ECOSYSTEM:
        raise BadQuery(f"Invalid ecosystem: only {_ECOSYSTEM} is kept here.", remedy=f"Ask for {_ECOSYSTEM}.")
    return package.name, wire.version or ""


def _purl(package: _Package, version: str) -> tuple[str, str]:
    if package.name or package.ecosystem:
        raise BadQuery("Invalid query: name and ecosystem, or purl, but not both.", remedy="Leave one of them out.")
    found = _PURL.fullmatch(package.purl or "")
    if found is None:
        raise BadQuery("Invalid purl.", remedy="Write it as pkg:pypi/NAME@VERSION.")
    inside = unquote(found["version"] or "")
    if inside and version:
        raise BadQuery("Invalid query: version and a versioned purl, but not both.", remedy="Leave one of them out.")
    return unquote(found["name"]), inside or version


def _token(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode()


def _after(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadQuery(
            "Invalid page token.", remedy="Send the next_page_token of the answer before, as it was."
        ) from error
