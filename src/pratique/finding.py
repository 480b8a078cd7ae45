"""Finding: a rule's claim about an artifact, with its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Behaviour(StrEnum):
    """What an attacker would gain; findings add up per behaviour."""

    IMPERSONATION = "impersonation"
    SECOND_STAGE = "second-stage"
    THEFT = "theft"
    PERSISTENCE = "persistence"
    EXECUTION = "execution"
    OBFUSCATION = "obfuscation"
    PACKAGING = "packaging"
    NATIVE = "native"
    METADATA = "metadata"
    HISTORY = "history"
    LIMIT = "limit"


class Severity(IntEnum):
    """How bad it is if the claim is true."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class Confidence(IntEnum):
    """How sure the rule is that the claim is true *and* that it is not what honest code does."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Phase(StrEnum):
    """When the code runs, earliest first."""

    INSTALL = "install"
    STARTUP = "startup"
    IMPORT = "import"
    CALL = "call"
    NONE = "none"

    @property
    def automatic(self) -> bool:
        """Whether it runs without anybody calling it: the phases in which a chain is proven."""
        return self in {Phase.INSTALL, Phase.STARTUP, Phase.IMPORT}

    @property
    def moment(self) -> str:
        """When that is, in words; empty where nothing runs."""
        return _MOMENT[self]


_MOMENT = {
    Phase.INSTALL: "when it is installed",
    Phase.STARTUP: "whenever Python starts",
    Phase.IMPORT: "when it is imported",
    Phase.CALL: "when it is called",
    Phase.NONE: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One station on the way from source to sink."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule saw, where, and why it matters.

    ``proven`` marks a complete chain (source, flow, sink and phase were all seen; ``docs/verdicts.md``
    says what that takes): the only thing that makes a verdict *malicious*. ``line`` is 1-based, 0 where
    there is none. ``layers`` are decoders, outermost first; ``code`` is the line as the innermost
    layer has it; ``flow`` leads from the source to the sink.
    """

    rule: str
    behaviour: Behaviour
    severity: Severity
    confidence: Confidence
    phase: Phase
    path: str
    line: int
    message: str
    layers: tuple[str, ...] = ()
    code: str = ""
    flow: tuple[Step, ...] = ()
    outer: int = 0
    """Inside layers, the line of the file on which the outermost was opened; 0 where that is not known."""
    proven: bool = False
    incomplete: bool = False
    """Something could not be inspected because of this: the verdict is `error` unless it is worse."""


def line_in_file(finding: Finding, among: Iterable[Finding]) -> int:
    """The line of the file that holds the evidence, 0 where it is not known.

    Inside decoded layers, ``finding.line`` counts in the innermost text. The file's own line is then
    ``finding.outer``, or that of the finding ``among`` the same report which says that the outermost of
    those layers was executed.
    """
    if not finding.layers:
        return finding.line
    if finding.outer:
        return finding.outer
    lines = {f.line for f in among if f.path == finding.path and not f.layers and _opens(f, finding.layers)}
    return lines.pop() if len(lines) == 1 else 0


def _opens(outer: Finding, layers: tuple[str, ...]) -> bool:
    """Whether what ``outer`` executed came out of the first of these decoders."""
    chains = (tuple(s.what.removeprefix("decoded: ").split(">")) for s in outer.flow if s.what.startswith("decoded: "))
    return any(layers[: len(chain)] == chain for chain in chains)
