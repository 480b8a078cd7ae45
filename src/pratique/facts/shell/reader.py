"""One pass over a command text or script: plain lines, their statements, and what flows between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from pratique.artifact import Member
from pratique.facts.shell.layers import Layer, layers
from pratique.facts.shell.model import ShellFacts
from pratique.facts.shell.plain import Line, logical_lines, undisguised
from pratique.facts.shell.programs import python_programs
from pratique.facts.shell.seen import MAX_ITEMS, Found, look_at
from pratique.facts.shell.words import words_in

MAX_TEXT = 8_000_000
"""Characters read of one text."""
MAX_LAYERS = 12
_MAX_LINE = 20_000
"""Longer lines are read in pieces of this many characters, so that each pattern stays quick."""


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
    found = Found(words=words_in(joined))
    for line in lines:
        for start in range(0, len(line.text), _MAX_LINE):
            piece = line.text[start : start + _MAX_LINE]
            look_at(Line(number=line.number, text=piece), found)
    decoded = tuple(islice(layers(joined), MAX_ITEMS + 1))
    inner = decoded[:MAX_ITEMS] if depth < MAX_LAYERS else ()
    cut = found.checks <= 0 or len(inner) < len(decoded) or any(len(layer.text) > MAX_TEXT for layer in inner)
    outer = replace(_facts(found, path, disguise, tuple(python_programs(text))), truncated=cut)
    for layer in inner:
        outer = _merged(outer, layer, _read(layer.text[:MAX_TEXT], path=path, depth=depth + 1), lines)
    return outer


def _facts(found: Found, path: str, disguise: tuple[str, ...], python: tuple[str, ...]) -> ShellFacts:
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
        decoded=(*outer.decoded, layer.text, *inner.decoded)[:MAX_ITEMS],
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
    return tuple(dict.fromkeys(items))[:MAX_ITEMS]
