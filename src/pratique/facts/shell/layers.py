"""Encoded commands inside commands: found, decoded, and handed back to be read again."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.facts.decode import Budget, BudgetExceeded, Undecodable, compressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A decoded text, the decoder's name, and who runs it (empty: nobody as far as seen)."""

    decoder: str
    text: str
    runner: str


_ENCODED_COMMAND = re.compile(
    r"\b(?:powershell|pwsh)(?:\.exe)?\b[^\n]{0,400}?\s[\"']?[-/\u2013]e(?:n?c?|nc?o[a-z]{0,12})[\"']?\s{1,5}[\"']?([A-Za-z0-9+/=]{12,})",
    re.IGNORECASE,
)
_FROM_BASE64 = re.compile(r"FromBase64String\(\s{0,5}[\"']([A-Za-z0-9+/=\s]{8,})[\"']", re.IGNORECASE)
_PIPED = re.compile(
    r"(?:echo|printf)\s{1,5}(?:-\w{1,3}\s{1,5})?[\"']?([A-Za-z0-9+/=_-]{8,})[\"']?\s{0,5}\|\s{0,5}"
    r"(base64\s{1,5}(?:-d|-D|--decode|-di)|openssl\s{1,5}(?:base64|enc)\s[^|\n]{0,60}-d[^|\n]{0,60}|xxd\s[^|\n]{0,20}-r[^|\n]{0,20})"
    r"([^\n]{0,200})",
)
_HERE_STRING = re.compile(
    r"base64\s{1,5}(?:-d|-D|--decode)\s{0,5}<<<\s{0,5}[\"']?([A-Za-z0-9+/=]{8,})[\"']?([^\n]{0,200})"
)
_REVERSED = re.compile(r"echo\s{1,5}([\"'])([^\"'\n]{8,2000})\1\s{0,5}\|\s{0,5}rev\b([^\n]{0,200})")
_UNPACKING = re.compile(
    r"\s{0,5}\|\s{0,5}(gunzip|gzip\s{1,5}-\w{0,3}d\w{0,3}|zcat|bunzip2|bzip2\s{1,5}-\w{0,3}d\w{0,3}|bzcat|unxz|xz\s{1,5}-\w{0,3}d\w{0,3}|xzcat)"
    r"([^\n]{0,200})"
)
_UNPACKERS = (("x", compressed.LZMA), ("b", compressed.BZ2), ("z", compressed.GZIP))
_TO_RUNNER = re.compile(
    r"\|\s{0,5}(?:sudo\s{1,5})?(?:/\S{0,20}/)?((?:ba|z|da|k)?sh|python[\d.]{0,4}|perl|iex)\b", re.IGNORECASE
)
_BEFORE_RUNNER = re.compile(
    r"\b((?:ba|z|da)?sh\s{1,5}-c|eval|iex|Invoke-Expression|python[\d.]{0,4}\s{1,5}-c)\b[^\n|;]{0,80}$", re.IGNORECASE
)


def layers(text: str) -> Iterator[Layer]:
    """Every encoded command that the text carries literally."""
    for match in _ENCODED_COMMAND.finditer(text):
        yield from _layer("powershell-encoded", _base64(match[1]), "powershell")
    for match in _FROM_BASE64.finditer(text):
        runner = "powershell" if re.search(r"\biex\b|Invoke-Expression|\bLoad\(", text, re.IGNORECASE) else ""
        yield from _layer("base64", _base64(re.sub(r"\s", "", match[1])), runner)
    for match in _PIPED.finditer(text):
        hexadecimal = match[2].startswith("xxd")
        data = _hex(match[1]) if hexadecimal else _base64(match[1])
        data, rest = _unpacked(data, match[3])
        yield from _layer("hex" if hexadecimal else "base64", data, _runner(text, match.start(), rest))
    for match in _REVERSED.finditer(text):
        yield Layer(decoder="reverse", text=match[2][::-1], runner=_runner(text, match.start(), match[3]))
    for match in _HERE_STRING.finditer(text):
        yield from _layer("base64", _base64(match[1]), _runner(text, match.start(), match[2]))


def _unpacked(data: bytes | None, rest: str) -> tuple[bytes | None, str]:
    """What the next program of a pipeline unpacks, and the pipeline behind it."""
    match = _UNPACKING.match(rest)
    if data is None or match is None:
        return data, rest
    decoder = next(decoder for letter, decoder in _UNPACKERS if letter in match[1])
    try:
        made = decoder((data,), {}, Budget())
    except (Undecodable, BudgetExceeded):
        return None, match[2]
    return (made if isinstance(made, bytes) else None), match[2]


def _layer(decoder: str, data: bytes | None, runner: str) -> Iterator[Layer]:
    if data:
        yield Layer(decoder=decoder, text=_text(data), runner=runner)


def _runner(text: str, start: int, rest: str) -> str:
    after = _TO_RUNNER.match(rest.strip())
    before = _BEFORE_RUNNER.search(text[max(0, start - 120) : start])
    found = after or before
    return found[1].split()[0].lower() if found else ""


def _base64(text: str) -> bytes | None:
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return None


def _hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _text(data: bytes) -> str:
    """UTF-16LE where every other byte is mostly zero (PowerShell's habit), else UTF-8."""
    wide = data[1::2].count(0) * 2 > len(data[1::2])
    return data.decode("utf-16-le" if wide else "utf-8", errors="replace")
