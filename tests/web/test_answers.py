from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from pratique.web.answers import phrase, problem


@given(st.text())
def test_phrase_is_one_short_printable_line(reason: str) -> None:
    """Whatever a package writes into a reason, no client gets a header line out of it."""
    said = phrase(reason)
    assert len(said) <= 200
    assert all(" " <= letter <= "~" for letter in said)


def test_problem_has_the_exact_content_type_and_the_link() -> None:
    """Uv reads the detail only where no charset follows the type; the report's address is in both texts."""
    answer = problem(403, "blocked: é\r\nX: y", link="http://127.0.0.1/report/0")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.reason == "blocked: X: y - http://127.0.0.1/report/0"
    body = answer.body
    assert isinstance(body, bytes)
    document = json.loads(body)
    assert (document["status"], document["title"]) == (403, "Forbidden")
    assert document["detail"].endswith("(http://127.0.0.1/report/0)")


def test_what_can_be_done_stands_before_the_link() -> None:
    """Where it leads, in both texts; a step that leads nowhere is not told."""
    link = "http://127.0.0.1/report/0"
    answer = problem(403, "quarantined: x", link=link, step="ask ann")
    assert answer.reason == f"quarantined: x - ask ann: {link}"
    assert isinstance(answer.body, bytes)
    assert json.loads(answer.body)["detail"] == f"quarantined: x (ask ann: {link})"
    assert problem(403, "x", step="ask ann").reason == "x"


def test_long_reason_keeps_the_link() -> None:
    """A long reason is cut, the link to its report is not."""
    link = "http://127.0.0.1:8470/report/" + "0" * 64
    assert (problem(403, "x" * 500, link=link).reason or "").endswith(link)
