"""Each decoder undoes what the standard library's encoder did, within its budget, and fails politely."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import gzip
import json
import lzma
import marshal
import quopri
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from pratique.facts.decode import DECODERS, Budget, BudgetExceeded, Undecodable, guess, layer_name

_PLAIN = b"print('hello from inside')\n" * 3
_ROUND_TRIPS: dict[str, Callable[[bytes], object]] = {
    "base64.b64decode": base64.b64encode,
    "base64.urlsafe_b64decode": base64.urlsafe_b64encode,
    "base64.b32decode": base64.b32encode,
    "base64.b16decode": base64.b16encode,
    "base64.b85decode": base64.b85encode,
    "base64.a85decode": base64.a85encode,
    "base64.decodebytes": base64.encodebytes,
    "binascii.unhexlify": binascii.hexlify,
    "bytes.fromhex": bytes.hex,
    "quopri.decodestring": quopri.encodestring,
    "zlib.decompress": zlib.compress,
    "gzip.decompress": gzip.compress,
    "bz2.decompress": bz2.compress,
    "lzma.decompress": lzma.compress,
}


@pytest.mark.parametrize("api", _ROUND_TRIPS)
@given(data=st.binary(min_size=1, max_size=200))
def test_round_trip(api: str, data: bytes) -> None:
    """What the encoder made comes back, whatever the bytes are."""
    if api == "quopri.decodestring":
        data = data.replace(b"\r", b"")
    assert DECODERS[api]((_ROUND_TRIPS[api](data),), {}, Budget()) == data


@pytest.mark.parametrize("api", sorted(DECODERS))
@given(args=st.lists(st.one_of(st.binary(), st.text(), st.integers(), st.none(), st.lists(st.integers())), max_size=4))
def test_any_argument_is_survived(api: str, args: list[object]) -> None:
    """Hostile or unknown arguments give Undecodable or a limit, never another exception."""
    budget = Budget()
    before = budget.total_bytes
    try:
        DECODERS[api](tuple(args), {}, budget)
    except (Undecodable, BudgetExceeded):
        return
    assert budget.total_bytes <= before


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress, bz2.compress, lzma.compress])
def test_bomb_is_stopped(pack: Callable[[bytes], bytes]) -> None:
    """A stream that inflates beyond the layer's limit is a limit that was hit."""
    name = {"zlib": "zlib", "gzip": "gzip", "bz2": "bz2", "lzma": "lzma"}[pack.__module__]
    with pytest.raises(BudgetExceeded):
        DECODERS[f"{name}.decompress"]((pack(bytes(100_000)),), {}, Budget(layer_bytes=50_000))


def test_total_is_spent_over_calls() -> None:
    """Many layers that are each small enough are stopped by the total."""
    budget = Budget(total_bytes=500)
    decode = DECODERS["base64.b64decode"]
    decode((base64.b64encode(_PLAIN),), {}, budget)
    decode((base64.b64encode(_PLAIN),), {}, budget)
    with pytest.raises(BudgetExceeded, match="total_bytes"):
        decode((base64.b64encode(_PLAIN),), {}, budget)


def test_concatenated_streams_are_all_read() -> None:
    """An empty first gzip member does not hide the second."""
    data = gzip.compress(b"") + gzip.compress(_PLAIN)
    assert DECODERS["gzip.decompress"]((data,), {}, Budget()) == _PLAIN


@pytest.mark.parametrize(
    ("codec", "data", "expected"),
    [
        ("hex_codec", _PLAIN.hex(), _PLAIN),
        ("base64", base64.b64encode(_PLAIN), _PLAIN),
        ("zip", zlib.compress(_PLAIN), _PLAIN),
        ("bz2_codec", bz2.compress(_PLAIN), _PLAIN),
        ("uu", codecs.encode(_PLAIN, "uu"), _PLAIN),
        ("ROT-13", "uryyb", "hello"),
        ("unicode_escape", b"\\x68i", "hi"),
        ("utf-16", "hi".encode("utf-16"), "hi"),
        ("utf-7", b"+AGE-", "a"),
    ],
)
def test_codecs_decode(codec: str, data: object, expected: object) -> None:
    """``codecs.decode`` reads binary, text-to-text and text codecs under any spelling."""
    assert DECODERS["codecs.decode"]((data, codec), {}, Budget()) == expected


