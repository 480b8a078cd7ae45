"""Files of a distribution that its own Python code runs: read by whom, when, and what they do then."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from pratique.artifact import Member, Role
from pratique.facts.payload import Content, contents, is_python
from pratique.facts.python.model import Call, Does, PythonFacts, Source
from pratique.facts.templates import filled
from pratique.finding import Phase

_PATH = re.compile(r"(?:<[^<>]{0,200}>|[^\s\"'|;&<>(),=])+")
_FILE = re.compile(rb"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,100}\.[A-Za-z0-9]{1,12}")
_RUNS = re.compile(rb"\bexec\b|\beval\b|marshal|runpy|execfile|SourceFileLoader|spec_from_file|load_source")
_STARTS = re.compile(rb"subprocess|\bsystem\b|[Pp]open|spawn|startfile|\bexec[lv]p?e?\b|create_subprocess")
_PYTHON = re.compile(rb"sys\.executable|[\"'/]python")
_QUOTED = re.compile(rb"[\"'/]([A-Za-z_][\w-]{1,60})[\"']")
_PATH_CHANGED = re.compile(rb"sys\.path\b|zipimport|addsitedir")
_IMPORTED = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)|import[ \t]+([\w.]+))|import_module\(\s*[\"'](?=([\w.]+))", re.MULTILINE
)
_STARTED = re.compile(
    r"\.(?:sh|bash|js|mjs|cjs|ts|exe|bin|elf|com|scr|ps1|bat|cmd|vbs|hta|pyz|pyc|jar|png|jpe?g|gif|ico|dat|pl|rb|php|run|out)$",
    re.IGNORECASE,
)
"""What is started, among files that sources name for many other reasons."""
_BY_NAME = re.compile(r"(?:^|\s)-m\s+([A-Za-z_]\w*(?:\.\w+){0,8})")
"""What an interpreter is told to run by its name as a module."""
_MANY = 3
"""A name that more members have says nothing about which of them is meant."""
_HIDDEN_READS = 12
"""Files of data that are looked into because code which executes something unknown names them."""
_SMALL = 4_000_000
_TEMPLATE = 200_000
_INSIDE, _NOTEBOOK = "!/", ".ipynb"
"""Between an archive and what is in it; what a person runs cell by cell."""
_PART = "\0"
"""Stands between a path and the number of what the file holds; no member's path has one."""
_TEXTUAL = (".txt", ".md", ".rst", ".cfg", ".toml", ".ini", ".typed", ".license")
_READING = re.compile(r"\.read(?:_text|_bytes|_binary)?\(\)>$|get_data\(\)>$")
_INTERPRETER = re.compile(r"python|<sys\.executable>|\bpyw?\b")
_ROLE = {
    Phase.INSTALL: Role.BACKEND,
    Phase.STARTUP: Role.STARTUP,
    Phase.IMPORT: Role.MODULE,
    Phase.CALL: Role.SCRIPT,
    Phase.NONE: Role.SCRIPT,
}
_PHASE = {
    Role.SETUP: Phase.INSTALL,
    Role.BACKEND: Phase.INSTALL,
    Role.STARTUP: Phase.STARTUP,
    Role.MODULE: Phase.IMPORT,
    Role.SCRIPT: Phase.CALL,
}
_EARLIEST = (Phase.INSTALL, Phase.STARTUP, Phase.IMPORT, Phase.CALL, Phase.NONE)


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


class Names:
    """Members by the last part of their path."""

    def __init__(self, index: Mapping[str, Member]) -> None:
        self._by_name: dict[str, list[Member]] = defaultdict(list)
        self._inside: dict[str, list[Member]] = defaultdict(list)
        for member in index.values():
            if _INSIDE in member.path:
                self._inside[member.path.partition(_INSIDE)[0]].append(member)
            else:
                self._by_name[member.path.rpartition("/")[2]].append(member)

    def find(self, text: str) -> Iterator[Member]:
        """Members that a path or a command line names; unknown parts stand in angle brackets."""
        for word in _PATH.findall(text[:4_000]):
            parts = [p for p in re.split(r"[/\\]", word) if p and p != "."]
            name = parts[-1] if parts else ""
            candidates = self._by_name.get(name, ()) if "." in name or len(parts) > 1 else ()
            known = [p for p in parts[:-1] if "<" not in p and p != ".."]
            fitting = [m for m in candidates if m.path.split("/")[:-1][-len(known) :] == known] if known else candidates
            if 0 < len(fitting) <= _MANY:
                yield from fitting

    def started(self, command: str) -> Iterator[Member]:
        """The module that ``python -m`` runs, or the ``__main__`` of a package."""
        for name in _BY_NAME.findall(command[:4_000]):
            path = name.replace(".", "/")
            last = path.rpartition("/")[2]
            for file, place in ((f"{last}.py", f"{path}.py"), ("__main__.py", f"{path}/__main__.py")):
                roots = (place, f"src/{place}", f"lib/{place}", f"python/{place}")
                yield from (m for m in self._by_name.get(file, ()) if m.path in roots)

    def mentioned(self, source: bytes, *, texts: bool = False) -> list[Member]:
        """Files of data whose name stands in a source; plain texts only where they are asked for."""
        words = dict.fromkeys(word.decode("ascii", "replace") for word in _FILE.findall(source[:_SMALL]))
        found = (m for word in words for m in self._by_name.get(word, ()) if len(self._by_name[word]) <= _MANY)
        data = (m for m in found if m.role is Role.DATA)
        return [m for m in data if texts or not m.path.lower().endswith(_TEXTUAL)][:_HIDDEN_READS]

    def on_the_path(self, source: bytes) -> Iterator[Member]:
        """Modules in archives that a source puts on the path and imports."""
        if not self._inside or not _PATH_CHANGED.search(source):
            return
        wanted = {m.decode().split(".")[0] for pair in _IMPORTED.findall(source) for m in pair if m}
        for archive in self.mentioned(source):
            for member in self._inside.get(archive.path, ()):
                top = member.path.partition(_INSIDE)[2].removesuffix(".py").removesuffix("/__init__")
                if top in wanted:
                    yield member

    def may_run(self, source: bytes) -> bool:
        """Whether a source names files of the distribution and holds a word that could run one of that kind."""
        code, process = _RUNS.search(source) is not None, _STARTS.search(source) is not None
        if self._inside and _PATH_CHANGED.search(source):
            return True
        if not (code or process):
            return False
        if process and _PYTHON.search(source) and any(w.decode() in self._by_name for w in _QUOTED.findall(source)):
            return True
        words = dict.fromkeys(word.decode("ascii", "replace") for word in _FILE.findall(source[:_SMALL]))
        return any(word in self._by_name and (code or _STARTED.search(word)) for word in words)


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
    return (not one.certain, _EARLIEST.index(one.phase))


