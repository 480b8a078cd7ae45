"""One pass over a command text or script: plain lines, their statements, and what flows between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice

from pratique.artifact import Member
from pratique.facts.shell import flow, signs
from pratique.facts.shell.layers import Layer, layers
from pratique.facts.shell.model import ShellFacts
from pratique.facts.shell.plain import Line, logical_lines, undisguised

MAX_TEXT = 8_000_000
"""Characters read of one text."""
MAX_LAYERS = 12
_MAX_ITEMS = 50
_FEW = 4
_MAX_CHECKS = 2_000
_SHORT = 6
"""Shorter lines cannot hold a command that any table knows."""
_MAX_LINE = 20_000
"""Longer lines are read in pieces of this many characters, so that each pattern stays quick."""

_PYTHON = re.compile(
    r"\bpython[\d.]{0,4}w?(?:\.exe)?[\"']?\s{1,5}(?:-[a-bd-zA-Z]\s{1,5}){0,4}-c\s{0,5}(\\?[\"'])", re.IGNORECASE
)
_PYTHON_HERE = re.compile(
    r"\bpython[\d.]{0,4}\s{0,5}-?\s{0,5}<<-?\s{0,3}[\"']?(\w{1,20})[\"']?[^\n]{0,80}\n", re.IGNORECASE
)
_KEPT = re.compile(
    r"[^\s\"'|;&<>()]{0,100}/tmp/[^\s\"'|;&<>()]{1,100}|[\w.-]{1,60}\.(?:tgz|tar\.gz|zip|tar|txt|log|7z|gz|json)\b"
)


_STAGED = re.compile(r"\bgit\s[^\n]{0,40}\badd\s", re.IGNORECASE)


@dataclass(slots=True)
class _Found:
    """What has been seen so far; the only mutable thing here."""

    downloads: list[str] = field(default_factory=list)
    persists: list[str] = field(default_factory=list)
    disarms: list[str] = field(default_factory=list)
    destroys: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    installs: list[str] = field(default_factory=list)
    sends: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    unpacked: list[str] = field(default_factory=list)
    """Folders into which such a file was unpacked."""
    loot: list[str] = field(default_factory=list)
    runs_download: bool = False
    reverse_shell: bool = False
    hidden: bool = False
    identifies: bool = False
    steals: bool = False
    first: Line | None = None
    checks: int = _MAX_CHECKS
    """How many more times a statement may be compared with the name of a written file."""
    words: tuple[str, ...] = ()
    """What of `signs.WORDS` the whole text holds."""
    seen: set[str] = field(default_factory=set)


def read_shell(text: str, *, path: str = "") -> ShellFacts:
    """Read a command line or script (sh, PowerShell, cmd); never runs, opens or resolves anything."""
    facts = _read(text[:MAX_TEXT], path=path, depth=0)
    return replace(facts, truncated=True) if len(text) > MAX_TEXT else facts


def read_shell_member(member: Member) -> ShellFacts:
    """Read a script member; UTF-16 with a byte order mark, else UTF-8 with replacement."""
    head = member.data
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    return read_shell(head.decode(encoding, errors="replace"), path=member.path)


def _read(text: str, *, path: str, depth: int) -> ShellFacts:
    lines, disguise = undisguised(logical_lines(text))
    joined = "\n".join(line.text for line in lines)
    found = _Found(words=signs.words_in(joined))
    for line in lines:
        for start in range(0, len(line.text), _MAX_LINE):
            piece = line.text[start : start + _MAX_LINE]
            _line(Line(number=line.number, text=piece), found)
    decoded = tuple(islice(layers(joined), _MAX_ITEMS + 1))
    inner = decoded[:_MAX_ITEMS] if depth < MAX_LAYERS else ()
    cut = found.checks <= 0 or len(inner) < len(decoded) or any(len(layer.text) > MAX_TEXT for layer in inner)
    outer = replace(_facts(found, path, disguise, tuple(_python(text))), truncated=cut)
    for layer in inner:
        outer = _merged(outer, layer, _read(layer.text[:MAX_TEXT], path=path, depth=depth + 1), lines)
    return outer


def _facts(found: _Found, path: str, disguise: tuple[str, ...], python: tuple[str, ...]) -> ShellFacts:
    return ShellFacts(
        path=path,
        downloads=_unique(found.downloads),
        runs_download=found.runs_download,
        disguise=disguise,
        python=python,
        hidden=found.hidden,
        persists=_unique(found.persists),
        disarms=_unique(found.disarms),
        destroys=_unique(found.destroys),
        reverse_shell=found.reverse_shell,
        installs=_unique(found.installs),
        reads_secrets=_unique(found.secrets),
        identifies=found.identifies,
        sends=_unique(found.sends),
        steals=found.steals,
        line=found.first.number if found.first else 0,
        code=found.first.text.strip()[:400] if found.first else "",
    )


def _line(line: Line, found: _Found) -> None:
    text = line.text
    if len(text) < _SHORT and not found.written:
        return
    if text in found.seen:
        return
    found.seen.add(text)
    lowered = text.lower()
    if not any(word in lowered for word in found.words):
        if found.written and not found.runs_download:
            found.runs_download = any(_runs_written(s, found) for s in flow.statements(text))
        return
    before = _weight(found)
    found.persists += signs.matched(signs.PERSISTS, text)
    found.disarms += signs.matched(signs.DISARMS, text)
    found.destroys += signs.matched(signs.DESTROYS, _without_echo(text))
    found.reverse_shell |= bool(signs.REVERSE_SHELL.search(text))
    found.hidden |= bool(signs.HIDDEN.search(text))
    found.identifies |= bool(signs.IDENTIFIES.search(text))
    found.runs_download |= flow.runs_at_once(_without_echo(text))
    for statement in flow.statements(text):
        _statement(statement, found)
    if found.first is None and _weight(found) > before:
        found.first = line


def _weight(found: _Found) -> int:
    """How much has been seen of what makes facts remarkable."""
    lists = len(found.persists) + len(found.disarms) + len(found.destroys) + len(found.downloads) + len(found.sends)
    return lists + sum((found.runs_download, found.reverse_shell, found.steals))


def _statement(statement: str, found: _Found) -> None:
    if _without_echo(statement) and not found.runs_download:
        found.runs_download = _runs_written(statement, found)
    secrets = signs.matched(signs.SECRETS, statement)
    sends = bool(signs.SENDS.search(statement))
    found.secrets += secrets
    if sends:
        urls = signs.URL.findall(statement)
        found.sends += urls or ["<unknown>"]
        found.steals |= bool(secrets) or any(kept in statement for kept in found.loot[-_MAX_ITEMS:])
    elif secrets:
        found.loot += _KEPT.findall(statement)
        found.loot += ["push"] if _STAGED.search(statement) else []
    found.installs += [m[1].strip() for m in signs.INSTALLS.finditer(statement)]
    if _without_echo(statement):
        found.downloads += flow.fetched(statement)
        found.written += flow.files_written(statement)
        found.unpacked += flow.unpacked(statement, found.written[-_MAX_ITEMS:])


def _runs_written(statement: str, found: _Found) -> bool:
    lowered = statement.lower()
    for name in found.written[-_MAX_ITEMS:]:
        if name.lower() in lowered and found.checks > 0:
            found.checks -= 1
            if flow.runs_file(statement, name):
                return True
    return any(flow.runs_from(statement, folder) for folder in found.unpacked[:_FEW])


def _without_echo(text: str) -> str:
    """Nothing when the text only prints (``echo "run curl ... | sh"``); it counts once it is piped on or kept."""
    printed = re.match(r"\s{0,40}@?(?:echo|printf|Write-(?:Host|Output))\s", text, re.IGNORECASE)
    return "" if printed and not re.search(r"\|\s{0,5}\w{2,12}\s{0,5}(?:$|-|\n)|[;&]|\$\(|`|>", text) else text


def _python(text: str) -> Iterable[str]:
    """Programs after ``python -c`` (up to the closing quote) and in here-documents, unescaped."""
    for match in list(_PYTHON.finditer(text))[:_MAX_ITEMS]:
        yield _quoted(text, match.end(), match[1])
    for match in list(_PYTHON_HERE.finditer(text))[:_MAX_ITEMS]:
        end = text.find(f"\n{match[1]}", match.end() - 1)
        yield text[match.end() : end if end >= 0 else None]


def _quoted(text: str, start: int, quote: str) -> str:
    """From ``start`` to the unescaped closing quote, with escapes of that quote undone."""
    if quote.startswith("\\"):
        end = text.find(quote, start)
        return text[start : end if end >= 0 else None]
    at = start
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" and quote == '"' else 1
    inner = text[start:at]
    return inner.replace('\\"', '"').replace("\\$", "$").replace("\\\\", "\\") if quote == '"' else inner


def _merged(outer: ShellFacts, layer: Layer, inner: ShellFacts, lines: list[Line]) -> ShellFacts:
    """An outer text's facts with those of a decoded layer; code of the layer is the better evidence."""
    is_python = layer.runner.startswith("python")
    first = lines[0].number if lines else 1
    return replace(
        outer,
        downloads=_unique([*outer.downloads, *inner.downloads]),
        runs_download=outer.runs_download or inner.runs_download,
        runs_decoded=outer.runs_decoded or bool(layer.runner) or inner.runs_decoded,
        layers=_unique([*outer.layers, layer.decoder, *inner.layers]),
        decoded=(*outer.decoded, layer.text, *inner.decoded)[:_MAX_ITEMS],
        disguise=_unique([*outer.disguise, *inner.disguise]),
        python=(*outer.python, *((layer.text,) if is_python else inner.python)),
        hidden=outer.hidden or inner.hidden,
        persists=_unique([*outer.persists, *inner.persists]),
        disarms=_unique([*outer.disarms, *inner.disarms]),
        destroys=_unique([*outer.destroys, *inner.destroys]),
        truncated=outer.truncated or inner.truncated,
        reverse_shell=outer.reverse_shell or inner.reverse_shell,
        installs=_unique([*outer.installs, *inner.installs]),
        reads_secrets=_unique([*outer.reads_secrets, *inner.reads_secrets]),
        identifies=outer.identifies or inner.identifies,
        sends=_unique([*outer.sends, *inner.sends]),
        steals=outer.steals or inner.steals,
        line=outer.line or first,
        code=inner.code or outer.code or layer.text.strip()[:400],
    )


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))[:_MAX_ITEMS]
