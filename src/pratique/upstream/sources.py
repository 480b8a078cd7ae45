"""Which upstreams there are: names, addresses, and the projects that one of them alone may have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pratique.errors import BadName, BadSetting
from pratique.names import ProjectName, project_name

_NAMED = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]{0,39})=(?P<url>.+)", re.ASCII | re.DOTALL)
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One upstream, as it is configured."""

    url: str
    name: str = ""
    """In records and reports; its host where none is given."""
    projects: tuple[str, ...] = ()
    """Names, or prefixes that end in ``*``, that only this upstream may have; it is asked for no others."""
    origins: tuple[str, ...] = ()
    """Further addresses where its files lie, which may stand inside our network."""


def source_of(text: str) -> Source:
    """A source as the command line names it: ``URL`` or ``NAME=URL``."""
    named = _NAMED.fullmatch(text.strip())
    return Source(name=named["name"], url=named["url"]) if named else Source(url=text.strip())


def checked(sources: Sequence[Source]) -> tuple[Source, ...]:
    """The sources, each with a name; raises `BadSetting` where two share one, or what is claimed is no name."""
    found = tuple(
        Source(
            name=_name_of(one),
            url=one.url,
            projects=tuple(_normal(pattern) for pattern in one.projects),
            origins=one.origins,
        )
        for one in sources
    )
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise BadSetting(
                f"Two upstreams are called {name}.", remedy="Give each a name of its own: --upstream NAME=URL."
            )
    return found


def claims(source: Source, project: ProjectName) -> bool:
    """Whether this upstream alone may have the project."""
    return any(
        project.startswith(pattern[:-1]) if pattern.endswith("*") else project == pattern for pattern in source.projects
    )


def _name_of(source: Source) -> str:
    if not source.name:
        try:
            return (urlsplit(source.url.strip()).hostname or "upstream")[:40]
        except ValueError:
            return "upstream"
    if not _NAME.fullmatch(source.name):
        raise BadSetting(
            f"{source.name} is no name of an upstream.", remedy="Use small letters, digits, dots and dashes."
        )
    return source.name


def _normal(pattern: str) -> str:
    """PEP 503's form of a name or of a prefix."""
    if pattern.endswith("*"):
        return re.sub(r"[-_.]+", "-", pattern[:-1]).lower() + "*"
    try:
        return project_name(pattern)
    except BadName as error:
        raise BadSetting(f"{pattern} is no project's name.", remedy="A prefix ends in *, as in acme-*.") from error
