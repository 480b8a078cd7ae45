"""Write pages as JSON or HTML; no address of the upstream is in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import msgspec

from pratique.index.negotiate import JSON
from pratique.names import ProjectName, distribution_name
from pratique.ports import IndexFile, ProjectPage

_Link = Callable[[IndexFile], str]
_Provenance = Callable[[IndexFile], str | None]
_Offered = Callable[[IndexFile], bool] | None
_Metadata = bool | tuple[tuple[str, str], ...]
_VERSION = "1.4"
"""PEP 792."""
_VERSION_WITHOUT_SIZES = "1.0"
"""PEP 700 (1.1) requires each file's size; an index that gives none gets the version that asks for none."""


def serialize(
    page: ProjectPage,
    content_type: str,
    link: _Link,
    provenance: _Provenance = lambda _: None,
    offered: _Offered = None,
) -> bytes:
    """The page in the content type that was negotiated, UTF-8; ``link`` gives each file's URL here.

    ``provenance`` gives the URL here of what the upstream has at its own (PEP 740): that one leads around us.
    ``offered`` says of which files there are core metadata here (PEP 658), though the upstream may have none.
    """
    if content_type == JSON:
        return _json(page, link, provenance, offered)
    return _html(page, link, provenance, offered)


def serialize_projects(projects: Sequence[ProjectName], content_type: str, base: str = "/simple/") -> bytes:
    """The list of projects (PEP 503, PEP 691) in the content type that was negotiated, UTF-8.

    ``base`` is what the addresses of their pages begin with.
    """
    if content_type == JSON:
        names = [{"name": name} for name in projects]
        return msgspec.json.encode({"meta": {"api-version": _VERSION}, "projects": names})
    anchors = [f'<a href="{base}{name}/">{name}</a><br>' for name in map(escape, projects)]
    return _document("Projects", [], anchors)


def _json(page: ProjectPage, link: _Link, provenance: _Provenance, offered: _Offered) -> bytes:
    """PEP 691, with the fields of PEP 700, 714, 740 and 792.

    Not PEP 658's ``dist-info-metadata``: pip before 23.2 fails on a page that has it (why PEP 714 renamed it).
    """
    sized = all(file.size is not None for file in page.files)
    meta: dict[str, object] = {"api-version": _VERSION if sized else _VERSION_WITHOUT_SIZES}
    if page.last_serial is not None:
        meta["_last-serial"] = page.last_serial
    status = {"status": page.status}
    if page.status_reason:
        status["reason"] = _text(page.status_reason)
    return msgspec.json.encode(
        {
            "meta": meta,
            "name": page.project,
            "project-status": status,
            "versions": [_text(version) for version in page.versions or _versions(page)],
            "files": [_entry(file, link(file), provenance(file), _metadata(file, offered)) for file in page.files],
        }
    )


def _metadata(file: IndexFile, offered: _Offered) -> _Metadata:
    return file.core_metadata or (offered is not None and offered(file))


def _entry(file: IndexFile, url: str, provenance: str | None, metadata: _Metadata) -> dict[str, object]:
    entry: dict[str, object] = {
        "filename": file.filename,
        "url": url,
        "hashes": dict(file.hashes),
        "yanked": _text(file.yanked) if isinstance(file.yanked, str) else file.yanked,
        "core-metadata": dict(metadata) if isinstance(metadata, tuple) else metadata,
        "provenance": provenance,
    }
    if file.requires_python is not None:
        entry["requires-python"] = _text(file.requires_python)
    if file.size is not None:
        entry["size"] = file.size
    if file.upload_time is not None:
        entry["upload-time"] = _text(file.upload_time)
    return entry


def _versions(page: ProjectPage) -> list[str]:
    """What the file names say, where the upstream lists no versions."""
    return sorted({version for file in page.files if (version := distribution_name(file.filename).version)})


def _html(page: ProjectPage, link: _Link, provenance: _Provenance, offered: _Offered) -> bytes:
    """PEP 503 with the attributes of PEP 592, 629, 658, 714, 740 and 792; frozen by PEP 833."""
    reason = [_meta("pypi:project-status-reason", page.status_reason)] if page.status_reason else []
    return _document(
        f"Links for {escape(page.project)}",
        [_meta("pypi:project-status", page.status), *reason],
        [_anchor(file, link(file), provenance(file), _metadata(file, offered)) for file in page.files],
    )


def _document(title: str, head: list[str], body: list[str]) -> bytes:
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        _meta("pypi:repository-version", _VERSION),
        *head,
        f"<title>{title}</title>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
        *body,
        "</body>",
        "</html>",
    ]
    return "\n".join([*lines, ""]).encode("utf-8", "replace")


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{escape(content)}">'


def _anchor(file: IndexFile, url: str, provenance: str | None, metadata: _Metadata) -> str:
    attributes = {"href": url + _fragment(file.hashes)}
    if file.requires_python is not None:
        attributes["data-requires-python"] = file.requires_python
    if file.yanked is not False:
        attributes["data-yanked"] = file.yanked if isinstance(file.yanked, str) else ""
    if metadata:
        known = _fragment(metadata).lstrip("#") if isinstance(metadata, tuple) else ""
        attributes["data-core-metadata"] = attributes["data-dist-info-metadata"] = known or "true"
    if provenance is not None:
        attributes["data-provenance"] = provenance
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<a {written}>{escape(file.filename)}</a><br>"


def _fragment(hashes: tuple[tuple[str, str], ...]) -> str:
    """One hash as a URL's fragment: SHA-256, else the first that is known."""
    known = dict(hashes)
    algorithm = "sha256" if "sha256" in known else next(iter(known), "")
    return f"#{algorithm}={known[algorithm]}" if algorithm else ""


def _text(text: str) -> str:
    """Text that UTF-8 can carry: names from hostile archives hold lone surrogates."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
