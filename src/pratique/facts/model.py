"""What reading a distribution yields: typed statements that rules judge, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from pratique.artifact import Artifact, Member
from pratique.facts.bytecode import BytecodeFacts
from pratique.facts.javascript import JavaScriptFacts
from pratique.facts.metadata import MetadataFacts
from pratique.facts.native import NativeFacts
from pratique.facts.payload import PayloadFacts
from pratique.facts.python.model import PythonFacts
from pratique.facts.reached.runs import Reached
from pratique.facts.shell.model import ShellFacts
from pratique.finding import Finding
from pratique.identity import Popular, default_popular


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFacts:
    """All facts of one distribution, in the order of its sorted member paths.

    ``members`` are kept for rules that look at names, digests or raw bytes. ``notes`` are findings
    of the reading itself: limits that were hit and ambiguities that two readers would settle
    differently. A rule never re-reads what a fact already says.
    """

    artifact: Artifact
    members: tuple[Member, ...]
    python: tuple[PythonFacts, ...] = ()
    shells: tuple[ShellFacts, ...] = ()
    natives: tuple[NativeFacts, ...] = ()
    metadata: tuple[MetadataFacts, ...] = ()
    bytecode: tuple[BytecodeFacts, ...] = ()
    """Byte code that runs in place of source; what it does stands in ``python``."""
    reached: tuple[Reached, ...] = ()
    """Members that the distribution's own code runs; what Python among them does stands in ``python``."""
    javascript: tuple[JavaScriptFacts, ...] = ()
    payloads: tuple[PayloadFacts, ...] = ()
    """Files of data that hold code behind a decoder, whoever runs it."""
    notes: tuple[Finding, ...] = ()
    index: dict[str, Member] = field(default_factory=dict)
    popular: Popular = field(default_factory=default_popular, compare=False)
    """Whom a name could be taken for."""
