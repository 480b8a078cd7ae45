"""Core metadata, checked field by field: what a form declares, and what the archive itself says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pratique.errors import BadName
from pratique.names import ProjectName, project_name
from pratique.printable import printable
from pratique.releases import About
from pratique.uploads.metadata_faults import fault, is_link, objections

if TYPE_CHECKING:
    from packaging.metadata import Metadata, RawMetadata

_TEXT = (
    *("metadata_version", "name", "version", "summary", "description", "description_content_type", "home_page"),
    *("download_url", "author", "author_email", "maintainer", "maintainer_email", "license", "license_expression"),
    "requires_python",
)
_LISTS = {
    "platform": "platforms",
    "supported_platform": "supported_platforms",
    "classifiers": "classifiers",
    "requires_dist": "requires_dist",
    "provides_dist": "provides_dist",
    "obsoletes_dist": "obsoletes_dist",
    "requires_external": "requires_external",
    "provides_extra": "provides_extra",
    "license_file": "license_files",
    "dynamic": "dynamic",
}
"""Fields of the form that may come several times, and what `packaging` calls them."""

_VERSIONS = frozenset({"1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6"})
_NEWEST = "2.5"
"""Under whose rules the fields are read."""
_WEIGHTY = frozenset({"metadata-version", "name", "version", "requires-dist", "requires-python", "summary"})
"""Fields that have to be readable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Core metadata that are well formed."""

    project: ProjectName
    name: str
    """As written."""
    version: str
    """Normalised (PEP 440)."""
    requires_python: str | None
    requires: frozenset[str]
    """Requirements in one spelling (PEP 508)."""
    about: About


def from_form(fields: Mapping[str, Sequence[str]], *, summary: int) -> tuple[Declared | None, list[str]]:
    """What the form declares, or all that is wrong with it; ``summary`` is how many characters that may have."""
    raw: dict[str, object] = {name: fields[name][0] for name in _TEXT if any(fields.get(name, ()))}
    for field, name in _LISTS.items():
        if given := [value for value in fields.get(field, ()) if value]:
            raw[name] = given
    if keywords := "".join(fields.get("keywords", ())):
        raw["keywords"] = [word.strip() for word in keywords.split(",")]
    links, problems = _links(fields.get("project_urls", ()))
    if links:
        raw["project_urls"] = links
    return _declared(raw, problems, summary=summary)


def from_archive(data: bytes, *, summary: int) -> tuple[Declared | None, list[str]]:
    """What METADATA or PKG-INFO say, or all that is wrong with them."""
    from packaging.metadata import parse_email

    raw, unread = parse_email(data)
    problems = [f"{field} cannot be read." for field in sorted(unread) if field in _WEIGHTY]
    return _declared(cast("dict[str, object]", raw), problems, summary=summary)


def disagreements(form: Declared, archive: Declared) -> Iterator[str]:
    """What steers an installer and is not the same in both."""
    for what, ours, theirs in (
        ("name", form.project, archive.project),
        ("version", form.version, archive.version),
        ("requires-python", _specifiers(form.requires_python), _specifiers(archive.requires_python)),
        ("requires-dist", form.requires, archive.requires),
    ):
        if ours != theirs:
            yield f"{what}: the form says {_said(ours)}, the file {_said(theirs)}."


def _declared(raw: dict[str, object], problems: list[str], *, summary: int) -> tuple[Declared | None, list[str]]:
    from packaging.metadata import Metadata

    given = str(raw.get("metadata_version", ""))
    if given not in _VERSIONS:
        return None, [*problems, f"metadata-version: {printable(given, limit=20)!r} is none that is known."]
    told = {name: value for name, value in raw.items() if value != "UNKNOWN"}  # as old setuptools wrote what it lacked
    try:
        # Build tools of all ages use fields before the version that brought them: that harms nobody.
        metadata = Metadata.from_raw(cast("RawMetadata", {**told, "metadata_version": _NEWEST}))
    except ExceptionGroup as group:
        return None, [*problems, *map(fault, group.exceptions)]
    problems += objections(metadata, summary=summary)
    try:
        project = project_name(metadata.name)
    except BadName as error:
        problems.append(str(error))
        return None, problems
    return (None if problems else _value(metadata, project)), problems


def _value(metadata: Metadata, project: ProjectName) -> Declared:
    links = [(label, url) for label, url in (metadata.project_urls or {}).items() if is_link(url)]
    if metadata.home_page:
        links.insert(0, ("Home page", metadata.home_page))
    return Declared(
        project=project,
        name=metadata.name,
        version=str(metadata.version),
        requires_python=str(metadata.requires_python) if metadata.requires_python is not None else None,
        requires=frozenset(_spelled(metadata)),
        about=About(
            summary=metadata.summary or "",
            description=metadata.description or "",
            description_type=metadata.description_content_type or "",
            author=metadata.author or metadata.author_email or metadata.maintainer or metadata.maintainer_email or "",
            license=metadata.license_expression or (metadata.license or "")[:200],
            keywords=", ".join(metadata.keywords or ()),
            classifiers=tuple(metadata.classifiers or ()),
            links=tuple(links),
            requires=tuple(map(str, metadata.requires_dist or ())),
        ),
    )


def _spelled(metadata: Metadata) -> Iterator[str]:
    """Each requirement so that two spellings of one are the same."""
    from packaging.utils import canonicalize_name

    for one in metadata.requires_dist or ():
        extras = ",".join(sorted(canonicalize_name(extra) for extra in one.extras))
        yield f"{project_name(one.name)}[{extras}]{_specifiers(str(one.specifier))};{one.marker or ''}"


def _specifiers(text: str | None) -> str:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return ",".join(sorted(str(one) for one in SpecifierSet(text or "")))
    except InvalidSpecifier:
        return text or ""


def _links(pairs: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    links: dict[str, str] = {}
    problems = []
    for pair in pairs:
        label, comma, url = (part.strip() for part in pair.partition(","))
        if not (comma and label and url) or label in links:
            problems.append(f"project-url: {printable(pair, limit=100)!r} is not a label of its own, and a URL.")
        links[label] = url
    return links, problems


def _said(value: str | frozenset[str]) -> str:
    said = ", ".join(sorted(value)) if isinstance(value, frozenset) else value
    return repr(printable(said, limit=120)) if said else "nothing"
