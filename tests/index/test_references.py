from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.index.references import build_references, direct_references

_HEAD = b"Metadata-Version: 2.1\nName: demo\nVersion: 1\n"


@pytest.mark.parametrize(
    "line",
    [
        b"Requires-Dist: other @ https://example.invalid/o.whl",
        b"requires-dist: other@https://example.invalid/o.whl",
        b"Requires-Dist : other @ file:///o.whl",
        b"Requires-Dist: other[x] @ git+https://example.invalid/o ; python_version > '3'",
        b"Requires-Dist: other\n  @ https://example.invalid/o.whl",
        b"Requires-Dist:\r\n\tother @ https://example.invalid/o.whl\r",
        b"Requires-Dist: other @ ./here",
        b"Requires-Dist: https://example.invalid/o.whl",
        b"Requires-Dist: !! other @ https://example.invalid/o.whl",
        b"Requires-Dist: =?utf-8?q?other_=40_x?=",
        b"\nRequires-Dist: other @ https://example.invalid/below.whl",
        b"Requires-Dist: a; " + b"(" * 5000 + b"x @ y",
    ],
)
def test_a_requirement_by_url_is_found(line: bytes) -> None:
    """However it is folded, spelt or malformed, a requirement by URL is reported; hidden depth too."""
    assert len(direct_references(_HEAD + line + b"\nSummary: end\n")) == 1


def test_ordinary_requirements_are_no_references() -> None:
    """Specifiers, extras, markers, and URLs in other fields are fine."""
    body = (
        b"Requires-Dist: a>=1\nRequires-Dist: b[x] (<2) ; python_version < '3'\n"
        b"Home-page: https://example.invalid/\nAuthor-email: a@example.invalid\nRequires-Dist: not valid\n"
        b"\nInstall: demo @ https://example.invalid/\n"
    )
    assert list(direct_references(_HEAD + body)) == []


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    """Hostile metadata never raises."""
    assert all(isinstance(value, str) for value in direct_references(b"Requires-Dist: " + data))
    assert isinstance(build_references(data), tuple)


def test_build_requirements_by_url_are_found() -> None:
    """PEP 518: only what names a URL, in order."""
    text = b'[build-system]\nrequires = ["hatchling>=1", "x @ https://example.invalid/x.whl", "y@file:///y"]\n'
    assert build_references(text) == ("x @ https://example.invalid/x.whl", "y@file:///y")
    assert build_references(b"[project]\nname='demo'\n") == ()


@pytest.mark.parametrize(
    "text", [b"[build-system", b"\xff\xfe", b"build-system = 1", b"[build-system]\nrequires = 'x'", b"a=" + b"[" * 9999]
)
def test_an_unreadable_pyproject_counts_as_a_reference(text: bytes) -> None:
    """Fail closed: another parser may read what ours cannot."""
    assert len(build_references(text)) == 1
