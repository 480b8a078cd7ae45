"""Runners: names from outside that execute what they are handed, besides `exec` and its like.

Some always do. Others are handed settings, templates or formulas every day, which become code only where
a stranger writes them: these count when what they are handed was received from the network.
"""

from __future__ import annotations

from functools import lru_cache

from pratique.facts.python.model import Source
from pratique.facts.python.values import Value, deep_taints


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALWAYS = _words(
    "bdb.Bdb().runeval bdb.Bdb().runctx pdb.Pdb().runeval pdb.Pdb().runctx cProfile.Profile().runctx "
    "profile.Profile().run profile.Profile().runctx timeit.main runpy._run_code runpy._run_module_code "
    "_xxsubinterpreters.run_string _interpreters.run_string _interpreters.exec interpreters.create().exec "
    "concurrent.interpreters.create().exec test.support.run_in_subinterp "
    "test.support.script_helper.assert_python_ok typing.ForwardRef code.interact "
    "ctypes.pythonapi.PyRun_SimpleStringFlags ctypes.pythonapi.PyRun_String "
    "multiprocessing.reduction.ForkingPickler.loads jsonpickle.unpickler.Unpickler().restore yaml.unsafe_load_all"
)
"""What these are handed is Python code, or a pickle."""
IF_RECEIVED = _words(
    "doctest.DocTestParser().get_doctest doctest.DocTestParser().get_examples doctest.debug_src "
    "doctest.script_from_examples gettext.c2py logging.config.fileConfig logging.config.dictConfig "
    "rlcompleter.Completer().attr_matches jinja2.Template jinja2.Environment().from_string "
    "jinja2.environment.Template mako.template.Template chameleon.PageTemplate chameleon.PageTextTemplate "
    "django.template.Template tornado.template.Template bottle.template bottle.SimpleTemplate "
    "Cheetah.Template.Template genshi.template.MarkupTemplate web.template.Template numexpr.evaluate pandas.eval "
    "pandas.DataFrame().query pandas.DataFrame().eval sympy.sympify sympy.S sympy.parsing.sympy_parser.parse_expr "
    "yaml.load yaml.load_all yaml.full_load ruamel.yaml.YAML().load torch.load shelve.open cffi.FFI().set_source "
    "cffi.FFI().verify cppyy.cppdef cppyy.cppexec llvmlite.binding.parse_assembly "
    "nbconvert.preprocessors.ExecutePreprocessor().preprocess nbclient.NotebookClient papermill.execute_notebook "
    "js2py.eval_js js2py.EvalJs().execute execjs.eval execjs.compile execjs.exec_ py_mini_racer.MiniRacer().eval "
    "quickjs.Context().eval dukpy.evaljs lupa.LuaRuntime().execute lupa.LuaRuntime().eval rpy2.robjects.r "
    "tkinter.Tcl().eval tkinter.Tk().eval tkinter.Tk().tk.eval tkinter.Tcl().tk.eval Tkinter.Tcl().eval "
    "win32com.client.Dispatch().Eval win32com.client.Dispatch().ExecuteStatement "
    "win32com.client.Dispatch().AddCode distutils.core.run_setup setuptools.sandbox.run_setup "
    "typing.get_type_hints inspect.signature inspect.get_annotations pyspark.SparkContext().parallelize"
)
"""Text that a language, a template engine or a configuration makes code of."""
PROCESSES = _words(
    "win32com.client.Dispatch().Exec wmi.WMI().Win32_Process.Create System.Diagnostics.Process.Start "
    "fabric.api.local sh.Command() plumbum.local[] plumbum.local[]() delegator.run "
    "jpype.java.lang.Runtime.getRuntime().exec setuptools.spawn distutils.spawn.spawn ptyprocess.PtyProcess.spawn "
    "winpty.PtyProcess.spawn envoy.run os.posix_spawn subprocess32.Popen subprocess32.call "
    "PyQt5.QtCore.QProcess().start PySide6.QtCore.QProcess().start PyQt6.QtCore.QProcess().start "
    "PyQt5.QtCore.QProcess.startDetached sarge.run pexpect.popen_spawn.PopenSpawn"
)
"""Ways to start a program."""
LOADERS = _words(
    "unittest.TestLoader().discover unittest.defaultTestLoader.discover pytest.main doctest.testfile "
    "pdb._runscript pkgutil.get_importer importlib.machinery.PathFinder.find_spec importlib.machinery.FileFinder "
    "nose.run sqlite3.connect().load_extension behave.__main__.main importlib.util.spec_from_loader"
)
"""What these are led to is imported."""
_ANYWHERE = _words("run_cell run_cell_async PyRun_SimpleString PyRun_String runsource runcode")
"""Methods of that name execute a text, whatever they belong to."""
_AFTER_ONE = _words(
    "_xxsubinterpreters.run_string _interpreters.run_string _interpreters.exec "
    "test.support.script_helper.assert_python_ok"
)
"""Their first argument says where."""


@lru_cache(maxsize=8192)
def runs_code(name: str) -> bool:
    """Whether a call of that name executes what it is handed, or may do so."""
    if name in ALWAYS or name in IF_RECEIVED:
        return True
    owner, _, last = name.rpartition(".")
    return bool(owner) and last in _ANYWHERE


def handed(name: str, args: list[Value]) -> list[Value]:
    """The arguments from the code on."""
    return args[1:] if name in _AFTER_ONE else args


def counts(name: str, args: list[Value], keywords: dict[str, Value]) -> bool:
    """Whether what is handed over makes the call one that executes code."""
    if name not in IF_RECEIVED:
        return True
    return any(t.source is Source.NETWORK for v in (*args, *keywords.values()) for t in deep_taints(v))
