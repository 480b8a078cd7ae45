"""From members to facts: each member is read by what it is, never by what it claims to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

from pratique.artifact import Artifact, Member, Role
from pratique.facts.bytecode import lifted, read_bytecode
from pratique.facts.callers import Callers
from pratique.facts.guard import UNWATCHED, Guard, ReadLimits, Watch, collection_deferred, deep_stack, unread
from pratique.facts.hooks import build_hooks, with_calls
from pratique.facts.javascript import read_javascript
from pratique.facts.metadata import MetadataFacts, read_build, read_metadata
from pratique.facts.model import PackageFacts
from pratique.facts.native import read_native
from pratique.facts.notebook import code_of
from pratique.facts.payload import read_payload
from pratique.facts.pth import as_source
from pratique.facts.python.distribution.exports import Exports
from pratique.facts.python.model import Does, PythonFacts
from pratique.facts.python.reader import PythonReader
from pratique.facts.reached.names import Names
from pratique.facts.reached.runs import Reached, reached
from pratique.facts.reached.sources import shelved, sources, within
from pratique.facts.selection import Selection, select
from pratique.facts.shell import ShellFacts, read_shell_member
from pratique.finding import Finding
from pratique.names import Kind

T = TypeVar("T")
Choose = Callable[[Iterable[Member]], Selection]

_PYTHON = (".py", ".pyw", ".pyi")
_NOTEBOOK = ".ipynb"
_ROUNDS = 3
"""Files that run files that run files."""
_SHELL = (".sh", ".bash", ".zsh", ".ksh", ".command", ".ps1", ".psm1", ".bat", ".cmd", ".vbs", ".hta", ".wsf")
_SHEBANG = re.compile(rb"#![ \t]*/\S*(?:/|env[ \t]+)(?:ba|z|da|k|a)?sh\b")
_PROGRAMS = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
"""Native programs, which a wheel may install as its scripts."""
_RUNNING = frozenset({"code", "loads", "process"})
"""Words of the sieve without which a file runs nothing."""
_CONFIGURATION = frozenset({"pyproject.toml", "setup.cfg", "package.json"})
"""What says which code runs at a build."""
_CONFIGURED = 500_000
"""Bytes of it that are read."""


def read(
    artifact: Artifact,
    members: Iterable[Member],
    notes: Iterable[Finding] = (),
    *,
    limits: ReadLimits | None = None,
    watch: Watch = UNWATCHED,
    choose: Choose = select,
) -> PackageFacts:
    """Read all members of a distribution. What fails for one file is a note, and the others are read.

    ``choose`` sieves the source files: what it leaves out is not parsed.
    """
    members = tuple(members)
    found = list(notes)
    with deep_stack(), collection_deferred():
        return _Reading(Guard(found, watch), limits or ReadLimits(), found, choose).facts(artifact, members)


class _Reading:
    """One pass over the members."""

    def __init__(self, guard: Guard, limits: ReadLimits, notes: list[Finding], choose: Choose) -> None:
        self._guard = guard
        self._choose = choose
        self._limits = limits
        self._notes = notes
        self._names = Names({})
        self._selection = Selection()
        self._exports = Exports()
        self._reader = PythonReader()

    def facts(self, artifact: Artifact, members: tuple[Member, ...]) -> PackageFacts:
        """The facts of all members; notes grow on the way, so they are taken last."""
        index = {m.path: m for m in members}
        for member in members:
            if member.path in _CONFIGURATION and member.size > _CONFIGURED:
                message = f"a configuration of {member.size:,} bytes, of which only the beginning was read"
                self._notes.append(unread("configuration-too-large", member.path, message))
        self._names = Names(index)
        sources = tuple(self._sources(artifact, members))
        self._selection = self._choose(m for m in sources if not _starts_up(m))
        self._reader = PythonReader(self._selection.imports.modules, self._selection.words, self._limits)
        python = self._all(self._python, sources)
        python += Callers(self._reader, self._selection, self._guard.each).facts(sources, self._exports)
        bytecode = self._guard.each(partial(read_bytecode, index=index), members)
        for one in bytecode:
            python += self._all(self._lifted, (index[one.path],))
        python = tuple(map(shelved, python))
        ran = self._reached(python, index)
        for reach in ran:
            python += self._ran(reach, index)
        self._reader.close()
        facts = PackageFacts(
            artifact=artifact,
            members=members,
            python=tuple(p for p in python if p.calls or p.notes),
            bytecode=bytecode,
            reached=ran,
            javascript=self._guard.each(partial(read_javascript, started={one.path for one in ran}), members),
            payloads=self._guard.each(read_payload, members),
            shells=self._guard.each(self._shell, (m for m in members if _is_shell(m))),
            natives=self._guard.each(read_native, members),
            metadata=self._metadata(artifact, members),
            index=index,
        )
        return replace(facts, notes=tuple(self._notes))

    def _all(self, reader: Callable[[Member], tuple[T, ...]], members: Iterable[Member]) -> tuple[T, ...]:
        return tuple(facts for made in self._guard.each(reader, members) for facts in made)

    def _shell(self, member: Member) -> ShellFacts:
        facts = read_shell_member(member)
        if facts.truncated or not member.whole:
            message = "a script that is longer, or whose layers are deeper, than is read"
            self._notes.append(unread("shell-limit", member.path, message))
        return facts

    def _metadata(self, artifact: Artifact, members: tuple[Member, ...]) -> tuple[MetadataFacts, ...]:
        """Core metadata, and the build requirements of what is built: a wheel's ``pyproject.toml`` is mere data."""
        readers = (read_metadata,) if artifact.name.kind is Kind.WHEEL else (read_metadata, read_build)
        return tuple(facts for reader in readers for facts in self._guard.each(reader, members))

    @staticmethod
    def _sources(artifact: Artifact, members: tuple[Member, ...]) -> Iterator[Member]:
        """Python files and start-up lines; what a build runs of a source tree, as it is run."""
        hooks = {} if artifact.name.kind is Kind.WHEEL else build_hooks({m.path: m for m in members})
        for member in members:
            if member.path in hooks:
                yield with_calls(member, hooks[member.path])
            elif _is_python(member) or _starts_up(member):
                yield member
            elif member.path.endswith(_NOTEBOOK) and (code := code_of(member)) is not None:
                yield code

    def _reached(self, python: tuple[PythonFacts, ...], index: dict[str, Member]) -> tuple[Reached, ...]:
        """What the code runs of the distribution's own files, and what these run in turn."""
        found: dict[tuple[str, Does], Reached] = {}
        for _ in range(_ROUNDS):
            new = [one for one in reached(python, self._names, index) if (one.path, one.does) not in found]
            found |= {(one.path, one.does): one for one in new}
            python = tuple(facts for one in new for facts in self._ran(one, index))
        return tuple(found.values())

    def _ran(self, one: Reached, index: dict[str, Member]) -> tuple[PythonFacts, ...]:
        """A file of the distribution as the Python code it is run as."""
        made: list[PythonFacts] = []
        for source in sources(one, index[one.path], index):
            made += [within(facts, source.layers) for facts in self._all(self._reader.read, (source.member,))]
        return tuple(made)

    def _runs_others(self, member: Member) -> bool:
        """Whether a file that holds no chain may run another one of the distribution."""
        words = self._selection.words.get(member.path, frozenset())
        return not words.isdisjoint(_RUNNING) and self._names.may_run(member.data)

    def _lifted(self, member: Member) -> tuple[PythonFacts, ...]:
        return self._reader.read(lifted(member))

    def _python(self, member: Member) -> tuple[PythonFacts, ...]:
        if _starts_up(member):
            return self._reader.read(replace(member, data=as_source(member.data[: self._limits.source_bytes])))
        if member.size > self._limits.source_bytes or not member.whole:
            message = f"source file of {member.size:,} bytes, of which only the beginning was read"
            self._notes.append(unread("source-too-large", member.path, message))
        if member.path not in self._selection.chosen and not self._runs_others(member):
            return ()
        if member.path in self._selection.aside:
            return self._reader.read(replace(member, role=Role.SCRIPT))
        facts = self._reader.read(member)
        self._exports |= self._reader.exports(member)
        return facts


def _is_python(member: Member) -> bool:
    if member.path.endswith(_PYTHON):
        return True
    named_otherwise = member.role is Role.DATA or member.path.endswith((".pth", ".pyc"))
    return not named_otherwise and not member.data.startswith(_PROGRAMS)


def _is_shell(member: Member) -> bool:
    return member.path.lower().endswith(_SHELL) or _SHEBANG.match(member.data) is not None


def _starts_up(member: Member) -> bool:
    return member.path.endswith(".pth") and member.role is Role.STARTUP
