"""What a file is as Python, once something runs it: a script, a template, an archive's ``__main__``, a decoded text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pratique.artifact import Member, Role
from pratique.facts.payload import Content, contents, is_python
from pratique.facts.python.model import Does, PythonFacts
from pratique.facts.reached.names import BY_NAME, HIDDEN_READS, INSIDE, SMALL
from pratique.facts.reached.runs import Reached, order, placed
from pratique.facts.templates import filled
from pratique.finding import Phase

_TEMPLATE = 200_000
"""Bytes of a text whose fields are filled in."""
_NOTEBOOK = ".ipynb"
"""What a person runs cell by cell."""
_PART = "\0"
"""Stands between a path and the number of what the file holds; no member's path has one."""
_INTERPRETER = re.compile(r"python|<sys\.executable>|\bpyw?\b")
_ROLE = {
    Phase.INSTALL: Role.BACKEND,
    Phase.STARTUP: Role.STARTUP,
    Phase.IMPORT: Role.MODULE,
    Phase.CALL: Role.SCRIPT,
    Phase.NONE: Role.SCRIPT,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file as the Python code that is run of it, and the decoders around that."""

    member: Member
    layers: tuple[str, ...] = ()


def sources(one: Reached, member: Member, index: Mapping[str, Member]) -> Iterator[Source]:
    """What a reached file is as Python, in the phase in which it runs, and the layers around it.

    Of a zip application (PEP 441) it is the ``__main__`` in it, of a source distribution that is installed its
    ``setup.py``, where ``index`` has one.
    """
    role = _ROLE[one.phase]
    if mains := _mains(one, member, index):
        yield from (Source(replace(main, role=role)) for main in mains)
    elif _is_for_python(one, member) and member.size <= SMALL and member.whole and not _is_read_already(one, member):
        yield from _contained(one, replace(member, role=role))


def _is_read_already(one: Reached, member: Member) -> bool:
    """Whether a module runs by its place as early as that, so that it is read as that anyway."""
    return member.path.endswith(".py") and order(placed(member, Phase.NONE)) <= order(one.phase)


def _contained(one: Reached, member: Member) -> Iterator[Source]:
    """The file itself if that is Python, once its fields are filled in or as it stands; else what it holds encoded."""
    for number, content in enumerate(contents(member.data)):
        if not content.layers and one.certain and (template := _as_template(content.data)):
            yield Source(replace(member, data=template))
            return
        if _runs_as_python(one, content, member):
            # Each is a file of its own for the reader, which knows a file by its path.
            path = f"{member.path}{_PART}{number}" if content.layers else member.path
            yield Source(replace(member, path=path, data=content.data), content.layers)
            if not content.layers:
                return


def _as_template(data: bytes) -> bytes:
    """A text that is Python once its fields are filled in; empty where it is Python as it stands, or never."""
    if len(data) > _TEMPLATE or not (b"{" in data or b"%" in data):
        return b""
    text = data.decode("utf-8", "replace")
    return b"" if is_python(text) or not is_python(made := filled(text)) else made.encode()


def _mains(one: Reached, member: Member, index: Mapping[str, Member]) -> list[Member]:
    """What starting or installing an archive runs of what is in it."""
    inside = f"{member.path}!/"
    if one.does is Does.RUN_PROCESS and re.search(r"\binstall\b|\bsetup\.py\b", one.command):
        names = [p for p in index if p.startswith(inside) and p.endswith("/setup.py") and p.count("/", len(inside)) < 2]
        return [index[name] for name in names]
    if one.does is Does.RUN_CODE:
        texts = [m for p, m in index.items() if p.startswith(inside) and m.size < SMALL][:HIDDEN_READS]
        return [m for m in texts if is_python(m.data.decode("utf-8", "replace"))]
    main = index.get(f"{inside}__main__.py")
    return [main] if main is not None and _is_for_python(one, member) else []


def _is_for_python(one: Reached, member: Member) -> bool:
    if one.does is not Does.RUN_PROCESS:
        return True
    named = _INTERPRETER.search(one.command) or BY_NAME.search(one.command)
    return named is not None or re.match(rb"#!.{0,60}python", member.data) is not None


def _runs_as_python(one: Reached, content: Content, member: Member) -> bool:
    if not content.layers:
        text = content.data.decode("utf-8", "replace")
        return one.certain and (member.path.endswith((".py", ".pyw")) or is_python(text))
    return is_python(content.data.decode("utf-8", "replace"))


def within(facts: PythonFacts, layers: tuple[str, ...]) -> PythonFacts:
    """The facts of what was found behind decoders, with those around each of its calls, under its file's path."""
    return PythonFacts(
        path=facts.path.partition(_PART)[0],
        calls=tuple(replace(call, layers=(*layers, *call.layers)) for call in facts.calls),
        notes=tuple(replace(note, path=note.path.partition(_PART)[0]) for note in facts.notes),
    )


def shelved(facts: PythonFacts) -> PythonFacts:
    """The facts of code that nobody runs by its place: it is in no phase until something reaches it."""
    if not (INSIDE in facts.path or facts.path.endswith(_NOTEBOOK)):
        return facts
    return replace(facts, calls=tuple(replace(call, phase=Phase.NONE) for call in facts.calls))
