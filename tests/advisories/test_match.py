from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.version import Version

from pratique.advisories.match import affects, matching
from tests.advisories.records import advisory

INTRODUCED_0 = {"introduced": "0"}
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault


def ecosystem(*events: dict[str, str]) -> dict[str, Any]:
    """A range by the ecosystem's own order."""
    return {"type": "ECOSYSTEM", "events": list(events)}


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([INTRODUCED_0], ["0", "0.dev0", "1!9", "99"], []),
        ([INTRODUCED_0, {"fixed": "1.0"}], ["0.9", "1.0rc1", "1.0.dev1"], ["1.0", "1", "1.0.post1", "1!0"]),
        ([INTRODUCED_0, {"last_affected": "1.0"}], ["1.0", "1.0.0"], ["1.0.post1", "1.0.1"]),
        ([{"introduced": "1.10"}], ["1.10", "1.10.0"], ["1.9", "1.10rc1"]),
        (
            [{"introduced": "1"}, {"fixed": "1.2"}, {"introduced": "2"}, {"fixed": "2.2"}],
            ["1.1", "2.1.9"],
            ["0.9", "1.2", "1.9", "2.2", "3"],
        ),
        ([{"fixed": "1.2"}, {"introduced": "1"}], ["1.1"], ["1.2", "0.9"]),
        ([INTRODUCED_0, {"limit": "2"}], ["1.9"], ["2", "3"]),
        ([INTRODUCED_0, {"limit": "2"}, {"limit": "4"}], ["3"], ["4"]),
        ([INTRODUCED_0, {"limit": "*"}], ["3"], []),
        ([{"introduced": "1"}, {"last_affected": "1"}], ["1"], ["1.0.1", "0.9"]),
        ([{"last_affected": "1"}, {"introduced": "1"}], ["1"], ["1.0.1"]),
        ([{"introduced": "1"}, {"fixed": "1"}], [], ["1", "2"]),
        ([{"introduced": "1", "fixed": "2"}], ["1.5"], ["2"]),
    ],
)
def test_range_by_pep_440(events: list[dict[str, str]], inside: list[str], outside: list[str]) -> None:
    """Events make a timeline in PEP 440's order, however they are sorted; a limit bounds what they say."""
    one = advisory(events=events)
    assert [version for version in inside if not affects(one, version)] == []
    assert [version for version in outside if affects(one, version)] == []


def test_listed_version_in_any_spelling() -> None:
    """A listed version is found by PEP 440's equality, others letter by letter; nothing else is affected."""
    one = advisory(versions=["1.0", "2.0RC1", "odd-Version"])
    assert [v for v in ("1.0", "1.0.0", "v1", "2.0rc1", "2.0-rc.1", "ODD-version") if not affects(one, v)] == []
    assert [v for v in ("1.0.1", "1.0.post1", "2.0", "odd") if affects(one, v)] == []


def test_listed_or_within_a_range_is_enough() -> None:
    """List and ranges add up, as do several ranges and several entries."""
    one = advisory(
        versions=["5"], ranges=[ecosystem({"introduced": "1"}, {"fixed": "2"}), ecosystem({"introduced": "8"})]
    )
    assert [v for v in ("0", "1", "2", "5", "7", "8") if affects(one, v)] == ["1", "5", "8"]


def test_local_build_counts_as_its_release() -> None:
    """A build of an affected release is affected, unless the record tells builds apart itself."""
    assert affects(advisory(versions=["2.0"]), "2.0+cu118")
    assert affects(advisory(events=[INTRODUCED_0, {"last_affected": "2.0"}]), "2.0+cu118")
    assert not affects(advisory(events=[INTRODUCED_0, {"fixed": "2.0"}]), "2.0+cu118")
    assert not affects(advisory(events=[INTRODUCED_0, {"fixed": "2.0+safe1"}]), "2.0+safe2")


