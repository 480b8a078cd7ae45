"""Values as JSON documents, and text that any database accepts."""

from __future__ import annotations

from typing import TypeVar

import msgspec

_T = TypeVar("_T")


def clean_text(text: str) -> str:
    r"""Text without NUL and lone surrogates, which hostile names and headers may carry; both become ``\`` escapes."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def encode(value: object) -> bytes:
    """A value as JSON; text that UTF-8 cannot hold is escaped rather than refused."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_cleaned(msgspec.to_builtins(value)))


def decode(document: bytes, kind: type[_T]) -> _T | None:
    """The value back, or nothing if the document has another shape: what was derived once can be derived again."""
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.MsgspecError:
        return None


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value
