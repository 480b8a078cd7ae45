"""What the lines and statements of a script show, one after another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pratique.facts.shell import flow, signs
from pratique.facts.shell.plain import Line

MAX_ITEMS = 50
"""Of each kind of thing that is kept."""
_FEW = 4
"""Folders whose programs are looked for."""
_MAX_CHECKS = 2_000
_SHORT = 6
"""Shorter lines cannot hold a command that any table knows."""
_KEPT = re.compile(
    r"[^\s\"'|;&<>()]{0,100}/tmp/[^\s\"'|;&<>()]{1,100}|[\w.-]{1,60}\.(?:tgz|tar\.gz|zip|tar|txt|log|7z|gz|json)\b"
)
_STAGED = re.compile(r"\bgit\s[^\n]{0,40}\badd\s", re.IGNORECASE)


@dataclass(slots=True)
class Found:
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
    """What of `words.WORDS` the whole text holds."""
    seen: set[str] = field(default_factory=set)


def look_at(line: Line, found: Found) -> None:
    """Add what a line shows; a line that was there before shows nothing new."""
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


def _weight(found: Found) -> int:
    """How much has been seen of what makes facts remarkable."""
    lists = len(found.persists) + len(found.disarms) + len(found.destroys) + len(found.downloads) + len(found.sends)
    return lists + sum((found.runs_download, found.reverse_shell, found.steals))


def _statement(statement: str, found: Found) -> None:
    if _without_echo(statement) and not found.runs_download:
        found.runs_download = _runs_written(statement, found)
    secrets = signs.matched(signs.SECRETS, statement)
    sends = bool(signs.SENDS.search(statement))
    found.secrets += secrets
    if sends:
        urls = signs.URL.findall(statement)
        found.sends += urls or ["<unknown>"]
        found.steals |= bool(secrets) or any(kept in statement for kept in found.loot[-MAX_ITEMS:])
    elif secrets:
        found.loot += _KEPT.findall(statement)
        found.loot += ["push"] if _STAGED.search(statement) else []
    found.installs += [m[1].strip() for m in signs.INSTALLS.finditer(statement)]
    if _without_echo(statement):
        found.downloads += flow.fetched(statement)
        found.written += flow.files_written(statement)
        found.unpacked += flow.unpacked(statement, found.written[-MAX_ITEMS:])


def _runs_written(statement: str, found: Found) -> bool:
    lowered = statement.lower()
    for name in found.written[-MAX_ITEMS:]:
        if name.lower() in lowered and found.checks > 0:
            found.checks -= 1
            if flow.runs_file(statement, name):
                return True
    return any(flow.runs_from(statement, folder) for folder in found.unpacked[:_FEW])


def _without_echo(text: str) -> str:
    """Nothing when the text only prints (``echo "run curl ... | sh"``); it counts once it is piped on or kept."""
    printed = re.match(r"\s{0,40}@?(?:echo|printf|Write-(?:Host|Output))\s", text, re.IGNORECASE)
    return "" if printed and not re.search(r"\|\s{0,5}\w{2,12}\s{0,5}(?:$|-|\n)|[;&]|\$\(|`|>", text) else text
