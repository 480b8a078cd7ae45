"""What `pratique screen name==version` says of a release besides its bytes."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from pratique.advisories.record import read_record
from pratique.cli import main
from pratique.wiring import advisories_in
from tests.advisories.records import osv, raw
from tests.provenance.objects import provenance, statement
from tests.provenance.signing import TrustRoot
from tests.support.distributions import make_sdist, make_wheel
from tests.support.upstream_server import Fault, Listed, LocalIndex

_SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
_WHEEL, _SDIST = make_wheel("demo", "1.1", {"demo.py": "x = 1\n"}), make_sdist("demo", "1.1", {"demo.py": "x = 1\n"})
_OLD = make_wheel("demo", "1.0", {"demo.py": "x = 1\n"})
_EXTRA = importlib.util.find_spec("pypi_attestations") is not None


def _screen(index: LocalIndex, data: Path, *options: str) -> int:
    with index.serving_in_thread() as url:
        return main(["screen", "demo==1.1", "--upstream", url, "--data", str(data), *options])


def _signals(capsys: pytest.CaptureFixture[str]) -> dict[str, list[tuple[str, str]]]:
    """By target."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        jsonschema.validate(line, _SCHEMA)
    return {one["target"]: [(s["kind"], s["reason"]) for s in one.get("signals", [])] for one in lines}


async def _advise(data: Path, **fields: object) -> None:
    async with advisories_in(data) as store:
        await store.keep([read_record(raw(osv("MAL-2026-1", **fields)))], source="test", seen=datetime.now(UTC))  # type: ignore[arg-type]


def test_age_publisher_and_advisories_stand_below_the_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person reads when it was published, what came before it, who built it, and what is known of it."""
    index = LocalIndex()
    index.put(Listed(built=_OLD, upload_time="2020-01-02T03:04:05Z"))
    index.put(Listed(built=_WHEEL, provenance=provenance(statement(_WHEEL.filename, _WHEEL.sha256))))
    index.add(_SDIST)
    assert _screen(index, tmp_path) == 0
    out = capsys.readouterr().out
    assert "published   2024-01-02" in out
    assert "before it   1.0, 4 years earlier" in out
    if not _EXTRA:
        assert "not verified by GitHub owner/demo, release.yml (install the extra" in out
    assert "absent (1 file)" in out
    assert "none are kept here" in out


def test_known_malware_fails_though_its_bytes_look_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The advisories of a data folder are asked; what they call malware is never status 0."""
    index = LocalIndex()
    index.add(_WHEEL)
    asyncio.run(_advise(tmp_path, versions=["1.1"]))
    assert _screen(index, tmp_path, "--format", "jsonl", "--fail-on", "malicious") == 1
    (told,) = _signals(capsys).values()
    assert told == [("malware", "demo 1.1 is known malware (MAL-2026-1): summary of MAL-2026-1")]
    assert _screen(index, tmp_path) == 1
    said = capsys.readouterr().out
    assert "known malware (MAL-2026-1)" in said
    assert "decision    blocked for that, whatever its bytes look like" in said


def test_the_page_gives_signals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Young, yanked, of an archived project: each with its sentence, on every file of the release."""
    index = LocalIndex(status="archived")
    hours = f"{datetime.now(UTC) - timedelta(hours=5, minutes=1):%Y-%m-%dT%H:%M:%SZ}"
    index.put(Listed(built=_OLD))
    index.put(Listed(built=_WHEEL, upload_time=hours, yanked="broken"))
    index.put(Listed(built=_SDIST, upload_time=hours, yanked=True))
    assert _screen(index, tmp_path, "--format", "jsonl") == 0
    told = _signals(capsys)
    assert set(told) == {_WHEEL.filename, _SDIST.filename}
    for signals in told.values():
        assert signals[:3] == [
            ("status", "demo is archived"),
            ("yanked", "demo 1.1 was yanked: broken"),
            ("young", "demo 1.1 was published 5 hours ago"),
        ]


def test_another_publisher_and_lost_provenance_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File by file: the wheel comes from a stranger's repository, the sdist from nobody."""
    index = LocalIndex()
    theirs = {"kind": "GitHub", "repository": "stranger/demo", "workflow": "release.yml"}
    index.put(Listed(built=_OLD, provenance=provenance(statement(_OLD.filename, _OLD.sha256))))
    index.put(Listed(built=_WHEEL, provenance=provenance(statement(_WHEEL.filename, _WHEEL.sha256), publisher=theirs)))
    index.add(_SDIST)
    assert _screen(index, tmp_path, "--format", "jsonl") == 0
    told = _signals(capsys)
    assert ("provenance", "demo 1.1 does not say who built it, as 1.0 did") in told[_SDIST.filename]
    assert any("was published by GitHub stranger/demo" in reason for _, reason in told[_WHEEL.filename])


