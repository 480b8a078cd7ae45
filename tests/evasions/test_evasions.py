"""Every known evasion through the whole engine, beside an honest twin that uses the same construct.

What the engine does not manage yet stands in ``known.py``, and fails here on the day it is mended.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pratique.screen import screen_bytes
from pratique.verdict import Report, Verdict
from tests.evasions import (
    building,
    carriers,
    ciphers,
    deeds,
    flow,
    gates,
    gathering,
    handing,
    hidden_control,
    hidden_names,
    hidden_texts,
    links,
    loading,
    modules,
    network,
    packaging,
    padding,
    persisting,
    places,
    processes,
    receiving,
    reflection,
    runners,
    shells,
    source_text,
    stages,
    stages_later,
    theft,
    untuned,
)
from tests.evasions.known import MISSED, NOISY
from tests.evasions.sample import Evasion, Maker, pack

_THEMES = {
    "modules": modules.CASES,
    "flow": flow.CASES,
    "reflection": reflection.CASES,
    "building": building.CASES,
    "processes": processes.CASES,
    "network": network.CASES,
    "receiving": receiving.CASES,
    "theft": theft.CASES,
    "persisting": persisting.CASES,
    "places": places.CASES,
    "shells": shells.CASES,
    "loading": loading.CASES,
    "runners": runners.CASES,
    "carriers": carriers.CASES,
    "stages": stages.CASES,
    "stages_later": stages_later.CASES,
    "untuned": untuned.CASES,
    "source_text": source_text.CASES,
    "padding": padding.CASES,
    "packaging": packaging.CASES,
    "gates": gates.CASES,
    "handing": handing.CASES,
    "ciphers": ciphers.CASES,
    "gathering": gathering.CASES,
    "hidden names": hidden_names.CASES,
    "hidden texts": hidden_texts.CASES,
    "hidden control": hidden_control.CASES,
    "deeds": deeds.CASES,
    "links": links.CASES,
}
_CASES = {f"{theme}: {case.title}": case for theme, cases in _THEMES.items() for case in cases}
_STOPPING = {
    Verdict.SUSPICIOUS: {Verdict.SUSPICIOUS, Verdict.ERROR, Verdict.MALICIOUS},
    Verdict.MALICIOUS: {Verdict.MALICIOUS},
}


def _marked(known: Mapping[str, str]) -> list[object]:
    return [
        pytest.param(
            case,
            id=name,
            marks=[pytest.mark.xfail(strict=True, reason=known[name])] if name in known else [],
        )
        for name, case in _CASES.items()
    ]


def _report(case: Evasion, maker: Maker) -> Report:
    return screen_bytes(pack(maker(), case.filename, case.archive), filename=case.filename)


def _why(report: Report) -> str:
    lines = [f"{f.rule} {f.path}:{f.line} {f.message}" for f in report.findings]
    return "\n".join([f"{report.verdict} {report.score:.2f} {report.error}", *lines])


@pytest.mark.parametrize("case", _marked(MISSED))
def test_the_evasion_is_stopped(case: Evasion) -> None:
    """A proven chain is blocked however it hides; what only looks hidden is at least held."""
    report = _report(case, case.bad)
    assert report.verdict in _STOPPING[case.verdict], _why(report)


@pytest.mark.parametrize("case", _marked(NOISY))
def test_the_honest_twin_passes(case: Evasion) -> None:
    """The construct alone is no evidence."""
    report = _report(case, case.good)
    assert report.verdict is Verdict.CLEAN, _why(report)


def test_no_title_shadows_another() -> None:
    """A case that another one overwrites proves nothing."""
    assert len(_CASES) == sum(map(len, _THEMES.values()))


def test_what_is_known_to_be_open_exists() -> None:
    """A renamed case does not leave its excuse behind."""
    assert not (MISSED.keys() | NOISY.keys()) - _CASES.keys()
