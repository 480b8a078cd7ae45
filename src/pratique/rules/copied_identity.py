"""Copied identity: a README and a repository of a popular project under another project's name."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.identity import copied
from pratique.rules.rule import Example, Rule

_ID = "copied-identity"
_PLACE = "exampel_pkg-1.0.dist-info/METADATA"
_WHEEL = "exampel_pkg-1.0-py3-none-any.whl"


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for metadata in facts.metadata:
        copy = copied(
            facts.artifact.name.project,
            description=metadata.description,
            links=metadata.links,
            requires=metadata.requires,
            popular=facts.popular,
        )
        if copy is not None:
            yield Finding(
                rule=_ID,
                behaviour=Behaviour.IMPERSONATION,
                severity=Severity.HIGH,
                confidence=Confidence.HIGH,
                phase=Phase.NONE,
                path=metadata.path,
                line=0,
                message=f"presents itself as {copy.target}: {', '.join(copy.parts)} name it",
            )
            return


def _text(*lines: str) -> str:
    return "\n".join(("Metadata-Version: 2.1", "Name: exampel-pkg", "Version: 1.0", *lines, ""))


_REPOSITORY = "Home-page: https://github.example.invalid/psf/requests"

RULE = Rule(
    id=_ID,
    behaviour=Behaviour.IMPERSONATION,
    summary="README, installing command or repository are those of a popular project under another name.",
    gain="Whoever looks at the page takes it for the popular project, and installs it.",
    honest="A plugin's README installs its host, which it requires, and forks carry the other's name in their own; "
    "whoever names itself anywhere is no copy. Two parts must agree. Alone it only adds to the score, "
    "with a name that looks alike it is held.",
    check=_check,
    loud=(
        Example(
            title="another's README and repository",
            files={_PLACE: _text(_REPOSITORY, "", "# Requests", "", "    $ python -m pip install requests")},
            filename=_WHEEL,
        ),
        Example(
            title="another's command and repository",
            files={_PLACE: _text(_REPOSITORY, "", "Install it: `pip install requests`")},
            filename=_WHEEL,
        ),
    ),
    quiet=(
        Example(
            title="a plugin that requires its host",
            files={
                _PLACE: _text("Requires-Dist: requests>=2", _REPOSITORY, "", "# Requests", "", "pip install requests")
            },
            filename=_WHEEL,
        ),
        Example(
            title="a project that names itself",
            files={_PLACE: _text(_REPOSITORY, "", "# Requests", "", "pip install exampel-pkg requests")},
            filename=_WHEEL,
        ),
        Example(
            title="one part alone",
            files={_PLACE: _text("", "It works beside others: pip install requests")},
            filename=_WHEEL,
        ),
    ),
)