def _of_file(file: PythonFacts, names: Names, index: Mapping[str, Member]) -> Iterator[Reached]:
    blind: Call | None = None
    for call in file.calls:
        for does in (Does.RUN_CODE, Does.IMPORT, Does.RUN_PROCESS):
            if does in call.does:
                text = _command(call)
                started = does is Does.RUN_PROCESS
                found = chain(names.find(text), names.started(text)) if started else names.find(_files(call))
                for member in found:
                    yield _made(member, call, file, does, text if started else "")
        if _is_blind(call) and (blind is None or _EARLIEST.index(call.phase) < _EARLIEST.index(blind.phase)):
            blind = call
    source = index.get(file.path)
    if source is None:
        return
    if blind is not None:
        for member in names.mentioned(source.data, texts=_is_read(blind)):
            yield replace(_made(member, blind, file, Does.RUN_CODE, ""), certain=_is_read(blind))
    for member in names.on_the_path(source.data):
        phase = _PHASE.get(source.role, Phase.CALL)
        yield Reached(path=member.path, phase=phase, by=file.path, line=0, does=Does.IMPORT)


def _made(member: Member, call: Call, file: PythonFacts, does: Does, command: str) -> Reached:
    return Reached(path=member.path, phase=call.phase, by=file.path, line=call.line, does=does, command=command)


def _command(call: Call) -> str:
    return " ".join(call.arguments[k].text for k in ("args", "0", "1", "2", "3") if k in call.arguments)


def _files(call: Call) -> str:
    """Paths that an execution or an import names: where its text was read from, or a path that it is given."""
    first = call.arguments.get("0")
    details = [t.detail for a in call.arguments.values() for t in a.taints if t.source is Source.FILE]
    if call.name.startswith(("runpy.", "imp.", "importlib.", "marshal.", "execfile")):
        details += [a.text for a in call.arguments.values() if "/" in a.text or "." in a.text]
    elif first is not None and first.known:
        return ""
    return " ".join(dict.fromkeys(d.replace(" ", "_") if "<" not in d else d for d in details))


def _is_blind(call: Call) -> bool:
    """Executes a text that could not be computed and that did not come from the network."""
    first = call.arguments.get("0")
    if Does.RUN_CODE not in call.does or first is None or first.known or call.name.startswith("pickle"):
        return False
    return not any(t.source is Source.NETWORK for t in first.taints)


def _is_read(call: Call) -> bool:
    """Whether what is executed is what some reading gave, and nothing was done with it in between."""
    first = call.arguments.get("0")
    return first is not None and _READING.search(first.text) is not None


def sources(
    one: Reached, member: Member, index: Mapping[str, Member] | None = None
) -> Iterator[tuple[Member, tuple[str, ...]]]:
    """What a reached file is as Python, in the phase in which it runs, and the layers around it.

    Of a zip application (PEP 441) it is the ``__main__`` in it, of a source distribution that is installed its
    ``setup.py``, where ``index`` has one.
    """
    if mains := _mains(one, member, index or {}):
        yield from ((replace(main, role=_ROLE[one.phase]), ()) for main in mains)
        return
    if not _is_for_python(one, member):
        return
    if member.size > _SMALL or not member.whole:
        return
    if member.path.endswith(".py") and _EARLIEST.index(_PHASE.get(member.role, Phase.NONE)) <= _EARLIEST.index(
        one.phase
    ):
        return  # by its place it runs as early as that, so it is read as that already
    for number, content in enumerate(contents(member.data)):
        if not content.layers and one.certain and (template := _as_template(content.data)):
            yield replace(member, data=template, role=_ROLE[one.phase]), ()
            return
        if _runs_as_python(one, content, member):
            # Each is a file of its own for the reader, which knows a file by its path.
            path = f"{member.path}{_PART}{number}" if content.layers else member.path
            yield replace(member, path=path, data=content.data, role=_ROLE[one.phase]), content.layers
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
        texts = [m for p, m in index.items() if p.startswith(inside) and m.size < _SMALL][:_HIDDEN_READS]
        return [m for m in texts if is_python(m.data.decode("utf-8", "replace"))]
    main = index.get(f"{inside}__main__.py")
    return [main] if main is not None and _is_for_python(one, member) else []


def _is_for_python(one: Reached, member: Member) -> bool:
    if one.does is not Does.RUN_PROCESS:
        return True
    named = _INTERPRETER.search(one.command) or _BY_NAME.search(one.command)
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
    if not (_INSIDE in facts.path or facts.path.endswith(_NOTEBOOK)):
        return facts
    return replace(facts, calls=tuple(replace(call, phase=Phase.NONE) for call in facts.calls))
