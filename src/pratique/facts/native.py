"""Native programs and libraries, told by their content: ELF, PE, Mach-O."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from pratique.artifact import Member

_READ = 4_000_000
_ENTROPY_CHUNK = 65_536
_PACKED_BITS = 7.6
"""Bits per byte from which most of a program's bytes are compressed or encrypted."""
_PACKED_SHARE = 0.8
_DISGUISES = re.compile(
    r"\.(?:py|pyi|pth|txt|md|rst|json|csv|ya?ml|toml|html|css|js|xml|ini|cfg|log|pdf|docx|zip"
    r"|png|jpe?g|gif|ico|svg|bmp|wav|mp[34]|ttf|woff)$",
    re.IGNORECASE,
)
_LIBRARIES = (".so", ".pyd", ".dll", ".dylib", ".a", ".lib", ".o", ".obj", ".node", ".sys")
_PACKERS = re.compile(rb"UPX[!0-2]|\.aspack|\.vmp[0-2]|\.themida|MPRESS[12]|PECompact|_MEIPASS|pyi-runtime")
_STRINGS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("a chat hook or bot", re.compile(rb"/api/webhooks/\d|api\.telegram\.org/bot", re.IGNORECASE)),
    ("a PowerShell command", re.compile(rb"powershell(?:\.exe)?\s{1,5}-", re.IGNORECASE)),
    ("a hidden command", re.compile(rb"cmd(?:\.exe)? /c (?:del|start|ping|schtasks|reg)", re.IGNORECASE)),
    ("browser stores", re.compile(rb"\\User Data\\Default|Login Data\x00|logins\.json", re.IGNORECASE)),
    ("a mining pool", re.compile(rb"stratum\+(?:tcp|ssl)://|randomx", re.IGNORECASE)),
)


_IMPORTS: tuple[tuple[str, int, tuple[bytes, ...]], ...] = (
    (
        "process injection",
        2,
        (
            b"VirtualAllocEx",
            b"WriteProcessMemory",
            b"CreateRemoteThread",
            b"NtUnmapViewOfSection",
            b"QueueUserAPC",
            b"SetThreadContext",
            b"process_vm_writev",
        ),
    ),
    ("key strokes", 2, (b"SetWindowsHookExA", b"SetWindowsHookExW", b"GetAsyncKeyState", b"GetKeyboardState")),
    ("stored passwords", 1, (b"CryptUnprotectData", b"CredEnumerateA", b"CredEnumerateW")),
    ("downloads to a file", 1, (b"URLDownloadToFileA", b"URLDownloadToFileW")),
    ("code held in memory", 2, (b"memfd_create", b"fexecve", b"execveat")),
)
"""What a program can do by the names it links to, and how many of them say so.

Import tables of PE files hold names behind a hint of two bytes, dynamic symbol tables of ELF files behind one
another; both end them with a zero byte.
"""


class Format(StrEnum):
    """Formats of native code."""

    ELF = "ELF"
    PE = "PE"
    MACH_O = "Mach-O"


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeFacts:
    """One native file."""

    path: str
    format: Format
    program: bool
    """Can be started, as opposed to a library that is loaded."""
    disguised: bool
    """Its extension is that of text, source, an image or the like."""
    packed: bool
    """Carries a packer's marks or hardly any plain bytes."""
    strings: tuple[str, ...]
    """Kinds of telling strings inside."""
    imports: tuple[str, ...] = ()
    """What its imported names are good for."""


def read_native(member: Member) -> NativeFacts | None:
    """Facts of a native file; None for everything else. Reads the first 4 MB."""
    kind = _format(member.data)
    if kind is None:
        return None
    data = member.data[:_READ]
    program = _is_program(member.path.lower(), kind, data)
    disguised = _DISGUISES.search(member.path) is not None
    looked_into = program or disguised  # libraries are what they seem; looking into each would cost seconds
    return NativeFacts(
        path=member.path,
        format=kind,
        program=program,
        disguised=disguised,
        packed=looked_into and (bool(_PACKERS.search(data)) or _dense(data)),
        strings=tuple(what for what, pattern in _STRINGS if pattern.search(data)) if looked_into else (),
        imports=_imported(data) if looked_into else (),
    )


def _format(data: bytes) -> Format | None:
    if data[:4] == b"\x7fELF":
        return Format.ELF
    if data[:4] in {b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"}:
        return Format.MACH_O
    if data[:4] == b"\xca\xfe\xba\xbe" and int.from_bytes(data[4:8]) < 20:
        return Format.MACH_O
    header = int.from_bytes(data[0x3C:0x40], "little")
    return Format.PE if data[:2] == b"MZ" and data[header : header + 4] == b"PE\0\0" else None


def _is_program(path: str, kind: Format, data: bytes) -> bool:
    if path.endswith(_LIBRARIES) or re.search(r"\.so(?:\.\d+)*$", path):
        return False
    if kind is Format.PE:
        header = int.from_bytes(data[0x3C:0x40], "little")
        return not int.from_bytes(data[header + 22 : header + 24], "little") & 0x2000  # IMAGE_FILE_DLL
    if kind is Format.ELF:
        big_endian = data[5:6] == b"\x02"
        return int.from_bytes(data[16:18], "big" if big_endian else "little") in {2, 3}  # ET_EXEC, ET_DYN
    return True


def _imported(data: bytes) -> tuple[str, ...]:
    return tuple(what for what, least, names in _IMPORTS if sum(_links(data, name) for name in names) >= least)


def _links(data: bytes, name: bytes) -> bool:
    at = data.find(name + b"\0")
    return at > 0 and not data[at - 1 : at].isalpha()


def _dense(data: bytes) -> bool:
    """Whether most chunks have the entropy of compressed or encrypted bytes."""
    chunks = [data[i : i + _ENTROPY_CHUNK] for i in range(0, min(len(data), 8 * _ENTROPY_CHUNK), _ENTROPY_CHUNK)]
    full = [c for c in chunks if len(c) == _ENTROPY_CHUNK]
    return bool(full) and sum(_entropy(c) > _PACKED_BITS for c in full) >= _PACKED_SHARE * len(full)


def _entropy(data: bytes) -> float:
    """Bits per byte (Shannon)."""
    total = len(data)
    return -sum(n / total * math.log2(n / total) for n in Counter(data).values())
