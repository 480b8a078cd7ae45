"""Members by the names that source code and command lines have for them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pratique.artifact import Member, Role

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
BY_NAME = re.compile(r"(?:^|\s)-m\s+([A-Za-z_]\w*(?:\.\w+){0,8})")
"""What an interpreter is told to run by its name as a module."""
_MANY = 3
"""A name that more members have says nothing about which of them is meant."""
HIDDEN_READS = 12
"""Files of data that are looked into because code which executes something unknown names them."""
SMALL = 4_000_000
"""Bytes of a file that is looked into."""
INSIDE = "!/"
"""Between an archive and what is in it."""
_TEXTUAL = (".txt", ".md", ".rst", ".cfg", ".toml", ".ini", ".typed", ".license")


class Names:
    """Members by the last part of their path."""

    def __init__(self, index: Mapping[str, Member]) -> None:
        self._by_name: dict[str, list[Member]] = defaultdict(list)
        self._inside: dict[str, list[Member]] = defaultdict(list)
        for member in index.values():
            if INSIDE in member.path:
                self._inside[member.path.partition(INSIDE)[0]].append(member)
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
        for name in BY_NAME.findall(command[:4_000]):
            path = name.replace(".", "/")
            last = path.rpartition("/")[2]
            for file, place in ((f"{last}.py", f"{path}.py"), ("__main__.py", f"{path}/__main__.py")):
                roots = (place, f"src/{place}", f"lib/{place}", f"python/{place}")
                yield from (m for m in self._by_name.get(file, ()) if m.path in roots)

    def mentioned(self, source: bytes, *, texts: bool = False) -> list[Member]:
        """Files of data whose name stands in a source; plain texts only where they are asked for."""
        words = dict.fromkeys(word.decode("ascii", "replace") for word in _FILE.findall(source[:SMALL]))
        found = (m for word in words for m in self._by_name.get(word, ()) if len(self._by_name[word]) <= _MANY)
        data = (m for m in found if m.role is Role.DATA)
        return [m for m in data if texts or not m.path.lower().endswith(_TEXTUAL)][:HIDDEN_READS]

    def on_the_path(self, source: bytes) -> Iterator[Member]:
        """Modules in archives that a source puts on the path and imports."""
        if not self._inside or not _PATH_CHANGED.search(source):
            return
        wanted = {m.decode().split(".")[0] for pair in _IMPORTED.findall(source) for m in pair if m}
        for archive in self.mentioned(source):
            for member in self._inside.get(archive.path, ()):
                top = member.path.partition(INSIDE)[2].removesuffix(".py").removesuffix("/__init__")
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
        words = dict.fromkeys(word.decode("ascii", "replace") for word in _FILE.findall(source[:SMALL]))
        return any(word in self._by_name and (code or _STARTED.search(word)) for word in words)
