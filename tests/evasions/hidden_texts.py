"""Programs in texts: alphabets, ciphers and formats that a program takes apart itself or by a library."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import json
import lzma
import random
import struct
import textwrap
import uuid
import wave
import zipfile
import zlib
from collections.abc import Callable, Mapping
from urllib.parse import quote

from pratique.verdict import Verdict
from tests.evasions.sample import CODE, INIT, MALICIOUS, SUSPICIOUS, Evasion, Files, b64, evasion

_NOTE = "TITLE = 'A short note about the weather of the day'\n"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _hidden(
    title: str,
    encode: Callable[[str], str],
    text: str,
    verdict: Verdict = MALICIOUS,
    *,
    files: Mapping[str, Callable[[str], str | bytes]] | None = None,
) -> Evasion:
    """A module in which PAYLOAD stands for code; USE( executes what was hidden, the twin keeps a note in a name."""

    def filled(code: str, use: str) -> Files:
        beside = {path: make(code) for path, make in (files or {}).items()}
        return {INIT: text.replace("PAYLOAD", encode(code)).replace("USE(", use), **beside}

    return evasion(title, filled(CODE, "exec("), filled(_NOTE, "NOTE = ("), verdict)


def _nothing(_code: str) -> str:
    return ""


def _xored(code: str, key: bytes) -> str:
    return repr(bytes(a ^ b for a, b in zip(code.encode(), itertools.cycle(key), strict=False)).hex())


def _rolling(code: str) -> str:
    made: list[int] = []
    for byte in code.encode():
        made.append(byte ^ (made[-1] if made else 77))
    return repr(made)


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i, j, made = 0, 0, bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        made.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(made)


def _tea(code: str) -> str:
    data = code.encode()
    data += b"\n" * (-len(data) % 8)
    made: list[int] = []
    for at in range(0, len(data), 8):
        a, b = struct.unpack("<2I", data[at : at + 8])
        total = 0
        for _ in range(32):
            total = (total + 0x9E3779B9) & 0xFFFFFFFF
            a = (a + (((b << 4) + 1) ^ (b + total) ^ ((b >> 5) + 2))) & 0xFFFFFFFF
            b = (b + (((a << 4) + 3) ^ (a + total) ^ ((a >> 5) + 4))) & 0xFFFFFFFF
        made += [a, b]
    return repr(made)


def _permuted(code: str) -> str:
    order = list(range(len(code)))
    random.Random(3).shuffle(order)
    return repr(("".join(code[i] for i in order), order))


def _seven_bits(code: str) -> str:
    letters = sorted(set(code))
    return repr(("".join(format(letters.index(c), "07b") for c in code), "".join(letters)))


def _base58(code: str) -> str:
    number, made = int.from_bytes(code.encode()), ""
    while number:
        number, digit = divmod(number, 58)
        made = _ALPHABET[digit] + made
    return repr(made)


def _zipped(code: str) -> str:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", code)
    return repr(base64.b85encode(into.getvalue()))


def _sounding(code: str) -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(code.encode())
    return into.getvalue()


def _picture(code: str) -> bytes:
    """A PNG of one pixel with a comment."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"tEXt", b"Comment\0" + b64(code).encode()),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def _sections(code: str) -> str:
    return "".join(f"[s{i}]\nv = {part}\n" for i, part in enumerate(textwrap.wrap(b64(code), 30)))


def _catalogue(text: str) -> bytes:
    """The messages of a program in gettext's binary form, with one message."""
    keys = [b"", b"greeting"]
    values = [b"Content-Type: text/plain; charset=UTF-8\n", text.encode()]
    at, tables = 28 + 16 * len(keys), []
    for one in (*keys, *values):
        tables += [len(one), at]
        at += len(one) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0)
    return head + struct.pack(f"<{len(tables)}I", *tables) + b"".join(one + b"\0" for one in (*keys, *values))


