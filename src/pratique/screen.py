"""The whole way from bytes to report. Read this first."""

from __future__ import annotations

import hashlib
import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from pratique import __version__
from pratique.artifact import Artifact
from pratique.errors import BadArchive
from pratique.facts.reader import read
from pratique.names import DistributionName, Kind, ProjectName, Sha256, distribution_name
from pratique.rules.catalogue import RULES
from pratique.rules.rule import Rule
from pratique.unpack import Unpacked, unpack, unpack_tree
from pratique.verdict import Report, Verdict, weigh

ENGINE = f"{__version__}+py{sys.version_info.major}.{sys.version_info.minor}"
"""Reports of another engine or Python are not reused."""


def screen(artifact: Artifact, unpacked: Unpacked, *, rules: Sequence[Rule] = RULES) -> Report:
    """Judge an unpacked distribution: facts, rules, findings, verdict. A crash is an error, never clean."""
    try:
        return _judge(artifact, unpacked, rules)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError, ValueError) as error:
        trace = " <- ".join(f"{f.name}:{f.lineno}" for f in reversed(traceback.extract_tb(error.__traceback__)[-4:]))
        return Report(
            artifact=artifact,
            verdict=Verdict.ERROR,
            score=0.5,
            findings=unpacked.notes,
            error=f"the engine failed: {type(error).__name__}: {error} ({trace})",
        )


def _judge(artifact: Artifact, unpacked: Unpacked, rules: Sequence[Rule]) -> Report:
    facts = read(artifact, unpacked.members, unpacked.notes)
    findings = [*facts.notes, *(n for p in facts.python for n in p.notes)]
    findings += [finding for rule in rules for finding in rule.check(facts)]
    judgement = weigh(findings)
    return Report(artifact=artifact, verdict=judgement.verdict, score=judgement.score, findings=tuple(findings))


def screen_stream(file: BinaryIO, artifact: Artifact, *, rules: Sequence[Rule] = RULES) -> Report:
    """Judge a seekable file; what is no archive gives the verdict `error`."""
    try:
        unpacked = unpack(file, name=artifact.name)
    except BadArchive as error:
        return Report(artifact=artifact, verdict=Verdict.ERROR, score=0.5, findings=(), error=str(error))
    return screen(artifact, unpacked, rules=rules)


def screen_file(path: Path, *, filename: str, sha256: Sha256 | None = None) -> Report:
    """Judge the distribution at ``path``, published as ``filename``."""
    with path.open("rb") as file:
        digest = sha256 or Sha256(hashlib.file_digest(file, "sha256").hexdigest())
        file.seek(0)
        artifact = Artifact(name=distribution_name(filename), sha256=digest, size=path.stat().st_size)
        return screen_stream(file, artifact)


def screen_bytes(data: bytes, *, filename: str, rules: Sequence[Rule] = RULES) -> Report:
    """Judge a distribution that is held in memory."""
    digest = Sha256(hashlib.sha256(data).hexdigest())
    artifact = Artifact(name=distribution_name(filename), sha256=digest, size=len(data))
    return screen_stream(io.BytesIO(data), artifact, rules=rules)


def screen_tree(folder: Path) -> Report:
    """Judge an unpacked tree; its digest is that of its sorted paths and member digests."""
    unpacked = unpack_tree(folder)
    digest = hashlib.sha256("".join(f"{m.path}\0{m.sha256}\n" for m in unpacked.members).encode()).hexdigest()
    name = DistributionName(filename=folder.name or "tree", project=ProjectName("tree"), version="", kind=Kind.SDIST)
    size = sum(m.size for m in unpacked.members)
    return screen(Artifact(name=name, sha256=Sha256(digest), size=size), unpacked)
