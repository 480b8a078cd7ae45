from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pratique.afterwards import Kept, Removal
from pratique.cli import main
from pratique.names import project_name
from pratique.ports import Event, EventKind
from pratique.storage.aftercare import open_aftercare
from pratique.storage.database import open_store
from pratique.verdict import Verdict
from tests.advisories.records import osv, write_folder
from tests.aftercare.receipts import LATER, WHEEL, report_of, theft
from tests.fakes.values import NOON, digest

CLEAN = "demo-2.0-py3-none-any.whl"
CI = 'pip/26.3 {"ci":true,"python":"3.13.1"}'
FORMULA = "=HYPERLINK(1)\x1b[2J"


def download(filename: str, *, address: str = "192.0.2.7", agent: str = CI, at: datetime = NOON) -> Event:
    """A file that was given out."""
    return Event(
        kind=EventKind.DOWNLOAD,
        at=at,
        project="demo",
        filename=filename,
        sha256=digest(filename),
        client=address,
        user_agent=agent,
        action="allow",
        verdict="clean",
    )


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A server's data folder: a file that turned out bad and went to two clients, a clean one, and a refusal."""
    refused = replace(download("demo-3.0.tar.gz"), kind=EventKind.REFUSAL)
    events = [
        download(WHEEL),
        download(WHEEL, at=LATER),
        download(WHEEL, address="192.0.2.9", agent=FORMULA, at=NOON + timedelta(hours=1)),
        download(CLEAN),
        refused,
    ]
    stolen = report_of(theft("environ: os.environ", "secret: ssh keys (~/.ssh/id_rsa)", message="sends all of it"))

    async def fill() -> None:
        store = await open_store(f"sqlite:///{tmp_path / 'pratique.db'}")
        await store.record(events)
        await store.save_report(stolen, engine="an older one")
        await store.save_report(report_of(verdict=Verdict.CLEAN, filename=CLEAN), engine="an older one")
        await store.close()

    asyncio.run(fill())
    return str(tmp_path)


