"""Code that nobody calls by its name: handed on, hooked in, or run by an operator."""

from __future__ import annotations

from tests.evasions.sample import CODE, COMMAND, Evasion, evasion

_WORDS = {"ARG": (repr(COMMAND), repr("true")), "CODE": (repr(CODE), repr("x = 1"))}


def _runs(title: str, text: str) -> Evasion:
    """Statements that run ARG with a shell or CODE as Python, in a roundabout way."""
    bad = good = f"import os\n{text}\n"
    for word, (evil, fine) in _WORDS.items():
        bad, good = bad.replace(word, evil), good.replace(word, fine)
    return evasion(title, bad, good)


CASES = (
    _runs("map into a set", "set(map(os.system, {ARG}))"),
    _runs("map with list of tuples by starmap", "from itertools import starmap\nlist(starmap(os.system, [(ARG,)]))"),
    _runs("filter in a for loop", "for _ in filter(os.system, [ARG]):\n    pass"),
    _runs("sorted by a key of the builtin", "sorted([ARG], key=os.system)"),
    _runs("list sort by a key", "todo = [ARG]\ntodo.sort(key=os.system)"),
    _runs("max with a key", "max([ARG, ''], key=os.system)"),
    _runs("min by a lambda that ignores its item", "min([1, 2], key=lambda _: os.system(ARG))"),
    _runs("reduce with a start", "import functools\nfunctools.reduce(lambda a, b: os.system(a), [0], ARG)"),
    _runs("accumulate", "import itertools\nlist(itertools.accumulate([ARG, 0], lambda a, b: os.system(a)))"),
    _runs("groupby", "import itertools\nfor k, g in itertools.groupby([ARG], os.system):\n    pass"),
    _runs(
        "dropwhile by keyword of partial",
        "import functools, itertools\nlist(itertools.dropwhile(functools.partial(os.system, ARG).__call__ and (lambda x: os.system(x)), [ARG]))",
    ),
    _runs("partial of a partial", "from functools import partial\npartial(partial(os.system), ARG)()"),
    _runs("partial with keywords", "from functools import partial\npartial(os.system, command=ARG)()"),
    _runs("partial's func and args", "from functools import partial\np = partial(os.system, ARG)\np.func(*p.args)"),
    _runs(
        "partialmethod",
        "import functools\nclass A:\n    def go(self, c):\n        os.system(c)\n    run = functools.partialmethod(go, ARG)\nA().run()",
    ),
    _runs(
        "singledispatch",
        "import functools\n@functools.singledispatch\ndef go(x):\n    pass\n@go.register\ndef _(x: str):\n    os.system(x)\ngo(ARG)",
    ),
    _runs(
        "singledispatch registered by a type",
        "import functools\n@functools.singledispatch\ndef go(x):\n    pass\n@go.register(str)\ndef _(x):\n    os.system(x)\ngo(ARG)",
    ),
    _runs(
        "singledispatch register called",
        "import functools\ngo = functools.singledispatch(print)\ngo.register(str, os.system)\ngo(ARG)",
    ),
    _runs(
        "cached function",
        "import functools\n@functools.lru_cache(maxsize=None)\ndef go(c):\n    return os.system(c)\ngo(ARG)",
    ),
    _runs(
        "cached property",
        "import functools\nclass A:\n    @functools.cached_property\n    def x(self):\n        return os.system(ARG)\nA().x",
    ),
    _runs("atexit as a decorator", "import atexit\n@atexit.register\ndef bye():\n    os.system(ARG)"),
    _runs("atexit with arguments", "import atexit\natexit.register(os.system, ARG)"),
    _runs("atexit by getattr", "import atexit\ngetattr(atexit, 'register')(os.system, ARG)"),
    _runs("threading.Thread by position", "import threading\nthreading.Thread(None, os.system, None, (ARG,)).start()"),
    _runs(
        "threading.Thread with kwargs",
        "import threading\nthreading.Thread(target=os.system, kwargs={'command': ARG}).start()",
    ),
    _runs(
        "threading.Timer by keyword",
        "import threading\nt = threading.Timer(interval=1, function=os.system, args=[ARG])\nt.start()",
    ),
    _runs(
        "thread subclass",
        "import threading\nclass T(threading.Thread):\n    def run(self):\n        os.system(ARG)\nT().start()",
    ),
    _runs(
        "thread whose run is replaced",
        "import threading\nt = threading.Thread()\nt.run = lambda: os.system(ARG)\nt.start()",
    ),
    _runs("_thread", "import _thread\n_thread.start_new_thread(os.system, (ARG,))"),
    _runs(
        "executor submit by keyword",
        "import concurrent.futures as f\nwith f.ThreadPoolExecutor() as e:\n    e.submit(os.system, command=ARG)",
    ),
    _runs(
        "executor map",
        "import concurrent.futures as f\nwith f.ThreadPoolExecutor() as e:\n    list(e.map(os.system, [ARG]))",
    ),
    _runs(
        "executor initializer",
        "import concurrent.futures as f\ne = f.ThreadPoolExecutor(initializer=os.system, initargs=(ARG,))\ne.submit(print)",
    ),
    _runs(
        "future's callback",
        "import concurrent.futures as f\nx = f.Future()\nx.add_done_callback(lambda _: os.system(ARG))\nx.set_result(1)",
    ),
    _runs("pool map", "import multiprocessing.pool\nmultiprocessing.pool.ThreadPool(1).map(os.system, [ARG])"),
    _runs(
        "pool apply with kwds",
        "import multiprocessing.pool\nmultiprocessing.pool.ThreadPool(1).apply(os.system, kwds={'command': ARG})",
    ),
    _runs(
        "pool error_callback",
        "import multiprocessing.pool\nmultiprocessing.pool.ThreadPool(1).apply_async(int, ('x',), error_callback=lambda e: os.system(ARG))",
    ),
    _runs(
        "pool initializer by position",
        "import multiprocessing.pool\nmultiprocessing.pool.ThreadPool(1, os.system, (ARG,))",
    ),
    _runs(
        "process subclass",
        "import multiprocessing\nclass P(multiprocessing.Process):\n    def run(self):\n        os.system(ARG)\nP().start()",
    ),
    _runs(
        "asyncio call_later",
        "import asyncio\nloop = asyncio.new_event_loop()\nloop.call_later(1, os.system, ARG)\nloop.run_forever()",
    ),
    _runs(
        "asyncio run in executor",
        "import asyncio\nasync def m():\n    await asyncio.get_running_loop().run_in_executor(None, os.system, ARG)\nasyncio.run(m())",
    ),
    _runs(
        "asyncio to_thread in gather",
        "import asyncio\nasync def m():\n    await asyncio.gather(asyncio.to_thread(os.system, ARG))\nasyncio.run(m())",
    ),
    _runs(
        "asyncio TaskGroup",
        "import asyncio\nasync def go():\n    os.system(ARG)\nasync def m():\n    async with asyncio.TaskGroup() as g:\n        g.create_task(go())\nasyncio.run(m())",
    ),
    _runs(
        "asyncio exception handler",
        "import asyncio\nloop = asyncio.new_event_loop()\nloop.set_exception_handler(lambda l, c: os.system(ARG))\nloop.call_exception_handler({})",
    ),
    _runs(
        "coroutine stepped by hand",
        "async def go():\n    os.system(ARG)\ntry:\n    go().send(None)\nexcept StopIteration:\n    pass",
    ),
    _runs("weakref.finalize", "import weakref\nclass A: ...\na = A()\nweakref.finalize(a, os.system, ARG)\ndel a"),
    _runs(
        "weakref.ref callback",
        "import weakref\nclass A: ...\na = A()\nr = weakref.ref(a, lambda _: os.system(ARG))\ndel a",
    ),
    _runs("gc callbacks by slice", "import gc\ngc.callbacks[:] = [lambda *a: os.system(ARG)]\ngc.collect()"),
    _runs("gc callbacks by plus", "import gc\ngc.callbacks += [lambda *a: os.system(ARG)]"),
    _runs("sys.settrace", "import sys\nsys.settrace(lambda *a: os.system(ARG))"),
    _runs("sys.setprofile by getattr", "import sys\ngetattr(sys, 'setprofile')(lambda *a: os.system(ARG))"),
    _runs("sys.monitoring", "import sys\nsys.monitoring.register_callback(1, 1, lambda *a: os.system(ARG))"),
    _runs("audit hook", "import sys\ndef hook(event, args):\n    os.system(ARG)\nsys.addaudithook(hook)"),
    _runs("excepthook", "import sys\ndef hook(*a):\n    os.system(ARG)\nsys.excepthook = hook\nraise ValueError"),
    _runs(
        "threading.excepthook",
        "import threading\nthreading.excepthook = lambda a: os.system(ARG)\nthreading.Thread(target=int, args=('x',)).start()",
    ),
    _runs("unraisablehook by setattr", "import sys\nsetattr(sys, 'unraisablehook', lambda a: os.system(ARG))"),
    _runs("displayhook", "import sys\nsys.displayhook = lambda v: os.system(ARG)"),
    _runs("breakpointhook", "import sys\nsys.breakpointhook = lambda: os.system(ARG)\nbreakpoint()"),
    _runs(
        "signal and alarm", "import signal\nsignal.signal(signal.SIGALRM, lambda s, f: os.system(ARG))\nsignal.alarm(1)"
    ),
    _runs("register_at_fork", "os.register_at_fork(before=lambda: os.system(ARG))\nos.fork()"),
    _runs(
        "property setter",
        "class A:\n    @property\n    def x(self):\n        return 1\n    @x.setter\n    def x(self, v):\n        os.system(v)\nA().x = ARG",
    ),
    _runs("property made by call", "class A:\n    x = property(fset=lambda s, v: os.system(v))\nA().x = ARG"),
    _runs(
        "property deleter",
        "class A:\n    @property\n    def x(self):\n        return 1\n    @x.deleter\n    def x(self):\n        os.system(ARG)\na = A()\ndel a.x",
    ),
    _runs(
        "descriptor of a class",
        "class D:\n    def __get__(self, o, t):\n        return os.system(ARG)\nclass A:\n    x = D()\nA.x",
    ),
    _runs(
        "__set_name__",
        "class D:\n    def __set_name__(self, owner, name):\n        os.system(ARG)\nclass A:\n    x = D()",
    ),
    _runs(
        "__set_name__ with the attribute's name as a key",
        "class D:\n    def __set_name__(self, owner, name):\n        getattr(os, name)(ARG)\nclass A:\n    system = D()",
    ),
    _runs(
        "__init_subclass__ with a keyword",
        "class A:\n    def __init_subclass__(cls, c=None):\n        os.system(c)\nclass B(A, c=ARG): ...",
    ),
    _runs(
        "metaclass __call__",
        "class M(type):\n    def __call__(cls, *a):\n        os.system(ARG)\nclass A(metaclass=M): ...\nA()",
    ),
    _runs(
        "metaclass __getattr__",
        "class M(type):\n    def __getattr__(cls, name):\n        return lambda c: os.system(c)\nclass A(metaclass=M): ...\nA.run(ARG)",
    ),
    _runs(
        "metaclass __getitem__",
        "class M(type):\n    def __getitem__(cls, c):\n        os.system(c)\nclass A(metaclass=M): ...\nA[ARG]",
    ),
    _runs(
        "metaclass __instancecheck__",
        "class M(type):\n    def __instancecheck__(cls, c):\n        os.system(c)\nclass A(metaclass=M): ...\nisinstance(ARG, A)",
    ),
    _runs(
        "metaclass __iter__",
        "class M(type):\n    def __iter__(cls):\n        os.system(ARG)\n        return iter(())\nclass A(metaclass=M): ...\nlist(A)",
    ),
    _runs(
        "metaclass __prepare__ with its mapping",
        "class N(dict):\n    def __setitem__(self, k, v):\n        if k == 'run':\n            os.system(v)\n        super().__setitem__(k, v)\nclass M(type):\n    @classmethod\n    def __prepare__(m, n, b):\n        return N()\nclass A(metaclass=M):\n    run = ARG",
    ),
    _runs("__class_getitem__", "class A:\n    def __class_getitem__(cls, c):\n        os.system(c)\nA[ARG]"),
    _runs(
        "__mro_entries__",
        "class A:\n    def __mro_entries__(self, bases):\n        os.system(ARG)\n        return ()\nclass B(A()): ...",
    ),
    _runs(
        "__getattr__ of the module itself",
        "def __getattr__(name):\n    os.system(ARG)\nimport sys\nsys.modules[__name__].anything",
    ),
    _runs(
        "__format__ with the specification",
        "class A:\n    def __format__(self, spec):\n        os.system(spec)\n        return ''\nformat(A(), ARG)",
    ),
    _runs(
        "__format__ in an f-string",
        "class A:\n    def __format__(self, spec):\n        os.system(spec)\n        return ''\nc = ARG\nf'{A():{c}}'",
    ),
    _runs("__missing__ of a dict", "class D(dict):\n    def __missing__(self, k):\n        os.system(k)\nD()[ARG]"),
    _runs("defaultdict's factory", "import collections\ncollections.defaultdict(lambda: os.system(ARG))['x']"),
    _runs("__contains__", "class A:\n    def __contains__(self, c):\n        return os.system(c)\nARG in A()"),
    _runs("__matmul__", "class A:\n    def __matmul__(self, c):\n        os.system(c)\nA() @ ARG"),
    _runs("__rrshift__", "class A:\n    def __rrshift__(self, c):\n        os.system(c)\nARG >> A()"),
    _runs(
        "__ior__", "class A:\n    def __ior__(self, c):\n        os.system(c)\n        return self\na = A()\na |= ARG"
    ),
    _runs("__neg__", "class A:\n    c = ARG\n    def __neg__(self):\n        os.system(self.c)\n-A()"),
    _runs(
        "__lt__ by sorted",
        "class A:\n    def __init__(self, c):\n        self.c = c\n    def __lt__(self, o):\n        return os.system(self.c)\nsorted([A(ARG), A(ARG)])",
    ),
    _runs(
        "__bool__ in a condition",
        "class A:\n    def __bool__(self):\n        os.system(ARG)\n        return True\nif A():\n    pass",
    ),
    _runs("__hash__ as a key", "class A:\n    def __hash__(self):\n        return os.system(ARG)\n{A(): 1}"),
    _runs("__index__ in a slice", "class A:\n    def __index__(self):\n        return os.system(ARG)\n'x'[A():]"),
    _runs(
        "__fspath__",
        "class A:\n    def __fspath__(self):\n        os.system(ARG)\n        return 'x'\nos.path.exists(A())",
    ),
    _runs(
        "__enter__ by ExitStack",
        "import contextlib\nclass A:\n    def __enter__(self):\n        os.system(ARG)\n    def __exit__(self, *a): ...\nwith contextlib.ExitStack() as s:\n    s.enter_context(A())",
    ),
    _runs(
        "ExitStack callback by keyword",
        "import contextlib\nwith contextlib.ExitStack() as s:\n    s.callback(os.system, command=ARG)",
    ),
    _runs(
        "contextmanager's generator",
        "import contextlib\n@contextlib.contextmanager\ndef go(c):\n    os.system(c)\n    yield\nwith go(ARG):\n    pass",
    ),
    _runs(
        "contextmanager after the yield",
        "import contextlib\n@contextlib.contextmanager\ndef go():\n    c = yield\n    os.system(ARG)\nwith go():\n    pass",
    ),
    _runs(
        "closing",
        "import contextlib\nclass A:\n    def close(self):\n        os.system(ARG)\nwith contextlib.closing(A()):\n    pass",
    ),
    _runs(
        "generator closed",
        "def go():\n    try:\n        yield\n    finally:\n        os.system(ARG)\ng = go()\nnext(g)\ng.close()",
    ),
    _runs(
        "generator throws",
        "def go():\n    try:\n        yield\n    except ValueError as e:\n        os.system(e.args[0])\ng = go()\nnext(g)\ng.throw(ValueError(ARG))",
    ),
    _runs(
        "async generator",
        "import asyncio\nasync def go():\n    yield ARG\nasync def m():\n    async for c in go():\n        os.system(c)\nasyncio.run(m())",
    ),
    _runs("iterator of two arguments", "for x in iter(lambda: os.system(ARG), 0):\n    break"),
    _runs("decorator that calls at once", "def now(f):\n    f()\n    return f\n@now\ndef go():\n    os.system(ARG)"),
    _runs(
        "decorator with arguments",
        "def at(c):\n    def wrap(f):\n        f(c)\n        return f\n    return wrap\n@at(ARG)\ndef go(c):\n    os.system(c)",
    ),
    _runs("builtin as a decorator", "@lambda f: f()\ndef go():\n    os.system(ARG)"),
    _runs(
        "class as a decorator",
        "class Now:\n    def __init__(self, f):\n        f()\n@Now\ndef go():\n    os.system(ARG)",
    ),
    _runs("list as a decorator over a generator", "@list\n@lambda f: f()\ndef go():\n    yield os.system(ARG)"),
    _runs(
        "registry of a decorator",
        "hooks = {}\ndef on(name):\n    def wrap(f):\n        hooks[name] = f\n        return f\n    return wrap\n@on('start')\ndef go():\n    os.system(ARG)\nfor f in hooks.values():\n    f()",
    ),
    _runs(
        "logging handler",
        "import logging\nclass H(logging.Handler):\n    def emit(self, record):\n        os.system(record.msg)\nlogging.getLogger().addHandler(H())\nlogging.warning(ARG)",
    ),
    _runs(
        "logging filter",
        "import logging\nlog = logging.getLogger('a')\nlog.addFilter(lambda r: os.system(ARG))\nlog.error('x')",
    ),
    _runs("logging record factory", "import logging\nlogging.setLogRecordFactory(lambda *a, **k: os.system(ARG))"),
    _runs(
        "warnings.showwarning", "import warnings\nwarnings.showwarning = lambda *a: os.system(ARG)\nwarnings.warn('x')"
    ),
    _runs(
        "HTMLParser",
        "from html.parser import HTMLParser\nclass P(HTMLParser):\n    def handle_data(self, data):\n        os.system(data)\nP().feed(ARG)",
    ),
    _runs(
        "HTMLParser's attributes",
        "from html.parser import HTMLParser\nclass P(HTMLParser):\n    def handle_starttag(self, tag, attrs):\n        os.system(dict(attrs)['c'])\nP().feed('<a c=\"%s\">' % ARG)",
    ),
    _runs(
        "json object_hook",
        "import json\njson.loads('{\"c\": \"' + ARG + '\"}', object_hook=lambda d: os.system(d['c']))",
    ),
    _runs("json default", "import json\njson.dumps(object(), default=lambda o: os.system(ARG))"),
    _runs("json parse_float", "import json\njson.loads('1.5', parse_float=lambda x: os.system(ARG))"),
    _runs(
        "json object_pairs_hook by keyword", "import json\njson.loads('{}', object_pairs_hook=lambda p: os.system(ARG))"
    ),
    _runs(
        "argparse type",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--x', type=os.system, default=ARG)\np.parse_args([])",
    ),
    _runs(
        "argparse type with arguments",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('x', type=os.system)\np.parse_args([ARG])",
    ),
    _runs(
        "argparse action class",
        "import argparse\nclass A(argparse.Action):\n    def __call__(self, p, n, values, o=None):\n        os.system(values)\np = argparse.ArgumentParser()\np.add_argument('x', action=A)\np.parse_args([ARG])",
    ),
    _runs("re.sub with a function", "import re\nre.sub('.+', lambda m: str(os.system(m.group())), ARG)"),
    _runs("compiled pattern's sub", "import re\nre.compile('.+').sub(lambda m: str(os.system(m[0])), ARG)"),
    _runs("re.Scanner", "import re\nre.Scanner([('.+', lambda s, t: os.system(t))]).scan(ARG)"),
    _runs(
        "string.Template with a mapping",
        "import string\nclass D(dict):\n    def __getitem__(self, k):\n        return str(os.system(ARG))\nstring.Template('$x').substitute(D())",
    ),
    _runs(
        "format_map with a mapping",
        "class D(dict):\n    def __missing__(self, k):\n        return str(os.system(ARG))\n'{x}'.format_map(D())",
    ),
    _runs(
        "string.Formatter subclass",
        "import string\nclass F(string.Formatter):\n    def get_value(self, key, a, k):\n        return os.system(key)\nF().vformat('{' + 'x' + '}', (), {'x': os.system(ARG)})",
    ),
    _runs(
        "percent with a mapping",
        "class D(dict):\n    def __getitem__(self, k):\n        return os.system(k)\n('%(' + ARG + ')s') % D()",
    ),
    _runs(
        "str.translate with a mapping",
        "class D:\n    def __getitem__(self, k):\n        os.system(ARG)\n        return k\n'x'.translate(D())",
    ),
    _runs(
        "copyreg",
        "import copy, copyreg\nclass A: ...\ncopyreg.pickle(A, lambda a: (os.system, (ARG,)))\ncopy.copy(A())",
    ),
    _runs(
        "__reduce__ by copy",
        "import copy\nclass A:\n    def __reduce__(self):\n        return os.system, (ARG,)\ncopy.deepcopy(A())",
    ),
    _runs(
        "__deepcopy__",
        "import copy\nclass A:\n    def __deepcopy__(self, memo):\n        os.system(ARG)\ncopy.deepcopy(A())",
    ),
    _runs("contextvars run", "import contextvars\ncontextvars.copy_context().run(os.system, ARG)"),
    _runs("match on a class", "match {'a': ARG}:\n    case {'a': str() as c}:\n        os.system(c)"),
    _runs("match on a sequence", "match ['run', ARG]:\n    case ['run', c]:\n        os.system(c)"),
    _runs("match with rest", "match {'x': 1, 'c': ARG}:\n    case {'x': 1, **rest}:\n        os.system(rest['c'])"),
    _runs(
        "match with attributes",
        "class P:\n    __match_args__ = ('c',)\n    def __init__(self, c):\n        self.c = c\nmatch P(ARG):\n    case P(c):\n        os.system(c)",
    ),
    _runs("match value chooses the function", "match os:\n    case object(system=f):\n        f(ARG)"),
    _runs("star arguments of a dict", "def go(**k):\n    k['f'](k['c'])\ngo(**dict(f=os.system, c=ARG))"),
    _runs("star arguments both ways", "def go(*a, **k):\n    a[0](*a[1:], **k)\ngo(os.system, **{'command': ARG})"),
    _runs("starred assignment", "f, *rest = os.system, ARG\nf(*rest)"),
    _runs("walrus in a comprehension", "[f(ARG) for n in ['system'] if (f := getattr(os, n))]"),
    _runs(
        "exception carries a function",
        "try:\n    raise ValueError(os.system, ARG)\nexcept ValueError as e:\n    f, c = e.args\n    f(c)",
    ),
    _runs(
        "exception class with attributes",
        "class E(Exception):\n    def __init__(self, c):\n        self.c = c\ntry:\n    raise E(ARG)\nexcept E as e:\n    os.system(e.c)",
    ),
    _runs(
        "exception's note",
        "try:\n    e = ValueError()\n    e.add_note(ARG)\n    raise e\nexcept ValueError as x:\n    os.system(x.__notes__[0])",
    ),
    _runs(
        "exception's cause",
        "try:\n    raise ValueError from KeyError(ARG)\nexcept ValueError as e:\n    os.system(e.__cause__.args[0])",
    ),
    _runs("exception as text", "try:\n    raise RuntimeError(ARG)\nexcept Exception as e:\n    os.system(str(e))"),
    _runs(
        "StopIteration's value",
        "def g():\n    yield\n    return ARG\ni = g()\ntry:\n    while True:\n        next(i)\nexcept StopIteration as e:\n    os.system(e.value)",
    ),
    _runs("KeyError's key", "try:\n    {}[ARG]\nexcept KeyError as e:\n    os.system(e.args[0])"),
    _runs(
        "sys.exc_info",
        "import sys\ntry:\n    raise ValueError(ARG)\nexcept ValueError:\n    os.system(sys.exc_info()[1].args[0])",
    ),
    _runs("else of try", "try:\n    pass\nexcept OSError:\n    pass\nelse:\n    os.system(ARG)"),
    _runs(
        "type alias statement's function",
        "import types\nns = types.SimpleNamespace(run=os.system, c=ARG)\nns.run(ns.c)",
    ),
    _runs(
        "namedtuple of functions",
        "import collections\nT = collections.namedtuple('T', 'f c')\nt = T(os.system, ARG)\nt.f(t.c)",
    ),
    _runs(
        "NamedTuple class",
        "from typing import NamedTuple\nclass T(NamedTuple):\n    f: object\n    c: str\nt = T(os.system, c=ARG)\nt.f(t.c)",
    ),
    _runs(
        "dataclass default factory",
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int = dataclasses.field(default_factory=lambda: os.system(ARG))\nA()",
    ),
    _runs(
        "dataclass replaced",
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    c: str\n    def __post_init__(self):\n        os.system(self.c)\ndataclasses.replace(A(''), c=ARG)",
    ),
    _runs("enum member's function", "import enum\nclass A(enum.Enum):\n    RUN = ARG\nos.system(A.RUN.value)"),
    _runs("enum by name", "import enum\nclass A(enum.Enum):\n    RUN = ARG\nos.system(A['RUN'].value)"),
    _runs(
        "enum _missing_",
        "import enum\nclass A(enum.Enum):\n    X = 1\n    @classmethod\n    def _missing_(cls, value):\n        os.system(value)\n        return cls.X\nA(ARG)",
    ),
    _runs(
        "unittest run at import",
        "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        os.system(ARG)\nunittest.main(exit=False)",
    ),
    _runs("mock side effect", "from unittest import mock\nm = mock.Mock(side_effect=os.system)\nm(ARG)"),
    _runs(
        "sched",
        "import sched, time\ns = sched.scheduler(time.time, time.sleep)\ns.enter(1, 1, os.system, argument=(ARG,))\ns.run()",
    ),
    _runs(
        "cmd.Cmd",
        "import cmd\nclass C(cmd.Cmd):\n    def do_x(self, line):\n        os.system(line)\nC().onecmd('x ' + ARG)",
    ),
    _runs(
        "ast visitor",
        "import ast\nclass V(ast.NodeVisitor):\n    def visit_Constant(self, node):\n        os.system(node.value)\nV().visit(ast.parse(repr(ARG)))",
    ),
    _runs(
        "codecs error handler",
        "import codecs\ncodecs.register_error('x', lambda e: os.system(ARG))\n'\\xff'.encode('ascii', 'x')",
    ),
    _runs(
        "codecs search function", "import codecs\ncodecs.register(lambda name: os.system(ARG))\n'x'.encode('nothing')"
    ),
    _runs("sys.path_hooks insert", "import sys\nsys.path_hooks.insert(0, lambda p: os.system(ARG))"),
    _runs(
        "meta path finder by assignment",
        "import sys\nclass F:\n    @classmethod\n    def find_spec(cls, *a):\n        os.system(ARG)\nsys.meta_path[:0] = [F]\nimport something_that_is_not_there",
    ),
    _runs(
        "builtins.__import__ replaced",
        "import builtins\nold = builtins.__import__\ndef new(name, *a):\n    os.system(ARG)\n    return old(name, *a)\nbuiltins.__import__ = new",
    ),
    _runs("print replaced", "import builtins\nbuiltins.print = lambda *a: os.system(ARG)\nprint(1)"),
    _runs(
        "sqlite create_function",
        "import sqlite3\ndb = sqlite3.connect(':memory:')\ndb.create_function('f', 1, os.system)\ndb.execute('select f(?)', (ARG,))",
    ),
    _runs(
        "sqlite trace callback",
        "import sqlite3\ndb = sqlite3.connect(':memory:')\ndb.set_trace_callback(lambda s: os.system(ARG))\ndb.execute('select 1')",
    ),
    _runs("ctypes callback", "import ctypes\nf = ctypes.CFUNCTYPE(None)(lambda: os.system(ARG))\nf()"),
    _runs("shutil.copytree ignore", "import shutil\nshutil.copytree('a', 'b', ignore=lambda d, n: os.system(ARG))"),
    _runs("shutil.rmtree onerror", "import shutil\nshutil.rmtree('/nowhere', onerror=lambda *a: os.system(ARG))"),
    _runs("os.walk onerror", "list(os.walk('/nowhere', onerror=lambda e: os.system(ARG)))"),
    _runs("bisect key", "import bisect\nbisect.bisect([ARG], 0, key=os.system)"),
    _runs("heapq nsmallest", "import heapq\nheapq.nsmallest(1, [ARG], os.system)"),
    _runs("heapq.merge key", "import heapq\nlist(heapq.merge([ARG], [ARG], key=os.system))"),
    _runs("cmp_to_key", "import functools\nsorted([ARG, ARG], key=functools.cmp_to_key(lambda a, b: os.system(a)))"),
    _runs("statistics over a generator", "import statistics\nstatistics.mean(os.system(c) for c in [ARG])"),
    _runs("any over a generator", "any(os.system(c) for c in (ARG,))"),
    _runs("deque of a generator", "import collections\ncollections.deque((os.system(c) for c in [ARG]), maxlen=0)"),
    _runs("unpacking a generator", "[*map(os.system, [ARG])]"),
    _runs("dict comprehension's key", "{os.system(c): 0 for c in [ARG]}"),
    _runs("slice assignment of a call", "x = [0]\nx[:] = map(os.system, [ARG])"),
    _runs("chained lambdas", "(lambda f: lambda g: lambda c: g(f)(c))(os.system)(lambda f: f)(ARG)"),
    _runs(
        "Y combinator",
        "(lambda f: (lambda x: x(x))(lambda y: f(lambda a: y(y)(a))))(lambda s: lambda n: os.system(ARG))(0)",
    ),
    _runs(
        "closure with nonlocal",
        "def a():\n    f = None\n    def b():\n        nonlocal f\n        f = os.system\n    b()\n    f(ARG)\na()",
    ),
    _runs("closure cell", "def a():\n    c = ARG\n    return lambda: c\nos.system(a().__closure__[0].cell_contents)"),
    _runs(
        "function default as a store",
        "def a(x=[]):\n    x.append(ARG)\n    return x\na()\nos.system(a.__defaults__[0][0])",
    ),
    _runs("function attribute", "def a(): ...\na.run = os.system\na.run(ARG)"),
    _runs(
        "class attribute by a classmethod",
        "class A:\n    f = None\n    @classmethod\n    def init(cls):\n        cls.f = staticmethod(os.system)\nA.init()\nA.f(ARG)",
    ),
    _runs(
        "super call",
        "class A:\n    def go(self, c):\n        os.system(c)\nclass B(A):\n    def go(self):\n        super().go(ARG)\nB().go()",
    ),
    _runs(
        "super with arguments",
        "class A:\n    def go(self, c):\n        os.system(c)\nclass B(A): ...\nsuper(B, B()).go(ARG)",
    ),
    _runs("unbound method", "class A:\n    def go(self, c):\n        os.system(c)\nA.go(None, ARG)"),
    _runs("method by __get__", "def go(self, c):\n    os.system(c)\ngo.__get__(object())(ARG)"),
    _runs("__dict__ of an object", "class A: ...\na = A()\na.__dict__['f'] = os.system\na.f(ARG)"),
    _runs("__dict__ update", "class A: ...\na = A()\na.__dict__.update(f=os.system)\na.f(ARG)"),
    _runs(
        "__slots__ and setattr",
        "class A:\n    __slots__ = ('f',)\na = A()\nobject.__setattr__(a, 'f', os.system)\na.f(ARG)",
    ),
    _runs(
        "global through another module", "import string\nstring.helper = os.system\nimport string as s\ns.helper(ARG)"
    ),
    _runs(
        "module made by types",
        "import types, sys\nm = types.ModuleType('m')\nm.run = os.system\nsys.modules['m'] = m\nimport m as n\nn.run(ARG)",
    ),
    _runs("module made and executed into", "import types\nm = types.ModuleType('m')\nexec(CODE, m.__dict__)"),
    _runs("globals update", "globals().update({'go': os.system})\ngo(ARG)"),
    _runs("globals setdefault", "globals().setdefault('go', os.system)(ARG)"),
    _runs("vars of an object", "class A:\n    f = staticmethod(os.system)\nvars(A)['f'](ARG)"),
    _runs("ChainMap lookup", "import collections\ncollections.ChainMap({}, {'f': os.system})['f'](ARG)"),
    _runs("MappingProxyType lookup", "import types\ntypes.MappingProxyType({'f': os.system})['f'](ARG)"),
    _runs("dict get with a default", "{}.get('x', os.system)(ARG)"),
    _runs("dict pop", "{'x': os.system}.pop('x')(ARG)"),
    _runs("dict popitem", "{'x': os.system}.popitem()[1](ARG)"),
    _runs("dict merge", "({'a': 1} | {'f': os.system})['f'](ARG)"),
    _runs("index into a tuple by a bool", "(print, os.system)[True](ARG)"),
    _runs("queue of functions", "import queue\nq = queue.SimpleQueue()\nq.put((os.system, ARG))\nf, c = q.get()\nf(c)"),
    _runs(
        "heap of functions",
        "import heapq\nh = []\nheapq.heappush(h, (1, os.system, ARG))\n_, f, c = heapq.heappop(h)\nf(c)",
    ),
    _runs("UserDict", "import collections\nd = collections.UserDict(f=os.system)\nd['f'](ARG)"),
    _runs(
        "shelve-like class",
        "class S:\n    def __init__(self):\n        self.d = {}\n    def __setitem__(self, k, v):\n        self.d[k] = v\n    def __getitem__(self, k):\n        return self.d[k]\ns = S()\ns['f'] = os.system\ns['f'](ARG)",
    ),
    _runs(
        "class with __getattr__ proxy",
        "class P:\n    def __init__(self, o):\n        self._o = o\n    def __getattr__(self, n):\n        return getattr(self._o, n)\nP(os).system(ARG)",
    ),
    _runs(
        "class with __getattribute__ proxy",
        "class P:\n    def __getattribute__(self, n):\n        return getattr(os, n)\nP().system(ARG)",
    ),
    _runs(
        "fluent builder",
        "class B:\n    def __init__(self):\n        self.p = []\n    def add(self, x):\n        self.p.append(x)\n        return self\n    def run(self):\n        os.system(''.join(self.p))\nB().add(ARG[:5]).add(ARG[5:]).run()",
    ),
    _runs(
        "operator overloading builder",
        "class B:\n    def __init__(self, t=''):\n        self.t = t\n    def __add__(self, o):\n        return B(self.t + o)\n    def __call__(self):\n        os.system(self.t)\n(B() + ARG[:5] + ARG[5:])()",
    ),
    _runs(
        "pipe by __or__",
        "class F:\n    def __init__(self, f):\n        self.f = f\n    def __ror__(self, x):\n        return self.f(x)\nARG | F(os.system)",
    ),
    _runs(
        "event emitter",
        "class E:\n    def __init__(self):\n        self.h = {}\n    def on(self, n, f):\n        self.h.setdefault(n, []).append(f)\n    def emit(self, n, *a):\n        for f in self.h.get(n, []):\n            f(*a)\ne = E()\ne.on('x', os.system)\ne.emit('x', ARG)",
    ),
    _runs(
        "state machine",
        "def a(c):\n    return b, c\ndef b(c):\n    os.system(c)\n    return None, c\ns, c = a, ARG\nwhile s:\n    s, c = s(c)",
    ),
    _runs(
        "trampoline", "def t(f):\n    while callable(f):\n        f = f()\nt(lambda: lambda: lambda: os.system(ARG))"
    ),
    _runs(
        "visitor by getattr",
        "class V:\n    def do_run(self, c):\n        os.system(c)\nv = V()\nfor n, c in [('run', ARG)]:\n    getattr(v, 'do_' + n)(c)",
    ),
    _runs(
        "command table from dir",
        "class V:\n    def run(self):\n        os.system(ARG)\nv = V()\n[getattr(v, n)() for n in dir(v) if not n.startswith('_')]",
    ),
    _runs(
        "plug-ins of __subclasses__",
        "class P: ...\nclass Q(P):\n    def run(self):\n        os.system(ARG)\nfor c in P.__subclasses__():\n    c().run()",
    ),
    _runs(
        "abstract base's template method",
        "import abc\nclass T(abc.ABC):\n    def go(self):\n        self.step()\n    @abc.abstractmethod\n    def step(self): ...\nclass U(T):\n    def step(self):\n        os.system(ARG)\nU().go()",
    ),
    _runs(
        "mixins",
        "class A:\n    def go(self):\n        self.run(self.c)\nclass B:\n    def run(self, c):\n        os.system(c)\nclass C(A, B):\n    c = ARG\nC().go()",
    ),
    _runs("tkinter after", "import tkinter\nr = tkinter.Tk()\nr.after(10, os.system, ARG)\nr.mainloop()"),
    _runs(
        "click command at import",
        "import click\n@click.command()\n@click.option('--c', default=ARG)\ndef go(c):\n    os.system(c)\ngo(standalone_mode=False)",
    ),
    _runs(
        "selectors with data",
        "import selectors\ns = selectors.DefaultSelector()\ns.register(0, 1, data=os.system)\nfor k, m in s.select():\n    k.data(ARG)",
    ),
    _runs("itertools.repeat with map", "import itertools\nlist(map(os.system, itertools.repeat(ARG, 1)))"),
    _runs("zip star", "f, c = zip(*[(os.system, ARG)])\nf[0](c[0])"),
    _runs("dict setdefault chain", "d = {}\nd.setdefault('a', {}).setdefault('f', os.system)\nd['a']['f'](ARG)"),
    _runs(
        "class with __call__ and __or__",
        "class P:\n    def __init__(self, *f):\n        self.f = f\n    def __or__(self, o):\n        return P(*self.f, o)\n    def __call__(self, x):\n        for f in self.f:\n            x = f(x)\n        return x\n(P(str) | os.system)(ARG)",
    ),
    _runs(
        "abc register and dispatch",
        "import abc\nclass B(abc.ABC):\n    def go(self): ...\nclass C(B):\n    def go(self):\n        os.system(ARG)\n[c().go() for c in B.__subclasses__()]",
    ),
    _runs("lambda default captured in a loop", "fs = [lambda c=c: os.system(c) for c in [ARG]]\nfs[-1]()"),
    _runs(
        "generator pipeline",
        "def a():\n    yield ARG\ndef b(i):\n    for c in i:\n        yield os.system(c)\nlist(b(a()))",
    ),
    _runs(
        "send into a coroutine", "def g():\n    c = yield\n    os.system(c)\n    yield\ng = g()\nnext(g)\ng.send(ARG)"
    ),
    _runs(
        "with as a tuple",
        "import contextlib\n@contextlib.contextmanager\ndef m():\n    yield os.system, ARG\nwith m() as (f, c):\n    f(c)",
    ),
    _runs("nullcontext", "import contextlib\nwith contextlib.nullcontext(os.system) as f:\n    f(ARG)"),
    _runs(
        "suppress around a raise",
        "import contextlib\nclass E(Exception):\n    def __str__(self):\n        os.system(ARG)\n        return ''\nwith contextlib.suppress(E):\n    raise E()",
    ),
    _runs(
        "class keyword hook",
        "class M(type):\n    def __new__(m, n, b, d, run=None, with_=None):\n        run(with_)\n        return super().__new__(m, n, b, d)\nclass A(metaclass=M, run=os.system, with_=ARG): ...",
    ),
    _runs(
        "__call__ of a decorator object with state",
        "class D:\n    def __init__(self):\n        self.fs = []\n    def __call__(self, f):\n        self.fs.append(f)\n        return f\n    def fire(self):\n        for f in self.fs:\n            f()\nd = D()\n@d\ndef go():\n    os.system(ARG)\nd.fire()",
    ),
    _runs("multiprocessing.dummy", "from multiprocessing.dummy import Pool\nPool(1).map(os.system, [ARG])"),
    _runs(
        "asyncio loop subprocess protocol",
        "import asyncio\nasync def go():\n    p = await asyncio.create_subprocess_shell(cmd=ARG)\n    await p.wait()\nasyncio.run(go())",
    ),
    _runs(
        "smuggled in a docstring of a method",
        "class A:\n    def go(self):\n        pass\n    go.__doc__ = ARG\nos.system(A.go.__doc__)",
    ),
    _runs("comparison chain picks", "f = {True: os.system, False: print}[1 < 2 < 3]\nf(ARG)"),
    _runs(
        "OrderedDict move_to_end",
        "import collections\nd = collections.OrderedDict(a=os.system, b=print)\nd.move_to_end('a')\nd.popitem()[1](ARG)",
    ),
    _runs(
        "operator.methodcaller over a list of modules",
        "import operator\nlist(map(operator.methodcaller('system', ARG), [os]))",
    ),
    _runs(
        "copy of a function's code",
        "import types\ndef a():\n    os.system(ARG)\ntypes.FunctionType(a.__code__, globals())()",
    ),
    _runs(
        "typing.get_overloads-like registry in a class attribute",
        "class R:\n    known = {}\n    def __init_subclass__(cls, **k):\n        R.known[cls.__name__] = cls\nclass X(R):\n    def run(self):\n        os.system(ARG)\nR.known['X']().run()",
    ),
)
