"""What is new in a release, as a signal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest

from pratique.history.signals import news, predecessor
from pratique.policy import SignalKind
from pratique.verdict import Report, Verdict
from tests.history.releases import sdist, wheel

_QUIET = {"demo/__init__.py": "import subprocess\ndef run(a):\n    return subprocess.run(a)\n"}
_LOUD = {"demo/__init__.py": "import subprocess\nimport requests\nsubprocess.run(['make', requests.__version__])\n"}


def _clean(report: Report) -> Report:
    """The same, as if nothing had been found: only what is new may speak."""
    return replace(report, verdict=Verdict.CLEAN)


def _held(reports: Iterable[Report], trusted: frozenset[str] = frozenset()) -> list[str]:
    return sorted({filename for filename, _ in news(reports, trusted)})


def test_a_new_ability_in_a_patch_release_is_told() -> None:
    """The reason names the release, what it does when, where, and which release did not."""
    old, new = _clean(wheel("1.0", _QUIET)), _clean(wheel("1.0.1", _LOUD))
    told = news([new, old])
    (signals,) = told.values()
    (signal,) = signals
    assert signal.kind is SignalKind.CAPABILITY
    assert signal.reason == "demo 1.0.1 starts a program when it is imported (demo/__init__.py:3), which 1.0 did not"


def test_the_same_code_in_a_first_release_is_not() -> None:
    """Nothing is new where there is nothing to compare with."""
    assert not news([_clean(wheel("1.0.1", _LOUD))])


@pytest.mark.parametrize("version", ["2.0", "1!1.0.1", "0.9"])
def test_a_new_major_version_or_an_older_release_is_not(version: str) -> None:
    """Who begins a major version says that much has changed; an older release has this one as no predecessor."""
    assert not news([_clean(wheel("1.0", _QUIET)), _clean(wheel(version, _LOUD))])


def test_what_is_held_is_no_measure_for_the_next() -> None:
    """After a hijacked release another one with the same code is just as new."""
    reports = [_clean(wheel("1.0", _QUIET)), _clean(wheel("1.1", _LOUD)), _clean(wheel("1.2", _LOUD))]
    assert _held(reports) == ["demo-1.1-py3-none-any.whl", "demo-1.2-py3-none-any.whl"]


def test_what_a_person_let_pass_is() -> None:
    """One question about one change: later releases with the same ability are not asked about again."""
    reports = [_clean(wheel("1.0", _QUIET)), _clean(wheel("1.1", _LOUD)), _clean(wheel("1.2", _LOUD))]
    assert not _held(reports, frozenset({str(reports[1].artifact.sha256)}))


@pytest.mark.parametrize("verdict", [Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.ERROR])
def test_only_a_clean_release_is_a_measure(verdict: Verdict) -> None:
    """What a malicious release did before does not make it ordinary."""
    bad = replace(wheel("1.1", _LOUD), verdict=verdict)
    assert _held([_clean(wheel("1.0", _QUIET)), bad, _clean(wheel("1.2", _LOUD))])[-1] == "demo-1.2-py3-none-any.whl"


def test_the_order_in_which_files_were_judged_does_not_matter() -> None:
    """The same verdicts lead to the same signals."""
    reports = [_clean(wheel("1.0", _QUIET)), _clean(wheel("1.1", _LOUD)), _clean(wheel("1.2", _QUIET))]
    assert len({tuple(sorted(news(order))) for order in permutations(reports)}) == 1


def test_an_sdist_is_not_measured_by_a_wheel() -> None:
    """What building runs is no news about the code that is installed."""
    source = sdist("1.1", {**_QUIET, "setup.py": "import subprocess\nsubprocess.run(['make'])\n"})
    assert not news([_clean(wheel("1.0", _QUIET)), _clean(source)])


def test_a_wheel_is_measured_by_a_source_where_there_is_no_wheel() -> None:
    """A project that begins to publish wheels is no stranger."""
    assert _held([_clean(sdist("1.0", _QUIET)), _clean(wheel("1.1", _LOUD))]) == ["demo-1.1-py3-none-any.whl"]
    assert not news([_clean(sdist("1.0", _LOUD)), _clean(wheel("1.1", _LOUD))])


def test_wheels_of_all_platforms_are_measured_together() -> None:
    """What one platform's wheel could do before is not new in another's."""
    windows = _clean(wheel("1.0", _LOUD))
    name = replace(windows.artifact.name, filename="demo-1.0-cp311-cp311-win_amd64.whl")
    windows = replace(windows, artifact=replace(windows.artifact, name=name))
    assert not news([_clean(wheel("1.0", _QUIET)), windows, _clean(wheel("1.1", _LOUD))])


def test_versions_that_nobody_can_order_are_left_out() -> None:
    """An absurd version has no predecessor and is none; the others are compared all the same."""
    odd = _clean(wheel("1.0.5", _LOUD))
    odd = replace(odd, artifact=replace(odd.artifact, name=replace(odd.artifact.name, version="one.two")))
    reports = [_clean(wheel("1.0", _QUIET)), odd, _clean(wheel("1.1", _LOUD))]
    assert _held(reports) == ["demo-1.1-py3-none-any.whl"]


def test_reports_without_capabilities_say_nothing() -> None:
    """An inspection that failed is held for that reason, not for this one."""
    failed = replace(wheel("1.1", _LOUD), capabilities=None)
    assert not news([_clean(wheel("1.0", _QUIET)), failed])


@pytest.mark.parametrize(
    ("version", "before"),
    [
        ("1.2", "1.1"),
        ("1.2.dev0", "1.1"),
        ("1.1", "1.0"),
        ("1.0", ""),
        ("2.1", "2.0b1"),
        ("2.0b1", ""),
        ("1!1.5", ""),
        ("not a version", ""),
        ("9" * 4_000, ""),
    ],
)
def test_a_release_is_measured_by_the_newest_earlier_one_of_its_major_version(version: str, before: str) -> None:
    """A final one where there is any; absurd versions are nobody's predecessor and have none."""
    listed = ["1.1", "1.0", "1.2a1", "2.0b1", "1.2", "x", "", "1!1.5", "9" * 4_000, "2.1"]
    assert predecessor(listed, version) == before
