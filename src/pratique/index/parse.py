"""Read a project's page of any index, JSON or HTML: the page is checked, a broken entry is skipped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import msgspec

from pratique.errors import BadName, UpstreamError
from pratique.index import entries
from pratique.index.document import Entry, read_document
from pratique.index.markup import Anchor, read_markup
from pratique.names import ProjectName, distribution_name, project_name
from pratique.ports import IndexFile, ProjectPage

_HTML_TYPES = {"text/html", "application/xhtml+xml", "application/vnd.pypi.simple.v1+html"}
_STATUSES = {"active", "archived", "quarantined", "deprecated"}
_MOST_PARTS = 4_000_000
"""Of a JSON document, about 40 for each file; each takes some hundred bytes once it is read."""
_MOST_TAGS = 400_000
"""Of an HTML document; each takes some microseconds."""
_USUAL = (".whl", ".tar.gz", ".zip")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,198}", re.ASCII)
_UNCLEAR = ("--", "_-", ".-")
"""Without these a project's name stands before each hyphen of such a name, as `distribution_name` wants."""
_REMEDY = "Check that the upstream's URL is that of a simple repository (PEP 503, PEP 691)."


def parse_page(
    body: bytes,
    content_type: str,
    *,
    project: ProjectName,
    url: str,
    etag: str = "",
    last_serial: int | None = None,
    upstream: str = "",
) -> ProjectPage:
    """The page in ``body`` of the upstream of that name, relative links resolved against ``url``.

    Raises `UpstreamError` if it is none.

    A page whose status is quarantined has no files, whatever it lists (PEP 792).
    """
    kind = content_type.partition(";")[0].strip().lower()
    source = _Source(project=project, url=url, upstream=upstream)
    if kind in _HTML_TYPES:
        page = _html(body, source)
    elif kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        page = _json(body, source)
    else:
        raise source.error(f"is of type {kind[:80]!r}")
    if page.status == "quarantined":
        page = replace(page, files=())
    serial = page.last_serial if last_serial is None else last_serial
    return replace(page, etag=etag, last_serial=serial, upstream=upstream)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    project: ProjectName
    url: str
    upstream: str

    def error(self, what: str) -> UpstreamError:
        return UpstreamError(f"The upstream's page of {self.project} {what}.", remedy=_REMEDY)

    def check_version(self, raw: object) -> None:
        """PEP 629: a reader fails on a major version that it doesn't know."""
        if raw is not None and (not isinstance(raw, str) or raw.partition(".")[0].strip() != "1"):
            raise self.error(f"has the version {_shown(raw)}, and only 1.x is known")


