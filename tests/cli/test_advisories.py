from __future__ import annotations

import json
from pathlib import Path

import pytest

from pratique.cli import main
from tests.advisories.records import osv, raw, write_folder, write_zip


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A data folder that is not made yet."""
    return str(tmp_path / "data")


@pytest.fixture
def kept(tmp_path: Path, data: str, capsys: pytest.CaptureFixture[str]) -> str:
    """A data folder with malware, a vulnerability under two ids, and a withdrawn record."""
    records = [
        osv("MAL-2026-1", versions=["1.0"], details="It steals\n\n\x1b[2Jsecrets."),
        osv("GHSA-1", events=[{"introduced": "0"}, {"fixed": "2.0"}], aliases=["CVE-2026-1"]),
        osv("PYSEC-2026-1", versions=["1.0", "1.1"], aliases=["CVE-2026-1"]),
        osv("PYSEC-2026-2", versions=["1.0"], withdrawn="2026-01-02T00:00:00Z"),
    ]
    folder = write_folder(tmp_path / "records", records)
    assert main(["advisories", "import", str(folder), "--data", data]) == 0
    capsys.readouterr()
    return data


def test_import_tells_what_it_brought_and_skipped(
    tmp_path: Path, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What came in is said on stdout; each broken record on stderr, with its reason; the status stays 0."""
    folder = write_folder(tmp_path / "records", [osv("MAL-2026-1", versions=["1.0"])])
    (folder / "broken\x1b.json").write_bytes(raw(osv("../up", versions=["1.0"])))
    assert main(["advisories", "import", str(folder), "--data", data]) == 0
    out, err = capsys.readouterr()
    assert out == f"Advisories of {folder}: 1 of 1 records new or changed, 1 broken and skipped.\n"
    assert err == "pratique: skipped broken\\x1b.json: Its id '../up' is not one that a record can have.\n"


