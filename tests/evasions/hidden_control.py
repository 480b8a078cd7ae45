"""Code that Python, its library or a framework calls by itself while a module is imported."""

from __future__ import annotations

from pratique.verdict import Verdict
from tests.evasions.sample import COMMAND, MALICIOUS, Evasion, evasion


def _runs(title: str, text: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """A module in which RUN starts a command; the twin greets."""
    return evasion(
        title, text.replace("RUN", f"os.system({COMMAND!r})"), text.replace("RUN", "print('ready')"), verdict
    )


CASES = (
    _runs(
        "__format__ by an f-string",
        "import os\nclass A:\n    def __format__(self, spec): RUN; return spec\nTEXT = f'{A():>10}'\n",
    ),
    _runs("lazily evaluated type alias", "import os\ntype A = (RUN, int)\nprint(A.__value__)\n"),
    _runs(
        "a bound of a type parameter",
        "import os\ndef f[T: (RUN, int)](x: T): return x\nprint(f.__type_params__[0].__constraints__)\n",
    ),
    _runs(
        "enum _missing_",
        "import enum, os\nclass C(enum.Enum):\n    A = 1\n    @classmethod\n    def _missing_(cls, v):\n        RUN\n        return cls.A\nC('x')\n",
    ),
    _runs(
        "logging filter",
        "import logging, os\nclass F(logging.Filter):\n    def filter(self, record):\n        RUN\n        return True\nlog = logging.getLogger(__name__)\nlog.addFilter(F())\nlog.warning('start')\n",
    ),
    _runs(
        "codecs error handler",
        "import codecs, os\ndef h(e):\n    RUN\n    return '?', e.end\ncodecs.register_error('soft', h)\n'\\u20ac'.encode('ascii', 'soft')\n",
    ),
    _runs(
        "sys.monitoring",
        "import os, sys\nM = sys.monitoring\nM.use_tool_id(2, 'x')\ndef cb(code, off): RUN\nM.register_callback(2, M.events.PY_START, cb)\nM.set_events(2, M.events.PY_START)\n",
    ),
    _runs(
        "except star",
        "import os\ndef go(e): RUN\ntry:\n    raise ExceptionGroup('a', [ValueError(1)])\nexcept* ValueError as g:\n    go(g)\n",
    ),
    _runs(
        "generator's close",
        "import os\ndef g():\n    try:\n        yield 1\n    finally:\n        RUN\nnext(x := g())\nx.close()\n",
    ),
    _runs(
        "argparse type",
        "import argparse, os\ndef port(s):\n    RUN\n    return int(s)\np = argparse.ArgumentParser()\np.add_argument('--port', type=port)\np.parse_known_args(['--port', '1'])\n",
    ),
    _runs(
        "dict's missing by percent format",
        "import os\nclass D(dict):\n    def __missing__(self, k):\n        RUN\n        return k\nTEXT = '%(a)s' % D()\n",
    ),
    _runs(
        "json default",
        "import json, os\ndef default(o):\n    RUN\n    return str(o)\njson.dumps({'a': {1, 2}}, default=default)\n",
    ),
    _runs(
        "copy by __deepcopy__",
        "import copy, os\nclass A:\n    def __deepcopy__(self, memo):\n        RUN\n        return self\ncopy.deepcopy([A()])\n",
    ),
    _runs(
        "warnings.showwarning",
        "import os, warnings\ndef show(*a, **k): RUN\nwarnings.showwarning = show\nwarnings.warn('deprecated')\n",
    ),
    _runs(
        "async generator",
        "import asyncio, os\nasync def g():\n    RUN\n    yield 1\nasync def main(): return [x async for x in g()]\nasyncio.run(main())\n",
    ),
    _runs(
        "plugin registry by decorator with argument",
        "import os\nR = {}\ndef on(event):\n    def deco(f):\n        R.setdefault(event, []).append(f)\n        return f\n    return deco\n@on('start')\ndef start(ctx): RUN\ndef emit(event, *a):\n    for f in R.get(event, ()):\n        f(*a)\nemit('start', None)\n",
    ),
    _runs(
        "struct-like slots and property",
        "import os\nclass Lazy:\n    __slots__ = ('_v',)\n    @property\n    def v(self):\n        try: return self._v\n        except AttributeError:\n            self._v = RUN\n            return self._v\nLazy().v\n",
    ),
    _runs(
        "signal raised at once",
        "import os, signal\ndef h(n, f): RUN\nsignal.signal(signal.SIGUSR1, h)\nsignal.raise_signal(signal.SIGUSR1)\n",
    ),
    _runs(
        "sched with zero delay",
        "import os, sched, time\ns = sched.scheduler(time.time, time.sleep)\ndef job(): RUN\ns.enter(0, 1, job)\ns.run()\n",
    ),
    _runs(
        "weakref finalize on a local",
        "import os, weakref\nclass A: pass\ndef end(): RUN\ndef f():\n    a = A()\n    weakref.finalize(a, end)\nf()\n",
    ),
    _runs(
        "exit stack with a callback",
        "import contextlib, os\ndef end(x): RUN\nwith contextlib.ExitStack() as st:\n    st.callback(end, 1)\n",
    ),
    _runs(
        "property by attrgetter",
        "import operator, os\nclass A:\n    @property\n    def x(self):\n        RUN\n        return 1\noperator.attrgetter('x')(A())\n",
    ),
    _runs(
        "sort key of a dataclass order",
        "import dataclasses, functools, os\n@functools.total_ordering\nclass A:\n    def __lt__(self, o):\n        RUN\n        return True\nsorted([A(), A()])\n",
    ),
    _runs(
        "import hook for its own name",
        "import importlib.abc, importlib.machinery, os, sys\nclass L(importlib.abc.Loader):\n    def create_module(self, spec): return None\n    def exec_module(self, module): RUN\nclass F(importlib.abc.MetaPathFinder):\n    def find_spec(self, name, path, target=None):\n        if name == 'example_virtual':\n            return importlib.machinery.ModuleSpec(name, L())\nsys.meta_path.insert(0, F())\nimport example_virtual\n",
    ),
    _runs(
        "class decorator that calls a method",
        "import os\ndef register(cls):\n    cls().setup()\n    return cls\n@register\nclass Plugin:\n    def setup(self): RUN\n",
    ),
    _runs(
        "metaclass call",
        "import os\nclass M(type):\n    def __call__(cls, *a):\n        RUN\n        return super().__call__(*a)\nclass A(metaclass=M): pass\nA()\n",
    ),
    _runs(
        "contextmanager generator",
        "import contextlib, os\n@contextlib.contextmanager\ndef step():\n    yield\n    RUN\nwith step():\n    pass\n",
    ),
    _runs(
        "thread pool map over tasks",
        "import concurrent.futures as cf, os\ndef work(n): RUN\nwith cf.ThreadPoolExecutor() as ex:\n    list(ex.map(work, range(1)))\n",
    ),
    _runs(
        "method resolution of a mixin",
        "import os\nclass Base:\n    def __init__(self): self.boot()\n    def boot(self): pass\nclass Mixin:\n    def boot(self): RUN\nclass App(Mixin, Base): pass\nApp()\n",
    ),
    _runs(
        "excepthook then an error in a thread",
        "import os, threading\ndef hook(args): RUN\nthreading.excepthook = hook\nthreading.Thread(target=lambda: 1 / 0).start()\n",
    ),
)
