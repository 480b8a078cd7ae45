"""Texts that a package's own arithmetic makes: home-made ciphers, odd carriers of letters, chains of codecs."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import hashlib
import json
import lzma
import quopri
import struct
import uuid
import zlib
from collections.abc import Callable
from itertools import pairwise

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR

from tests.evasions.sample import CODE, Evasion, b64, evasion

_FINE = "X = 'an honest setting, as long as the other one'\n"


def _made(title: str, make: Callable[[str], str]) -> Evasion:
    """The same construction of a payload that is executed, and of a text that is only kept."""
    return evasion(title, make(CODE), make(_FINE).replace("exec(", "TEXT = str("))


def _rc4(key: bytes, data: bytes) -> bytes:
    state, at = list(range(256)), 0
    for i in range(256):
        at = (at + state[i] + key[i % len(key)]) % 256
        state[i], state[at] = state[at], state[i]
    out, i, at = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        at = (at + state[i]) % 256
        state[i], state[at] = state[at], state[i]
        out.append(byte ^ state[(state[i] + state[at]) % 256])
    return bytes(out)


_RC4 = """def rc4(key, data):
    s = list(range(256))
    j = 0
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) % 256
        s[i], s[j] = s[j], s[i]
    i = j = 0
    out = []
    for b in data:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        out.append(b ^ s[(s[i] + s[j]) % 256])
    return bytes(out)
