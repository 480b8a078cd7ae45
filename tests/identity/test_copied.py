"""Another project's README, command and repository."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.identity import Copy, Popular, copied
from pratique.names import project_name
from pratique.screen import screen_bytes
from pratique.verdict import Verdict
from tests.support.distributions import make_wheel, make_wheel_of

_POPULAR = Popular.of(["requests", "colorama"])
_HOME = "https://github.com/psf/requests"
_README = "# Requests\n\nElegant.\n\n    $ python -m pip install requests\n"


def _copied(
    description: str = _README, links: tuple[str, ...] = (_HOME,), requires: tuple[str, ...] = (), name: str = "webget"
) -> Copy | None:
    return copied(project_name(name), description=description, links=links, requires=requires, popular=_POPULAR)


def test_a_whole_identity_is_recognised() -> None:
    """Heading, command and repository are another's: all of them are told."""
    found = _copied()
    assert found is not None
    assert found.target == "requests"
    assert found.parts == ("its heading", "the command that installs it", "its repository")


@pytest.mark.parametrize(
    "description",
    [
        "Requests\n========\n",
        "<h1 align='center'>requests</h1>",
        "say `pip install -U requests`",
        "uv add requests",
        "poetry add requests",
        "pip3 install 'requests'",
    ],
)
def test_two_parts_are_enough(description: str) -> None:
    """However a heading or a command is written."""
    assert _copied(description) is not None


@pytest.mark.parametrize(
    ("description", "links", "requires"),
    [
        (_README, (), ("requests>=2",)),
        (_README + "pip install webget", (_HOME,), ()),
        ("# webget", (_HOME,), ()),
        ("pip install requests", (), ()),
        ("", (_HOME,), ()),
        ("pip install requests", ("https://github.com/me/webget", "https://docs.example.invalid/a/requests"), ()),
        ("pip install requests", ("https://github.com/me/webget", _HOME), ()),
    ],
)
def test_what_is_no_copy(description: str, links: tuple[str, ...], requires: tuple[str, ...]) -> None:
    """Plugins require their host, honest projects name themselves, one part alone says nothing."""
    assert _copied(description, links, requires) is None


@pytest.mark.parametrize("name", ["requests", "requests-mirror", "types-requests", "quest"])
def test_relatives_are_no_copies(name: str) -> None:
    """The project itself, and names that hold one another: forks, builds, stubs."""
    assert _copied(name=name) is None


def test_a_squat_with_a_copied_readme_is_held() -> None:
    """Neither the name nor the README alone holds a file; both together do."""
    files = {"reqeusts/__init__.py": "x = 1\n"}
    squat = make_wheel("reqeusts", "1.0", files)
    assert screen_bytes(squat.data, filename=squat.filename).verdict is Verdict.CLEAN
    metadata = f"Metadata-Version: 2.1\nName: reqeusts\nVersion: 1.0\nHome-page: {_HOME}\n\n{_README}"
    both = {**files, "reqeusts-1.0.dist-info/METADATA": metadata}
    data = make_wheel_of({path: text.encode() for path, text in both.items()})
    report = screen_bytes(data, filename=squat.filename)
    assert report.verdict is Verdict.SUSPICIOUS
    assert {finding.rule for finding in report.findings} >= {"look-alike", "copied-identity"}


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=4), st.lists(st.text(max_size=20), max_size=3))
def test_no_metadata_break_it(description: str, links: list[str], requires: list[str]) -> None:
    """Whatever an author writes, it is a copy or it is none."""
    found = _copied(description, tuple(links), tuple(requires))
    assert found is None or len(found.parts) > 1
