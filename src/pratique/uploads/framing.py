"""How a zip is framed and packed, where readers of zips differ."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from pratique.printable import printable

_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What every installer can read (APPNOTE 6.3.10, section 4.4.5)."""
_STREAMED = 0x8
"""A data descriptor follows the member (section 4.4.4, bit 3)."""


def framing_problems(file: BinaryIO) -> Iterator[str]:
    """How a zip is framed and packed, where readers differ; the archive's directory was read through already."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos, comment = archive.infolist(), archive.comment
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError) as error:
        yield f"Python's own reader cannot open it: {printable(str(error), limit=100)}."
        return
    if comment:
        yield "The archive ends with a comment, in which some readers look for another archive."
    for info in infos:
        if info.flag_bits & _STREAMED:
            yield f"{printable(info.filename, limit=120)}: its size stands behind it, where not every reader looks."
        if info.compress_type not in _PACKINGS:
            yield f"{printable(info.filename, limit=120)}: it is packed in a way that not every installer knows."
        if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            yield f"{printable(info.filename, limit=120)}: it is no regular file."
