from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.advisories.osv import (
    BadQuery,
    Page,
    Query,
    answer,
    batch_document,
    query_document,
    read_batch,
    read_query,
)
from tests.advisories.records import advisory

_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault

DEMO = {"name": "De.Mo", "ecosystem": "PyPI"}


def asked(**fields: Any) -> Query:  # noqa: ANN401
    """The query of a body."""
    return read_query(json.dumps(fields).encode())


@pytest.mark.parametrize(
    ("body", "version"),
    [
        ({"package": DEMO, "version": "1.0"}, "1.0"),
        ({"package": DEMO}, ""),
        ({"package": {"purl": "pkg:pypi/de-mo@1.0"}}, "1.0"),
        ({"package": {"purl": "pkg:pypi/de_mo@1.0%2Bcpu?a=b#c"}}, "1.0+cpu"),
        ({"package": {"purl": "pkg:pypi/de_mo"}, "version": "1.0"}, "1.0"),
    ],
)
def test_package_by_name_or_purl(body: dict[str, Any], version: str) -> None:
    """A package is named with its ecosystem or by purl; names are normalised."""
    query = asked(**body)
    assert (query.project, query.version) == ("de-mo", version)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "package is needed"),
        ({"package": {"name": "demo"}}, "ecosystem"),
        ({"package": {"name": "demo", "ecosystem": "npm"}}, "only PyPI"),
        ({"package": {"name": "no name!", "ecosystem": "PyPI"}}, "project name"),
        ({"package": {"purl": "pkg:npm/demo@1"}}, "purl"),
        ({"package": {"purl": "pkg:pypi/demo@1"}, "version": "1"}, "not both"),
        ({"package": {"purl": "pkg:pypi/demo@1", **DEMO}}, "not both"),
        ({"commit": "0" * 40}, "Commits"),
        ({"package": DEMO, "page_token": "?"}, "page token"),
        ({"package": 1}, "Invalid query"),
    ],
)
def test_question_that_cannot_be_answered(body: dict[str, Any], why: str) -> None:
    """It is refused with the reason, rather than answered as though nothing were known."""
    with pytest.raises(BadQuery, match=why):
        asked(**body)


def test_pages_follow_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the token of each page the next is asked for; together they are everything, once."""
    monkeypatch.setattr("pratique.advisories.osv.PAGE", 2)
    known = [advisory(identity=f"A-{number}", versions=["1"]) for number in range(5)]
    seen, token = [], ""
    for _ in range(3):
        page = answer(asked(package=DEMO, version="1", page_token=token), known)
        seen += [one.id for one in page.advisories]
        token = page.token
    assert (seen, token) == ([f"A-{number}" for number in range(5)], "")


def test_answers_have_the_shape_of_the_service() -> None:
    """Nothing known is an empty object; whole records for one query, ids and moments for a batch."""
    page = Page(advisories=(advisory(identity="A-1", versions=["1"]),), token="dG9rZW4=")
    assert json.loads(query_document([], "")) == {}
    assert json.loads(query_document([b'{"id":"A-1"}'], "t")) == {"vulns": [{"id": "A-1"}], "next_page_token": "t"}
    assert json.loads(batch_document([page, Page(advisories=())])) == {
        "results": [
            {"vulns": [{"id": "A-1", "modified": "2026-01-01T12:00:00Z"}], "next_page_token": "dG9rZW4="},
            {},
        ]
    }


def test_batch_has_a_limit() -> None:
    """A thousand questions at once, not more."""
    one = {"package": DEMO}
    assert len(read_batch(json.dumps({"queries": [one] * 1000}).encode())) == 1000
    with pytest.raises(BadQuery, match="Too many queries"):
        read_batch(json.dumps({"queries": [one] * 1001}).encode())


@_PATIENT
@given(st.binary(max_size=100))
def test_any_body(body: bytes) -> None:
    """What is no question is refused, never a crash."""
    with pytest.raises(BadQuery):
        read_query(body)