def test_semver_range_orders_by_semver() -> None:
    """Where all are semantic versions SemVer's precedence holds: builds are equal, words come after numbers."""
    one = advisory(
        ranges=[{"type": "SEMVER", "events": [{"introduced": "1.0.0-alpha.2"}, {"fixed": "1.0.0-alpha.beta"}]}]
    )
    assert affects(one, "1.0.0-alpha.10")
    assert affects(one, "1.0.0-alpha.2+build.7")
    assert not affects(one, "1.0.0-alpha.1")
    assert not affects(one, "1.0.0")


def test_semver_range_falls_back_to_the_ecosystem() -> None:
    """PyPI knows versions that SemVer does not: they are ordered by PEP 440 then."""
    one = advisory(ranges=[{"type": "SEMVER", "events": [INTRODUCED_0, {"fixed": "1.10.0"}]}])
    assert affects(one, "1.9")
    assert affects(one, "1.10rc1")
    assert not affects(one, "1.10.post1")


def test_git_range_says_nothing_of_versions() -> None:
    """A commit graph is needed for it; what the record lists besides still counts."""
    commits = {"type": "GIT", "repo": "https://git.example.invalid/r", "events": [INTRODUCED_0]}
    assert not affects(advisory(ranges=[commits]), "1.0")
    assert affects(advisory(ranges=[commits], versions=["1.0"]), "1.0")


@pytest.mark.parametrize("bound", [{"fixed": "soon"}, {"last_affected": "?"}, {"limit": "never"}])
def test_unreadable_bound_makes_nothing_safe(bound: dict[str, str]) -> None:
    """Where the end of a range cannot be read, the range does not end; one without a readable start has begun."""
    assert affects(advisory(events=[INTRODUCED_0, bound]), "1.0")
    assert affects(advisory(events=[{"introduced": "once"}, {"fixed": "2"}]), "1.0")


@pytest.mark.parametrize("version", ["", "not a version", "2024-01-01-weekly"])
def test_version_that_cannot_be_ordered(version: str) -> None:
    """What cannot be told is affected by a range from the beginning, since nothing shows that it is fixed."""
    assert affects(advisory(events=[INTRODUCED_0, {"fixed": "1.0"}]), version)


def test_matching_is_by_id() -> None:
    """The answer's order does not depend on the store's."""
    one, two = advisory(identity="A-1", events=[INTRODUCED_0]), advisory(identity="B-1", events=[INTRODUCED_0])
    other = advisory(identity="C-1", versions=["9"])
    assert matching([two, other, one], "1") == (one, two)


_VERSIONS = st.from_regex(r"(1!)?[0-3](\.[0-3]){0,2}((a|b|rc)[0-2])?(\.post[0-2])?(\.dev[0-2])?", fullmatch=True)


@_PATIENT
@given(
    bounds=st.lists(_VERSIONS.filter(lambda bound: bound != "0"), min_size=1, max_size=6, unique_by=Version),
    version=_VERSIONS,
)
def test_alternating_range_counts_the_bounds_below(bounds: list[str], version: str) -> None:
    """With bounds that alternate, a version is affected where an odd number of them lies at it or below.

    A bound written ``0`` is none of them: it stands for the very beginning, before any version there is.
    """
    ordered = sorted(bounds, key=Version)
    events = [{"fixed" if place % 2 else "introduced": bound} for place, bound in enumerate(ordered)]
    below = sum(Version(bound) <= Version(version) for bound in ordered)
    assert affects(advisory(events=events[::-1]), version) is bool(below % 2)


@_PATIENT
@given(st.text(), st.text(), st.sampled_from(["ECOSYSTEM", "SEMVER", "GIT"]))
def test_any_text_as_a_version(bound: str, version: str, kind: str) -> None:
    """No text that a record or a client may hold makes the evaluation fail."""
    events = [{"introduced": bound}, {"fixed": version}, {"limit": bound}, {"last_affected": version}]
    one = advisory(ranges=[{"type": kind, "events": events}], versions=[bound])
    assert affects(one, bound)
