"""Inert distributions, built in memory: the same arguments give the same bytes."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_BACKEND = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A distribution file and its core metadata."""

    project: str
    version: str
    filename: str
    data: bytes
    metadata: bytes

    @property
    def sha256(self) -> str:
        """The digest of the file."""
        return hashlib.sha256(self.data).hexdigest()


def make_wheel(
    name: str, version: str, files: Mapping[str, str], requires: Sequence[str] = (), fields: Sequence[str] = ()
) -> Built:
    """A pure wheel with these files (path to text), further lines of metadata, and a true RECORD."""
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = core_metadata(name, version, requires, fields)
    members = {path: text.encode() for path, text in files.items()}
    members[f"{stem}.dist-info/METADATA"] = metadata
    members[f"{stem}.dist-info/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = f"{stem}.dist-info/RECORD"
    lines = [*(_recorded(path, data) for path, data in members.items()), f"{record},,"]
    members[record] = "".join(f"{line}\n" for line in lines).encode()
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for path, data in members.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return Built(
        project=name,
        version=version,
        filename=f"{stem}-py3-none-any.whl",
        data=into.getvalue(),
        metadata=metadata,
    )


def make_wheel_of(files: Mapping[str, bytes]) -> bytes:
    """A bare zip with these members and nothing that a wheel needs besides, for what is not text."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return into.getvalue()


def make_sdist(
    name: str, version: str, files: Mapping[str, str], requires: Sequence[str] = (), fields: Sequence[str] = ()
) -> Built:
    """A source distribution (PEP 625) with these files; a plain ``pyproject.toml`` unless one is given."""
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = core_metadata(name, version, requires, fields)
    members = {"pyproject.toml": _BACKEND, **files, "PKG-INFO": metadata.decode()}
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, text in members.items():
            member = tarfile.TarInfo(f"{stem}/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    data = gzip.compress(into.getvalue(), mtime=0)
    return Built(project=name, version=version, filename=f"{stem}.tar.gz", data=data, metadata=metadata)


def core_metadata(name: str, version: str, requires: Sequence[str] = (), fields: Sequence[str] = ()) -> bytes:
    """METADATA or PKG-INFO with these requirements, and further lines."""
    lines = ["Metadata-Version: 2.2", f"Name: {name}", f"Version: {version}", *fields]
    return "".join(f"{line}\n" for line in [*lines, *(f"Requires-Dist: {one}" for one in requires)]).encode()


def _recorded(path: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(data)}"
