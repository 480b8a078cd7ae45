"""Places where code lies that is no module: data files, documentation, names, pictures; beside code that only reads them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import struct
import tarfile
import wave
import zipfile
import zlib
from textwrap import dedent

from pratique.verdict import Verdict
from tests.evasions.sample import CODE, INIT, SUSPICIOUS, Evasion, Files, b64, evasion

_HERE = "import base64, os\nD = os.path.dirname(__file__)\n"
_PLAIN = b64("x = 1\n" * 8)


def own(title: str, code: str, verdict: Verdict = SUSPICIOUS) -> Evasion:
    """CODE in base64 where the module itself carries it; the twin holds a harmless text and prints it."""
    code = dedent(code).lstrip("\n")
    return evasion(
        title, code.replace("PAYLOAD", b64(CODE)), code.replace("PAYLOAD", _PLAIN).replace("exec(", "print("), verdict
    )


def beside(title: str, name: str, data: str | bytes, code: str, verdict: Verdict = SUSPICIOUS) -> Evasion:
    """A data file beside the module, which is read and run; the twin shows how long it is."""
    code = _HERE + dedent(code).lstrip("\n")

    def bad() -> Files:
        return {INIT: code, f"example_pkg/{name}": data}

    def good() -> Files:
        return {INIT: code.replace("exec(", "len("), f"example_pkg/{name}": data}

    return evasion(title, bad, good, verdict)


def _zip() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("a.txt", CODE)
        archive.comment = CODE.encode()
    return into.getvalue()


def _tar() -> bytes:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(CODE)
        archive.addfile(info, io.BytesIO(CODE.encode()))
    return into.getvalue()


def _wav() -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b64(CODE).encode())
    return into.getvalue()


def _png(text: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = b"\0" + CODE.encode()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", len(CODE), 1, 8, 0, 0, 0, 0))
        + (chunk(b"tEXt", b"Comment\0" + text) if text else b"")
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )


def _db() -> bytes:
    base = sqlite3.connect(":memory:")
    base.execute("create table t (c text)")
    base.execute("insert into t values (?)", (CODE,))
    base.commit()
    return base.serialize()


def _csv() -> str:
    into = io.StringIO()
    csv.writer(into).writerows([["id", "code"], ["1", CODE]])
    return into.getvalue()


CASES = (
    own(
        "a class's documentation",
        '''
        import base64
        class A:
            """PAYLOAD"""
        exec(base64.b64decode(A.__doc__))
        ''',
    ),
    own(
        "a function's annotation",
        """
        import base64
        def f(a: "PAYLOAD"): pass
        exec(base64.b64decode(f.__annotations__['a']))
        """,
    ),
    own(
        "the return annotation",
        """
        import base64
        def f() -> "PAYLOAD": pass
        exec(base64.b64decode(f.__annotations__['return']))
        """,
    ),
    own(
        "an annotation of the module",
        """
        import base64
        a: "PAYLOAD"
        exec(base64.b64decode(__annotations__['a']))
        """,
    ),
    own(
        "an annotation of a class",
        """
        import base64
        class A:
            x: "PAYLOAD"
        exec(base64.b64decode(A.__annotations__['x']))
        """,
    ),
    own(
        "a default, by __defaults__",
        """
        import base64
        def f(a='PAYLOAD'): pass
        exec(base64.b64decode(f.__defaults__[0]))
        """,
    ),
    own(
        "a keyword's default",
        """
        import base64
        def f(*, a='PAYLOAD'): pass
        exec(base64.b64decode(f.__kwdefaults__['a']))
        """,
    ),
    own(
        "a default by inspect",
        """
        import base64, inspect
        def f(a='PAYLOAD'): pass
        exec(base64.b64decode(inspect.signature(f).parameters['a'].default))
        """,
    ),
    own(
        "a function's constant",
        """
        import base64
        def f(): return 'PAYLOAD'
        exec(base64.b64decode(f.__code__.co_consts[1]))
        """,
    ),
    own(
        "a function's attribute",
        """
        import base64
        def f(): pass
        f.x = 'PAYLOAD'
        exec(base64.b64decode(f.x))
        """,
    ),
    own(
        "an enumeration's value",
        """
        import base64, enum
        class E(enum.Enum):
            A = 'PAYLOAD'
        exec(base64.b64decode(E.A.value))
        """,
    ),
    own(
        "an enumeration by its name",
        """
        import base64, enum
        E = enum.Enum('E', {'A': 'PAYLOAD'})
        exec(base64.b64decode(E['A'].value))
        """,
    ),
    own(
        "an enumeration, listed",
        """
        import base64
        from enum import Enum
        class E(Enum):
            A = 'PAYLOAD'
        for e in E:
            exec(base64.b64decode(e.value))
        """,
    ),
    own(
        "a named tuple's field",
        """
        import base64, collections
        T = collections.namedtuple('T', 'a b')
        t = T(1, 'PAYLOAD')
        exec(base64.b64decode(t.b))
        """,
    ),
    own(
        "a named tuple's default",
        """
        import base64
        from typing import NamedTuple
        class T(NamedTuple):
            a: str = 'PAYLOAD'
        exec(base64.b64decode(T().a))
        """,
    ),
    own(
        "a dataclass's default",
        """
        import base64, dataclasses
        @dataclasses.dataclass
        class A:
            x: str = 'PAYLOAD'
        exec(base64.b64decode(A().x))
        """,
    ),
    own(
        "a dataclass's field factory",
        """
        import base64
        from dataclasses import dataclass, field
        @dataclass
        class A:
            x: str = field(default_factory=lambda: 'PAYLOAD')
        exec(base64.b64decode(A().x))
        """,
    ),
    own(
        "a simple namespace",
        """
        import base64, types
        n = types.SimpleNamespace(x='PAYLOAD')
        exec(base64.b64decode(n.x))
        """,
    ),
    own(
        "an exception's argument",
        """
        import base64
        try:
            raise ValueError('PAYLOAD')
        except ValueError as e:
            exec(base64.b64decode(e.args[0]))
        """,
    ),
    own(
        "an exception's text",
        """
        import base64
        try:
            raise KeyError('PAYLOAD')
        except KeyError as e:
            exec(base64.b64decode(str(e)))
        """,
    ),
    own(
        "a template of string",
        """
        import base64, string
        exec(base64.b64decode(string.Template('$a').substitute(a='PAYLOAD')))
        """,
    ),
    own(
        "settings read from a text",
        """
        import base64, configparser
        c = configparser.ConfigParser()
        c.read_string('[a]\\nb = PAYLOAD')
        exec(base64.b64decode(c['a']['b']))
        """,
    ),
    own(
        "settings read from a dictionary",
        """
        import base64, configparser
        c = configparser.ConfigParser()
        c.read_dict({'a': {'b': 'PAYLOAD'}})
        exec(base64.b64decode(c.get('a', 'b')))
        """,
    ),
    own(
        "an element of XML",
        """
        import base64
        import xml.etree.ElementTree as ET
        exec(base64.b64decode(ET.fromstring('<a><b>PAYLOAD</b></a>').find('b').text))
        """,
    ),
    own(
        "an attribute of XML",
        """
        import base64
        from xml.dom import minidom
        exec(base64.b64decode(minidom.parseString('<a b="PAYLOAD"/>').documentElement.getAttribute('b')))
        """,
    ),
    own(
        "a table of TOML",
        """
        import base64, tomllib
        exec(base64.b64decode(tomllib.loads('a = "PAYLOAD"')['a']))
        """,
    ),
    own(
        "a row of CSV",
        """
        import base64, csv, io
        for row in csv.reader(io.StringIO('a,PAYLOAD')):
            exec(base64.b64decode(row[1]))
        """,
    ),
    own(
        "a row of CSV by its column",
        """
        import base64, csv
        for row in csv.DictReader(['a,b', '1,PAYLOAD']):
            exec(base64.b64decode(row['b']))
        """,
    ),
    own(
        "a document of YAML",
        """
        import base64, yaml
        exec(base64.b64decode(yaml.safe_load('a: PAYLOAD')['a']))
        """,
    ),
    own(
        "a query's value",
        """
        import base64, urllib.parse
        exec(base64.b64decode(urllib.parse.parse_qs('a=PAYLOAD')['a'][0]))
        """,
    ),
    own(
        "an address's fragment",
        """
        import base64
        from urllib.parse import urlparse
        exec(base64.b64decode(urlparse('https://a.example.invalid/#PAYLOAD').fragment))
        """,
    ),
    own(
        "a message of mail",
        """
        import base64, email
        exec(base64.b64decode(email.message_from_string('Subject: a\\n\\nPAYLOAD').get_payload()))
        """,
    ),
    own(
        "a data address",
        """
        import urllib.request
        exec(urllib.request.urlopen('data:text/plain;base64,PAYLOAD').read())
        """,
    ),
    own(
        "a database in memory",
        """
        import base64, sqlite3
        c = sqlite3.connect(':memory:')
        c.execute('create table t (a)')
        c.execute('insert into t values (?)', ('PAYLOAD',))
        exec(base64.b64decode(c.execute('select a from t').fetchone()[0]))
        """,
    ),
    own(
        "a query that says it",
        """
        import base64, sqlite3
        exec(base64.b64decode(sqlite3.connect(':memory:').execute("select 'PAYLOAD'").fetchone()[0]))
        """,
    ),
    own(
        "a variable of the environment",
        """
        import base64, os
        os.environ['X_A'] = 'PAYLOAD'
        exec(base64.b64decode(os.environ['X_A']))
        """,
    ),
    own(
        "a variable by putenv and getenv",
        """
        import base64, os
        os.environ.setdefault('X_A', 'PAYLOAD')
        exec(base64.b64decode(os.getenv('X_A')))
        """,
    ),
    own(
        "the source of a function",
        """
        import base64, inspect
        def f():
            # PAYLOAD
            pass
        exec(base64.b64decode(inspect.getsource(f).split('# ')[1].split()[0]))
        """,
    ),
    own(
        "the source of the module",
        """
        import base64, inspect, sys
        # PAYLOAD
        exec(base64.b64decode(inspect.getsource(sys.modules[__name__]).split('# ')[1].split()[0]))
        """,
    ),
    own(
        "a line by linecache",
        """
        import base64, linecache
        # PAYLOAD
        exec(base64.b64decode(linecache.getline(__file__, 2)[2:]))
        """,
    ),
    own(
        "comments by tokenize",
        """
        import base64, tokenize
        # PAYLOAD
        for t in tokenize.generate_tokens(open(__file__).readline):
            if t.type == tokenize.COMMENT:
                exec(base64.b64decode(t.string[2:]))
        """,
    ),
    own(
        "comments by a pattern",
        """
        import base64, re
        # PAYLOAD
        exec(base64.b64decode(re.search('# (.*)', open(__file__).read()).group(1)))
        """,
    ),
    own(
        "the end of its own file",
        """
        import base64
        exec(base64.b64decode(open(__file__).read().rsplit('#', 1)[1]))
        #PAYLOAD
        """,
    ),
    own(
        "comments by inspect",
        """
        import base64, inspect
        # PAYLOAD
        def f(): pass
        exec(base64.b64decode(inspect.getcomments(f)[2:]))
        """,
    ),
    own(
        "documentation by inspect",
        '''
        import base64, inspect
        def f():
            """PAYLOAD"""
        exec(base64.b64decode(inspect.getdoc(f)))
        ''',
    ),
    own(
        "a class's name",
        """
        import base64
        A = type('PAYLOAD', (), {})
        exec(base64.b64decode(A.__name__))
        """,
    ),
    own(
        "a thread's name",
        """
        import base64, threading
        t = threading.Thread(name='PAYLOAD')
        exec(base64.b64decode(t.name))
        """,
    ),
    own(
        "a logger's record",
        """
        import base64, logging
        class H(logging.Handler):
            def emit(self, record):
                exec(base64.b64decode(record.getMessage()))
        logging.getLogger('a').addHandler(H())
        logging.getLogger('a').warning('PAYLOAD')
        """,
    ),
    own(
        "an argument's default",
        """
        import argparse, base64
        p = argparse.ArgumentParser()
        p.add_argument('--x', default='PAYLOAD')
        exec(base64.b64decode(p.parse_args([]).x))
        """,
    ),
    own(
        "a slice of a long line",
        """
        import base64
        exec(base64.b64decode(('junk' * 4 + 'PAYLOAD' + 'junk')[16:-4]))
        """,
    ),
    own(
        "keys of a dictionary",
        """
        import base64
        exec(base64.b64decode(list({'PAYLOAD': 1})[0]))
        """,
    ),
    own(
        "a chain map",
        """
        import base64, collections
        exec(base64.b64decode(collections.ChainMap({}, {'a': 'PAYLOAD'})['a']))
        """,
    ),
    own(
        "a default dictionary",
        """
        import base64, collections
        exec(base64.b64decode(collections.defaultdict(lambda: 'PAYLOAD')['a']))
        """,
    ),
    own(
        "a memory view",
        """
        import base64
        exec(base64.b64decode(memoryview(b'PAYLOAD').tobytes()))
        """,
    ),
    own(
        "a match's group",
        """
        import base64, re
        exec(base64.b64decode(re.match('<(.*)>', '<PAYLOAD>')[1]))
        """,
    ),
    own(
        "words by shlex",
        """
        import base64, shlex
        exec(base64.b64decode(shlex.split('a PAYLOAD')[1]))
        """,
    ),
    own(
        "a text unwrapped",
        '''
        import base64, textwrap
        exec(base64.b64decode(textwrap.dedent("""
            PAYLOAD
            """).strip()))
        ''',
    ),
    own(
        "struct",
        """
        import base64, struct
        exec(base64.b64decode(struct.unpack('4x' + str(len(b'PAYLOAD')) + 's', b'junkPAYLOAD')[0]))
        """,
    ),
    own(
        "a temporary file",
        """
        import base64, tempfile
        f = tempfile.TemporaryFile('w+')
        f.write('PAYLOAD')
        f.seek(0)
        exec(base64.b64decode(f.read()))
        """,
    ),
    own(
        "a pipe",
        """
        import base64, os
        r, w = os.pipe()
        os.write(w, b'PAYLOAD')
        exec(base64.b64decode(os.read(r, 9999)))
        """,
    ),
    own(
        "a pair of sockets",
        """
        import base64, socket
        a, b = socket.socketpair()
        a.send(b'PAYLOAD')
        exec(base64.b64decode(b.recv(9999)))
        """,
    ),
    own(
        "shared memory",
        """
        import base64
        from multiprocessing import shared_memory
        m = shared_memory.SharedMemory(create=True, size=9999)
        m.buf[:4] = base64.b64decode('PAYLOAD')
        exec(bytes(m.buf))
        """,
    ),
    own(
        "copyreg and copy",
        """
        import base64, copy
        exec(base64.b64decode(copy.deepcopy(['PAYLOAD'])[0]))
        """,
    ),
    beside(
        "data by pkgutil",
        "a.txt",
        b64(CODE),
        "import pkgutil\nexec(base64.b64decode(pkgutil.get_data(__name__, 'a.txt')))\n",
    ),
    beside(
        "data by importlib.resources.files",
        "a.txt",
        b64(CODE),
        "from importlib.resources import files\nexec(base64.b64decode(files(__package__).joinpath('a.txt').read_text()))\n",
    ),
    beside(
        "data by a slash of files",
        "a.txt",
        b64(CODE),
        "from importlib import resources\nexec((resources.files(__package__) / 'a.txt').read_text()) if 0 else exec(base64.b64decode((resources.files(__package__) / 'a.txt').read_bytes()))\n",
    ),
    beside(
        "data by open_text",
        "a.txt",
        CODE,
        "from importlib.resources import open_text\nwith open_text(__package__, 'a.txt') as f:\n    exec(f.read())\n",
    ),
    beside(
        "data by open_binary",
        "a.bin",
        CODE,
        "from importlib.resources import open_binary\nexec(open_binary(__package__, 'a.bin').read())\n",
    ),
    beside(
        "data by path of resources",
        "a.dat",
        CODE,
        "from importlib import resources\nwith resources.path(__package__, 'a.dat') as p:\n    exec(p.read_text())\n",
    ),
    beside(
        "data by as_file",
        "a.dat",
        CODE,
        "from importlib import resources\nwith resources.as_file(resources.files(__package__) / 'a.dat') as p:\n    exec(open(p).read())\n",
    ),
    beside(
        "data by pkg_resources",
        "a.dat",
        CODE,
        "import pkg_resources\nexec(pkg_resources.resource_string(__name__, 'a.dat'))\n",
    ),
    beside(
        "data by resource_filename",
        "a.dat",
        CODE,
        "import pkg_resources\nexec(open(pkg_resources.resource_filename(__name__, 'a.dat')).read())\n",
    ),
    beside("data by the loader", "a.dat", CODE, "exec(__loader__.get_data(os.path.join(D, 'a.dat')))\n"),
    beside("data by the spec's loader", "a.dat", CODE, "exec(__spec__.loader.get_data(D + '/a.dat'))\n"),
    beside(
        "glob over its own folder",
        "a.dat",
        CODE,
        "import glob\nfor p in glob.glob(D + '/*.dat'):\n    exec(open(p).read())\n",
    ),
    beside(
        "a listing of its own folder",
        "a.dat",
        CODE,
        "for n in os.listdir(D):\n    if n.endswith('.dat'):\n        exec(open(os.path.join(D, n)).read())\n",
    ),
    beside(
        "a walk through its own folder",
        "a.dat",
        CODE,
        "for root, dirs, names in os.walk(D):\n    for n in names:\n        if n == 'a.dat':\n            exec(open(os.path.join(root, n)).read())\n",
    ),
    beside(
        "scandir of its own folder",
        "a.dat",
        CODE,
        "for e in os.scandir(D):\n    if e.name.endswith('.dat'):\n        exec(open(e.path).read())\n",
    ),
    beside(
        "Path's glob",
        "a.dat",
        CODE,
        "from pathlib import Path\nfor p in Path(__file__).parent.glob('*.dat'):\n    exec(p.read_text())\n",
    ),
    beside(
        "with_name", "a.dat", CODE, "from pathlib import Path\nexec(Path(__file__).with_name('a.dat').read_text())\n"
    ),
    beside(
        "with_suffix",
        "__init__.dat",
        CODE,
        "from pathlib import Path\nexec(Path(__file__).with_suffix('.dat').read_text())\n",
    ),
    beside(
        "a file in JSON", "a.json", json.dumps({"a": CODE}), "import json\nexec(json.load(open(D + '/a.json'))['a'])\n"
    ),
    beside(
        "a file in YAML",
        "a.yml",
        "a: " + b64(CODE) + "\n",
        "import yaml\nexec(base64.b64decode(yaml.safe_load(open(D + '/a.yml'))['a']))\n",
    ),
    beside(
        "a file in TOML",
        "a.toml",
        "a = '" + b64(CODE) + "'\n",
        "import tomllib\nexec(base64.b64decode(tomllib.load(open(D + '/a.toml', 'rb'))['a']))\n",
    ),
    beside(
        "a file of settings",
        "a.ini",
        "[a]\nb = " + b64(CODE) + "\n",
        "import configparser\nc = configparser.ConfigParser()\nc.read(D + '/a.ini')\nexec(base64.b64decode(c['a']['b']))\n",
    ),
    beside(
        "a file in CSV",
        "a.csv",
        _csv(),
        "import csv\nfor row in csv.DictReader(open(D + '/a.csv')):\n    exec(row['code'])\n",
    ),
    beside(
        "a file in XML",
        "a.xml",
        "<a><b>" + b64(CODE) + "</b></a>",
        "import xml.etree.ElementTree as ET\nexec(base64.b64decode(ET.parse(D + '/a.xml').getroot().find('b').text))\n",
    ),
    beside(
        "a database",
        "a.db",
        _db(),
        "import sqlite3\nexec(sqlite3.connect(D + '/a.db').execute('select c from t').fetchone()[0])\n",
    ),
    beside("a shelf", "a.db", _db(), "import shelve\nexec(shelve.open(D + '/a')['c'])\n"),
    beside("dbm", "a.db", _db(), "import dbm\nexec(dbm.open(D + '/a')['c'])\n"),
    beside(
        "a catalogue of gettext",
        "a.mo",
        b64(CODE),
        "import gettext\nexec(gettext.GNUTranslations(open(D + '/a.mo', 'rb')).gettext('a'))\n",
    ),
    beside("a member of a zip", "a.zip", _zip(), "import zipfile\nexec(zipfile.ZipFile(D + '/a.zip').read('a.txt'))\n"),
    beside("a zip's comment", "a.zip", _zip(), "import zipfile\nexec(zipfile.ZipFile(D + '/a.zip').comment)\n"),
    beside(
        "a member of a tar",
        "a.tgz",
        _tar(),
        "import tarfile\nexec(tarfile.open(D + '/a.tgz').extractfile('a.txt').read())\n",
    ),
    beside(
        "a zip's entry opened",
        "a.zip",
        _zip(),
        "import zipfile\nwith zipfile.ZipFile(D + '/a.zip') as z, z.open('a.txt') as f:\n    exec(f.read())\n",
    ),
    beside("a zip's path", "a.zip", _zip(), "import zipfile\nexec(zipfile.Path(D + '/a.zip', 'a.txt').read_text())\n"),
    beside(
        "frames of a sound",
        "a.wav",
        _wav(),
        "import wave\nw = wave.open(D + '/a.wav')\nexec(base64.b64decode(w.readframes(w.getnframes())))\n",
    ),
    beside(
        "pixels of a picture",
        "a.png",
        _png(),
        "from PIL import Image\nexec(bytes(Image.open(D + '/a.png').getdata()))\n",
    ),
    beside("pixels as bytes", "a.png", _png(), "from PIL import Image\nexec(Image.open(D + '/a.png').tobytes())\n"),
    beside(
        "pixels in numpy",
        "a.png",
        _png(),
        "import numpy as np\nfrom PIL import Image\nexec(np.array(Image.open(D + '/a.png')).tobytes())\n",
    ),
    beside("pixels by OpenCV", "a.png", _png(), "import cv2\nexec(cv2.imread(D + '/a.png').tobytes())\n"),
    beside(
        "pixels by imageio", "a.png", _png(), "import imageio.v3 as iio\nexec(iio.imread(D + '/a.png').tobytes())\n"
    ),
    beside(
        "a picture's comment",
        "a.png",
        _png(CODE.encode()),
        "from PIL import Image\nexec(Image.open(D + '/a.png').info['Comment'])\n",
    ),
    beside(
        "a picture's text",
        "a.png",
        _png(CODE.encode()),
        "from PIL import Image\nexec(Image.open(D + '/a.png').text['Comment'])\n",
    ),
    beside(
        "a photograph's metadata",
        "a.jpg",
        b"\xff\xd8\xff\xe1" + CODE.encode(),
        "from PIL import Image\nexec(Image.open(D + '/a.jpg')._getexif()[270])\n",
    ),
    beside(
        "exif by its library",
        "a.jpg",
        b"\xff\xd8\xff\xe1" + CODE.encode(),
        "import exifread\nexec(str(exifread.process_file(open(D + '/a.jpg', 'rb'))['Image Artist']))\n",
    ),
    beside(
        "what hides in a picture, by a library",
        "a.png",
        _png(),
        "from stegano import lsb\nexec(lsb.reveal(D + '/a.png'))\n",
    ),
    beside(
        "the lowest bits of pixels",
        "a.png",
        _png(),
        "from PIL import Image\np = Image.open(D + '/a.png').getdata()\nbits = ''.join(str(v & 1) for v in p)\nexec(bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)))\n",
    ),
    beside(
        "behind a picture's end",
        "a.png",
        _png() + CODE.encode(),
        "exec(open(D + '/a.png', 'rb').read().split(b'IEND')[1][4:])\n",
    ),
    beside(
        "behind a picture's end by seek",
        "a.png",
        _png() + CODE.encode(),
        "with open(D + '/a.png', 'rb') as f:\n    f.seek(-67, 2)\n    exec(f.read())\n",
    ),
    beside(
        "a font's table",
        "a.ttf",
        b"\0\1\0\0" + CODE.encode(),
        "from fontTools.ttLib import TTFont\nexec(TTFont(D + '/a.ttf')['name'].getDebugName(1))\n",
    ),
    beside(
        "a document's property",
        "a.docx",
        _zip(),
        "import docx\nexec(docx.Document(D + '/a.docx').core_properties.comments)\n",
    ),
    beside(
        "a sheet's cell",
        "a.xlsx",
        _zip(),
        "import openpyxl\nexec(openpyxl.load_workbook(D + '/a.xlsx').active['A1'].value)\n",
    ),
    beside(
        "a page of a document",
        "a.pdf",
        b"%PDF-1.4\n" + CODE.encode(),
        "from pypdf import PdfReader\nexec(PdfReader(D + '/a.pdf').pages[0].extract_text())\n",
    ),
    beside(
        "a song's tag",
        "a.mp3",
        b"ID3" + CODE.encode(),
        "import mutagen\nexec(mutagen.File(D + '/a.mp3')['TIT2'].text[0])\n",
    ),
    beside(
        "a code of squares",
        "a.png",
        _png(),
        "from pyzbar.pyzbar import decode\nfrom PIL import Image\nexec(decode(Image.open(D + '/a.png'))[0].data)\n",
    ),
    beside(
        "a licence",
        "LICENSE",
        "Licence\n" + b64(CODE),
        "exec(base64.b64decode(open(D + '/LICENSE').read().splitlines()[1]))\n",
    ),
    beside(
        "white space at line ends",
        "LICENSE",
        "a \t \nb\t\t \n",
        "t = open(D + '/LICENSE').read()\nbits = ''.join('0' if c == ' ' else '1' for c in t if c in ' \\t')\nexec(''.join(chr(int(bits[i:i + 8], 2)) for i in range(0, len(bits), 8)))\n",
    ),
    beside(
        "names of files",
        f"{b64('x = 1')}.dat",
        "",
        "exec(base64.b64decode(''.join(n[:-4] for n in sorted(os.listdir(D)) if n.endswith('.dat'))))\n",
    ),
    beside(
        "times of files",
        "a.dat",
        "",
        "exec(''.join(chr(int(os.path.getmtime(D + '/' + n)) % 256) for n in sorted(os.listdir(D))))\n",
    ),
    beside(
        "sizes of files",
        "a.dat",
        "",
        "exec(''.join(chr(os.path.getsize(D + '/' + n)) for n in sorted(os.listdir(D))))\n",
    ),
    beside(
        "a notebook's cell",
        "a.ipynb",
        json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1"]}]}),
        "import json\nexec(''.join(json.load(open(D + '/a.ipynb'))['cells'][0]['source']))\n",
    ),
    beside("extended attributes", "a.dat", "", "exec(os.getxattr(D + '/a.dat', 'user.a'))\n"),
    beside(
        "a mapped file",
        "a.dat",
        CODE,
        "import mmap\nwith open(D + '/a.dat', 'r+b') as f:\n    exec(mmap.mmap(f.fileno(), 0).read())\n",
    ),
    beside(
        "numpy reads bytes", "a.dat", CODE, "import numpy\nexec(numpy.fromfile(D + '/a.dat', dtype='u1').tobytes())\n"
    ),
    beside(
        "array reads bytes",
        "a.dat",
        CODE,
        "import array\na = array.array('B')\na.fromfile(open(D + '/a.dat', 'rb'), 60)\nexec(a.tobytes())\n",
    ),
    beside(
        "gzip opens it",
        "a.gz",
        __import__("gzip").compress(CODE.encode()),
        "import gzip\nexec(gzip.open(D + '/a.gz').read())\n",
    ),
    beside(
        "lzma opens it",
        "a.xz",
        __import__("lzma").compress(CODE.encode()),
        "import lzma\nwith lzma.open(D + '/a.xz', 'rt') as f:\n    exec(f.read())\n",
    ),
    beside(
        "a plist",
        "a.plist",
        b"<plist><dict><key>a</key><string>x</string></dict></plist>",
        "import plistlib\nexec(plistlib.load(open(D + '/a.plist', 'rb'))['a'])\n",
    ),
    evasion(
        "the distribution's description",
        {
            INIT: "import base64\nfrom importlib.metadata import metadata\nexec(base64.b64decode(metadata('example-pkg')['Description']))\n"
        },
        {INIT: "from importlib.metadata import metadata\nD = metadata('example-pkg')['Description']\n"},
        SUSPICIOUS,
    ),
    evasion(
        "the distribution's keywords",
        {
            INIT: "import base64, importlib.metadata as m\nexec(base64.b64decode(m.distribution('example-pkg').metadata['Keywords']))\n"
        },
        {INIT: "import importlib.metadata as m\nV = m.distribution('example-pkg').version\n"},
        SUSPICIOUS,
    ),
    evasion(
        "a file of the distribution",
        {
            INIT: "from importlib.metadata import files\nexec([f for f in files('example-pkg') if f.name == 'LICENSE'][0].read_text())\n"
        },
        {INIT: "from importlib.metadata import files\nN = len(files('example-pkg'))\n"},
        SUSPICIOUS,
    ),
    evasion(
        "an entry point's name",
        {
            INIT: "import base64\nfrom importlib.metadata import entry_points\nfor e in entry_points(group='a'):\n    exec(base64.b64decode(e.name))\n"
        },
        {INIT: "from importlib.metadata import entry_points\nfor e in entry_points(group='a'):\n    print(e.name)\n"},
        SUSPICIOUS,
    ),
)
