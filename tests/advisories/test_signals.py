from __future__ import annotations

from pratique.advisories.signals import grouped, signals
from pratique.names import project_name
from pratique.policy import SignalKind
from tests.advisories.records import advisory

DEMO = project_name("demo")


def test_malware_comes_first_and_names_its_record() -> None:
    """Each advisory on the version is a signal with release, id and summary; others are none."""
    malware = advisory(identity="MAL-2026-1", versions=["1.0"])
    weakness = advisory(identity="GHSA-1", versions=["1.0"])
    first, second = signals(DEMO, "1.0", [weakness, malware])
    assert (first.kind, second.kind) == (SignalKind.MALWARE, SignalKind.VULNERABLE)
    assert first.reason == "demo 1.0 is known malware (MAL-2026-1): summary of MAL-2026-1"
    assert "GHSA-1" in second.reason
    assert signals(DEMO, "2.0", [malware, weakness]) == ()


def test_aliases_make_one_matter() -> None:
    """Records that name each other, or one third, directly or through others, stand together."""
    first = advisory(identity="A-1", aliases=["CVE-1"], versions=["1"])
    third = advisory(identity="C-1", aliases=["B-1"], versions=["1"])
    second = advisory(identity="B-1", aliases=["CVE-1"], versions=["1"])
    alone = advisory(identity="D-1", versions=["1"])
    assert grouped([alone, third, second, first]) == ((first, second, third), (alone,))


def test_malware_is_apart_from_what_it_is_called_elsewhere() -> None:
    """A vulnerability that names a malware record as its alias does not swallow it."""
    malware = advisory(identity="MAL-1", versions=["1"])
    other = advisory(identity="GHSA-1", aliases=["MAL-1"], versions=["1"])
    assert grouped([malware, other]) == ((other,), (malware,))
