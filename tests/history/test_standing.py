"""Where a release stands, by its project's page alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.history.dates import Listed
from pratique.history.spans import ago, span
from pratique.history.standing import Standing, signals, standing
from pratique.names import project_name
from pratique.policy import SignalKind

DEMO = project_name("demo")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _file(version: str, uploaded: str | None, *, yanked: bool | str = False, suffix: str = ".tar.gz") -> Listed:
    return Listed(filename=f"demo-{version}{suffix}", version=version, uploaded=uploaded, yanked=yanked)


_PAGE = (
    _file("1.0", "2020-01-01T00:00:00Z"),
    _file("1.1", "2020-02-01T00:00:00Z"),
    _file("1.2", "2020-03-01T00:00:00.123456Z"),
    _file("1.3", "2026-06-01T09:00:00Z"),
    _file("1.3", "2026-06-01T08:00:00Z", suffix="-py3-none-any.whl"),
)


def test_dates_come_from_the_page() -> None:
    """A release is as old as its first file, a project as its first release; the one before is told by time."""
    found = standing(_PAGE, "1.3")
    assert found.released == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert found.began == datetime(2020, 1, 1, tzinfo=UTC)
    assert (found.releases, found.previous) == (4, "1.2")
    assert found.gap is not None
    assert found.gap > timedelta(days=2000)
    assert found.rhythm is not None
    assert timedelta(days=29) <= found.rhythm <= timedelta(days=31)
    assert not found.doubts


def test_a_platform_in_an_installers_name_makes_no_release() -> None:
    """What PEP 440 does not know is neither counted nor taken for the release before, unless there is nothing else."""
    installer = _file("1.2.win32", "2020-03-02T00:00:00Z", suffix="-py3.4.exe")
    found = standing((*_PAGE, installer), "1.3")
    assert (found.releases, found.previous) == (4, "1.2")
    found = standing((_file("spring", "2004-01-01T00:00:00Z"), _file("summer", "2004-02-01T00:00:00Z")), "summer")
    assert (found.releases, found.previous) == (2, "spring")


def test_a_backport_is_measured_by_time_and_not_by_number() -> None:
    """A fix for an old line, published after the newest, is no revival of it."""
    page = (_file("1.0", "2020-01-01T00:00:00Z"), _file("2.0", "2026-05-20T00:00:00Z"))
    found = standing((*page, _file("1.1", "2026-05-30T00:00:00Z")), "1.1")
    assert found.previous == "2.0"
    assert not [one for one in signals(DEMO, found, NOW) if one.kind is SignalKind.DORMANT]


def test_the_young_and_the_revived_are_told() -> None:
    """Hours after the release a person reads how young it is, and how long the project was silent before."""
    told = {one.kind: one.reason for one in signals(DEMO, standing(_PAGE, "1.3"), NOW)}
    assert told == {
        SignalKind.YOUNG: "demo 1.3 was published 4 hours ago",
        SignalKind.DORMANT: "demo 1.3 came after 6 years without a release",
    }


def test_time_makes_them_ordinary() -> None:
    """What nobody has complained about for months needs no telling."""
    assert not signals(DEMO, standing(_PAGE, "1.3"), NOW + timedelta(days=200))


def test_a_new_project_is_told() -> None:
    """The first days of a name are when an imitation is installed."""
    (one,) = signals(DEMO, standing([_file("1.0", "2026-05-20T12:00:00Z")], "1.0"), NOW)
    assert (one.kind, one.reason) == (SignalKind.YOUNG, "the project demo began 12 days ago")


def test_a_release_is_yanked_when_all_of_its_files_are() -> None:
    """The owner's reason is given; one file that is left makes it a release like any other (PEP 592)."""
    both = (
        _file("1.0", None, yanked="breaks\nall"),
        _file("1.0", None, yanked=True, suffix="-py3-none-any.whl"),
    )
    (one,) = signals(DEMO, standing(both, "1.0"), NOW)
    assert (one.kind, one.reason) == (SignalKind.YANKED, "demo 1.0 was yanked: breaks all")
    assert standing((both[0], _file("1.0", None, suffix=".zip")), "1.0").yanked is None


@pytest.mark.parametrize("status", ["archived", "deprecated", "quarantined"])
def test_the_projects_status_is_told(status: str) -> None:
    """PEP 792, with the reason that the index gives."""
    found = standing(_PAGE, "1.0", status=status, status_reason="moved to other")
    (one,) = signals(DEMO, found, NOW)
    assert (one.kind, one.reason) == (SignalKind.STATUS, f"demo is {status}: moved to other")


def test_missing_and_malformed_dates_are_told_and_lose_nothing() -> None:
    """What can be read is used all the same, and the person reads what could not."""
    page = (_file("1.0", "yesterday"), _file("1.1", None), _file("1.2", "2026-01-01T00:00:00Z", yanked=True))
    found = standing(page, "1.2")
    assert found.released == datetime(2026, 1, 1, tzinfo=UTC)
    assert found.yanked == ""
    assert found.doubts == (
        "'yesterday', when demo-1.0.tar.gz was uploaded, is no moment",
        "the page does not say when 1 of its files was uploaded",
    )
    assert standing([_file("1.0", None)], "1.0").doubts == ("the page does not say when any file was uploaded",)


def test_many_faults_are_counted() -> None:
    """A page of nonsense does not become a page of complaints."""
    found = standing([_file(f"1.{n}", "?") for n in range(1000)], "1.7")
    assert len(found.doubts) == 6
    assert found.doubts[-1] == "and 995 more of the kind"


def test_a_release_that_is_not_listed_is_told() -> None:
    """Nothing is known of it, and that is what is said."""
    assert standing(_PAGE, "9.9").doubts == ("the page lists no file of 9.9",)


def test_versions_are_compared_as_versions() -> None:
    """`1.0` and `1.0.0` are one release (PEP 440); what is none is compared as text."""
    assert standing([_file("1.0.0", "2026-01-01T00:00:00Z")], "1.0").released is not None
    assert standing([_file("one", "2026-01-01T00:00:00Z")], "one").released is not None


def test_a_date_ahead_is_said_to_be_one() -> None:
    """A page whose clock is wrong, or lies, is not taken at its word."""
    ahead = signals(DEMO, standing([_file("2.0", "2027-06-01T12:00:00Z"), _PAGE[0]], "2.0"), NOW)
    assert "from now, if its page is right" in ahead[0].reason


@given(
    st.lists(
        st.builds(
            Listed,
            filename=st.text(max_size=20),
            version=st.text(max_size=8) | st.sampled_from(["1.0", "1.1", "2!1"]),
            uploaded=st.none() | st.text(max_size=30) | st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
            yanked=st.booleans() | st.text(max_size=5),
            attested=st.booleans(),
        ),
        max_size=8,
    ),
    st.text(max_size=8) | st.sampled_from(["1.0", "1.1"]),
)
def test_no_page_breaks_it(files: list[Listed], version: str) -> None:
    """Absurd versions, names and moments from the first to the last year give a standing and signals."""
    found = standing(files, version)
    assert isinstance(found, Standing)
    assert all(one.reason for one in signals(DEMO, found, NOW))


@pytest.mark.parametrize(
    ("length", "told"),
    [(timedelta(seconds=5), "less than a minute"), (timedelta(hours=1), "1 hour"), (timedelta(days=800), "2 years")],
)
def test_lengths_of_time_in_words(length: timedelta, told: str) -> None:
    """The largest unit that it fills."""
    assert span(length) == told
    assert ago(length) == f"{told} ago"
