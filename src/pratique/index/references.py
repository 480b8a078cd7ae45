"""Requirements by URL: a client would fetch them around the gateway (PEP 508, `name @ URL`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence

_FIELD = re.compile(r"requires[-_]dist[ \t]*:", re.IGNORECASE)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_SUSPECT = re.compile(r"@|://|=\?")
"""In a requirement that cannot be parsed: a URL, or an encoded word (RFC 2047) that some clients decode."""
_UNREADABLE = "what its pyproject.toml hides by being malformed"


def direct_references(metadata: bytes) -> Sequence[str]:
    """The ``Requires-Dist`` values of core metadata that name a URL, as written.

    A malformed value that might be read as one counts too, and so does a field below the headers:
    clients' parsers disagree on where the headers end, and none may see more than we do.
    """
    text = metadata.decode("utf-8", "replace").replace("\ufeff", "").replace("\0", "")
    return tuple(value for value in _required(text) if _is_reference(value))


def build_references(pyproject: bytes) -> tuple[str, ...]:
    """The ``build-system.requires`` of a ``pyproject.toml`` (PEP 518) that name a URL.

    A file that cannot be read counts as one reference: another parser may read it.
    """
    try:
        system = tomllib.loads(pyproject.decode("utf-8-sig")).get("build-system", {})
    except (ValueError, RecursionError):
        return (_UNREADABLE,)
    requires = system.get("requires", []) if isinstance(system, dict) else None
    if not isinstance(requires, list):
        return (_UNREADABLE,)
    return tuple(value for value in map(str, requires) if _is_reference(value))


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