def test_fernet() -> None:
    """A token is read with its literal key."""
    key = Fernet.generate_key()
    token = Fernet(key).encrypt(_PLAIN)
    assert DECODERS["cryptography.fernet.Fernet().decrypt"]((key, token), {}, Budget()) == _PLAIN


@pytest.mark.parametrize("mode", ["CBC", "CTR", "ECB", 2])
def test_aes(mode: object) -> None:
    """AES is undone in its modes, by name and by PyCryptodome's number."""
    key, vector, data = b"k" * 16, b"i" * 16, b"sixteen letters." * 4
    made = {"CTR": modes.CTR(vector), "ECB": modes.ECB()}.get(str(mode), modes.CBC(vector))
    cipher: Cipher[Any] = Cipher(algorithms.AES(key), made)
    encryptor: CipherContext = cipher.encryptor()
    packed = encryptor.update(data) + encryptor.finalize()
    assert DECODERS["Crypto.Cipher.AES.new().decrypt"]((key, mode, vector, packed), {}, Budget()) == data


def test_aes_gcm_without_tag() -> None:
    """GCM is read as the counter mode that it is."""
    encryptor = Cipher(algorithms.AES(b"k" * 32), modes.GCM(b"n" * 12)).encryptor()
    packed = encryptor.update(_PLAIN) + encryptor.finalize()
    assert DECODERS["Crypto.Cipher.AES.new().decrypt"]((b"k" * 32, 11, b"n" * 12, packed), {}, Budget()) == _PLAIN


@given(data=st.binary(max_size=100), key=st.binary(min_size=1, max_size=9))
def test_xor_is_its_own_inverse(data: bytes, key: bytes) -> None:
    """Applying a repeating key twice gives the data back."""
    once = DECODERS["xor"]((data, key), {}, Budget())
    assert DECODERS["xor"]((once, key), {}, Budget()) == data


def test_literals() -> None:
    """JSON and displays become values."""
    assert DECODERS["json.loads"]((json.dumps({"a": [1]}),), {}, Budget()) == {"a": [1]}
    assert DECODERS["ast.literal_eval"](("[1, 'a']",), {}, Budget()) == [1, "a"]
    with pytest.raises(Undecodable):
        DECODERS["ast.literal_eval"](("__import__('os')",), {}, Budget())


def test_layer_names() -> None:
    """A finding shows short names; a codec is named itself."""
    assert layer_name("base64.urlsafe_b64decode") == "base64"
    assert layer_name("zlib.decompressobj().decompress") == "zlib"
    assert layer_name("codecs.decode", "rot_13") == "rot13"


@pytest.mark.parametrize(
    ("literal", "layer"),
    [
        (base64.b64encode(_PLAIN).decode(), "base64"),
        (base64.b64encode(_PLAIN)[::-1].decode(), "reverse>base64"),
        (_PLAIN.hex(), "hex"),
        (base64.b85encode(_PLAIN).decode(), "base85"),
        (base64.b32encode(_PLAIN).decode(), "base32"),
        (zlib.compress(_PLAIN), "zlib"),
        (gzip.compress(_PLAIN), "gzip"),
    ],
)
def test_guess_finds_what_a_literal_is(literal: bytes | str, layer: str) -> None:
    """A literal without a known decoder is read by what it looks like."""
    assert (layer, _PLAIN) in guess(literal, Budget())


@given(st.one_of(st.binary(), st.text()))
def test_guess_survives_anything(literal: bytes | str) -> None:
    """No literal raises, and nothing empty is offered."""
    assert all(made for _, made in guess(literal, Budget()))


def test_prose_is_no_encoding() -> None:
    """An ordinary sentence is not taken for an encoded one."""
    assert guess("The quick brown fox jumps over the lazy dog, twice.", Budget()) == []


def test_marshalled_code_becomes_source() -> None:
    """A code object is decoded to what it would do, and nothing else is."""
    data = marshal.dumps(compile("import os\nos.getcwd()", "x", "exec"))
    assert DECODERS["marshal.loads"]((data,), {}, Budget()) == "import os\nos.getcwd()"
    for other in (b"", b"no code", marshal.dumps((1, 2))):
        with pytest.raises(Undecodable):
            DECODERS["marshal.loads"]((other,), {}, Budget())
