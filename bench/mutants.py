"""Mutants of a distribution: its members changed and validly repacked, or the archive's own bytes changed.

All in memory, and a pure function of the distribution and a seed, so that a number is enough to make one again.
"""

from __future__ import annotations

import base64
import io
import random
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

_ARCHIVE_SHARE = 0.25
"""Of the mutants, those whose archive is changed rather than its members."""
_CODE = (".py", ".pth", ".sh", ".toml", ".cfg", ".ipynb", ".pyc", ".pkl", "PKG-INFO", "METADATA", "RECORD", ".pyi")
_TOKENS = (
    *(
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ";",
        "\\\n",
        "\n",
        "\t",
        "    ",
        "'",
        '"',
        '"""',
        "#",
        "@",
        "*",
        "**",
        "%",
        "{}",
    ),
    *(
        "lambda x: ",
        "yield ",
        "await ",
        "global x\n",
        "class A(A): pass\n",
        "def f(f=f): return f(f)\n",
        "\0",
        "\ufeff",
    ),
    *(
        "exec(",
        "eval(",
        "__import__('os').system('x')\n",
        "getattr(",
        "globals()['exec']",
        "x = x + x\n",
        "10 ** 10 ** 9",
    ),
    *("for i in range(10 ** 9): x += [x]\n", "while True: pass\n", "'a' * 10 ** 9", "b'\\xff' * 99", "f'{x!r:{y}}'"),
    *(
        "base64.b64decode('",
        "zlib.decompress(b'",
        "marshal.loads(b'",
        "\u202e",
        "\uff45xec",
        "match x:\n case 1: pass\n",
    ),
    *(
        "try: pass\nexcept* E: pass\n",
        "type X[T] = T\n",
        "print 'x'\n",
        "0o777777777777777777777",
        "1e999",
        "int('9' * 9999)",
    ),
    *(
        "import requests, subprocess, os, base64\n",
        "from . import *\n",
        "# -*- coding: utf-7 -*-\n",
        "# coding: rot13\n",
    ),
)


@dataclass(slots=True)
class Mutant:
    """A changed distribution: its bytes, and the new content of the members that were changed."""

    data: bytes
    changed: list[bytes] = field(default_factory=list)


def mutant(data: bytes, seed: int) -> Mutant:
    """The mutant with this number."""
    dice = random.Random(seed)  # noqa: S311 - it has to be made again from its number
    if dice.random() < _ARCHIVE_SHARE:
        return Mutant(_bytes(data, dice))
    files = _read(data)
    changed = _change(files, dice)
    pack = _zip if data.startswith(b"PK") else _tar
    return Mutant(pack(files), [files[name] for name in changed])


def _read(data: bytes) -> dict[str, bytes]:
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    files = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            if member.isreg() and (opened := tar.extractfile(member)) is not None:
                files[member.name] = opened.read()
    return files


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _change(files: dict[str, bytes], dice: random.Random) -> list[str]:
    """Change some members, code rather than anything else; the names of those that were."""
    names = [name for name in files if name.endswith(_CODE)] or list(files)
    chosen = [dice.choice(names) for _ in range(dice.randint(1, 4))] if names else []
    for name in chosen:
        for _ in range(dice.randint(1, 6)):
            other = files[dice.choice(names)]
            text = name.endswith((".py", ".pyi", ".pth", ".sh")) and dice.random() < 0.6
            files[name] = _text(files[name], dice) if text else _bytes(files[name], dice, other)
    if len(names) > 1 and dice.random() < 0.15:
        one, two = dice.sample(names, 2)
        files[one], files[two] = files[two], files[one]
        chosen += [one, two]
    return list(dict.fromkeys(chosen))


def _bytes(data: bytes, dice: random.Random, other: bytes = b"") -> bytes:
    return dice.choice(_BINARY)(data, dice, other or data)


def _flip(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(dice.randint(1, 20)):
        if made:
            made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
    return bytes(made)


def _insert(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    at = dice.randint(0, len(data))
    return data[:at] + dice.choice((dice.randbytes(dice.randint(1, 64)), b"\0" * 9, b"\xff" * 9)) + data[at:]


def _truncate(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    return data[: dice.randint(0, len(data))]


def _splice(data: bytes, dice: random.Random, other: bytes) -> bytes:
    """A piece of another member in the place of a piece of this one."""
    at, end = sorted((dice.randint(0, len(data)), dice.randint(0, len(data))))
    start = dice.randint(0, len(other))
    return data[:at] + other[start : start + dice.randint(1, 4096)] + data[end:]


def _double(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    at = dice.randint(0, len(data))
    return data[:at] + data[at : at + 2000] * dice.randint(2, 9) + data[at:]


_BINARY: tuple[Callable[[bytes, random.Random, bytes], bytes], ...] = (
    _flip,
    _flip,
    _insert,
    _truncate,
    _splice,
    _double,
)


def _text(data: bytes, dice: random.Random) -> bytes:
    """Change code as code: tokens and lines put in, doubled, moved, nested; or the whole of it encoded once more."""
    lines = data.decode("utf-8", "surrogateescape").splitlines(keepends=True) or [""]
    at = dice.randrange(len(lines))
    line = lines[at]
    match dice.randrange(8):
        case 0:
            place = dice.randint(0, len(line))
            lines[at] = line[:place] + dice.choice(_TOKENS) + line[place:]
        case 1:
            lines.insert(at, dice.choice(_TOKENS) * dice.choice((1, 2, 50, 600)) + "\n")
        case 2:
            del lines[at : at + dice.randint(1, 5)]
        case 3:
            lines[at] = " " * dice.randint(1, 9) + line
        case 4:
            lines[at:at] = lines[at : at + dice.randint(1, 30)] * dice.randint(1, 20)
        case 5:
            dice.shuffle(lines)
        case 6:
            opened = dice.choice(("(", "[", "{", "not ", "-", "lambda: ", "f(", "x[", "if x:\n", "{'a':"))
            lines[at] = opened * dice.choice((3, 90, 300, 3000)) + line
        case _:
            packed = base64.b64encode("".join(lines).encode("utf-8", "surrogateescape")).decode()
            lines = ["import base64\n", f"exec(base64.b64decode({packed!r}))\n"]
    return "".join(lines).encode("utf-8", "surrogateescape")
