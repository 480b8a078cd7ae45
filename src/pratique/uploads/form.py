"""The form of an upload (``:action=file_upload``), as publishing clients send it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pratique.printable import printable
from pratique.uploads.declared import Declared, from_form
from pratique.uploads.limits import UploadLimits
from pratique.uploads.refusal import UploadRefused, refuse_all

FILETYPES = ("bdist_wheel", "sdist")
_DIGESTS = {
    "sha256_digest": re.compile("[0-9a-f]{64}", re.ASCII),
    "blake2_256_digest": re.compile("[0-9a-f]{64}", re.ASCII),
    "md5_digest": re.compile("[0-9a-f]{32}", re.ASCII),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What came beside the file, checked as far as it can be without it."""

    filename: str
    """As the client sent it; not checked yet."""
    filetype: str
    declared: Declared
    digests: tuple[tuple[str, str], ...]
    """Name of the field and lower-case hexadecimal digits, of those that were sent."""
    attestations: str = ""
    """JSON (PEP 740), if any were sent."""


def read_form(fields: Mapping[str, Sequence[str]], filename: str, limits: UploadLimits) -> Form:
    """The form, or `UploadRefused` with everything that is wrong with it."""
    _single(fields)
    filetype, digests = _kind(fields), _digests(fields)
    problems: list[str] = []
    if not {"sha256_digest", "blake2_256_digest", "md5_digest"} & {name for name, _ in digests}:
        problems.append("No digest of the file was sent.")
    declared, wrong = from_form(fields, summary=limits.summary)
    refuse_all([*problems, *wrong], remedy="Correct the project's metadata, and build it again.")
    if declared is None:  # pragma: no cover - nothing was wrong with it
        raise UploadRefused("The form cannot be read.", remedy="Try again, or update the client.")
    if len(declared.about.description.encode("utf-8", "replace")) > limits.description_bytes:
        raise UploadRefused(f"description: it has more than {limits.description_bytes:,} bytes.", remedy="Shorten it.")
    return Form(
        filename=filename,
        filetype=filetype,
        declared=declared,
        digests=digests,
        attestations=_one(fields, "attestations"),
    )


def _single(fields: Mapping[str, Sequence[str]]) -> None:
    """Two values for what has one: whoever reads the first and whoever reads the last would differ."""
    for name in (":action", "name", "version", "filetype", "metadata_version", "requires_python", *_DIGESTS):
        if len(set(fields.get(name, ()))) > 1:
            raise UploadRefused(f"{name}: it was sent twice, with different values.", remedy="Update the client.")
    if _one(fields, ":action") not in {"", "file_upload"}:
        raise UploadRefused(
            f"{printable(_one(fields, ':action'), limit=60)!r} is nothing that this index does.",
            remedy="Send :action=file_upload, or update the client.",
        )
    if _one(fields, "protocol_version") not in {"", "1"}:
        raise UploadRefused("This is not version 1 of the upload protocol.", remedy="Update the client.")


def _kind(fields: Mapping[str, Sequence[str]]) -> str:
    filetype = _one(fields, "filetype")
    if filetype not in FILETYPES:
        raise UploadRefused(
            f"filetype: {printable(filetype, limit=60)!r} is not taken.", remedy="Upload a wheel or an sdist."
        )
    return filetype


def _digests(fields: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    found = {name: _one(fields, name).lower() for name in _DIGESTS if _one(fields, name)}
    refuse_all(
        [f"{name}: it is not one." for name, value in found.items() if not _DIGESTS[name].fullmatch(value)],
        remedy="Update the client.",
    )
    return tuple(found.items())


def _one(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")
