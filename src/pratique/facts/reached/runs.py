"""Members that the distribution's own Python code runs: which ones, by whom, and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from pratique.artifact import Member, Role
from pratique.facts.python.machine import PHASE_OF_ROLE
from pratique.facts.python.model import Call, Does, PythonFacts, Source
from pratique.facts.reached.names import Names
from pratique.finding import Phase

_READING = re.compile(r"\.read(?:_text|_bytes|_binary)?\(\)>$|get_data\(\)>$")
_EARLIEST = tuple(Phase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A member that code of the distribution runs."""

    path: str
    phase: Phase
    by: str
    """Path of the file that runs it."""
    line: int
    does: Does
    """Whether it is executed as Python, imported, or started as a process."""
    command: str = ""
    """The command line of a process, as far as it is known."""
    certain: bool = True
    """The call names it; otherwise the code that executes something unknown only mentions it."""


def reached(python: Iterable[PythonFacts], names: Names, index: Mapping[str, Member]) -> tuple[Reached, ...]:
    """Members that calls run, each once for the earliest phase in which it is."""
    found: dict[tuple[str, Does], Reached] = {}
    for file in python:
        for one in _of_file(file, names, index):
            old = found.get((one.path, one.does))
            if one.path != file.path and (old is None or _rank(one) < _rank(old)):
                found[one.path, one.does] = one
    return tuple(found.values())


def _rank(one: Reached) -> tuple[bool, int]:
    return (not one.certain, order(one.phase))


def order(phase: Phase) -> int:
    """How early a phase is: 0 is the earliest."""
    return _EARLIEST.index(phase)


def placed(member: Member, otherwise: Phase) -> Phase:
    """When a member runs by its place; data does not."""
    return otherwise if member.role is Role.DATA else PHASE_OF_ROLE[member.role]


def _of_file(file: PythonFacts, names: Names, index: Mapping[str, Member]) -> Iterator[Reached]:
    for call in file.calls:
        yield from _of_call(call, file, names)
    source = index.get(file.path)
    if source is None:
        return
    blind = min((call for call in file.calls if _is_blind(call)), key=lambda call: order(call.phase), default=None)
    if blind is not None:
        for member in names.mentioned(source.data, texts=_is_read(blind) or _is_decoded(blind)):
            yield replace(_made(member, blind, file, Does.RUN_CODE), certain=_is_read(blind))
    for member in names.on_the_path(source.data):
        phase = placed(source, Phase.CALL)
        yield Reached(path=member.path, phase=phase, by=file.path, line=0, does=Does.IMPORT)


def _of_call(call: Call, file: PythonFacts, names: Names) -> Iterator[Reached]:
    for does in (Does.RUN_CODE, Does.IMPORT):
        if does in call.does:
            yield from (_made(member, call, file, does) for member in names.find(_files(call)))
    if Does.RUN_PROCESS in call.does:
        text = _command(call)
        found = chain(names.find(text), names.started(text))
        yield from (_made(member, call, file, Does.RUN_PROCESS, text) for member in found)


def _made(member: Member, call: Call, file: PythonFacts, does: Does, command: str = "") -> Reached:
    return Reached(path=member.path, phase=call.phase, by=file.path, line=call.line, does=does, command=command)


def _command(call: Call) -> str:
    return " ".join(call.arguments[k].text for k in ("args", "0", "1", "2", "3") if k in call.arguments)


def _files(call: Call) -> str:
    """Paths that an execution or an import names: where its text was read from, or a path that it is given."""
    first = call.first
    details = [t.detail for a in call.arguments.values() for t in a.taints if t.source is Source.FILE]
    if call.name.startswith(("runpy.", "imp.", "importlib.", "marshal.", "execfile")):
        details += [a.text for a in call.arguments.values() if "/" in a.text or "." in a.text]
    elif first is not None and first.known:
        return ""
    return " ".join(dict.fromkeys(d.replace(" ", "_") if "<" not in d else d for d in details))


def _is_blind(call: Call) -> bool:
    """Executes a text that could not be computed and that did not come from the network."""
    first = call.first
    if Does.RUN_CODE not in call.does or first is None or first.known or call.name.startswith("pickle"):
        return False
    return not any(t.source is Source.NETWORK for t in first.taints)


def _is_read(call: Call) -> bool:
    """Whether what is executed is what some reading gave, and nothing was done with it in between."""
    first = call.first
    return first is not None and _READING.search(first.text) is not None


def _is_decoded(call: Call) -> bool:
    """Whether what is executed came out of a decoder, which may have been given any kind of file."""
    return call.phase.automatic and any(t.source is Source.DECODED for t in call.arguments["0"].taints)
