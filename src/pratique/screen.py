"""The whole way from bytes to report. Read this first."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from pratique import __version__
from pratique.artifact import Artifact
from pratique.capability import Capabilities
from pratique.errors import BadArchive
from pratique.facts.guard import UNWATCHED, ReadLimits, Watch, crash, unread
from pratique.facts.model import PackageFacts
from pratique.facts.reader import Choose, read
from pratique.facts.selection import select
from pratique.finding import Finding, Phase
from pratique.history.reading import essentials
from pratique.identity import Popular, default_popular
from pratique.names import DistributionName, Kind, ProjectName, Sha256, distribution_name
from pratique.rules.catalogue import RULES
from pratique.rules.rule import Rule
from pratique.unpack import Limits as UnpackLimits
from pratique.unpack import Unpacked, unpack, unpack_listed, unpack_lone, unpack_tree
from pratique.verdict import Report, Verdict, weigh

ENGINE = f"{__version__}+py{sys.version_info.major}.{sys.version_info.minor}"
"""Reports of another engine or Python are not reused."""

Takes = Callable[[PackageFacts, Sequence[Finding]], Capabilities]
"""What is kept of a distribution's capabilities."""

_FAILED = frozenset({"reading-failed", "rule-failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenLimits:
    """All limits of one inspection but those of the process that it runs in (`docs/limits.md`)."""

    unpack: UnpackLimits = field(default_factory=UnpackLimits)
    read: ReadLimits = field(default_factory=ReadLimits)


def screen(  # noqa: PLR0913  (each has a default)
    artifact: Artifact,
    unpacked: Unpacked,
    *,
    rules: Sequence[Rule] = RULES,
    limits: ReadLimits | None = None,
    watch: Watch = UNWATCHED,
    choose: Choose = select,
    takes: Takes = essentials,
    popular: Popular | None = None,
) -> Report:
    """Judge an unpacked distribution: facts, rules, findings, verdict. A crash is an error, never clean.

    What fails for one file or one rule is a finding that says so; the findings of the others stand.
    ``watch`` bounds what one file may take; it is whoever owns a clock that gives it. ``choose`` sieves
    the source files; ``takes`` says what of its capabilities the report holds. ``popular`` are the projects
    whom a name could be taken for, else those on the list that ships with the program.
    """
    how = _Reading(limits=limits, watch=watch, choose=choose, takes=takes, popular=popular or default_popular())
    try:
        return _judge(artifact, unpacked, rules, how)
    except MemoryError:
        raise  # whoever owns the process decides whether its heap can still be trusted
    except Exception as error:  # noqa: BLE001 - whatever hostile input makes fail is an error, never a pass
        return failed(artifact, f"the engine failed: {crash(error)}", unpacked.notes)


def failed(artifact: Artifact, error: str, findings: Sequence[Finding] = ()) -> Report:
    """The report of an inspection that did not come to its end."""
    return Report(artifact=artifact, verdict=Verdict.ERROR, score=0.5, findings=tuple(findings), error=error)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """How members are read."""

    limits: ReadLimits | None
    watch: Watch
    choose: Choose
    takes: Takes
    popular: Popular


def _judge(artifact: Artifact, unpacked: Unpacked, rules: Sequence[Rule], how: _Reading) -> Report:
    facts = read(artifact, unpacked.members, unpacked.notes, limits=how.limits, watch=how.watch, choose=how.choose)
    facts = replace(facts, popular=how.popular)
    findings = [*facts.notes, *(n for p in facts.python for n in p.notes)]
    findings += [_in_a_phase(finding) for rule in rules for finding in _checked(rule, facts)]
    judgement = weigh(findings)
    error = next((f.message for f in findings if f.rule in _FAILED), "")
    return Report(
        artifact=artifact,
        verdict=judgement.verdict,
        score=judgement.score,
        findings=tuple(findings),
        error=error,
        capabilities=how.takes(facts, findings),
    )


def _in_a_phase(finding: Finding) -> Finding:
    """A chain is proven only if it is known when it runs: what nobody reaches is held, not blocked."""
    return replace(finding, proven=False) if finding.proven and finding.phase is Phase.NONE else finding


def _checked(rule: Rule, facts: PackageFacts) -> list[Finding]:
    """A rule's findings up to where it failed, and that it failed."""
    found: list[Finding] = []
    try:
        found.extend(rule.check(facts))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a crashed rule is a failed inspection, never a clean one
        found.append(unread("rule-failed", "", f"the rule {rule.id} failed: {crash(error)}"))
    return found


def screen_stream(
    file: BinaryIO,
    artifact: Artifact,
    *,
    rules: Sequence[Rule] = RULES,
    limits: ScreenLimits | None = None,
    watch: Watch = UNWATCHED,
    popular: Popular | None = None,
) -> Report:
    """Judge a seekable file; what is no archive gives the verdict `error`."""
    limits = limits or ScreenLimits()
    try:
        unpacked = unpack(file, name=artifact.name, limits=limits.unpack)
    except BadArchive as error:
        return failed(artifact, str(error))
    return screen(artifact, unpacked, rules=rules, limits=limits.read, watch=watch, popular=popular)


def screen_file(
    path: Path,
    *,
    filename: str,
    sha256: Sha256 | None = None,
    limits: ScreenLimits | None = None,
    watch: Watch = UNWATCHED,
    popular: Popular | None = None,
) -> Report:
    """Judge the distribution at ``path``, published as ``filename``."""
    with path.open("rb") as file:
        digest = sha256 or Sha256(hashlib.file_digest(file, "sha256").hexdigest())
        file.seek(0)
        artifact = Artifact(name=distribution_name(filename), sha256=digest, size=path.stat().st_size)
        return screen_stream(file, artifact, limits=limits, watch=watch, popular=popular)


def screen_bytes(
    data: bytes,
    *,
    filename: str,
    rules: Sequence[Rule] = RULES,
    limits: ScreenLimits | None = None,
    watch: Watch = UNWATCHED,
) -> Report:
    """Judge a distribution that is held in memory."""
    digest = Sha256(hashlib.sha256(data).hexdigest())
    artifact = Artifact(name=distribution_name(filename), sha256=digest, size=len(data))
    return screen_stream(io.BytesIO(data), artifact, rules=rules, limits=limits, watch=watch)


def screen_tree(
    folder: Path,
    *,
    limits: ScreenLimits | None = None,
    watch: Watch = UNWATCHED,
    popular: Popular | None = None,
) -> Report:
    """Judge an unpacked tree; its digest is that of its sorted paths and member digests."""
    limits = limits or ScreenLimits()
    artifact, unpacked = opened_tree(folder, limits=limits)
    return screen(artifact, unpacked, limits=limits.read, watch=watch, popular=popular)


def opened_tree(folder: Path, *, limits: ScreenLimits) -> tuple[Artifact, Unpacked]:
    """An unpacked tree's members, and what it is called; raises `BadArchive`."""
    unpacked = unpack_tree(folder, limits=limits.unpack)
    name = DistributionName(filename=folder.name or "tree", project=ProjectName("tree"), version="", kind=Kind.SDIST)
    size = sum(m.size for m in unpacked.members)
    return Artifact(name=name, sha256=_digest(unpacked), size=size), unpacked


def screen_listed(
    folder: Path,
    files: Iterable[tuple[str, str]],
    name: DistributionName,
    *,
    limits: ScreenLimits | None = None,
    watch: Watch = UNWATCHED,
    popular: Popular | None = None,
) -> Report:
    """Judge files that are installed, each given by its path in a wheel and its place below ``folder``."""
    limits = limits or ScreenLimits()
    unpacked = unpack_listed(folder, files, name=name, limits=limits.unpack)
    artifact = Artifact(name=name, sha256=_digest(unpacked), size=sum(m.size for m in unpacked.members))
    return screen(artifact, unpacked, limits=limits.read, watch=watch, popular=popular)


def _digest(unpacked: Unpacked) -> Sha256:
    """Of sorted paths and member digests: what lies in a folder has no bytes of its own."""
    listed = "".join(f"{m.path}\0{m.sha256}\n" for m in unpacked.members)
    return Sha256(hashlib.sha256(listed.encode("utf-8", "backslashreplace")).hexdigest())


def opened_lone(path: Path, *, limits: ScreenLimits) -> tuple[Artifact, Unpacked]:
    """One file of source as if it were all that an sdist holds; raises `BadArchive`."""
    unpacked = unpack_lone(path, limits=limits.unpack)
    with path.open("rb") as file:
        digest = Sha256(hashlib.file_digest(file, "sha256").hexdigest())
    name = DistributionName(filename=path.name, project=ProjectName("unknown"), version="", kind=Kind.SDIST)
    return Artifact(name=name, sha256=digest, size=path.stat().st_size), unpacked


def opened_file(path: Path, *, filename: str, limits: ScreenLimits) -> tuple[Artifact, Unpacked]:
    """The members of the distribution at ``path``, and what it is; raises `BadArchive`."""
    with path.open("rb") as file:
        digest = Sha256(hashlib.file_digest(file, "sha256").hexdigest())
        file.seek(0)
        artifact = Artifact(name=distribution_name(filename), sha256=digest, size=path.stat().st_size)
        return artifact, unpack(file, name=artifact.name, limits=limits.unpack)