def test_import_of_many_broken_records_stays_readable(
    tmp_path: Path, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first hundred are told, the rest is counted."""
    folder = write_folder(tmp_path / "records", [osv("MAL-2026-1", versions=["1.0"])])
    for number in range(120):
        (folder / f"{number}.json").write_bytes(b"{")
    assert main(["advisories", "import", str(folder), "--data", data]) == 0
    err = capsys.readouterr().err.splitlines()
    assert (len(err), err[-1]) == (101, "pratique: skipped 20 more")


def test_check_tells_malware_first_and_each_matter_once(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Records on one matter stand in one line; what is withdrawn is not told; the status says that something is."""
    assert main(["advisories", "check", "Demo==1.0", "demo==3.0", "--data", kept]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "demo==1.0",
        "  MALWARE        MAL-2026-1  summary of MAL-2026-1",
        "  vulnerability  GHSA-1 (PYSEC-2026-1, CVE-2026-1)  summary of GHSA-1",
        "demo==3.0  nothing known",
    ]
    assert main(["advisories", "check", "demo==3.0", "other==1", "--data", kept]) == 0


def test_check_as_json(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A tool gets each release with each of its records."""
    assert main(["advisories", "check", "demo==1.1", "--data", kept, "--format", "json"]) == 1
    (release,) = json.loads(capsys.readouterr().out)
    assert (release["project"], release["version"]) == ("demo", "1.1")
    assert [(one["id"], one["malware"]) for one in release["advisories"]] == [
        ("GHSA-1", False),
        ("PYSEC-2026-1", False),
    ]


def test_check_without_advisories_is_no_clean_answer(
    tmp_path: Path, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nothing was ever brought in, nothing can be said: status 2, and what to do."""
    assert main(["advisories", "check", "demo==1.0", "--data", data]) == 2
    assert "advisories import" in capsys.readouterr().err
    foreign = osv("A-1", versions=["1"])
    foreign["affected"][0]["package"]["ecosystem"] = "npm"
    assert main(["advisories", "import", str(write_folder(tmp_path / "r", [foreign])), "--data", data]) == 0
    assert main(["advisories", "check", "demo==1.0", "--data", data]) == 2
    assert "advisories import" in capsys.readouterr().err


def test_show_by_id_and_by_alias(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A record is shown in words that no terminal obeys; an alias leads to all that have it."""
    assert main(["advisories", "show", "MAL-2026-1", "--data", kept]) == 0
    out = capsys.readouterr().out
    assert out.startswith("MAL-2026-1  malware\n  summary of MAL-2026-1\n")
    assert "  affects        demo: 1" in out
    assert "https://advisories.example.invalid/1" in out
    assert "\\x1b[2Jsecrets." in out
    assert main(["advisories", "show", "CVE-2026-1", "--data", kept]) == 0
    out = capsys.readouterr().out
    assert "GHSA-1  vulnerability" in out
    assert "PYSEC-2026-1  vulnerability" in out
    assert "demo: >= 0, < 2.0 (ecosystem)" in out
    assert main(["advisories", "show", "PYSEC-2026-2", "--data", kept]) == 0
    assert capsys.readouterr().out.startswith("PYSEC-2026-2  vulnerability, withdrawn\n")


def test_show_as_json_is_the_record(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is given as it was published, one in a line."""
    assert main(["advisories", "show", "CVE-2026-1", "--data", kept, "--format", "json"]) == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["GHSA-1", "PYSEC-2026-1"]


def test_show_what_is_not_there(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1, and a sentence on stderr."""
    assert main(["advisories", "show", "CVE-0", "--data", kept]) == 1
    assert "no record CVE-0" in capsys.readouterr().err


def test_status(tmp_path: Path, kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept and the last success of each source; a failed attempt is told and makes the status 1."""
    assert main(["advisories", "status", "--data", kept]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"1 malware, 2 vulnerabilities, 1 withdrawn\n{tmp_path / 'records'}\n  last success  20")
    assert out.endswith("Z, 4 records\n")
    once = write_zip(tmp_path / "once.zip", [osv("GHSA-9", versions=["1"])])
    assert main(["advisories", "import", str(once), "--data", kept]) == 0
    once.write_bytes(b"no zip")
    assert main(["advisories", "import", str(once), "--data", kept]) == 2
    assert f"{once} cannot be used: It is no zip" in capsys.readouterr().err
    assert main(["advisories", "status", "--data", kept]) == 1
    out = capsys.readouterr().out
    assert f"{once}\n  last success  20" in out
    assert "Z, 1 record\n  last attempt  20" in out
    assert "It is no zip" in out
    assert main(["advisories", "status", "--data", kept, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["malware"], told["sources"][0]["records"], told["sources"][1]["records"]) == (1, 1, 4)


def test_a_source_that_never_was_one_is_told_and_not_remembered(
    tmp_path: Path, kept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped or broken file that somebody tried once does not make the status fail for good."""
    (tmp_path / "broken.zip").write_bytes(b"no zip")
    assert main(["advisories", "import", str(tmp_path / "broken.zip"), "--data", kept]) == 2
    assert "broken.zip cannot be used: It is no zip" in capsys.readouterr().err
    assert main(["advisories", "status", "--data", kept]) == 0
    assert "broken.zip" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["status"], "no database"),
        (["show", "MAL-1"], "no database"),
        (["check", "demo"], "Pin one version"),
        (["import", "no/such/place"], "nothing at no/such/place"),
        (["import", "ftp://export.example.invalid/"], "not an http"),
        (["import", "http://user:hunter2@127.0.0.1:9/all.zip"], "cannot be reached"),
    ],
)
def test_bad_usage_is_told(data: str, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever cannot be done ends with status 2, a line on stderr and no credentials in it."""
    assert main(["advisories", *arguments, "--data", data]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "hunter2" not in err


@pytest.mark.parametrize("command", [[], ["import"], ["status"], ["show"], ["check"]])
def test_help_has_examples(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Help shows how each command is used."""
    assert main(["advisories", *command, "--help"]) == 0
    assert f"Examples:\n  {' '.join(['pratique', 'advisories', *command])}" in capsys.readouterr().out
