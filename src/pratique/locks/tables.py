"""Lock files in TOML and JSON: PEP 751, uv, Poetry, PDM, Pipenv. Each becomes entries; nothing is checked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pratique.locks.entries import file_name, lines_of
from pratique.locks.model import Entry

Table = Mapping[str, Any]


def pylock(document: Table, text: str) -> Iterator[Entry]:
    """``pylock.toml`` (PEP 751)."""
    for line, package in _numbered(document.get("packages"), lines_of(text, "[[packages]]")):
        place = next((key for key in ("vcs", "archive") if package.get(key)), "")
        listed = [*_tables(package.get("wheels")), *_tables([package.get("sdist")])]
        yield _entry(
            package,
            line,
            own="directory" in package,
            elsewhere=_told(place, package.get(place)),
            files=tuple((_pylock_name(one), _table(one.get("hashes")).get("sha256")) for one in listed),
        )


def _pylock_name(one: Table) -> str:
    name = one.get("name")
    return name if isinstance(name, str) else file_name(one.get("url") or one.get("path"))


def uv(document: Table, text: str) -> Iterator[Entry]:
    """``uv.lock``."""
    for line, package in _numbered(document.get("package"), lines_of(text, "[[package]]")):
        source = _table(package.get("source"))
        place = next((key for key in ("git", "url", "path") if key in source), "")
        listed = [*_tables(package.get("wheels")), *_tables([package.get("sdist")])]
        yield _entry(
            package,
            line,
            own=bool({"virtual", "editable", "directory"} & set(source)),
            elsewhere=_told(place, source.get(place)),
            files=tuple((file_name(one.get("url") or one.get("path")), one.get("hash")) for one in listed),
        )


def poetry(document: Table, text: str) -> Iterator[Entry]:
    """``poetry.lock``, also of the versions before 2, which list files apart."""
    apart = _table(_table(document.get("metadata")).get("files"))
    for line, package in _numbered(document.get("package"), lines_of(text, "[[package]]")):
        source = _table(package.get("source"))
        kind = source.get("type", "legacy")
        listed = _tables(package.get("files")) or _tables(apart.get(str(package.get("name"))))
        yield _entry(
            package,
            line,
            own=kind == "directory",
            elsewhere="" if kind == "legacy" else _told(str(kind), source.get("url")),
            files=tuple((one.get("file"), one.get("hash")) for one in listed),
        )


def pdm(document: Table, text: str) -> Iterator[Entry]:
    """``pdm.lock``, with names of files or with their URLs."""
    for line, package in _numbered(document.get("package"), lines_of(text, "[[package]]")):
        place = next((key for key in ("git", "hg", "svn", "url") if key in package), "")
        yield _entry(
            package,
            line,
            own="path" in package,
            elsewhere=_told(place, package.get(place)),
            files=tuple(
                (one.get("file") or file_name(one.get("url")), one.get("hash")) for one in _tables(package.get("files"))
            ),
        )


def pipfile(document: Table, text: str) -> Iterator[Entry]:
    """``Pipfile.lock``: hashes belong to no named file. All but ``_meta`` are groups, also those of one's own."""
    lines = text.splitlines()
    for group in (key for key in document if key != "_meta"):
        for name, said in _table(document.get(group)).items():
            package = _table(said)
            place = next((key for key in ("git", "hg", "svn", "file") if key in package), "")
            version = package.get("version")
            hashes = package.get("hashes")
            yield Entry(
                name=name,
                version=version.removeprefix("==") if isinstance(version, str) else version,
                line=next((number for number, line in enumerate(lines, 1) if line.strip().startswith(f'"{name}":')), 0),
                own="path" in package,
                elsewhere=_told(place, package.get(place)),
                files=tuple((None, one) for one in hashes) if isinstance(hashes, list) else (),
            )


def _entry(package: Table, line: int, *, own: bool, elsewhere: str, files: tuple[tuple[object, object], ...]) -> Entry:
    """Of a package whose table names it and its version."""
    return Entry(
        name=package.get("name"),
        version=package.get("version"),
        line=line,
        own=own,
        elsewhere=elsewhere,
        files=files,
    )


def _numbered(packages: object, lines: Sequence[int]) -> Iterator[tuple[int, Table]]:
    """Each table of a list, with the line that it begins at, if every one has such a line."""
    listed = packages if isinstance(packages, list) else []
    whole = len(lines) == len(listed)
    for number, package in enumerate(listed):
        yield lines[number] if whole else 0, _table(package)


def _told(kind: str, place: object) -> str:
    if not kind:
        return ""
    address = place.get("url") if isinstance(place, Mapping) else place
    return f"{kind} {address}" if isinstance(address, str) else kind


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _tables(values: object) -> list[Table]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
