"""Lists of popular projects as others publish them: read whole, or refused with the reason."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.identity import Popular, default_popular
from pratique.identity.listing import (
    MOST_BYTES,
    BadListing,
    Listing,
    check_against,
    read_listing,
    read_names,
    written,
)
from pratique.names import project_name

_NAMES = [f"project-{number}" for number in range(1_200)]
_NORMAL = tuple(map(project_name, _NAMES))
_TEXT = "\n".join(_NAMES)
_ROWS = [{"download_count": 5, "project": name} for name in _NAMES]


@pytest.mark.parametrize(
    "document",
    [
        _TEXT,
        f"# the most popular first\r\n\r\n{_TEXT}  # the last\r\n",
        f"\ufeff{_TEXT}",
        _TEXT.replace("project-7\n", "Project_7\nproject.7\n"),
        json.dumps(_NAMES),
        json.dumps([{"name": name} for name in _NAMES]),
        json.dumps({"last_update": "2026-11-01", "rows": _ROWS}),
    ],
    ids=["lines", "comments", "byte order mark", "other spellings", "array", "objects", "rows"],
)
def test_every_form_gives_the_same_names(document: str) -> None:
    """Names keep their order, are normalised, and each stands once."""
    found = read_names(document.encode())
    assert found.names == _NORMAL
    assert found.skipped == ()


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "has 0 names"),
        (b"<html><title>Not found</title></html>", "no names of projects"),
        ("\n".join(_NAMES[:999]).encode(), "has 999 names"),
        ("\n".join(f"n{number}" for number in range(100_001)).encode(), "has 100,001 names"),
        (_TEXT.encode("utf-16"), "no text in UTF-8"),
        (b"[" * 100_000, "no JSON"),
        (json.dumps(_NAMES).encode()[:-9], "no JSON"),
        (b'{"projects": []}', "without an array"),
        (b'{"rows": 7}', "without an array"),
        (json.dumps([{"id": name} for name in _NAMES]).encode(), "no names of projects"),
        (json.dumps(list(range(2_000))).encode(), "no names of projects"),
        (b"x" * (MOST_BYTES + 1), "bytes"),
    ],
)
def test_what_is_no_list_is_refused(document: bytes, why: str) -> None:
    """The message says what is wrong, whatever was fetched instead of a list."""
    with pytest.raises(BadListing) as caught:
        read_names(document)
    assert why in caught.value.message


def test_a_few_odd_entries_are_told_and_skipped() -> None:
    """A stray line does not cost the whole list."""
    found = read_names(f"{_TEXT}\nnot a name\n../etc\n".encode())
    assert found.names == _NORMAL
    assert found.skipped == ("not a name", "../etc")


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused(document: bytes) -> None:
    """Nothing but `BadListing` ever comes of hostile bytes: these are too few to be a list."""
    with pytest.raises(BadListing):
        read_names(document)


def test_a_list_about_something_else_is_refused() -> None:
    """Half of the first hundred in force have to be on it."""
    in_force = Popular.of(_NORMAL)
    check_against(_NORMAL[50:], in_force)
    with pytest.raises(BadListing, match="it has 49"):
        check_against(_NORMAL[51:], in_force)


def test_what_is_kept_is_read_again() -> None:
    """Names, source and moment survive, to the second; a line break in a source does not forge a name."""
    taken = datetime(2026, 11, 24, 12, 30, 5, tzinfo=UTC)
    listing = Listing(names=_NORMAL, source="https://a.example.invalid/x\nevil", taken=taken)
    found = read_listing(written(listing))
    assert found == Listing(names=_NORMAL, source="https://a.example.invalid/x evil", taken=taken)
    assert read_listing(_TEXT.encode()) == Listing(names=_NORMAL)


def test_a_kept_list_with_an_odd_line_is_damaged() -> None:
    """What we wrote ourselves holds nothing to skip."""
    with pytest.raises(BadListing, match="no name"):
        read_listing(f"{_TEXT}\nnot a name\n".encode())


def test_another_process_makes_the_indexes_once() -> None:
    """A list is sent as one text, and gives the same object each time it arrives."""
    popular = Popular.of(_NORMAL)
    sent = pickle.dumps(popular)
    assert len(sent) < 2 * len(_TEXT)
    first = pickle.loads(sent)
    assert first == popular
    assert pickle.loads(sent) is first
    assert pickle.loads(pickle.dumps(default_popular())) is default_popular()
    assert popular.mark != default_popular().mark
