from __future__ import annotations

import pytest

from pratique.aftercare.exposure import Standing, exposure
from pratique.names import project_name
from pratique.verdict import Verdict
from tests.aftercare.receipts import LATER, WHEEL, receipt, report_of, theft
from tests.fakes.values import digest

DEMO = project_name("demo")
OTHER = "demo-2.0.tar.gz"


def test_nobody_received_it() -> None:
    """Without receipts there are no files and nothing to do."""
    found = exposure(DEMO, "1.0", [], {})
    assert (found.target, found.files, found.rotate) == ("demo==1.0", (), ())


def test_who_received_what_and_what_to_do() -> None:
    """The bad file comes first, whoever received it last first; advice is given once for all files."""
    bad = Standing(report=report_of(theft("environ: os.environ")), refused=True, bad=True, reason="blocked: x")
    good = Standing(report=report_of(verdict=Verdict.CLEAN, filename=OTHER))
    receipts = [receipt(times=2), receipt(address="192.0.2.9", at=LATER), receipt(OTHER, at=LATER)]
    standings = {(WHEEL, str(digest(WHEEL))): bad, (OTHER, str(digest(OTHER))): good}
    found = exposure(DEMO, None, receipts, standings)
    assert [file.filename for file in found.files] == [WHEEL, OTHER]
    assert ([one.address for one in found.files[0].receipts], found.files[0].times) == (["192.0.2.9", "192.0.2.7"], 3)
    assert len(found.rotate) == 1
    assert found.files[1].loss.taken == ()


@pytest.mark.parametrize(
    ("version", "files"),
    [
        ("1", [WHEEL, "demo.zip"]),
        ("1.0.0", [WHEEL, "demo.zip"]),
        ("2.0", [OTHER, "demo.zip"]),
        ("3.0", ["demo.zip"]),
        ("not a version", ["demo.zip"]),
    ],
)
def test_a_release_is_meant_by_any_spelling_of_its_version(version: str, files: list[str]) -> None:
    """PEP 440 says which versions are the same; a file that tells no version is looked at rather than left out."""
    found = exposure(DEMO, version, [receipt(), receipt(OTHER), receipt("demo.zip")], {})
    assert sorted(file.filename for file in found.files) == sorted(files)


def test_the_same_name_with_other_bytes_is_another_file() -> None:
    """What replaced a file upstream is told apart from it."""
    files = exposure(DEMO, None, [receipt(), receipt(OTHER)], {}).files
    assert len({(file.filename, file.sha256) for file in files}) == 2
