"""Which decoder stands behind which API, and what its layer is called in a finding."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Protocol

from pratique.facts.decode import cipher, codec, compressed, literal, marshalled, textual
from pratique.facts.decode.budget import Budget


class Decoder(Protocol):
    """Decodes the evaluated arguments of a call."""

    def __call__(self, args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget, /) -> object:
        """Return what comes out; raises Undecodable or BudgetExceeded and nothing else."""
        ...


_BY_LAYER: dict[str, tuple[tuple[Decoder, str], ...]] = {
    "base64": (
        (textual.base64_with_altchars, "base64.b64decode"),
        (textual.BASE64, "base64.standard_b64decode base64.decodebytes base64.decodestring binascii.a2b_base64"),
        (textual.URLSAFE, "base64.urlsafe_b64decode"),
    ),
    "base32": ((textual.base32, "base64.b32decode"),),
    "base85": (
        (textual.BASE85, "base64.b85decode"),
        (textual.ascii85, "base64.a85decode"),
    ),
    "hex": (
        (
            textual.HEX,
            "base64.b16decode binascii.unhexlify binascii.a2b_hex bytes.fromhex bytearray.fromhex",
        ),
    ),
    "uu": ((textual.UU, "binascii.a2b_uu"),),
    "quopri": ((textual.QUOPRI, "binascii.a2b_qp quopri.decodestring"),),
    "percent": (
        (textual.UNQUOTE, "urllib.parse.unquote urllib.unquote"),
        (textual.UNQUOTE_PLUS, "urllib.parse.unquote_plus urllib.unquote_plus"),
        (textual.UNQUOTE_BYTES, "urllib.parse.unquote_to_bytes"),
    ),
    "html": ((textual.UNESCAPE, "html.unescape"),),
    "codec": ((codec.decode, "codecs.decode"),),
    "zlib": (
        (compressed.zlib_decompress, "zlib.decompress"),
        (compressed.zlib_decompress, "zlib.decompressobj().decompress"),
    ),
    "gzip": ((compressed.GZIP, "gzip.decompress"),),
    "bz2": ((compressed.BZ2, "bz2.decompress bz2.BZ2Decompressor().decompress"),),
    "lzma": ((compressed.LZMA, "lzma.decompress lzma.LZMADecompressor().decompress"),),
    "fernet": ((cipher.fernet, "cryptography.fernet.Fernet().decrypt"),),
    "aes": (
        (
            cipher.aes,
            "Crypto.Cipher.AES.new().decrypt Cryptodome.Cipher.AES.new().decrypt",
        ),
        (cipher.aes, "cryptography.hazmat.primitives.ciphers.Cipher().decryptor().update"),
    ),
    "xor": ((cipher.xor, "xor"),),
    "marshal": ((marshalled.loads, "marshal.loads"),),
    "json": ((literal.json_loads, "json.loads"),),
    "literal": ((literal.literal_eval, "ast.literal_eval"),),
}


DECODERS: Mapping[str, Decoder] = MappingProxyType(
    {name: decoder for kinds in _BY_LAYER.values() for decoder, names in kinds for name in names.split()}
)
"""All decoders by the resolved name of their API."""


@cache
def _layers() -> Mapping[str, str]:
    return {name: layer for layer, kinds in _BY_LAYER.items() for _, names in kinds for name in names.split()}


def layer_name(api: str, codec_argument: object = None) -> str:
    """The short name of an API's layer in ``finding.layers``; for ``codecs.decode`` it is the codec's own."""
    layer = _layers().get(api, api.rpartition(".")[2])
    if layer == "codec":
        return codec.plain_codec(codec_argument) if isinstance(codec_argument, str) else "codec"
    return layer
