"""What a module mentions, told from its text: a fifth of what parsing costs.

Only what is certain is told, or more: a line that may run at once counts as one that does, and where text leaves
a doubt about which lines belong to a function, there is no sketch, and a parser has to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.facts.python.distribution.mentions import Definition, Mentions, words_of
from pratique.facts.python.source.outline import flattened

_LINE = re.compile(r"^([ \t]*)(?:((?:async[ \t]+)?def|class)[ \t]+(\w+)|[^\s#)\]}])", re.MULTILINE)
_HEADER = re.compile(r"(?:async[ \t]+)?def[ \t]+\w+[ \t]*\((?:[^()'\"#]|'[^'\\\n]*'|\"[^\"\\\n]*\")*\)[^()'\"#\n]*:")
"""A head that calls nothing: there is no bracket for it."""
_BASES = re.compile(r"[ \t]*\(([\w., \t]*)\)[ \t]*:")
_IMPORT = re.compile(
    r"(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(?:[\w.,* \t]+(?:#[^\n]*)?$|\([^()]*\)[ \t]*$)", re.MULTILINE
)
_ALIAS = re.compile(r"(\w+)[ \t\n]+as[ \t\n]+(\w+)")
_FOLDED = re.compile(r"\\\n[ \t]*(?:def|class|async|from|import)\b")
"""A line that goes on, which may be a string: what looks like a definition there is none for certain."""
_COMPOUND = re.compile(r"(?:if|elif|else|try|except|finally|for|while|with|async|match|case)\b")
_OPENS = re.compile(r":[ \t]*(?:#[^\n]*)?\n")


@dataclass(slots=True)
class _Block:
    """Something with lines of its own: a class, or ``if``, ``try`` and the like."""

    indent: int
    start: int
    name: str = ""
    inside: int = -1
    """How far its lines are indented, once one was seen."""


class _Doubt(Exception):
    """Text alone does not tell."""


def sketch(data: bytes) -> Mentions | None:
    """At least what its tree would tell of a module, or nothing where the text leaves a doubt."""
    flat = flattened(data) if data.isascii() else None
    if flat is None or b"\r" in data or b"\f" in data:
        return None
    text = data.decode("ascii")
    code = flat.decode("ascii")
    if _FOLDED.search(code) or _mixed(code):
        return None
    try:
        return _Sketch(text, code).mentions()
    except _Doubt:
        return None


def _mixed(text: str) -> bool:
    """Whether lines are indented by blanks and by tabs."""
    return ("\n\t" in text and "\n " in text) or " \t" in text


@dataclass(slots=True)
class _Sketch:
    text: str
    flat: str
    """The text without what stands in strings that go over lines."""
    found: Mentions = field(default_factory=Mentions)
    blocks: list[_Block] = field(default_factory=list)

    def mentions(self) -> Mentions:
        """Go over all lines that no function holds."""
        until = 0
        for match, end in self._statements():
            if match.start() < until:
                continue
            self._leave(len(match[1]), match.start())
            if match[2] is None:
                until = self._other(match, end)
            elif match[2] == "class":
                self._class(match, end)
            else:
                self._function(match, end)
        self._leave(0, len(self.text))
        return self.found

    def _statements(self) -> Iterator[tuple[re.Match[str], int]]:
        """Lines by which something begins, with where the next one does; of a function its head, with its end."""
        last: re.Match[str] | None = None
        for match in _LINE.finditer(self.flat):
            if last is not None:
                if last[2] not in {None, "class"} and len(match[1]) > len(last[1]):
                    continue
                yield last, match.start()
            last = match
        if last is not None:
            yield last, len(self.text)

    def _leave(self, indent: int, at: int) -> None:
        while self.blocks and self.blocks[-1].indent >= indent:
            block = self.blocks.pop()
            if block.name and not self._held():
                self._later(block.name, self.text[block.start : at], function=False)
        if self.blocks and self.blocks[-1].inside < 0:
            self.blocks[-1].inside = indent

    def _held(self) -> bool:
        """Whether this stands in a class."""
        return any(block.name for block in self.blocks)

    def _named(self, indent: int) -> bool:
        """Whether a definition here is bound at the top of the module."""
        if self._held():
            return False
        if indent != (self.blocks[-1].inside if self.blocks else 0):
            raise _Doubt
        return True

    def _later(self, name: str, text: str, *, function: bool) -> None:
        self.found.later.append(Definition(name=name, words=words_of(text), function=function))

    def _function(self, match: re.Match[str], end: int) -> None:
        start = match.end(1)
        if self._named(len(match[1])):
            self._later(match[3], self.text[start:end], function=True)
        if not _HEADER.match(self.flat, start):
            self.found.at_once |= words_of(self.text[start:end])

    def _class(self, match: re.Match[str], end: int) -> None:
        self._named(len(match[1]))
        bases = _BASES.match(self.flat, match.end(3))
        if bases:
            self.found.bases |= words_of(bases[1])
        self.found.at_once |= words_of(self.text[bases.end() if bases else match.end(3) : end])
        self.blocks.append(_Block(len(match[1]), match.start(), match[3]))

    def _other(self, match: re.Match[str], end: int) -> int:
        """Take in a line that runs at once; gives the end of what was taken in."""
        start = match.end(1)
        imported = _IMPORT.match(self.flat, start)
        if imported:
            self.found.aliases += _ALIAS.findall(imported[0])
            return imported.end()
        if self.flat.startswith(("from", "import"), start) and "\\" in self.flat[start:end]:
            raise _Doubt  # a name and what it is called here may stand on two lines
        if self.flat[start:end].strip().strip('"'):
            self.found.at_once |= words_of(self.text[start:end])
        if _COMPOUND.match(self.flat, start) and _OPENS.search(self.flat, start, end):
            self.blocks.append(_Block(len(match[1]), start))
        return end
