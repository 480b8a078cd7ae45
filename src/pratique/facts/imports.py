"""Which modules of a distribution each of its source files imports, told from its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.artifact import Member
from pratique.facts.python.distribution.modules import ModuleNames

_SPACE = rb"(?:[ \t\f]|\\\r?\n)"
_IMPORT = re.compile(
    rb"[fi](?:(?<=\bf)rom(?:" + _SPACE + rb"+|(?=\.))(\.*\w[\w.]*(?=[ \t\f\\])|\.+)" + _SPACE + rb"*import\b[ \t\f]*"
    rb"(?:\(([^()]*)|([^\n#(]*))|(?<=\bi)mport" + _SPACE + rb"+([\w., \t]+))"
)
"""Names in brackets go on over lines, and a comment among them is none."""
_STARTS = re.compile(rb"(?:^|[;:])[ \t\f]*\Z")
"""What may stand before a statement on its line."""
_LINE = 400
"""Bytes of a line that are looked at for that."""
_REMARK = re.compile(rb"#[^\n]*")
_STAR = re.compile(rb"import[ \t]*\(?[ \t]*\*")
_BY_TEXT = re.compile(rb"(?:__import__|import_module)[ \t]*\([ \t]*['\"](\.*[\w.]+)['\"]")


@dataclass(frozen=True, slots=True)
class Imports:
    """The files that lie behind the imports of a file, each file searched once."""

    modules: ModuleNames = field(default_factory=ModuleNames)
    _found: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, member: Member) -> frozenset[str]:
        """Paths of the modules that a file imports, itself left out."""
        if member.path not in self._found:
            self._found[member.path] = frozenset(self._search(member))
        return self._found[member.path]

    def behind(self, member: Member) -> Iterator[Member]:
        """The modules that a file imports, and what those hand on: a package its modules, others what they star."""
        seen: set[str] = set()
        waiting = [member]
        while waiting:
            for path in self.of(waiting.pop()) - seen:
                seen.add(path)
                other = self.modules.by_path[path]
                yield other
                if path.endswith("__init__.py") or _STAR.search(other.data):
                    waiting.append(other)

    def _search(self, member: Member) -> Iterator[str]:
        by_text = ((b"", b"", name) for name in _BY_TEXT.findall(member.data))
        for name in {name for parts in (*_statements(member.data), *by_text) for name in _spelled(*map(_text, parts))}:
            absolute = self.modules.absolute(name, member.path)
            found = self.modules.resolve(absolute) if absolute else None
            if found is not None and found[0].path != member.path:
                yield found[0].path


def _text(part: bytes) -> str:
    return part.decode("ascii", "ignore")


def _statements(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Where each import takes from, the names it takes, and what it imports plainly."""
    for match in _IMPORT.finditer(data):
        line = data.rfind(b"\n", max(0, match.start() - _LINE), match.start()) + 1
        if _STARTS.search(data[max(line, match.start() - _LINE) : match.start()]):
            origin, bracketed, listed, plain = (part or b"" for part in match.groups())
            yield origin, _REMARK.sub(b"", bracketed) + listed, plain


def _spelled(origin: str, names: str, plain: str) -> Iterator[str]:
    if plain:
        yield from (name.split()[0] for name in plain.split(",") if name.strip())
        return
    yield origin
    joint = "" if origin.endswith(".") else "."
    yield from (origin + joint + name.split()[0] for name in names.split(",") if name.strip())
