"""Ciphers whose key stands in the code: Fernet, AES and repeating XOR."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pratique.facts.decode.budget import Budget, Undecodable
from pratique.facts.decode.textual import argument, as_bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import CipherContext
    from cryptography.hazmat.primitives.ciphers.modes import Mode

_BLOCK = 16
_MODES = {1: "ECB", 2: "CBC", 3: "CFB", 5: "OFB", 6: "CTR", 9: "EAX", 11: "GCM"}  # Crypto.Cipher.AES.MODE_*
_FERNET_KEY = 32
_FERNET_HEAD = 25  # version, time stamp, IV
_FERNET_MAC = 32


def fernet(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``(key, token)``: read whether the signature is right or not, since only the content matters here."""
    try:
        key = base64.urlsafe_b64decode(as_bytes(argument(args, kwargs, 0, "key")))
        token = base64.urlsafe_b64decode(as_bytes(argument(args, kwargs, 1, "token")))
    except (binascii.Error, ValueError) as error:
        raise Undecodable(str(error)) from None
    if len(key) != _FERNET_KEY or len(token) < _FERNET_HEAD + _FERNET_MAC + _BLOCK:
        raise Undecodable("no Fernet token")
    plain = aes((key[16:], "CBC", token[9:_FERNET_HEAD], token[_FERNET_HEAD:-_FERNET_MAC]), {}, budget)
    return unpad(as_bytes(plain))


def aes(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``(key, mode, iv_or_nonce, data)``; mode is a name or PyCryptodome's number. Padding stays on."""
    key = as_bytes(argument(args, kwargs, 0, "key"))
    name = _mode_name(argument(args, kwargs, 1, "mode"))
    vector = argument(args, kwargs, 2, "iv", "IV", "nonce")
    data = as_bytes(argument(args, kwargs, 3, "data", "ciphertext"))
    budget.spend_bytes(len(data))
    return _aes(key, name, b"" if vector is None else as_bytes(vector), data)


def _mode_name(mode: object) -> str:
    if type(mode) is int and mode in _MODES:
        return _MODES[mode]
    if isinstance(mode, str):
        return mode.rpartition(".")[2].upper().removeprefix("MODE_").partition("(")[0]
    raise Undecodable("mode not known")


def _aes(key: bytes, name: str, vector: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

    try:
        cipher: Cipher[Any] = Cipher(algorithms.AES(key), _mode(name, vector))
        decryptor: CipherContext = cipher.decryptor()
        return decryptor.update(data) + (decryptor.finalize() if name == "CTR" else b"")
    except (ValueError, TypeError) as error:
        raise Undecodable(str(error)) from None


def _mode(name: str, vector: bytes) -> Mode:
    from cryptography.hazmat.primitives.ciphers import modes

    if name == "ECB":
        return modes.ECB()  # noqa: S305 - read, not used to protect anything
    if name == "CBC":
        return modes.CBC(vector)
    if name == "CTR":
        return modes.CTR(vector.ljust(_BLOCK, b"\0"))
    if name == "GCM":  # without its tag: counter mode that starts at two (NIST SP 800-38D)
        if len(vector) != 12:
            raise Undecodable("nonce length")
        return modes.CTR(vector + b"\0\0\0\2")
    raise Undecodable(f"mode {name} is not read")


def unpad(data: bytes) -> bytes:
    """Take PKCS #7 padding off, if it is there (RFC 5652, 6.3)."""
    size = data[-1] if data else 0
    padded = 0 < size <= _BLOCK and data.endswith(bytes([size]) * size)
    return data[:-size] if padded else data


def xor(args: tuple[object, ...], kwargs: Mapping[str, object], budget: Budget) -> object:
    """``(data, key)`` with a repeating key: bytes, text or one byte as a number."""
    data = as_bytes(argument(args, kwargs, 0, "data"))
    key = argument(args, kwargs, 1, "key")
    secret = bytes([key & 255]) if type(key) is int else as_bytes(key)
    if not secret:
        raise Undecodable("empty key")
    budget.spend_bytes(len(data))
    size = len(data)
    stream = (secret * (size // len(secret) + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(size, "big")
