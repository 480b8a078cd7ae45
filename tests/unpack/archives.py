"""Small archives, built in memory, honest until a test makes them otherwise."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping

from pratique.finding import Finding
from pratique.names import DistributionName, distribution_name
from pratique.unpack import Limits, Unpacked, unpack

WHEEL = distribution_name("example_pkg-1.0-py3-none-any.whl")
SDIST = distribution_name("example_pkg-1.0.tar.gz")
TOP = "example_pkg-1.0/"


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of ``files``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data, compress_type=method)
    return out.getvalue()


def tarred(files: Mapping[str, bytes], *others: tarfile.TarInfo, packing: str = "gz") -> bytes:
    """A tar of ``files`` and of members without content."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{packing}") as archive:  # type: ignore[call-overload]
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for other in others:
            archive.addfile(other)
    return out.getvalue()


def special(path: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A tar member of another type: a link, a device."""
    info = tarfile.TarInfo(path)
    info.type, info.linkname = kind, target
    return info


def opened(data: bytes, name: DistributionName = WHEEL, limits: Limits | None = None) -> Unpacked:
    """The archive, unpacked."""
    return unpack(io.BytesIO(data), name=name, limits=limits)


def paths(unpacked: Unpacked) -> list[str]:
    """The members' paths."""
    return [member.path for member in unpacked.members]


def contents(unpacked: Unpacked) -> dict[str, bytes]:
    """What is held of each member, by path."""
    return {member.path: member.data for member in unpacked.members}


def notes(unpacked: Unpacked, rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [finding for finding in unpacked.notes if finding.rule == rule]