"""


def _lcg(text: str) -> list[int]:
    x, out = 7, []
    for byte in text.encode():
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(byte ^ (x >> 16 & 255))
    return out


def _chained(text: str) -> list[int]:
    last, out = 0x5A, []
    for byte in text.encode():
        last = byte ^ last
        out.append(last)
    return out


def _own64(text: str) -> tuple[str, str]:
    plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    own = plain[::-1]
    return base64.b64encode(text.encode()).decode().translate(str.maketrans(plain, own)), own


def _based(number: int, letters: str) -> str:
    out = ""
    while number:
        number, digit = divmod(number, len(letters))
        out = letters[digit] + out
    return out


def _vigenere(text: str, key: str) -> str:
    return "".join(chr((ord(c) + ord(key[i % len(key)])) % 128) for i, c in enumerate(text))


def _rail(text: str) -> str:
    return text[::2] + text[1::2]


def _words(text: str) -> str:
    return " ".join(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"][int(d)]
        for c in text
        for d in f"{ord(c):03}"
    )


def _runs_of(text: str) -> list[tuple[str, int]]:
    out: list[tuple[str, int]] = []
    for c in text:
        if out and out[-1][0] == c:
            out[-1] = (c, out[-1][1] + 1)
        else:
            out.append((c, 1))
    return out


def _named(text: str) -> str:
    import unicodedata

    return "".join(f"\\N{{{unicodedata.name(c)}}}" if c.isprintable() else repr(c)[1:-1] for c in text)


def _encrypted(mode: CBC | CTR, text: str) -> bytes:

    sealing = Cipher(algorithms.AES(b"0123456789abcdef"), mode).encryptor()
    return sealing.update(text.encode().ljust(-(-len(text) // 16) * 16)) + sealing.finalize()


def _doubles(text: str) -> str:
    return f"<{(len(text) + 7) // 8}d"


def _cbc(text: str) -> str:

    return b64(_encrypted(CBC(b"fedcba9876543210"), text))


def _ctr(text: str) -> str:

    return b64(_encrypted(CTR((1).to_bytes(16, "big")), text))


def _chacha(text: str) -> bytes:

    return ChaCha20Poly1305(b"k" * 32).encrypt(b"n" * 12, text.encode(), None)


def _fibonacci(text: str) -> bytes:
    one, two, out = 1, 1, bytearray()
    for byte in text.encode():
        out.append(byte ^ one & 255)
        one, two = two, (one + two) & 0xFFFF
    return bytes(out)


def _swapped(text: str) -> str:
    even = text + " " * (len(text) % 2)
    return "".join(even[i : i + 2][::-1] for i in range(0, len(even), 2))


def _b45(data: bytes) -> str:
    letters, out = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", ""
    data += b" " * (len(data) % 2)
    for i in range(0, len(data), 2):
        number = data[i] * 256 + data[i + 1]
        out += letters[number % 45] + letters[number // 45 % 45] + letters[number // 2025]
    return out


def _dashes(text: str) -> dict[str, str]:
    return {c: format(i, "07b").replace("0", ".").replace("1", "-") for i, c in enumerate(sorted(set(text)))}


CASES = (
    _made("RC4 in the file", lambda t: _RC4 + f"exec(rc4(b'key', {_rc4(b'key', t.encode())!r}).decode())\n"),
    _made(
        "linear congruential stream",
        lambda t: (
            f"x = 7\no = ''\nfor b in {_lcg(t)!r}:\n    x = (x * 1103515245 + 12345) & 0x7fffffff\n    o += chr(b ^ (x >> 16 & 255))\nexec(o)\n"
        ),
    ),
    _made(
        "cipher block chaining by hand",
        lambda t: (
            f"l = 0x5a\no = []\nfor b in {_chained(t)!r}:\n    o.append(chr(b ^ l))\n    l = b\nexec(''.join(o))\n"
        ),
    ),
    _made(
        "generator key stream",
        lambda t: (
            "def ks():\n    x = 7\n    while True:\n        x = (x * 1103515245 + 12345) & 0x7fffffff\n        yield x >> 16 & 255\n"
            f"exec(bytes(a ^ b for a, b in zip({_lcg(t)!r}, ks())).decode())\n"
        ),
    ),
    _made(
        "own alphabet of base64",
        lambda t: (
            f"import base64\nA = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'\nexec(base64.b64decode({_own64(t)[0]!r}.translate(str.maketrans({_own64(t)[1]!r}, A))))\n"
        ),
    ),
    _made(
        "base64 by hand",
        lambda t: (
            "A = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'\n"
            f"s = {b64(t).rstrip('=')!r}\nn = ''.join(format(A.index(c), '06b') for c in s)\nexec(''.join(chr(int(n[i:i + 8], 2)) for i in range(0, len(n) - 7, 8)))\n"
        ),
    ),
    _made(
        "big number in base 62",
        lambda t: (
            "A = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'\nn = 0\n"
            f"for c in {_based(int.from_bytes(t.encode(), 'big'), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')!r}:\n    n = n * 62 + A.index(c)\nexec(n.to_bytes({len(t)}, 'big').decode())\n"
        ),
    ),
    _made(
        "digits by divmod",
        lambda t: (
            f"n = {int.from_bytes(t.encode(), 'big')}\no = ''\nwhile n:\n    n, d = divmod(n, 256)\n    o = chr(d) + o\nexec(o)\n"
        ),
    ),
    _made(
        "number in base 36",
        lambda t: (
            f"exec(int({_based(int.from_bytes(t.encode(), 'big'), '0123456789abcdefghijklmnopqrstuvwxyz')!r}, 36).to_bytes({len(t)}, 'big'))\n"
        ),
    ),
    _made(
        "Vigenere",
        lambda t: (
            f"k = 'secret'\nexec(''.join(chr((ord(c) - ord(k[i % len(k)])) % 128) for i, c in enumerate({_vigenere(t, 'secret')!r})))\n"
        ),
    ),
    _made(
        "Vigenere with cycle",
        lambda t: (
            f"from itertools import cycle\nexec(''.join(chr((ord(c) - ord(k)) % 128) for c, k in zip({_vigenere(t, 'secret')!r}, cycle('secret'))))\n"
        ),
    ),
    _made(
        "rail fence",
        lambda t: (
            f"s = {_rail(t)!r}\nh = (len(s) + 1) // 2\nexec(''.join(a + b for a, b in zip(s[:h], s[h:] + ' ')))\n"
        ),
    ),
    _made(
        "rail fence by slice assignment",
        lambda t: (
            f"s = {_rail(t)!r}\nh = (len(s) + 1) // 2\no = [''] * len(s)\no[::2] = s[:h]\no[1::2] = s[h:]\nexec(''.join(o))\n"
        ),
    ),
    _made(
        "permutation in a dict",
        lambda t: f"d = {dict(zip(range(len(t)), t, strict=True))!r}\nexec(''.join(d[k] for k in sorted(d)))\n",
    ),
    _made(
        "heap of pairs",
        lambda t: (
            f"import heapq\nh = {list(enumerate(t))[::-1]!r}\nheapq.heapify(h)\nexec(''.join(heapq.heappop(h)[1] for _ in range(len(h))))\n"
        ),
    ),
    _made(
        "index list into a text",
        lambda t: (
            f"a = {''.join(sorted(set(t)))!r}\nexec(''.join(map(a.__getitem__, {[sorted(set(t)).index(c) for c in t]!r})))\n"
        ),
    ),
    _made(
        "itemgetter into a text",
        lambda t: (
            f"import operator\na = {''.join(sorted(set(t)))!r}\nexec(''.join(operator.itemgetter(*{[sorted(set(t)).index(c) for c in t]!r})(a)))\n"
        ),
    ),
    _made("run lengths", lambda t: f"exec(''.join(c * n for c, n in {_runs_of(t)!r}))\n"),
    _made(
        "words for digits",
        lambda t: (
            f"w = 'zero one two three four five six seven eight nine'.split()\nd = ''.join(str(w.index(x)) for x in {_words(t)!r}.split())\nexec(''.join(chr(int(d[i:i + 3])) for i in range(0, len(d), 3)))\n"
        ),
    ),
    _made("letters by their names", lambda t: f"exec('{_named(t)}')\n"),
    _made(
        "unicodedata lookup",
        lambda t: (
            "import unicodedata as u\nexec(''.join(map(chr, [ord(u.lookup('LATIN SMALL LETTER ' + c)) if c.isalpha() else int(c) for c in "
            + repr([c.upper() if c.islower() else str(ord(c)) for c in t])
            + "])))\n"
        ),
    ),
    _made(
        "offsets from a letter", lambda t: f"exec(''.join(chr(ord('a') + n) for n in {[ord(c) - 97 for c in t]!r}))\n"
    ),
    _made(
        "differences summed",
        lambda t: (
            f"import itertools\nexec(''.join(map(chr, itertools.accumulate({[ord(t[0])] + [ord(b) - ord(a) for a, b in pairwise(t)]!r}))))\n"
        ),
    ),
    _made(
        "products of a table",
        lambda t: f"exec(''.join(chr(a * 16 + b) for a, b in {[divmod(ord(c), 16) for c in t]!r}))\n",
    ),
    _made(
        "bits rotated",
        lambda t: (
            f"exec(bytes((b >> 3 | b << 5) & 255 for b in {[(ord(c) << 3 | ord(c) >> 5) & 255 for c in t]!r}).decode())\n"
        ),
    ),
    _made(
        "nibbles swapped",
        lambda t: (
            f"exec(bytes((b & 15) << 4 | b >> 4 for b in bytes.fromhex({bytes((ord(c) & 15) << 4 | ord(c) >> 4 for c in t).hex()!r})))\n"
        ),
    ),
    _made("bits inverted", lambda t: f"exec(bytes(~b & 255 for b in {bytes(~ord(c) & 255 for c in t)!r}))\n"),
    _made(
        "subtraction modulo a prime",
        lambda t: (
            f"exec(''.join(chr((n * 208) % 257 - 1) for n in {[((ord(c) + 1) * 21) % 257 for c in t]!r}))\n"
            if (21 * 208) % 257 == 257
            else f"k = pow(21, -1, 257)\nexec(''.join(chr(n * k % 257) for n in {[ord(c) * 21 % 257 for c in t]!r}))\n"
        ),
    ),
    _made(
        "XOR with the index",
        lambda t: (
            f"exec(''.join(chr(b ^ i % 256) for i, b in enumerate({[ord(c) ^ i % 256 for i, c in enumerate(t)]!r})))\n"
        ),
    ),
    _made(
        "XOR with a hash's bytes",
        lambda t: (
            "import hashlib\nk = hashlib.sha256(b'k').digest()\n"
            f"exec(bytes(b ^ k[i % 32] for i, b in enumerate({bytes(b ^ hashlib.sha256(b'k').digest()[i % 32] for i, b in enumerate(t.encode()))!r})))\n"
        ),
    ),
    _made(
        "XOR of two long numbers",
        lambda t: (
            f"exec(({int.from_bytes(t.encode(), 'big') ^ int('5a' * len(t), 16)} ^ int('5a' * {len(t)}, 16)).to_bytes({len(t)}, 'big'))\n"
        ),
    ),
    _made(
        "XOR by a class",
        lambda t: (
            "class X:\n    def __init__(self, k):\n        self.k = k\n    def __call__(self, d):\n        return bytes(b ^ self.k for b in d)\n"
            f"exec(X(9)({bytes(b ^ 9 for b in t.encode())!r}))\n"
        ),
    ),
    _made(
        "XOR in a recursion over halves",
        lambda t: (
            "def d(b):\n    if len(b) < 2:\n        return bytes([b[0] ^ 9]) if b else b''\n    h = len(b) // 2\n    return d(b[:h]) + d(b[h:])\n"
            f"exec(d({bytes(b ^ 9 for b in t.encode())!r}))\n"
        ),
    ),
    _made(
        "fold over bytes",
        lambda t: (
            f"import functools\nexec(functools.reduce(lambda a, b: a + chr(b ^ 9), {bytes(b ^ 9 for b in t.encode())!r}, ''))\n"
        ),
    ),
    _made(
        "bytearray changed in place",
        lambda t: (
            f"b = bytearray({bytes(b ^ 9 for b in t.encode())!r})\nfor i in range(len(b)):\n    b[i] ^= 9\nexec(b.decode())\n"
        ),
    ),
    _made(
        "bytearray by enumerate",
        lambda t: (
            f"b = bytearray({bytes(b ^ 9 for b in t.encode())!r})\nfor i, c in enumerate(b):\n    b[i] = c ^ 9\nexec(bytes(b))\n"
        ),
    ),
    _made("memoryview", lambda t: f"exec(memoryview({t.encode()[::-1]!r})[::-1].tobytes())\n"),
    _made(
        "ascii85 then lzma",
        lambda t: (
            f"import base64, lzma\nexec(lzma.decompress(base64.a85decode({base64.a85encode(lzma.compress(t.encode()))!r})))\n"
        ),
    ),
    _made(
        "base85 then bz2 by __import__",
        lambda t: (
            f"exec(__import__('bz2').decompress(__import__('base64').b85decode({base64.b85encode(bz2.compress(t.encode()))!r})))\n"
        ),
    ),
    _made(
        "base32 in hexadecimal alphabet",
        lambda t: f"import base64\nexec(base64.b32hexdecode({base64.b32hexencode(t.encode())!r}))\n",
    ),
    _made(
        "uu by binascii",
        lambda t: (
            f"import binascii\nexec(b''.join(map(binascii.a2b_uu, {[binascii.b2a_uu(t.encode()[i : i + 45]) for i in range(0, len(t), 45)]!r})))\n"
        ),
    ),
    _made(
        "quoted printable",
        lambda t: f"import quopri\nexec(quopri.decodestring({quopri.encodestring(t.encode(), quotetabs=True)!r}))\n",
    ),
    _made(
        "codecs chain in a loop",
        lambda t: (
            "import codecs\nd = "
            + repr(codecs.encode(codecs.encode(codecs.encode(t.encode(), "zlib"), "hex"), "base64"))
            + "\nfor c in ('base64', 'hex', 'zlib'):\n    d = codecs.decode(d, c)\nexec(d)\n"
        ),
    ),
    _made(
        "rot13 of reversed hexadecimal",
        lambda t: (
            f"import codecs\nexec(bytes.fromhex(codecs.decode({codecs.encode(t.encode().hex()[::-1], 'rot13')!r}, 'rot13')[::-1]))\n"
        ),
    ),
    _made(
        "decoders in a list, reduced",
        lambda t: (
            f"import base64, zlib, functools\nexec(functools.reduce(lambda d, f: f(d), [base64.b64decode, zlib.decompress], {b64(zlib.compress(t.encode()))!r}))\n"
        ),
    ),
    _made(
        "decoders by name in a dict",
        lambda t: (
            f"import base64, zlib\nD = {{'a': base64.b64decode, 'b': zlib.decompress}}\nx = {b64(zlib.compress(t.encode()))!r}\nfor k in 'ab':\n    x = D[k](x)\nexec(x)\n"
        ),
    ),
    _made(
        "decompressor object in pieces",
        lambda t: (
            f"import zlib\no = zlib.decompressobj()\nd = {zlib.compress(t.encode())!r}\nexec(o.decompress(d[:9]) + o.decompress(d[9:]) + o.flush())\n"
        ),
    ),
    _made("raw deflate", lambda t: f"import zlib\nexec(zlib.decompress({zlib.compress(t.encode())[2:-4]!r}, -15))\n"),
    _made(
        "incremental decoder",
        lambda t: (
            f"import codecs\nexec(codecs.getincrementaldecoder('utf-16-le')().decode({t.encode('utf-16-le')!r}))\n"
        ),
    ),
    _made(
        "e-mail's encoded words",
        lambda t: f"from email.header import decode_header\nexec(decode_header('=?utf-8?b?{b64(t)}?=')[0][0])\n",
    ),
    _made(
        "URL quoting",
        lambda t: (
            f"from urllib.parse import unquote_to_bytes\nexec(unquote_to_bytes({''.join(f'%{b:02x}' for b in t.encode())!r}))\n"
        ),
    ),
    _made("HTML entities", lambda t: f"import html\nexec(html.unescape({''.join(f'&#{ord(c)};' for c in t)!r}))\n"),
    _made(
        "query string",
        lambda t: (
            f"from urllib.parse import parse_qs\nexec(parse_qs({'c=' + ''.join(f'%{b:02x}' for b in t.encode())!r})['c'][0])\n"
        ),
    ),
    _made(
        "JSON in base64",
        lambda t: f"import base64, json\nexec(json.loads(base64.b64decode({b64(json.dumps({'c': t}))!r}))['c'])\n",
    ),
    _made(
        "ast.literal_eval",
        lambda t: (
            f"import ast\nexec(ast.literal_eval({repr(list(t))!r}).__str__() and ''.join(ast.literal_eval({repr(list(t))!r})))\n"
        ),
    ),
    _made(
        "configuration parsed from a text",
        lambda t: (
            f"import base64, configparser\nc = configparser.ConfigParser()\nc.read_string('[a]\\nb = {b64(t)}')\nexec(base64.b64decode(c['a']['b']))\n"
        ),
    ),
    _made(
        "XML element's text",
        lambda t: (
            f"import base64, xml.etree.ElementTree as e\nexec(base64.b64decode(e.fromstring('<a><b>{b64(t)}</b></a>').find('b').text))\n"
        ),
    ),
    _made(
        "CSV rows",
        lambda t: (
            f"import csv, io\nexec(''.join(chr(int(n)) for r in csv.reader(io.StringIO({','.join(str(ord(c)) for c in t)!r})) for n in r))\n"
        ),
    ),
    _made(
        "CSV rows of a list",
        lambda t: (
            f"import csv\nexec(''.join(chr(int(n)) for n in next(csv.reader([{','.join(str(ord(c)) for c in t)!r}]))))\n"
        ),
    ),
    _made(
        "textwrap dedent of a reversed text", lambda t: f"import textwrap\nexec(textwrap.dedent({t[::-1]!r}[::-1]))\n"
    ),
    _made(
        "shlex split",
        lambda t: (
            f"import shlex\nexec(''.join(chr(int(x)) for x in shlex.split({' '.join(str(ord(c)) for c in t)!r})))\n"
        ),
    ),
    _made(
        "re.findall of pairs",
        lambda t: f"import re\nexec(''.join(chr(int(x, 16)) for x in re.findall('..', {t.encode().hex()!r})))\n",
    ),
    _made(
        "re.sub with a function",
        lambda t: f"import re\nexec(re.sub('..', lambda m: chr(int(m[0], 16)), {t.encode().hex()!r}))\n",
    ),
    _made(
        "re.split",
        lambda t: (
            f"import re\nexec(''.join(map(chr, map(int, re.split('[xyz]', {'x'.join(str(ord(c)) for c in t)!r})))))\n"
        ),
    ),
    _made(
        "Decimal digits",
        lambda t: (
            f"from decimal import Decimal\nd = Decimal({'1' + ''.join(f'{ord(c):03}' for c in t)!r}).as_tuple().digits[1:]\nexec(''.join(chr(d[i] * 100 + d[i + 1] * 10 + d[i + 2]) for i in range(0, len(d), 3)))\n"
        ),
    ),
    _made(
        "floating point hexadecimal",
        lambda t: f"exec(''.join(chr(int(float.fromhex(x))) for x in {[float(ord(c)).hex() for c in t]!r}))\n",
    ),
    _made(
        "Fraction numerators",
        lambda t: (
            f"from fractions import Fraction\nexec(''.join(chr(Fraction(n, 3).numerator) for n in {[ord(c) for c in t]!r}))\n"
            if False
            else f"exec(''.join(chr(round(n * 3)) for n in {[ord(c) / 3 for c in t]!r}))\n"
        ),
    ),
    _made(
        "complex numbers",
        lambda t: f"exec(''.join(chr(int(z.real + z.imag)) for z in {[complex(ord(c) - 1, 1) for c in t]!r}))\n",
    ),
    _made(
        "struct iter_unpack",
        lambda t: (
            f"import struct\nexec(''.join(chr(n) for (n,) in struct.iter_unpack('<H', {t.encode('utf-16-le')!r})))\n"
        ),
    ),
    _made(
        "struct pack in a loop",
        lambda t: f"import struct\nexec(b''.join(struct.pack('B', n) for n in {[ord(c) for c in t]!r}))\n",
    ),
    _made(
        "struct doubles",
        lambda t: (
            f"import struct\nexec(struct.pack({_doubles(t)!r}, *{list(struct.unpack(_doubles(t), t.encode().ljust((len(t) + 7) // 8 * 8)))!r}))\n"
        ),
    ),
    _made(
        "UUIDs in a list",
        lambda t: (
            f"import uuid\nexec(b''.join(uuid.UUID(u).bytes for u in {[str(uuid.UUID(bytes=t.encode().ljust(96)[i : i + 16])) for i in range(0, 96, 16)]!r}).decode().strip())\n"
        ),
    ),
    _made(
        "addresses in a list",
        lambda t: (
            f"import socket\nexec(b''.join(map(socket.inet_aton, {['.'.join(map(str, t.encode().ljust((len(t) + 3) // 4 * 4)[i : i + 4])) for i in range(0, len(t), 4)]!r})).strip())\n"
        ),
    ),
    _made(
        "dates as numbers",
        lambda t: (
            f"import datetime\nexec(''.join(chr((datetime.date.fromordinal(n) - datetime.date(1, 1, 1)).days) for n in {[ord(c) + 1 for c in t]!r}))\n"
        ),
    ),
    _made(
        "attribute names of a class",
        lambda t: (
            "import base64\nclass A:\n"
            + "".join(f"    x{i} = {p!r}\n" for i, p in enumerate(b64(t)[j : j + 9] for j in range(0, len(b64(t)), 9)))
            + "exec(base64.b64decode(''.join(v for k, v in vars(A).items() if k[0] == 'x')))\n"
        ),
    ),
    _made(
        "keyword names of a call",
        lambda t: (
            "import base64\ndef j(**k):\n    return ''.join(k.values())\n"
            "exec(base64.b64decode(j("
            + ", ".join(f"a{i}={b64(t)[j : j + 9]!r}" for i, j in enumerate(range(0, len(b64(t)), 9)))
            + ")))\n"
        ),
    ),
    _made("default arguments", lambda t: f"def j(a={t[:9]!r}, *, b={t[9:]!r}):\n    return a + b\nexec(j())\n"),
    _made(
        "global names summed",
        lambda t: (
            "".join(f"v{i} = {t[j : j + 5]!r}\n" for i, j in enumerate(range(0, len(t), 5)))
            + f"exec(''.join(globals()['v%d' % i] for i in range({-(-len(t) // 5)})))\n"
        ),
    ),
    _made(
        "enumeration's values",
        lambda t: (
            "import enum\nclass E(enum.Enum):\n"
            + "".join(f"    A{i} = {(i, t[j : j + 5])!r}\n" for i, j in enumerate(range(0, len(t), 5)))
            + "exec(''.join(e.value[1] for e in E))\n"
        ),
    ),
    _made(
        "enumeration of numbers",
        lambda t: (
            "import enum\nclass E(enum.IntEnum):\n"
            + "".join(f"    C{ord(c)} = {ord(c)}\n" for c in sorted(set(t)))
            + "exec(''.join(chr(getattr(E, 'C%d' % n)) for n in "
            + repr([ord(c) for c in t])
            + "))\n"
        ),
    ),
    _made(
        "annotations of a class",
        lambda t: (
            "class A:\n"
            + "".join(f"    x{i}: {t[j : j + 5]!r}\n" for i, j in enumerate(range(0, len(t), 5)))
            + "exec(''.join(A.__annotations__.values()))\n"
        ),
    ),
    _made("nested f-strings", lambda t: f"a = {t[:12]!r}\nb = {t[12:]!r}\nexec(f\"{{f'{{a}}'}}{{f'{{b!s}}'}}\")\n"),
    _made(
        "f-string with a conversion of a list",
        lambda t: f"exec(f\"{{''.join(chr(c) for c in {[ord(c) for c in t]!r})}}\")\n",
    ),
    _made("chr of an f-string's format", lambda t: "exec(" + " ".join(f"f'{{{ord(c)}:c}}'" for c in t) + ")\n"),
    _made("percent c in a loop", lambda t: f"exec(('%c' * {len(t)}) % tuple({[ord(c) for c in t]!r}))\n"),
    _made(
        "str of a bytes-like through int.from_bytes",
        lambda t: f"exec(int.from_bytes({t.encode()[::-1]!r}, 'little').to_bytes({len(t)}, 'big'))\n",
    ),
    _made(
        "zip transposes",
        lambda t: (
            f"exec(''.join(''.join(r) for r in zip(*{[t.ljust(-(-len(t) // 4) * 4)[i::4] for i in range(4)]!r})))\n"
        ),
    ),
    _made(
        "interleaved with noise, filtered by a predicate",
        lambda t: f"exec(''.join(c for i, c in enumerate({''.join(c + '~' for c in t)!r}) if not i % 2))\n",
    ),
    _made(
        "noise removed by filter",
        lambda t: f"exec(''.join(filter(lambda c: c != '~', {''.join(c + '~' for c in t)!r})))\n",
    ),
    _made(
        "noise removed by translate",
        lambda t: f"exec({''.join(c + '~!' for c in t)!r}.translate({{126: None, 33: None}}))\n",
    ),
    _made(
        "replacement table in a loop",
        lambda t: (
            f"s = {t.replace('o', '@1').replace('e', '@2')!r}\nfor a, b in {{'@1': 'o', '@2': 'e'}}.items():\n    s = s.replace(a, b)\nexec(s)\n"
        ),
    ),
    _made(
        "dictionary of words",
        lambda t: f"w = {dict(enumerate(t.split(' ')))!r}\nexec(' '.join(w[i] for i in range(len(w))))\n",
    ),
    _made(
        "recursive joining",
        lambda t: (
            f"def j(x):\n    return x if isinstance(x, str) else ''.join(map(j, x))\nexec(j({[t[:5], [t[5:9], [t[9:20]]], t[20:]]!r}))\n"
        ),
    ),
    _made(
        "stack machine",
        lambda t: (
            f"s = []\nfor op, v in {[x for c in t for x in (('p', ord(c) + 3), ('s', 3), ('c', 0))]!r}:\n    if op == 'p':\n        s.append(v)\n    elif op == 's':\n        s.append(s.pop() - v)\n    else:\n        s.append(chr(s.pop()))\nexec(''.join(s))\n"
        ),
    ),
    _made(
        "linked list",
        lambda t: (
            "n = None\nfor c in reversed("
            + repr(t)
            + "):\n    n = (c, n)\no = ''\nwhile n:\n    c, n = n\n    o += c\nexec(o)\n"
        ),
    ),
    _made(
        "deque rotated",
        lambda t: f"import collections\nd = collections.deque({t[5:] + t[:5]!r})\nd.rotate(5)\nexec(''.join(d))\n",
    ),
    _made(
        "StringIO read in pieces",
        lambda t: f"import io\nb = io.StringIO({t!r})\nexec(''.join(iter(lambda: b.read(4), '')))\n",
    ),
    _made(
        "StringIO seeks", lambda t: f"import io\nb = io.BytesIO()\nb.write({t.encode()!r})\nb.seek(0)\nexec(b.read())\n"
    ),
    _made(
        "print into a file object",
        lambda t: f"import io\nb = io.StringIO()\nprint({t!r}, file=b)\nexec(b.getvalue())\n",
    ),
    _made(
        "redirected output",
        lambda t: (
            f"import contextlib, io\nb = io.StringIO()\nwith contextlib.redirect_stdout(b):\n    print({t!r})\nexec(b.getvalue())\n"
        ),
    ),
    _made(
        "ternary per letter",
        lambda t: (
            f"exec(''.join('o' if c == '1' else 'e' if c == '2' else c for c in {t.replace('o', '1').replace('e', '2')!r}))\n"
            if "1" not in t and "2" not in t
            else f"exec({t!r})\n"
        ),
    ),
    _made(
        "AES by pyaes",
        lambda t: (
            f"import pyaes, base64\nexec(pyaes.AESModeOfOperationCTR(b'0123456789abcdef').decrypt(base64.b64decode({_ctr(t)!r})))\n"
        ),
    ),
    _made(
        "AES by Crypto",
        lambda t: (
            f"from Crypto.Cipher import AES\nimport base64\nexec(AES.new(b'0123456789abcdef', AES.MODE_CBC, b'fedcba9876543210').decrypt(base64.b64decode({_cbc(t)!r})).strip())\n"
        ),
    ),
    _made(
        "AES by cryptography",
        lambda t: (
            f"from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\nd = Cipher(algorithms.AES(b'0123456789abcdef'), modes.CBC(b'fedcba9876543210')).decryptor()\nexec((d.update({base64.b64decode(_cbc(t))!r}) + d.finalize()).strip())\n"
        ),
    ),
    _made(
        "ChaCha by cryptography",
        lambda t: (
            f"from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305\nexec(ChaCha20Poly1305(b'k' * 32).decrypt(b'n' * 12, {_chacha(t)!r}, None))\n"
        ),
    ),
    _made(
        "affine over the alphabet",
        lambda t: (
            f"k = [pow(5, -1, 128)]\nexec(''.join(chr((n - 3) * k[0] % 128) for n in {[(ord(c) * 5 + 3) % 128 for c in t]!r}))\n"
        ),
    ),
    _made(
        "Fibonacci XOR",
        lambda t: (
            f"a, b = 1, 1\no = bytearray()\nfor c in {_fibonacci(t)!r}:\n    o.append(c ^ a & 255)\n"
            "    a, b = b, (a + b) & 0xffff\nexec(o.decode())\n"
        ),
    ),
    _made(
        "byte pairs swapped",
        lambda t: f"s = {_swapped(t)!r}\nexec(''.join(s[i + 1] + s[i] for i in range(0, len(s), 2)))\n",
    ),
    _made(
        "columns",
        lambda t: (
            f"r = {[t[i::5] for i in range(5)]!r}\nexec(''.join(r[i % 5][i // 5] for i in range(sum(map(len, r)))))\n"
        ),
    ),
    _made(
        "base 45 by hand",
        lambda t: (
            f"a = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'\ns = {_b45(t.encode())!r}\no = b''\nfor i in range(0, len(s), 3):\n    n = sum(a.index(c) * 45 ** j for j, c in enumerate(s[i:i + 3]))\n    o += n.to_bytes(2, 'big')\nexec(o.strip())\n"
        ),
    ),
    _made(
        "Morse-like table",
        lambda t: (
            f"d = {{v: k for k, v in {_dashes(t)!r}.items()}}\nexec(''.join(d[w] for w in {' '.join(_dashes(t)[c] for c in t)!r}.split(' ')))\n"
        ),
    ),
    _made(
        "zlib in a tuple of ints joined by a map",
        lambda t: (
            f"import zlib\nexec(zlib.decompress(bytes(map(int, {' '.join(map(str, zlib.compress(t.encode())))!r}.split()))))\n"
        ),
    ),
    _made(
        "dict of lambdas chained",
        lambda t: (
            f"import base64\nD = {{0: lambda x: x[::-1], 1: base64.b64decode, 2: bytes.decode}}\nx = {b64(t)[::-1]!r}\nfor i in range(3):\n    x = D[i](x)\nexec(x)\n"
        ),
    ),
    _made(
        "getattr of codecs",
        lambda t: f"import codecs\nexec(getattr(codecs, 'dec' + 'ode')({codecs.encode(t, 'rot13')!r}, 'rot' + '13'))\n",
    ),
    _made(
        "int list in a JSON text",
        lambda t: (
            f"import json\nexec(bytes(json.loads({json.dumps([b ^ 3 for b in t.encode()])!r})).translate(bytes(i ^ 3 for i in range(256))))\n"
        ),
    ),
    _made(
        "translate with bytes",
        lambda t: (
            f"T = bytes((i + 13) % 256 for i in range(256))\nexec({bytes((b - 13) % 256 for b in t.encode())!r}.translate(T))\n"
        ),
    ),
    _made(
        "sorted by key of pairs",
        lambda t: f"p = {list(enumerate(t))[::-1]!r}\np.sort(key=lambda q: q[0])\nexec(''.join(c for _, c in p))\n",
    ),
    _made(
        "exec of compile of decoded",
        lambda t: f"import base64\nc = compile(base64.b64decode({b64(t)!r}), '<x>', 'exec')\nexec(c, {{}})\n",
    ),
    _made(
        "lzma raw behind a method of a class",
        lambda t: (
            f"import lzma\nclass B:\n    D = {lzma.compress(t.encode())!r}\n    @classmethod\n    def load(cls):\n        return lzma.decompress(cls.D).decode()\nexec(B.load())\n"
        ),
    ),
    _made(
        "bytes.fromhex of a format",
        lambda t: f"exec(bytes.fromhex(format({int.from_bytes(t.encode(), 'big')}, '0{len(t) * 2}x')).decode())\n",
    ),
    _made(
        "walrus while",
        lambda t: f"s = {t[::-1]!r}\no = ''\nwhile (n := len(s)):\n    o += s[-1]\n    s = s[:-1]\nexec(o)\n",
    ),
    _made(
        "recursion over an index",
        lambda t: (
            f"s = {[ord(c) + 1 for c in t]!r}\ndef f(i):\n    return '' if i == len(s) else chr(s[i] - 1) + f(i + 1)\nexec(f(0))\n"
        ),
    ),
    _made(
        "any of several strings by a condition",
        lambda t: (
            f"import sys\nx = {b64(t)!r} if sys.version_info > (3,) else ''\nimport base64\nexec(base64.b64decode(x) if x else '')\n"
        ),
    ),
)