def test_a_person_reads_who_has_it_and_what_to_do(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Clients, moments, file, digest, what it would have taken and the advice, whichever engine wrote the report."""
    assert main(["exposure", "Demo==1.0.0", "--data", data]) == 1
    text = capsys.readouterr().out
    assert "demo==1.0.0 was received 3 times by 2 clients, from 2026-01-01 12:00 UTC to 2026-01-01 15:00 UTC." in text
    assert f"{WHEEL}  malicious" in text
    assert f"sha256 {digest(WHEEL)}" in text
    assert "received 2 times by 192.0.2.7  pip/26.3 in CI, 2026-01-01 12:00 UTC to 2026-01-01 15:00 UTC" in text
    assert "sends all of it" in text
    assert "would have taken SSH keys: ~/.ssh/id_rsa" in text
    assert "1. Replace every secret that was in the environment" in text
    assert "2. Make new SSH keys" in text
    assert (CLEAN in text, "\x1b" in text) == (False, False)


def test_a_tool_reads_the_same(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole project, the bad file first, and what each client said of itself in full."""
    assert main(["exposure", "demo", "--data", data, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    bad, clean = found["files"]
    assert (found["target"], found["received"], len(found["rotate"])) == ("demo", 4, 2)
    assert (bad["filename"], bad["bad"], bad["received"], bad["behaviours"]) == (WHEEL, True, 3, ["theft"])
    assert bad["clients"][0] == {
        "address": "192.0.2.7",
        "user_agent": CI,
        "times": 2,
        "first": NOON.isoformat(),
        "last": LATER.isoformat(),
    }
    assert bad["taken"][1]["details"] == ["~/.ssh/id_rsa"]
    assert (clean["verdict"], clean["bad"], clean["taken"]) == ("clean", False, [])


def test_a_spreadsheet_gets_a_row_for_each_client_and_no_formula(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What a client calls itself is text, not something that a spreadsheet computes."""
    assert main(["exposure", "demo==1.0", "--data", data, "--format", "csv"]) == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["address"], row["times"], row["bad"]) for row in rows] == [
        ("192.0.2.7", "2", "yes"),
        ("192.0.2.9", "1", "yes"),
    ]
    assert rows[1]["user_agent"] == "'=HYPERLINK(1)\\x1b[2J"
    assert "SSH keys" in rows[0]["taken"]


@pytest.mark.parametrize("target", ["demo==9.0", "demo==3.0", "never-seen"])
def test_nobody_is_said_plainly(target: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Who was refused has not received it; neither has anybody what was never asked for."""
    assert main(["exposure", target, "--data", data]) == 0
    assert capsys.readouterr().out == f"Nobody is on record as having received {target}.\n"
    assert main(["exposure", target, "--data", data, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == []
    assert main(["exposure", target, "--data", data, "--format", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_clean_release_asks_for_nothing(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Who received it is told all the same: whoever asks may know more."""
    assert main(["exposure", "demo==2.0", "--data", data]) == 1
    text = capsys.readouterr().out
    assert f"{CLEAN}  clean, not refused now" in text
    assert "There is nothing to rotate by what was found." in text


def test_what_an_advisory_calls_malware_takes_anything(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The engine saw nothing, and others know better: nothing on the machine is safe."""
    records = write_folder(tmp_path / "records", [osv("MAL-2026-1", versions=["2.0"])])
    assert main(["advisories", "import", str(records), "--data", data]) == 0
    capsys.readouterr()
    assert main(["exposure", "demo==2.0", "--data", data]) == 1
    text = capsys.readouterr().out
    assert f"{CLEAN}  clean, refused now" in text
    assert "demo 2.0 is known malware (MAL-2026-1)" in text
    assert "would have taken anything that the machine can reach" in text
    assert "1. Set the machine up anew" in text


def test_what_a_person_rejected_is_bad(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A reviewer knows better than a clean report."""
    assert main(["quarantine", "reject", CLEAN, "--reason", "phones home", "--data", data]) == 0
    capsys.readouterr()
    assert main(["exposure", "demo==2.0", "--data", data, "--format", "json"]) == 1
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert (file["verdict"], file["bad"], file["refused"], "phones home" in file["reason"]) == (
        "clean",
        True,
        True,
        True,
    )


def test_what_the_upstream_removed_is_bad_for_whoever_received_it(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was found in it; its publisher, or whoever runs the upstream, took it back: nobody gets it any more."""

    async def remove() -> None:
        aftercare = await open_aftercare(f"sqlite:///{data}/pratique.db")
        kept = Kept(project=project_name("demo"), filename=CLEAN, sha256=digest(CLEAN))
        removal = Removal(kept=kept, why="the upstream has quarantined demo", since=NOON)
        await aftercare.removals().set_removed(kept.project, [removal])
        await aftercare.close()

    asyncio.run(remove())
    assert main(["exposure", "demo==2.0", "--data", data, "--format", "json"]) == 1
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert (file["bad"], file["refused"]) == (True, True)
    assert file["reason"] == "blocked: the upstream has quarantined demo"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["../x"], "not a project name"), (["demo=="], "names no version"), ([], "TARGET")],
)
def test_bad_usage(arguments: list[str], said: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2 and a sentence."""
    assert main(["exposure", *arguments, "--data", data]) == 2
    assert said in capsys.readouterr().err


def test_no_database_is_no_all_clear(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without a record cannot say that nobody received something."""
    assert main(["exposure", "demo", "--data", str(tmp_path)]) == 2
    assert "There is no database" in capsys.readouterr().err


def test_a_long_report_is_cut_for_a_person_and_whole_for_a_tool(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A screenful of findings would hide the advice."""
    findings = [theft("environ: os.environ", message=f"sends it, way {number}") for number in range(8)]

    async def fill() -> None:
        store = await open_store(f"sqlite:///{Path(data) / 'pratique.db'}")
        await store.save_report(report_of(*findings), engine="an older one")
        await store.close()

    asyncio.run(fill())
    assert main(["exposure", "demo==1.0", "--data", data]) == 1
    text = capsys.readouterr().out
    assert ("way 4" in text, "way 5" in text) == (True, False)
    assert "and 3 more: `pratique exposure --format json` has them all" in text
    assert main(["exposure", "demo==1.0", "--data", data, "--format", "json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["files"][0]["does"]) == 8
