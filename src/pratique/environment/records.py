"""Small files of an environment, read without waiting for a pipe and without filling the memory."""

from __future__ import annotations

from pathlib import Path

_LARGEST = 64 << 20
"""Bytes."""


def bytes_of(path: Path) -> bytes:
    """A file's content; raises `OSError` for what is no plain file or is larger than any record."""
    if not path.is_file():
        raise FileNotFoundError(2, "it is not there", str(path))
    if path.stat().st_size > _LARGEST:
        raise OSError(27, f"it has more than {_LARGEST >> 20} MiB", str(path))
    return path.read_bytes()


def text_of(path: Path) -> str:
    """The same as text; nothing where there is none that can be read."""
    try:
        return bytes_of(path).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
