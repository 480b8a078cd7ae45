"""From members to facts: each member is read by what it is, never by what it claims to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pratique.artifact import Artifact, Member, Role
from pratique.facts.metadata import MetadataFacts, read_build, read_metadata
from pratique.facts.model import PackageFacts
from pratique.facts.native import read_native
from pratique.facts.pth import as_source
from pratique.facts.python.model import PythonFacts
from pratique.facts.python.reader import read_python
from pratique.facts.shell import read_shell_member
from pratique.facts.sieve import worth_reading
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.names import Kind

_SOURCE_LIMIT = 8_000_000
_PYTHON = (".py", ".pyw", ".pyi")
_SHELL = (".sh", ".bash", ".ps1", ".bat", ".cmd")


def read(artifact: Artifact, members: Iterable[Member], notes: Iterable[Finding] = ()) -> PackageFacts:
    """Read all members of a distribution."""
    members = tuple(members)
    python: list[PythonFacts] = []
    found = list(notes)
    for member in members:
        if _is_python(member):
            python.append(_read_source(member, found))
        elif member.path.endswith(".pth") and member.role is Role.STARTUP:
            python.append(read_python(replace(member, data=as_source(member.data[:_SOURCE_LIMIT]))))
    shells = tuple(read_shell_member(m) for m in members if m.path.endswith(_SHELL) and m.whole)
    return PackageFacts(
        artifact=artifact,
        members=members,
        python=tuple(p for p in python if p.calls or p.notes),
        shells=shells,
        natives=tuple(n for n in map(read_native, members) if n is not None),
        metadata=_metadata(artifact, members),
        notes=tuple(found),
        index={m.path: m for m in members},
    )


def _metadata(artifact: Artifact, members: tuple[Member, ...]) -> tuple[MetadataFacts, ...]:
    """Core metadata, and the build requirements of what is built: a wheel's ``pyproject.toml`` is mere data."""
    readers = (read_metadata,) if artifact.name.kind is Kind.WHEEL else (read_metadata, read_build)
    return tuple(facts for read in readers for facts in map(read, members) if facts is not None)


def _is_python(member: Member) -> bool:
    return member.path.endswith(_PYTHON) or (
        member.role is not Role.DATA and not member.path.endswith((".pth", ".pyc"))
    )


def _read_source(member: Member, notes: list[Finding]) -> PythonFacts:
    if member.size > _SOURCE_LIMIT or not member.whole:
        notes.append(_too_large(member))
    if not worth_reading(member.data, member.role):
        return PythonFacts(path=member.path)
    return read_python(member)


def _too_large(member: Member) -> Finding:
    return Finding(
        rule="source-too-large",
        behaviour=Behaviour.LIMIT,
        severity=Severity.MEDIUM,
        confidence=Confidence.HIGH,
        phase=Phase.NONE,
        path=member.path,
        line=0,
        message=f"source file of {member.size:,} bytes, of which only the beginning was read",
        incomplete=True,
    )
