"""A project's page in JSON (PEP 691), taken apart no further than it is read: the rest is never built."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType


class Entry(msgspec.Struct, kw_only=True, gc=False):
    """A file, each of whose values may be anything."""

    filename: object = None
    url: object = None
    hashes: object = msgspec.field(default_factory=dict)
    requires_python: object = msgspec.field(default=None, name="requires-python")
    size: object = None
    upload_time: object = msgspec.field(default=None, name="upload-time")
    yanked: object = False
    core_metadata: object | UnsetType = msgspec.field(default=UNSET, name="core-metadata")
    dist_info_metadata: object = msgspec.field(default=None, name="dist-info-metadata")
    provenance: object = None

    @property
    def metadata(self) -> object:
        """PEP 714: the newer name counts where it is there."""
        return self.dist_info_metadata if self.core_metadata is UNSET else self.core_metadata


class Document(msgspec.Struct, kw_only=True):
    """A page, whose files are objects and whose other values may be anything."""

    files: list[Entry]
    meta: object = None
    name: object = None
    versions: object = None
    project_status: object = msgspec.field(default=None, name="project-status")


_DECODER = msgspec.json.Decoder(Document)


def read_document(body: bytes) -> Document | None:
    """The page without entries that are no objects; nothing where it lists no files.

    Raises `msgspec.DecodeError`, `UnicodeDecodeError` or `RecursionError` where it is no JSON.
    """
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError:  # of another shape, or in part
        raw: object = msgspec.json.decode(body)
    if not isinstance(raw, dict) or not isinstance(raw.get("files"), list):
        return None
    return msgspec.convert({**raw, "files": [one for one in raw["files"] if isinstance(one, dict)]}, Document)