def _json(body: bytes, source: _Source) -> ProjectPage:
    """PEP 691 with its extensions; unknown keys are ignored."""
    if len(body) > _MOST_PARTS and sum(map(body.count, (b",", b"[", b"{"))) > _MOST_PARTS:
        raise source.error(f"has more than {_MOST_PARTS:,} parts")
    try:
        raw = read_document(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise source.error("is not JSON") from error
    if raw is None:
        raise source.error("lists no files")
    meta = _mapping(raw.meta)
    source.check_version(meta.get("api-version"))
    _check_name(raw.name, source)
    versions, status = raw.versions, _mapping(raw.project_status)
    return ProjectPage(
        project=source.project,
        files=_unique(_json_file(entry, source) for entry in raw.files),
        versions=tuple(v for v in versions if isinstance(v, str)) if isinstance(versions, list) else (),
        status=_status(status.get("status")),
        status_reason=entries.text(status.get("reason")) or "",
        last_serial=entries.size(meta.get("_last-serial")),
    )


def _check_name(raw: object, source: _Source) -> None:
    """A page that says it is another project's is an answer to another question."""
    try:
        fits = raw is None or (isinstance(raw, str) and project_name(raw) == source.project)
    except BadName:
        fits = False
    if not fits:
        raise source.error(f"is that of {_shown(raw)}")


def _json_file(entry: Entry, source: _Source) -> IndexFile | None:
    filename, url = entry.filename, entries.address(source.url, entry.url)
    hashes = entries.hashes(entry.hashes)
    if url is None or hashes is None or not isinstance(filename, str) or not _is_file_name(filename):
        return None
    yanked = entry.yanked
    return IndexFile(
        filename=filename,
        url=url,
        hashes=hashes,
        requires_python=entries.text(entry.requires_python),
        size=entries.size(entry.size),
        upload_time=entries.upload_time(entry.upload_time),
        yanked=yanked if isinstance(yanked, str) and yanked else bool(yanked),
        core_metadata=_own(entries.core_metadata(entry.metadata), hashes),
        provenance=None if entry.provenance is None else entries.address(source.url, entry.provenance),
        upstream=source.upstream,
    )


def _own(promised: bool | entries.Hashes, hashes: entries.Hashes) -> bool | entries.Hashes:  # noqa: FBT001  (PEP 714's value)
    """None where the file's own digest is promised for its metadata: no client would accept what lies there."""
    return promised if isinstance(promised, bool) or not set(promised) & set(hashes) else False


def _html(body: bytes, source: _Source) -> ProjectPage:
    if body.count(b"<") > _MOST_TAGS:
        raise source.error(f"has more than {_MOST_TAGS:,} tags")
    markup = read_markup(body)
    if not markup.is_page:
        raise source.error("is not HTML")
    source.check_version(markup.meta.get("pypi:repository-version"))
    place = entries.location(source.url, markup.base)
    base = place.url if place else source.url
    files = _unique(_html_file(anchor, base, source.upstream) for anchor in markup.anchors)
    if markup.anchors and not files:
        raise source.error("has links, but none to a distribution")
    return ProjectPage(
        project=source.project,
        files=files,
        status=_status(markup.meta.get("pypi:project-status")),
        status_reason=markup.meta.get("pypi:project-status-reason", "").strip(),
    )


def _html_file(anchor: Anchor, base: str, upstream: str) -> IndexFile | None:
    """PEP 503: the file's name is the last part of its URL."""
    place = entries.location(base, anchor.href)
    if place is None:
        return None
    filename = unquote(urlsplit(place.url).path.rpartition("/")[2])
    hashes = entries.written_hash(place.fragment)
    if hashes is None or not _is_file_name(filename):
        return None
    given = anchor.attributes
    return IndexFile(
        filename=filename,
        url=place.url,
        hashes=hashes,
        requires_python=entries.text(given.get("data-requires-python")),
        yanked=given.get("data-yanked", False) or "data-yanked" in given,
        core_metadata=_own(
            entries.written_metadata(given.get("data-core-metadata", given.get("data-dist-info-metadata"))), hashes
        ),
        provenance=entries.address(base, given.get("data-provenance")),
        upstream=upstream,
    )


def _is_file_name(filename: str) -> bool:
    """Whether a file of that name can be given: none may be called like what lies beside another."""
    if filename.endswith(_USUAL) and _PLAIN.fullmatch(filename) and not any(map(filename.__contains__, _UNCLEAR)):
        return True
    return _is_unusual_name(filename)


@lru_cache(maxsize=20_000)  # pages are read again and again, and most of that time went into names
def _is_unusual_name(filename: str) -> bool:
    if filename.lower().endswith((".metadata", ".provenance")):
        return False
    try:
        distribution_name(filename)
    except BadName:
        return False
    return True


def _unique(files: Iterable[IndexFile | None]) -> tuple[IndexFile, ...]:
    """Without what was broken; the first of two entries with one name."""
    found: dict[str, IndexFile] = {}
    for file in files:
        if file is not None:
            found.setdefault(file.filename, file)
    return tuple(found.values())


def _shown(raw: object) -> str:
    """A value for a message: only text is written out, other values can be deep or endless."""
    return repr(raw[:80]) if isinstance(raw, str) else f"a {type(raw).__name__}"


def _status(raw: object) -> str:
    return raw if isinstance(raw, str) and raw in _STATUSES else "active"


def _mapping(raw: object) -> Mapping[object, object]:
    return raw if isinstance(raw, dict) else {}