def test_what_a_workflow_signed_is_shown_as_proven(
    tmp_path: Path, trust: TrustRoot, capsys: pytest.CaptureFixture[str]
) -> None:
    """Repository and workflow of this very file; a stranger's release is told from the owner's, however well signed."""
    index = LocalIndex()
    index.put(Listed(built=_OLD, provenance=trust.provenance(_OLD.filename, _OLD.sha256)))
    index.put(Listed(built=_WHEEL, provenance=trust.provenance(_WHEEL.filename, _WHEEL.sha256)))
    assert _screen(index, tmp_path) == 0
    told = capsys.readouterr().out
    assert "provenance  verified by GitHub owner/demo, release.yml" in told
    assert "was published by" not in told
    theirs = trust.provenance(_WHEEL.filename, _WHEEL.sha256, repository="stranger/demo")
    index.put(Listed(built=_WHEEL, provenance=theirs))
    assert _screen(index, tmp_path) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "verified by GitHub stranger/demo, release.yml" in told
    assert "was published by GitHub stranger/demo, release.yml, while 1.0 was by GitHub owner/demo" in told


@pytest.mark.parametrize("document", [b"{", b"", b"[" * 9000, provenance(statement("other-2.0.zip", "ab" * 32))])
def test_hostile_provenance_is_told_and_loses_nothing(
    document: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is screened all the same, and the person reads what is wrong with the object."""
    index = LocalIndex()
    index.put(Listed(built=_WHEEL, provenance=document))
    assert _screen(index, tmp_path) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "CLEAN" in out
    assert any(words in out for words in ("unreadable", "does not verify", "could not be had"))


def test_missing_dates_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An index without upload times leaves the age open, and that is said."""
    index = LocalIndex()
    index.put(Listed(built=_WHEEL, upload_time=None))
    assert _screen(index, tmp_path) == 0
    assert "the page does not say when any file was uploaded" in capsys.readouterr().out


def test_local_files_have_no_signals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file on this machine could be anything: its name alone ties it to no release."""
    path = tmp_path / _WHEEL.filename
    path.write_bytes(_WHEEL.data)
    assert main(["screen", str(path), "--format", "jsonl"]) == 0
    assert _signals(capsys) == {str(path): []}


def test_what_the_release_before_could_not_do_is_a_signal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The release before is read and compared; a new chain in a patch release is held, as it is by the gateway."""
    learnt = make_wheel("demo", "1.1", {"demo.py": "import subprocess\nsubprocess.run(['sh', '-c', 'make all'])\n"})
    index = LocalIndex()
    index.add(make_wheel("demo", "0.9", {"demo.py": "import subprocess\nsubprocess.run(['sh', '-c', 'make all'])\n"}))
    index.add(_OLD)
    index.add(learnt)
    assert _screen(index, tmp_path, "--format", "jsonl") == 1
    told = _signals(capsys)
    assert list(told) == [learnt.filename]
    reason = "demo 1.1 starts a program when it is imported (demo.py:2), which 1.0 did not"
    assert told[learnt.filename] == [("capability", reason)]
    assert _screen(index, tmp_path) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "history compared with 1.0" in out
    assert f"capability {reason}" in out
    assert _screen(index, tmp_path, "--alone") == 0
    assert "which 1.0 did not" not in capsys.readouterr().out


def test_a_release_before_that_cannot_be_had_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told, and the release itself is judged."""
    index = LocalIndex()
    index.add(_OLD)
    index.add(_WHEEL)
    index.fault(_OLD.filename, Fault(status=500))
    assert _screen(index, tmp_path) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "not compared with 1.0" in out
    index = LocalIndex()
    index.add(_WHEEL)
    assert _screen(index, tmp_path) == 0
    assert "nothing to compare with" in " ".join(capsys.readouterr().out.split())


def test_whom_the_name_resembles_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest popular project by which technique; how many names it was compared with, and their age."""
    index = LocalIndex()
    index.add(make_wheel("reqeusts", "1.0", {"reqeusts.py": ""}))
    with index.serving_in_thread() as url:
        main(["screen", "reqeusts==1.0", "--upstream", url, "--data", str(tmp_path)])
    assert "identity its name resembles requests: transposition, strong (14," in " ".join(
        capsys.readouterr().out.split()
    )
    index = LocalIndex()
    index.add(_WHEEL)
    assert _screen(index, tmp_path) == 0
    assert "names, as shipped (" in " ".join(capsys.readouterr().out.split())


def test_a_private_name_of_the_data_folder_is_guarded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A release whose name begins like a private prefix written otherwise: a signal, and status 1."""
    asyncio.run(_advise(tmp_path, versions=["0.1"]))  # makes the database
    index = LocalIndex()
    index.add(make_wheel("initechx", "1.1", {"initechx.py": ""}))
    assert main(["project", "private", "initech-", "--reason", "ours", "--data", str(tmp_path)]) == 0
    capsys.readouterr()
    with index.serving_in_thread() as url:
        status = main(["screen", "initechx==1.1", "--upstream", url, "--data", str(tmp_path), "--format", "jsonl"])
    assert status == 1
    (told,) = _signals(capsys).values()
    reason = "the name initechx could be taken for initech-, as private names here begin (private prefix)"
    assert ("private-likeness", reason) in told
