"""Metadata that contradicts the file's name, steers the installer elsewhere, or says nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.errors import BadName
from pratique.facts.metadata import MetadataFacts
from pratique.facts.model import PackageFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.names import project_name
from pratique.rules.rule import Example, Rule

_ID = "metadata-claims"
_BAIT = 99
"""A first number from here on wins over any version of a private project of the same name."""
_YEARS = range(1990, 2100)
_WHEEL = "example_pkg-1.0-py3-none-any.whl"
_PLACE = "example_pkg-1.0.dist-info/METADATA"
_SDIST = "example_pkg-1.0.tar.gz"
_URL = "helper @ https://h.example.invalid/helper-1.0.tar.gz"


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for metadata in facts.metadata:
        for severity, confidence, message in _oddities(metadata, facts):
            yield Finding(
                rule=_ID,
                behaviour=Behaviour.METADATA,
                severity=severity,
                confidence=confidence,
                phase=Phase.NONE,
                path=metadata.path,
                line=0,
                message=message,
            )


def _oddities(metadata: MetadataFacts, facts: PackageFacts) -> Iterator[tuple[Severity, Confidence, str]]:
    ours = facts.artifact.name
    if metadata.name and ours.version and not _same(metadata.name, ours.project):  # an unpacked tree has no name
        yield Severity.MEDIUM, Confidence.HIGH, f"calls itself {metadata.name[:80]!r} in a file of {ours.project}"
    if metadata.direct:
        yield Severity.CRITICAL, Confidence.HIGH, f"requires {metadata.direct[0][:160]!r}, which no index has checked"
    if metadata.optional:
        requires = f"requires {metadata.optional[0][:160]!r} for an extra, which no index has checked"
        yield Severity.HIGH, Confidence.HIGH, requires
    first = ours.version.split(".")[0]
    if first.isdecimal() and len(first) < len("100000") and _is_bait(int(first), ours.version):
        yield Severity.LOW, Confidence.HIGH, f"version {ours.version[:40]} outbids any private project of that name"
    if metadata.name and not metadata.summary.strip() and not metadata.description.strip():
        yield Severity.LOW, Confidence.LOW, "says nothing about itself"


def _is_bait(first: int, version: str) -> bool:
    dated = first in _YEARS or first > max(_YEARS)
    return first >= _BAIT and not dated and set(version) <= set("0123456789.")


def _same(name: str, project: str) -> bool:
    try:
        return project_name(name.strip()) == project
    except BadName:
        return False


def _text(name: str = "example-pkg", *lines: str) -> str:
    return "\n".join(
        ("Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", "Summary: An example.", *lines, "", "Text.", "")
    )


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.METADATA,
    summary="The metadata contradict the file's name or point past the index.",
    gain="A file passes for another project's, or pulls in what no index has checked.",
    honest="Careless metadata are common and only add to the score; a requirement by URL is held, since public "
    "indexes refuse such uploads and it leads an installer around the gateway.",
    check=_check,
    loud=(
        Example(title="another name", files={_PLACE: _text("other-project")}, filename=_WHEEL),
        Example(
            title="a requirement by URL",
            files={_PLACE: _text("example-pkg", f"Requires-Dist: {_URL}")},
            filename=_WHEEL,
        ),
        Example(
            title="a build requirement by URL",
            files={"pyproject.toml": f'[build-system]\nrequires = ["setuptools", "{_URL}"]\n'},
            filename=_SDIST,
        ),
        Example(
            title="a set-up requirement by URL",
            files={"setup.cfg": f"[options]\nsetup_requires =\n    wheel\n    {_URL}\n"},
            filename=_SDIST,
        ),
    ),
    quiet=(
        Example(title="plain metadata", files={_PLACE: _text("Example.Pkg")}, filename=_WHEEL),
        Example(
            title="a developers' group by URL, which no installer reads",
            files={
                "pyproject.toml": f'[build-system]\nrequires = ["hatchling"]\n[dependency-groups]\ndev = ["{_URL}"]\n'
            },
            filename=_SDIST,
        ),
    ),
)
