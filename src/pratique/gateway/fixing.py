"""Which known vulnerabilities a release mends that the release before it had."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.version import Version

from pratique.advisories.match import affects
from pratique.advisories.model import Advisory
from pratique.names import version_in
from pratique.ports import ProjectPage
from pratique.versions import read_version


def mended(page: ProjectPage, version: str, advisories: Iterable[Advisory]) -> tuple[str, ...]:
    """Ids of advisories on the release before this one that do not hold for this one any more.

    Malware does not count: whoever took a project over could call the next release a mending. Where no version can
    be told, or there is none before it, nothing is mended.
    """
    wanted = read_version(version)
    before = _before(page, wanted) if wanted else ""
    if not before:
        return ()
    known = (one for one in advisories if not one.malware)
    return tuple(sorted(one.id for one in known if affects(one, before) and not affects(one, version)))


def _before(page: ProjectPage, wanted: Version) -> str:
    """The next lower version on the page; a final release is compared with the final one before it."""
    versions = {
        parsed for file in page.files if (parsed := read_version(version_in(file.filename))) and parsed < wanted
    }
    alike = [one for one in versions if not one.is_prerelease or wanted.is_prerelease]
    return str(max(alike, default=""))
