"""``codecs.decode`` and ``bytes.decode``: the codec is an argument."""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Mapping

from pratique.facts.decode import compressed, textual
from pratique.facts.decode.budget import Budget, Undecodable
from pratique.facts.decode.textual import argument, as_bytes

_BYTES = {
    "base64": textual.BASE64,
    "hex": textual.HEX,
    "zlib": compressed.zlib_decompress,
    "zip": compressed.zlib_decompress,
    "bz2": compressed.BZ2,
    "uu": textual.UU,
    "quopri": textual.QUOPRI,
    "quotedprintable": textual.QUOPRI,
}
_QUADRATIC = frozenset({"punycode", "idna"})
_QUADRATIC_BYTES = 20_000


def plain_codec(codec: object) -> str:
    """A codec's name without case, separators and the ``codec`` suffix: ``Base64_Codec`` is ``base64``."""
    if codec is None:
        return "utf8"
    if not isinstance(codec, str):
        raise Undecodable("codec not known")
    name = codec.lower().replace("-", "").replace("_", "").replace(" ", "")
    return name.removesuffix("codec")


def decode(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``codecs.decode(obj, encoding="utf-8", errors="strict")`` for text and binary codecs."""
    value = argument(args, kwargs, 0, "obj")
    name = plain_codec(argument(args, kwargs, 1, "encoding"))
    if name in _BYTES:
        return _BYTES[name]((value,), {}, budget)
    if name == "rot13":
        return rot13((value,), {}, budget)
    return _text(as_bytes(value), name, argument(args, kwargs, 1, "encoding"), budget)


def rot13(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """The text-to-text codec, which reads the same in both directions."""
    value = argument(args, kwargs, 0, "obj")
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        raise Undecodable("not text")
    budget.spend_bytes(len(value))
    return codecs.decode(value, "rot13")


def _text(data: bytes, name: str, codec: object, budget: Budget) -> str:
    if name in _QUADRATIC and len(data) > _QUADRATIC_BYTES:
        raise Undecodable("too long for this codec")
    budget.spend_bytes(len(data))
    try:
        info = codecs.lookup(codec if isinstance(codec, str) else "utf-8")
        if not getattr(info, "_is_text_encoding", True):
            raise Undecodable("not a text codec")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are the author's matter
            text, _ = info.decode(data, "replace" if name in {"utf8", "ascii"} else "strict")
    except (LookupError, ValueError, TypeError, OverflowError) as error:
        raise Undecodable(str(error)) from None
    if not isinstance(text, str):
        raise Undecodable("not text")
    return text
