"""What a project's page says around its files: from the index's values to those of history and provenance."""

from __future__ import annotations

from collections.abc import Mapping

from packaging.version import Version

from pratique.history.dates import Listed
from pratique.history.standing import Standing, standing
from pratique.names import version_in
from pratique.ports import IndexFile, ProjectPage
from pratique.provenance.model import Checked
from pratique.provenance.signals import Attested
from pratique.versions import read_version


def listed(page: ProjectPage) -> tuple[Listed, ...]:
    """The files of a page, as far as a release's standing goes."""
    return tuple(
        Listed(
            filename=file.filename,
            version=version_in(file.filename),
            uploaded=file.upload_time,
            yanked=file.yanked,
            attested=file.provenance is not None,
        )
        for file in page.files
    )


def standing_of(page: ProjectPage, version: str) -> Standing:
    """Where one of its releases stands."""
    return standing(listed(page), version, status=page.status, status_reason=page.status_reason)


def attested(
    page: ProjectPage, file: IndexFile, checked: Mapping[str, Checked]
) -> tuple[Attested, tuple[Attested, ...]]:
    """A file's provenance and that of the releases before it by version, the newest last.

    ``checked`` holds what was looked at, by file name. Versions that PEP 440 does not know have no order and are
    left out.
    """
    version = version_in(file.filename)
    now = Attested(version=version, has=file.provenance is not None, checked=checked.get(file.filename))
    return now, tuple(one for order, one in sorted(_releases(page, checked).items()) if order < _order(version))


def last_attested(page: ProjectPage, file: IndexFile) -> IndexFile | None:
    """A file of the newest release before this file's that has provenance for every file; None where there is none."""
    _, earlier = attested(page, file, {})
    last = next((Version(one.version) for one in reversed(earlier) if one.has), None)
    return next((one for one in page.files if last is not None and _order(version_in(one.filename)) == last), None)


def _releases(page: ProjectPage, checked: Mapping[str, Checked]) -> dict[Version, Attested]:
    by_version: dict[Version, list[IndexFile]] = {}
    for file in page.files:
        if (order := _order(version_in(file.filename))) is not _NONE:
            by_version.setdefault(order, []).append(file)
    return {
        order: Attested(
            version=str(order),
            has=all(file.provenance is not None for file in files),
            checked=next((checked[file.filename] for file in files if file.filename in checked), None),
        )
        for order, files in by_version.items()
    }


_NONE = Version("0.dev0")


def _order(version: str) -> Version:
    """The version; for what is none, one before which there is nothing."""
    return read_version(version) or _NONE
