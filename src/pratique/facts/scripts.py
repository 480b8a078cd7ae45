"""Commands that installing a distribution puts on the path: entry points and ``*.data/scripts``."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.artifact import Member

_READ = 500_000
_SCRIPT = re.compile(r"[^/]+\.data/scripts/([^/]+)")
ENTRY_POINTS = re.compile(r"[^/]+\.dist-info/entry_points\.txt|EGG-INFO/entry_points\.txt")
"""Paths of the files that list them, and plugins beside them."""
_SECTIONS = ("console_scripts", "gui_scripts")
_WRITTEN = re.compile(rb"[\"'\n]\s{0,60}([\w.-]{1,60})\s{0,60}=\s{0,60}[\w.]{1,120}:[\w.]{1,80}\s{0,60}[\"'\n]")


@dataclass(frozen=True, slots=True)
class Command:
    """The name of a command, and the path of the member that says so."""

    name: str
    path: str


def installed_commands(members: tuple[Member, ...]) -> tuple[Command, ...]:
    """All commands, each once for every member that names it; never raises."""
    return tuple(dict.fromkeys(Command(name, m.path) for m in members for name in _names(m)))


def _names(member: Member) -> Iterator[str]:
    path = member.path
    if match := _SCRIPT.fullmatch(path):
        yield match[1]
    elif ENTRY_POINTS.fullmatch(path):
        yield from _ini(member, _SECTIONS)
    elif path == "pyproject.toml":
        yield from _pyproject(member)
    elif path == "setup.cfg":
        for text in _ini_values(member, "options.entry_points", _SECTIONS):
            yield from (line.partition("=")[0].strip() for line in text.splitlines() if "=" in line)
    elif path == "setup.py" and b"_scripts" in member.data:
        yield from (m[1].decode() for m in _WRITTEN.finditer(member.data[:_READ]))


def sections_of(member: Member) -> configparser.RawConfigParser:
    """The sections of a file like ``entry_points.txt``, names as they are written; none where it cannot be read."""
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), allow_no_value=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(member.data[:_READ].decode("utf-8", "replace"))
    except (configparser.Error, ValueError, AttributeError):
        return configparser.RawConfigParser()
    return parser


def _ini(member: Member, sections: tuple[str, ...]) -> Iterator[str]:
    parser = sections_of(member)
    for section in sections:
        if parser.has_section(section):
            yield from parser.options(section)


def _ini_values(member: Member, section: str, options: tuple[str, ...]) -> Iterator[str]:
    parser = sections_of(member)
    yield from (parser.get(section, option, fallback="") or "" for option in options)


def _pyproject(member: Member) -> Iterator[str]:
    try:
        document: object = tomllib.loads(member.data[:_READ].decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    for keys in (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts")):
        table = document
        for key in keys:
            table = table.get(key) if isinstance(table, dict) else None
        if isinstance(table, dict):
            yield from table
