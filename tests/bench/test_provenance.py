"""The bench of provenance: what it takes for proven, and where it finds objects that an upstream does not offer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.provenance.signing import TrustRoot
from tests.support.distributions import make_sdist, make_wheel
from tests.support.upstream_server import Listed, LocalIndex

_BENCH = Path(__file__).parents[2] / "bench" / "provenance.py"
_WHEEL = make_wheel("demo", "1.0", {"demo.py": ""})


def _looked(index: LocalIndex) -> tuple[int, str]:
    """Exit status and what was said."""
    with index.serving_in_thread() as url:
        done = subprocess.run(
            [sys.executable, _BENCH, "demo", "--upstream", url], check=False, capture_output=True, text=True
        )
    return done.returncode, done.stdout + done.stderr


def _carrying(document: bytes) -> LocalIndex:
    """The file, without an object, and a source distribution that has one among the data of its tests."""
    index = LocalIndex()
    index.add(_WHEEL)
    path = f"test/assets/{_WHEEL.filename}.provenance"
    index.add(make_sdist("pypi-attestations", "1.0", {path: document.decode(), "test/assets/odd.provenance": "{}"}))
    return index


def test_what_the_upstream_offers_is_verified(trust: TrustRoot) -> None:
    """Then nothing else is looked for."""
    index = _carrying(trust.provenance(_WHEEL.filename, "0" * 64))
    index.put(Listed(built=_WHEEL, provenance=trust.provenance(_WHEEL.filename, _WHEEL.sha256)))
    status, said = _looked(index)
    assert status == 0, said
    assert f"{_WHEEL.filename}: verified by GitHub owner/demo, release.yml" in said
    assert "1 of 1 projects verified" in said


def test_what_a_distribution_carries_is_verified_beside_its_file(trust: TrustRoot) -> None:
    """By the same code; forgeries of it are refused."""
    status, said = _looked(_carrying(trust.provenance(_WHEEL.filename, _WHEEL.sha256)))
    assert status == 0, said
    assert "objects carried by pypi_attestations-1.0.tar.gz" in said
    assert "1 of 1 real objects verified" in said


def test_what_does_not_verify_fails(trust: TrustRoot) -> None:
    """An object of another file is no proof, wherever it comes from."""
    status, said = _looked(_carrying(trust.provenance(_WHEEL.filename, "0" * 64)))
    assert status == 1, said
    assert f"provenance of {_WHEEL.filename}: does not verify" in said


def test_an_object_that_cannot_be_read_fails() -> None:
    """Whoever carries it: it is not passed over."""
    status, said = _looked(_carrying(b"{}"))
    assert status == 1, said
    assert f"provenance of {_WHEEL.filename}: unreadable" in said


def test_what_nobody_offers_is_not_proven() -> None:
    """It is said in so many words."""
    status, said = _looked(LocalIndex())
    assert status == 0, said
    assert "NOT PROVEN" in said
