from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.artifact import Member
from pratique.facts.metadata import read_metadata
from pratique.facts.references import BuildReferences, build_references, configured_references, direct_references
from pratique.names import Sha256
from pratique.screen import screen_bytes
from pratique.verdict import Verdict

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
    assert isinstance(build_references(data), BuildReferences)
    assert isinstance(configured_references(data), BuildReferences)


_URL = "x @ https://example.invalid/x.whl"


def test_build_requirements_by_url_are_found() -> None:
    """PEP 518 and PEP 621: only what names a URL, in order; an extra's apart, a developers' group's not at all."""
    text = f"""[build-system]
requires = ["hatchling>=1", "{_URL}", "y@file:///y"]
[project]
dependencies = ["plain", "z @ git+https://example.invalid/z"]
[project.optional-dependencies]
more = ["{_URL}"]
[dependency-groups]
dev = ["{_URL}"]
"""
    found = build_references(text.encode())
    assert found.required == (_URL, "y@file:///y", "z @ git+https://example.invalid/z")
    assert found.optional == (_URL,)
    assert build_references(b"[project]\nname='demo'\n") == BuildReferences()


@pytest.mark.parametrize(
    "text",
    [
        b"[build-system",
        b"\xff\xfe",
        b"build-system = 1",
        b"[build-system]\nrequires = 'x'",
        b"[project]\noptional-dependencies = []",
        b"a=" + b"[" * 9999,
    ],
)
def test_an_unreadable_pyproject_counts_as_a_reference(text: bytes) -> None:
    """Fail closed: another parser may read what ours cannot."""
    assert len(build_references(text).required) == 1


def test_setup_cfg_requirements_by_url_are_found() -> None:
    """What setuptools reads from its own file: lists by line, links to look in, extras apart."""
    text = f"[options]\ninstall_requires =\n  plain\n  {_URL}\ndependency_links = https://example.invalid/\n"
    extras = f"[options.extras_require]\nmore = {_URL}\n"
    found = configured_references((text + extras).encode())
    assert found == BuildReferences(required=(_URL, "https://example.invalid/"), optional=(_URL,))


@pytest.mark.parametrize(
    ("filename", "held"), [("demo-1.0.tar.gz", True), ("demo-1.0.zip", True), ("demo-1.0-py3-none-any.whl", False)]
)
def test_only_what_is_built_is_judged_by_its_build_requirements(filename: str, *, held: bool) -> None:
    """An sdist's build would fetch around the gateway and is held; in a wheel the same file is mere data."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("pyproject.toml", f'[build-system]\nrequires = ["{_URL}"]\n')
    report = screen_bytes(into.getvalue(), filename=filename)
    assert any("no index has checked" in finding.message for finding in report.findings) is held
    assert (report.verdict is Verdict.SUSPICIOUS) is held


def test_references_far_down_are_found() -> None:
    """A long description cannot push a requirement out of sight."""
    far = _HEAD + b"Summary: " + b"x" * 3_000_000 + b"\nRequires-Dist: " + _URL.encode() + b"\n"
    member = Member(path="PKG-INFO", data=far, sha256=Sha256("0" * 64), size=len(far))
    facts = read_metadata(member)
    assert facts is not None
    assert facts.direct == (_URL,)
