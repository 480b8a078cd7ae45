"""What is known of the truth of a provenance object."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from pratique.names import Sha256, project_name
from pratique.policy import Action, Policy, SignalKind, decide
from pratique.provenance.check import INSTALL, check
from pratique.provenance.model import ABSENT, Checked, Proof, Publisher
from pratique.provenance.signals import Attested, signals
from tests.fakes.values import a_report
from tests.provenance.objects import FILENAME, SHA256, provenance, statement

_DIGEST = Sha256(SHA256)
DEMO = project_name("demo")
OURS = Publisher(kind="GitHub", repository="owner/demo", workflow="release.yml")
THEIRS = Publisher(kind="GitHub", repository="stranger/demo", workflow="release.yml")


def test_none_is_absent() -> None:
    """Most files have no provenance; that is no fault."""
    assert check(None, filename=FILENAME, sha256=_DIGEST) == ABSENT


def test_without_the_extra_it_is_shown_and_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The publisher is named, with what to install to have it verified."""
    monkeypatch.setitem(sys.modules, "pypi_attestations", None)  # as Python marks what cannot be imported
    found = check(provenance(), filename=FILENAME, sha256=_DIGEST)
    assert found == Checked(proof=Proof.UNVERIFIED, publishers=(OURS,), note=INSTALL)


def test_a_signature_that_nobody_made_does_not_verify() -> None:
    """The library is asked, and its refusal is told."""
    found = check(provenance(), filename=FILENAME, sha256=_DIGEST)
    assert found.proof is Proof.FAILED
    assert "certificate" in found.note


@pytest.mark.parametrize(
    ("encoded", "why"),
    [
        (statement(sha256="cd" * 32), "SHA-256 cdcd"),
        (statement(subject=[{"name": FILENAME, "digest": {}}]), "(none)"),
        (statement("other-1.0.tar.gz"), "speaks of 'other-1.0.tar.gz'"),
        (statement("demo-1.1.tar.gz"), "speaks of"),
        (statement("../../demo"), "speaks of"),
    ],
)
def test_an_object_about_another_file_proves_nothing(encoded: str, why: str) -> None:
    """A true attestation can be copied beside any file: what it speaks of is compared first."""
    found = check(provenance(encoded), filename=FILENAME, sha256=_DIGEST)
    assert found.proof is Proof.FAILED
    assert why in found.note


def test_the_same_file_under_an_old_spelling_is_the_same() -> None:
    """Publishers write the name of an sdist in several ways; the digest is what binds."""
    found = check(provenance(statement("Demo-1.0.tar.gz")), filename=FILENAME, sha256=_DIGEST)
    assert found.proof is not Proof.FAILED or "speaks of" not in found.note


def test_a_malformed_object_is_told() -> None:
    """It is neither proof nor an end to the inspection."""
    found = check(b"{}", filename=FILENAME, sha256=_DIGEST)
    assert found.proof is Proof.BROKEN
    assert "PEP 740" in found.note


def _has(version: str, publisher: Publisher | None = OURS, proof: Proof = Proof.VERIFIED) -> Attested:
    checked = Checked(proof=proof, publishers=(publisher,)) if publisher else None
    return Attested(version=version, has=True, checked=checked)


def _none(version: str) -> Attested:
    return Attested(version=version, has=False)


def _told(now: Attested, *earlier: Attested) -> list[str]:
    found = signals(DEMO, now, earlier)
    assert all(one.kind is SignalKind.PROVENANCE for one in found)
    return [one.reason for one in found]


def test_lost_provenance_is_told() -> None:
    """Releases that the owner's workflow built, and then one that somebody uploaded by hand."""
    earlier = [_has(f"1.{n}") for n in range(4)]
    assert _told(_none("1.4"), *earlier) == ["demo 1.4 does not say who built it, as 1.1 to 1.3 did"]
    assert _told(_none("1.1"), _has("1.0")) == ["demo 1.1 does not say who built it, as 1.0 did"]


def test_what_never_was_usual_is_not_missed() -> None:
    """A project that attests now and then has not lost anything."""
    assert not _told(_none("1.2"), _has("1.0"), _none("1.1"))
    assert not _told(_none("1.0"))


def test_another_publisher_is_told() -> None:
    """A release from a stranger's repository, however well it verifies."""
    assert _told(_has("1.1", THEIRS), _has("1.0")) == [
        "demo 1.1 was published by GitHub stranger/demo, release.yml, while 1.0 was by GitHub owner/demo, release.yml"
    ]


def test_another_workflow_of_the_same_repository_is_not() -> None:
    """Workflows are renamed and split all the time; letters in a repository's name have no case."""
    renamed = replace(OURS, workflow="publish.yml", repository="Owner/Demo")
    assert not _told(_has("1.1", renamed), _has("1.0"))


def test_the_newest_known_publisher_is_the_measure() -> None:
    """A project that moved once has moved; releases nobody has looked at say nothing."""
    assert not _told(_has("1.3", THEIRS), _has("1.0", OURS), _has("1.1", THEIRS), _has("1.2", None))


def test_provenance_that_does_not_verify_is_told() -> None:
    """It is worse than none."""
    failed = Attested(version="1.1", has=True, checked=Checked(proof=Proof.FAILED, publishers=(OURS,), note="why"))
    assert _told(failed, _has("1.0")) == ["demo 1.1 has provenance that does not verify: why"]


def test_a_valid_attestation_never_softens_a_verdict() -> None:
    """Hijacked releases have carried valid provenance: what is in the bytes decides."""
    malicious = a_report()
    best = signals(DEMO, _has("1.1"), [_has("1.0")])
    assert best == ()
    assert decide(malicious, Policy(), best) == decide(malicious, Policy())
    assert decide(malicious, Policy(), best).action is Action.BLOCK
