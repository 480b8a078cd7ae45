"""Requirements by URL: a client would fetch them around the gateway (PEP 508, `name @ URL`)."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_FIELD = re.compile(r"requires[-_]dist[ \t]*:", re.IGNORECASE)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_SUSPECT = re.compile(r"@|://|=\?")
"""In a requirement that cannot be parsed: a URL, or an encoded word (RFC 2047) that some clients decode."""
_UNREADABLE = "what its pyproject.toml hides by being malformed"
_SCRIPTED = re.compile(
    rb"^[^#\n]*?(['\"])([A-Za-z][\w.-]{0,80}(?:\[[\w,. -]{0,80}\])?[ \t]*@[ \t]*(?:\w{1,5}\+)?(?:https?|ssh|ftp|file)://[^'\"\n]{1,400})\1",
    re.MULTILINE,
)
"""A requirement with its URL, in quotes and in no remark; the first of a line."""
_SCRIPT = 500_000
_CONFIGURED = ("install_requires", "setup_requires", "dependency_links")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReferences:
    """The requirements of a source tree that name a URL, as written."""

    required: tuple[str, ...] = ()
    """To build or to install it."""
    optional: tuple[str, ...] = ()
    """Only where somebody asks for an extra."""


def direct_references(metadata: bytes) -> Sequence[str]:
    """The ``Requires-Dist`` values of core metadata that name a URL, as written.

    A malformed value that might be read as one counts too, and so does a field below the headers:
    clients' parsers disagree on where the headers end, and none may see more than we do.
    """
    text = metadata.decode("utf-8", "replace").replace("\ufeff", "").replace("\0", "")
    return _references(_required(text))


def build_references(pyproject: bytes) -> BuildReferences:
    """What a ``pyproject.toml`` (PEP 518, PEP 621) requires by URL; dependency groups (PEP 735) are never installed.

    A file that cannot be read counts as one reference: another parser may read it.
    """
    try:
        document = tomllib.loads(pyproject.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return BuildReferences(required=(_UNREADABLE,))
    try:
        project = _table(document, "project")
        required = [*_texts(_table(document, "build-system"), "requires"), *_texts(project, "dependencies")]
        extras = _table(project, "optional-dependencies")
        optional = [value for extra in extras for value in _texts(extras, extra)]
    except TypeError:
        return BuildReferences(required=(_UNREADABLE,))
    return BuildReferences(required=_references(required), optional=_references(optional))


def configured_references(setup_cfg: bytes) -> BuildReferences:
    """What a ``setup.cfg`` of setuptools requires by URL; one that cannot be read is no use to setuptools either."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(setup_cfg.decode("utf-8-sig", "replace"))
    except (configparser.Error, ValueError):
        return BuildReferences()
    options = [line for name in _CONFIGURED for line in _lines(parser, "options", name)]
    section = "options.extras_require"
    extras = parser.options(section) if parser.has_section(section) else ()
    optional = [line for name in extras for line in _lines(parser, section, name)]
    return BuildReferences(required=_references(options), optional=_references(optional))


def scripted_references(setup_py: bytes) -> BuildReferences:
    """What a ``setup.py`` names by URL as a requirement (PEP 508), wherever it stands; in extras, if it has any."""
    found = tuple(m[2].decode("utf-8", "replace") for m in _SCRIPTED.finditer(setup_py[:_SCRIPT]))
    values = _references(dict.fromkeys(found))
    return BuildReferences(optional=values) if b"extras_require" in setup_py else BuildReferences(required=values)


def _lines(parser: configparser.RawConfigParser, section: str, name: str) -> list[str]:
    value = parser.get(section, name, fallback="") or ""
    return [line.strip() for line in value.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _table(within: dict[str, object], name: str) -> dict[str, object]:
    """A table, empty where there is none; raises `TypeError` for anything else."""
    found = within.get(name, {})
    if not isinstance(found, dict):
        raise TypeError(name)
    return found


def _texts(within: dict[str, object], name: str) -> list[str]:
    found = within.get(name, [])
    if not isinstance(found, list):
        raise TypeError(name)
    return [str(value) for value in found]


def _references(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value in values if _is_reference(value))


def _required(text: str) -> Iterator[str]:
    """Values of the field, continuation lines joined."""
    value: str | None = None
    for line in _NEWLINE.split(text):
        if value is not None and line[:1] in {" ", "\t"}:
            value = f"{value} {line.strip()}"
            continue
        if value is not None:
            yield value.strip()
        match = _FIELD.match(line)
        value = line[match.end() :] if match else None
    if value is not None:
        yield value.strip()


def _is_reference(value: str) -> bool:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(value).url is not None
    except InvalidRequirement:
        return _SUSPECT.search(value) is not None
    except RecursionError:
        return True
