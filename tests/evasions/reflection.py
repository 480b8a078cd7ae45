"""Names that are not written where they are used."""

from __future__ import annotations

from pratique.verdict import Verdict
from tests.evasions.sample import COMMAND, MALICIOUS, SUSPICIOUS, Evasion, evasion

_BAD = repr(COMMAND)
_GOOD = repr("true")


def _call(title: str, expression: str, imports: str = "import os", verdict: Verdict = MALICIOUS) -> Evasion:
    """An expression that calls ``os.system`` or ``exec`` in a roundabout way; ARG is the command, CODE the code."""
    code = {"CODE": repr(f"import os; os.system({COMMAND!r})"), "ARG": _BAD}
    fine = {"CODE": repr("x = 1"), "ARG": _GOOD}
    text = f"{imports}\n{expression}\n"
    return evasion(title, _fill(text, code), _fill(text, fine), verdict)


def _fill(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


CASES = (
    _call("getattr with a split name", "getattr(os, 'sys' + 'tem')(ARG)"),
    _call("getattr of __import__", "getattr(__import__('o' + 's'), 'metsys'[::-1])(ARG)"),
    _call("getattr with a default", "getattr(os, 'system', None)(ARG)"),
    _call("vars of a module", "vars(os)['system'](ARG)"),
    _call("__dict__ of a module", "os.__dict__['system'](ARG)"),
    _call("__dict__ get", "os.__dict__.get('system')(ARG)"),
    _call("sys.modules", "sys.modules['os'].system(ARG)", "import sys"),
    _call("sys.modules get", "sys.modules.get('os').system(ARG)", "import sys, os"),
    _call("os through another module", "shutil.os.system(ARG)", "import shutil"),
    _call("os through a module nobody lists", "tempfile._os.system(ARG)", "import tempfile"),
    _call("os through glob", "glob.os.system(ARG)", "import glob"),
    _call("sys through os", "os.sys.modules['subprocess'].getoutput(ARG)", "import os, subprocess"),
    _call("import_module with a split name", "importlib.import_module('o' + 's').system(ARG)", "import importlib"),
    _call("importlib.__import__", "importlib.__import__('os').system(ARG)", "import importlib"),
    _call("__import__ by star arguments", "__import__(*['os']).system(ARG)", ""),
    _call("globals of builtins", "globals()['__builtins__']['exec'](CODE)", ""),
    _call("globals by name", "x = exec\nglobals()['x'](CODE)", ""),
    _call("locals by name", "x = exec\nlocals()['x'](CODE)", ""),
    _call("vars without argument", "x = exec\nvars()['x'](CODE)", ""),
    _call("builtins.__dict__", "builtins.__dict__['ex' + 'ec'](CODE)", "import builtins"),
    _call("__builtins__ as a dict", "__builtins__['exec'](CODE)", ""),
    _call("__builtins__ as a module", "__builtins__.exec(CODE)", ""),
    _call("getattr of __builtins__", "getattr(__builtins__, 'cexe'[::-1])(CODE)", ""),
    _call("a builtin's __self__", "print.__self__.exec(CODE)", ""),
    _call(
        "a builtin's __self__ by getattr",
        "getattr(len.__self__, 'ev' + 'al')(CODE.replace('import os; os', '__import__(\"os\")'))",
        "",
    ),
    _call("__call__", "exec.__call__(CODE)", ""),
    _call("__call__ chain", "os.system.__call__.__call__(ARG)"),
    _call("a function's __globals__", "(lambda: 0).__globals__['os'].system(ARG)"),
    _call("a function's __builtins__", "(lambda: 0).__builtins__['exec'](CODE)", ""),
    _call("a frame's globals", "sys._getframe().f_globals['os'].system(ARG)", "import sys, os"),
    _call("a frame's builtins", "sys._getframe().f_builtins['exec'](CODE)", "import sys"),
    _call("object.__getattribute__", "object.__getattribute__(os, 'system')(ARG)"),
    _call("a module's own __getattribute__", "os.__getattribute__('system')(ARG)"),
    _call("inspect.getattr_static", "inspect.getattr_static(os, 'system')(ARG)", "import inspect, os"),
    _call("attrgetter", "operator.attrgetter('system')(os)(ARG)", "import operator, os"),
    _call("attrgetter of two", "operator.attrgetter('path.os.system')(os)(ARG)", "import operator, os"),
    _call("methodcaller", "operator.methodcaller('system', ARG)(os)", "import operator, os"),
    _call("itemgetter", "operator.itemgetter('system')(vars(os))(ARG)", "import operator, os"),
    _call("operator.call", "operator.call(os.system, ARG)", "import operator, os"),
    _call("names in a loop over dir", "[getattr(os, n) for n in dir(os) if n == 'system'][0](ARG)"),
    _call("name by its length and end", "next(v for k, v in vars(os).items() if k.endswith('stem'))(ARG)"),
    _call("eval of a name", "eval('os.sys' + 'tem')(ARG)"),
    _call("exec that assigns", "exec('f = os.system')\nf(ARG)"),
    _call("eval with globals", "eval('f(c)', {'f': os.system, 'c': ARG})"),
    _call("exec with a namespace", "n = {}\nexec('import os as o', n)\nn['o'].system(ARG)", ""),
    _call("exec in exec", "exec('exec(' + repr(CODE) + ')')", ""),
    _call("lambda in eval", "eval('lambda c: exec(c)')(CODE)", ""),
    _call(
        "subclasses walk",
        "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0].__init__.__globals__['system'](ARG)",
        "",
    ),
    _call(
        "subclasses by number",
        "''.__class__.__mro__[1].__subclasses__()[137].__init__.__globals__['system'](ARG)",
        "",
        SUSPICIOUS,
    ),
    _call("pydoc.locate", "pydoc.locate('os.system')(ARG)", "import pydoc"),
    _call("pkgutil.resolve_name", "pkgutil.resolve_name('os:system')(ARG)", "import pkgutil"),
    _call("aliases in a row", "a = os\nb = a.system\nc = b\nc(ARG)"),
    _call("alias in a tuple", "(a, b), c = (os, os.system), 1\nb(ARG)"),
    _call("alias in a class", "class A:\n    run = os.system\n\nA.run(ARG)"),
    _call("alias by import as a builtin's name", "print(ARG)", "from os import system as print"),
    _call("alias by star import", "system(ARG)", "from os import *"),
    _call("alias by posix", "posix.system(ARG)", "import posix"),
    _call("method type", "types.MethodType(exec, CODE)()", "import types"),
    _call("exec through timeit", "timeit.timeit(CODE, number=1)", "import timeit"),
    _call("exec through timeit.Timer", "timeit.Timer(CODE).timeit(1)", "import timeit"),
    _call("exec through cProfile", "cProfile.run(CODE)", "import cProfile"),
    _call("exec through pdb", "pdb.run(CODE)", "import pdb"),
    _call("exec through trace", "trace.Trace().run(CODE)", "import trace"),
    _call("exec through code", "code.InteractiveInterpreter().runsource(CODE)", "import code"),
    _call("exec through code.interact", "i = code.InteractiveConsole()\ni.push(CODE)", "import code"),
    _call("exec through the C interface", "ctypes.pythonapi.PyRun_SimpleString(CODE.encode())", "import ctypes"),
    _call("system through ctypes", "ctypes.CDLL(None).system(ARG.encode())", "import ctypes"),
    _call("system through ctypes by name", "ctypes.CDLL('libc.so.6').system(ARG.encode())", "import ctypes"),
    _call("system through cdll", "ctypes.cdll.LoadLibrary('libc.so.6').system(ARG.encode())", "import ctypes"),
    _call("exec by code object", "f = lambda: 0\nf.__code__ = compile(CODE, '', 'exec')\nf()", ""),
    _call("type hints evaluate text", "class A:\n    x: CODE\n\ntyping.get_type_hints(A)", "import typing"),
    _call("walrus alias", "(f := os.system)(ARG)"),
    _call("boolean alias", "(None or os.system)(ARG)"),
    _call("conditional alias", "(os.system if os.name == 'posix' else os.popen)(ARG)"),
    _call("module of a class", "sys.modules[os._Environ.__module__].system(ARG)", "import os, sys"),
    _call("setattr of a class", "class A: ...\n\nsetattr(A, 'go', staticmethod(os.system))\nA.go(ARG)"),
    _call("class made by type", "type('A', (), {'go': lambda s: os.system(ARG)})().go()"),
    _call("class body made by type", "A = type('A', (object,), dict(run=staticmethod(os.system)))\nA.run(ARG)"),
    _call("__init__ made by type", "type('A', (), {'__init__': lambda s: exec(CODE)})()", ""),
    _call("format reaches an attribute", "n = '{0.__name__}'.format(os.system)\ngetattr(os, n)(ARG)"),
    _call("name of a function", "getattr(os, os.system.__name__)(ARG)"),
    _call("try import", "try:\n    from os import system as s\nexcept ImportError:\n    s = None\ns(ARG)", ""),
    _call("import in a function", "def m():\n    import os\n    return os\n\nm().system(ARG)", ""),
    _call("import through a class attribute", "class A:\n    import os\n\nA.os.system(ARG)", ""),
)
