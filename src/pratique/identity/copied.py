"""Copied identity: a README, a home page or a repository of a popular project under another project's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.errors import BadName
from pratique.identity.popular import Popular
from pratique.names import ProjectName, project_name

_KNOWN = 5_000
"""Only these are worth imitating; further down, words coincide."""
_INSTALL = re.compile(
    r"(?:pip3?|pipx|uv(?:\s+pip)?|poetry|pdm|conda)\s+(?:install|add)\s+(?:-{1,2}[\w-]+[= ]){0,4}"
    r"[\"'`]?([A-Za-z0-9][\w.-]{0,100})",
    re.IGNORECASE,
)
_REPOSITORY = re.compile(r"https?://(?:www\.)?([\w.-]+)/([\w.-]+)/([\w.-]+?)(?:\.git)?(?:[/#?].*)?$", re.IGNORECASE)
_FORGES = ("github.", "gitlab.", "bitbucket.", "codeberg.", "sr.ht")
_HEADING = re.compile(
    r"^[ \t]*(?:#[ \t]+([^\n#]{2,60}?)[ \t#]*$|([^\n]{2,60})\n[ \t]*[=]{3,}[ \t]*$"
    r"|<h1[^>\n]{0,200}>\s{0,20}([^<]{2,60})</h1>)",
    re.MULTILINE | re.IGNORECASE,
)
_TOP = 3_000
"""Characters of a description in which its heading stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A popular project whose identity was taken, and what of it."""

    target: ProjectName
    parts: tuple[str, ...]
    """Each a few words: at least two of them say the same of the same project."""


def copied(
    project: ProjectName, *, description: str, links: Iterable[str], requires: Iterable[str], popular: Popular
) -> Copy | None:
    """The project that these metadata are really of; None unless two parts agree on one.

    A heading, the command that installs it, and the repository each name somebody. What names ourselves anywhere,
    or somebody whom we require (a plugin's README installs its host), is no copy; nor are names that hold one another.
    """
    if project in popular:
        return None
    links = tuple(links)
    said = [*_said(description), *_linked(links)]
    if any(name == project for name, _ in said):
        return None
    needed = {_normal(match[0]) for text in requires if (match := re.match(r"[A-Za-z0-9][\w.-]*", text))}
    parts: dict[str, list[str]] = {}
    for name, what in dict.fromkeys(said):
        if popular.rank.get(name, _KNOWN) < _KNOWN and name not in needed and not _related(name, project):
            parts.setdefault(name, []).append(what)
    best = max(parts, key=lambda name: (len(parts[name]), -popular.rank[name]), default="")
    if not best or len(parts[best]) < 2:
        return None
    return Copy(target=ProjectName(best), parts=tuple(parts[best]))


def _said(description: str) -> Iterator[tuple[str, str]]:
    """Whom the text is about."""
    if (match := _HEADING.search(description[:_TOP])) is not None:
        heading = next(group for group in match.groups() if group)
        yield _normal(heading.strip().strip("`*_ ")), "its heading"
    for match in _INSTALL.finditer(description):
        yield _normal(match[1]), "the command that installs it"


def _linked(links: Iterable[str]) -> Iterator[tuple[str, str]]:
    for link in links:
        match = _REPOSITORY.match(link.strip())
        if match is not None and any(forge in match[1].lower() for forge in _FORGES):
            yield _normal(match[3]), "its repository"


def _normal(text: str) -> str:
    try:
        return project_name(text.strip(".,;:"))
    except BadName:
        return ""


def _related(one: str, other: str) -> bool:
    one, other = one.replace("-", ""), other.replace("-", "")
    return one in other or other in one