CASES = (
    _hidden(
        "words of a list",
        lambda c: repr(" ".join(f"{chr(97 + b // 16)}o{chr(97 + b % 16)}" for b in c.encode())),
        "def load(s):\n    out = bytearray()\n    for w in s.split():\n        out.append((ord(w[0]) - 97) * 16 + ord(w[2]) - 97)\n    return out.decode()\nUSE(load(PAYLOAD))\n",
    ),
    _hidden(
        "variation selectors",
        lambda c: repr("☺" + "".join(chr(65024 + (b >> 4)) + chr(65024 + (b & 15)) for b in c.encode())),
        "S = PAYLOAD\nB = [ord(c) - 0xFE00 for c in S if 0xFE00 <= ord(c) <= 0xFE0F]\nUSE(bytes(a << 4 | b for a, b in zip(B[::2], B[1::2])).decode())\n",
    ),
    _hidden(
        "ip addresses",
        lambda c: repr([".".join(map(str, (c.encode() + b"\n" * 3)[i : i + 4])) for i in range(0, len(c), 4)]),
        "import socket\nUSE(b''.join(map(socket.inet_aton, PAYLOAD)))\n",
    ),
    _hidden(
        "uuids",
        lambda c: repr([str(uuid.UUID(bytes=(c.encode() + b"\n" * 15)[i : i + 16])) for i in range(0, len(c), 16)]),
        "import uuid\nUSE(b''.join(uuid.UUID(u).bytes for u in PAYLOAD))\n",
    ),
    _hidden(
        "colours",
        lambda c: repr(["#" + (c.encode() + b"\n" * 2)[i : i + 3].hex() for i in range(0, len(c), 3)]),
        "PALETTE = PAYLOAD\nUSE(b''.join(bytes(int(c[i:i + 2], 16) for i in (1, 3, 5)) for c in PALETTE))\n",
    ),
    _hidden(
        "accumulated differences",
        lambda c: repr([b - a for a, b in zip(b"\x00" + c.encode(), c.encode(), strict=False)]),
        "import itertools\nUSE(''.join(map(chr, itertools.accumulate(PAYLOAD))))\n",
    ),
    _hidden(
        "email header",
        lambda c: repr("=?utf-8?b?" + b64(c) + "?="),
        "from email.header import decode_header\nUSE(decode_header(PAYLOAD)[0][0])\n",
    ),
    _hidden(
        "mail's attachment",
        lambda c: repr("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b64(c)),
        "import email\nUSE(email.message_from_string(PAYLOAD).get_payload(decode=True))\n",
    ),
    _hidden(
        "query string",
        lambda c: repr("a=1&b=" + quote(c)),
        "from urllib.parse import parse_qs\nUSE(parse_qs(PAYLOAD)['b'][0])\n",
    ),
    _hidden(
        "codec of its own",
        lambda c: repr(c[::-1]),
        "import codecs\ndef find(name):\n    if name == 'backwards':\n        return codecs.CodecInfo(lambda s, e='': (s[::-1], len(s)), lambda b, e='': (bytes(b)[::-1].decode(), len(b)))\ncodecs.register(find)\nUSE(PAYLOAD.encode().decode('backwards'))\n",
    ),
    _hidden(
        "TEA",
        _tea,
        "import struct\ndef open_(v, k=(1, 2, 3, 4)):\n    out = b''\n    for i in range(0, len(v), 2):\n        a, b = v[i], v[i + 1]\n        s = 0xC6EF3720\n        for _ in range(32):\n            b = (b - (((a << 4) + k[2]) ^ (a + s) ^ ((a >> 5) + k[3]))) & 0xFFFFFFFF\n            a = (a - (((b << 4) + k[0]) ^ (b + s) ^ ((b >> 5) + k[1]))) & 0xFFFFFFFF\n            s = (s - 0x9E3779B9) & 0xFFFFFFFF\n        out += struct.pack('<2I', a, b)\n    return out.decode()\nUSE(open_(PAYLOAD))\n",
        SUSPICIOUS,
    ),
    _hidden(
        "XOR by another module's version",
        lambda c: _xored(c, b"3.14.15"),
        "from itertools import cycle\nfrom ._version import __version__\nUSE(bytes(a ^ b for a, b in zip(bytes.fromhex(PAYLOAD), cycle(__version__.encode()))).decode())\n",
        files={"example_pkg/_version.py": lambda _: "__version__ = '3.14.15'\n"},
    ),
    _hidden(
        "XOR by importlib.metadata's version",
        lambda c: _xored(c, b"1.0"),
        "from itertools import cycle\nfrom importlib.metadata import version\nUSE(bytes(a ^ b for a, b in zip(bytes.fromhex(PAYLOAD), cycle(version('example-pkg').encode()))).decode())\n",
        SUSPICIOUS,
    ),
    _hidden(
        "XOR by the hash of its own name",
        lambda c: _xored(c, hashlib.sha256(b"example_pkg").digest()),
        "import hashlib\nfrom itertools import cycle\nK = hashlib.sha256(__name__.encode()).digest()\nUSE(bytes(a ^ b for a, b in zip(bytes.fromhex(PAYLOAD), cycle(K))).decode())\n",
    ),
    _hidden(
        "template of shards by class attributes",
        lambda c: ", ".join(map(repr, textwrap.wrap(b64(c), 20))),
        "import base64\nclass Theme:\n    parts = (PAYLOAD,)\n    @classmethod\n    def render(cls): return cls.joiner().join(cls.parts)\n    @staticmethod\n    def joiner(): return str()\nUSE(base64.b64decode(Theme.render()))\n",
    ),
    _hidden(
        "huffman table",
        _seven_bits,
        "BITS, TABLE = PAYLOAD\nCODE = {format(i, '07b'): c for i, c in enumerate(TABLE)}\nout = word = ''\nfor b in BITS:\n    word += b\n    if word in CODE:\n        out += CODE[word]\n        word = ''\nUSE(out)\n",
    ),
    _hidden(
        "zip in a literal",
        _zipped,
        "import base64, io, zipfile\nwith zipfile.ZipFile(io.BytesIO(base64.b85decode(PAYLOAD))) as z:\n    USE(z.read('a'))\n",
    ),
    _hidden(
        "comments of its own file",
        lambda c: "\n".join("# " + line for line in textwrap.wrap(b64(c), 60)),
        "PAYLOAD\nimport base64\nwith open(__file__) as f:\n    lines = [l[2:].strip() for l in f if l.startswith('# ')]\nUSE(base64.b64decode(''.join(lines)))\n",
    ),
    _hidden(
        "base58 in a loop",
        _base58,
        "A = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'\nn = 0\nfor c in PAYLOAD:\n    n = n * 58 + A.index(c)\nUSE(n.to_bytes((n.bit_length() + 7) // 8, 'big').decode())\n",
    ),
    _hidden(
        "gettext catalogue",
        _nothing,
        "import base64, gettext, os\nt = gettext.translation('messages', os.path.join(os.path.dirname(__file__), 'locale'), ['en'])\nUSE(base64.b64decode(t.gettext('greeting')))\n",
        SUSPICIOUS,
        files={"example_pkg/locale/en/LC_MESSAGES/messages.mo": lambda c: _catalogue(b64(c))},
    ),
    _hidden(
        "png's comment by PIL",
        _nothing,
        "import base64, os\nfrom PIL import Image\nUSE(base64.b64decode(Image.open(os.path.join(os.path.dirname(__file__), 'logo.png')).text['Comment']))\n",
        SUSPICIOUS,
        files={"example_pkg/logo.png": _picture},
    ),
    _hidden(
        "png's tail",
        _nothing,
        "import os\nD = open(os.path.join(os.path.dirname(__file__), 'logo.png'), 'rb').read()\nUSE(D[D.index(b'IEND') + 8:].decode())\n",
        files={"example_pkg/logo.png": lambda c: _picture("x") + c.encode()},
    ),
    _hidden(
        "description in METADATA",
        _nothing,
        "import base64\nfrom importlib.metadata import metadata\nUSE(base64.b64decode(metadata('example-pkg')['Keywords']))\n",
        SUSPICIOUS,
        files={
            "PKG-INFO": lambda c: "Metadata-Version: 2.1\nName: example-pkg\nVersion: 1.0\nKeywords: " + b64(c) + "\n"
        },
    ),
    _hidden(
        "toml beside",
        _nothing,
        "import pathlib, tomllib\nC = tomllib.loads((pathlib.Path(__file__).parent / 'defaults.toml').read_text())\nUSE(bytes.fromhex(C['theme']['colours']))\n",
        files={"example_pkg/defaults.toml": lambda c: "[theme]\ncolours = '" + c.encode().hex() + "'\n"},
    ),
    _hidden(
        "importlib.resources files",
        _nothing,
        "from importlib.resources import files\nimport zlib\nUSE(zlib.decompress(files(__package__).joinpath('data', 'model.bin').read_bytes()))\n",
        files={"example_pkg/data/model.bin": lambda c: zlib.compress(c.encode())},
    ),
    _hidden(
        "permutation with its indices",
        _permuted,
        "S, I = PAYLOAD\nout = [''] * len(S)\nfor c, i in zip(S, I):\n    out[i] = c\nUSE(''.join(out))\n",
    ),
    _hidden(
        "base64 with another alphabet by translate",
        lambda c: repr(
            b64(c).translate(
                str.maketrans(
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                    "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA",
                )
            )
        ),
        "import base64\nT = str.maketrans('zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA', 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')\nUSE(base64.b64decode(PAYLOAD.translate(T)))\n",
    ),
    _hidden(
        "lzma raw, hex in a docstring of a function",
        lambda c: lzma.compress(c.encode()).hex(),
        'import lzma\ndef table():\n    """PAYLOAD"""\nUSE(lzma.decompress(bytes.fromhex(table.__doc__)))\n',
    ),
    _hidden(
        "affine cipher per byte",
        lambda c: repr([(b * 7 + 13) % 256 for b in c.encode()]),
        "INV = next(i for i in range(256) if i * 7 % 256 == 1)\nUSE(bytes((b - 13) * INV % 256 for b in PAYLOAD).decode())\n",
    ),
    _hidden(
        "rolling key of its own output",
        _rolling,
        "k, out = 77, bytearray()\nfor b in PAYLOAD:\n    out.append(b ^ k)\n    k = b\nUSE(out.decode())\n",
    ),
    _hidden(
        "RC4 in a class, key in a neighbour",
        lambda c: repr(base64.b64encode(_rc4(b"settings", c.encode())).decode()),
        "import base64\nfrom .config import DEFAULT_SECTION\nclass Stream:\n    def __init__(self, key):\n        self.s = list(range(256))\n        j = 0\n        for i in range(256):\n            j = (j + self.s[i] + key[i % len(key)]) % 256\n            self.s[i], self.s[j] = self.s[j], self.s[i]\n    def apply(self, data):\n        i = j = 0\n        out = bytearray()\n        for b in data:\n            i = (i + 1) % 256\n            j = (j + self.s[i]) % 256\n            self.s[i], self.s[j] = self.s[j], self.s[i]\n            out.append(b ^ self.s[(self.s[i] + self.s[j]) % 256])\n        return bytes(out)\nUSE(Stream(DEFAULT_SECTION.encode()).apply(base64.b64decode(PAYLOAD)))\n",
        SUSPICIOUS,
        files={"example_pkg/config.py": lambda _: "DEFAULT_SECTION = 'settings'\n"},
    ),
    _hidden(
        "bits of capital letters",
        lambda c: repr("".join("A" if bit == "1" else "a" for b in c.encode() for bit in f"{b:08b}")),
        "T = PAYLOAD\nB = ''.join('1' if c.isupper() else '0' for c in T)\nUSE(''.join(chr(int(B[i:i + 8], 2)) for i in range(0, len(B), 8)))\n",
    ),
    _hidden(
        "python's own tokens as digits",
        lambda c: repr(
            " ".join(
                {
                    "0": "if",
                    "1": "or",
                    "2": "is",
                    "3": "in",
                    "4": "as",
                    "5": "not",
                    "6": "and",
                    "7": "def",
                    "8": "for",
                    "9": "try",
                    "a": "del",
                    "b": "else",
                    "c": "pass",
                    "d": "elif",
                    "e": "from",
                    "f": "with",
                }[h]
                for h in c.encode().hex()
            )
        ),
        "WORDS = 'if or is in as not and def for try del else pass elif from with'.split()\nH = ''.join(format(WORDS.index(w), 'x') for w in PAYLOAD.split())\nUSE(bytes.fromhex(H).decode())\n",
    ),
    _hidden(
        "nested json, rot by digits",
        lambda c: repr(json.dumps({"a": [{"b": [ord(x) + i % 5 for i, x in enumerate(c)]}]})),
        "import json\nV = json.loads(PAYLOAD)['a'][0]['b']\nUSE(''.join(chr(v - i % 5) for i, v in enumerate(V)))\n",
    ),
    _hidden(
        "sqlite in memory joins the rows",
        lambda c: repr(list(enumerate(textwrap.wrap(b64(c), 10)))),
        "import base64, sqlite3\ndb = sqlite3.connect(':memory:')\ndb.execute('create table t (i integer, v text)')\ndb.executemany('insert into t values (?, ?)', PAYLOAD)\nUSE(base64.b64decode(''.join(v for v, in db.execute('select v from t order by i'))))\n",
    ),
    _hidden(
        "deque rotated",
        lambda c: repr(list(c[-9:] + c[:-9])),
        "from collections import deque\nd = deque(PAYLOAD)\nd.rotate(-9)\nUSE(''.join(d))\n",
    ),
    _hidden(
        "difference of two images' pixels",
        lambda c: repr(([b + i % 50 for i, b in enumerate(c.encode())], [i % 50 for i in range(len(c))])),
        "A, B = PAYLOAD\nUSE(bytes(map(lambda p: p[0] - p[1], zip(A, B))).decode())\n",
    ),
    _hidden(
        "ElementTree attributes",
        lambda c: repr("<c>" + "".join((f"<p n='{i}' v='{b}'/>" for i, b in enumerate(c.encode()))) + "</c>"),
        "import xml.etree.ElementTree as E\nUSE(''.join(chr(int(p.get('v'))) for p in E.fromstring(PAYLOAD)))\n",
    ),
    _hidden(
        "ini file's values by section order",
        _nothing,
        "import base64, configparser, os\nc = configparser.ConfigParser()\nc.read(os.path.join(os.path.dirname(__file__), 'theme.ini'))\nUSE(base64.b64decode(''.join(c[s]['v'] for s in c.sections())))\n",
        SUSPICIOUS,
        files={
            "example_pkg/theme.ini": _sections,
        },
    ),
    _hidden(
        "csv beside",
        _nothing,
        "import csv, os\nwith open(os.path.join(os.path.dirname(__file__), 'points.csv')) as f:\n    USE(''.join(chr(int(r['x'])) for r in csv.DictReader(f)))\n",
        SUSPICIOUS,
        files={"example_pkg/points.csv": lambda c: "x,y\n" + "".join(f"{b},0\n" for b in c.encode())},
    ),
    _hidden(
        "wav beside",
        _nothing,
        "import os, wave\nw = wave.open(os.path.join(os.path.dirname(__file__), 'ding.wav'))\nUSE(w.readframes(w.getnframes()).rstrip(b'\\0'))\n",
        files={"example_pkg/ding.wav": _sounding},
    ),
    _hidden(
        "yaml beside, several keys",
        _nothing,
        "import base64, pathlib, yaml\nC = yaml.safe_load(pathlib.Path(__file__).with_name('defaults.yaml').read_text())\nUSE(base64.b64decode(C['assets']['icon']))\n",
        SUSPICIOUS,
        files={"example_pkg/defaults.yaml": lambda c: "assets:\n  icon: " + b64(c) + "\n  name: a\n"},
    ),
)
