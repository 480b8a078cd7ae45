"""Copying: what commands bring from another machine, without being downloaders: sources, packages, files."""

from __future__ import annotations

import re

from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.values import NO_TAINT, Value

_DOWNLOADS = re.compile(r"\bpip[\d.]*\s+(?:download|wheel)\s")
_INTO = re.compile(r"(?:--target|--prefix|--root|--dest|--wheel-dir|\s-[tdw])[ =]\s*(\S{3,200})")
"""The folder that a package is installed into."""
_BY_ADDRESS = re.compile(r"(?:^|[\s=@+])((?:https?|ssh|ftp)://\S{4,160})")
_PLACE = (
    r"[\"']?((?:https?|git|ssh|svn|rsync|s?ftp|hg)(?:\+\w+)?://[^\s\"']{4,200}"
    r"|(?:[\w.-]{1,60}@)?[\w-]{1,60}(?:\.[\w-]{1,60}){1,6}:{1,2}[\w./~-]{1,200})[\"']?"
)
_COPIES = re.compile(
    r"(?:^|[\s;&|/])(?:git\s(?:\S{1,200}\s){0,6}?clone|svn\s+(?:export|checkout|co)|hg\s+clone|bzr\s+branch|rsync|scp|sftp)"
    rf"\s(?:-\S{{1,200}}\s+(?:\d+\s+)?){{0,12}}{_PLACE}(?:\s+[\"']?([^\s\"';&|-][^\s\"';&|]{{0,200}}))?"
)
"""A program that copies from another machine: from where, and what to."""
_PULLS = re.compile(
    r"(?:^|[\s;&|/])git\s(?:\S{1,200}\s){0,8}?(?:fetch|pull|remote\s+add|submodule\s+add)\s(?:\S{1,200}\s){0,6}?"
    + _PLACE
)
_SHOWS = re.compile(r"(?:^|[\s;&|/])git\s(?:\S{1,200}\s){0,8}?(?:show|cat-file|archive|log)\s")
_REPOSITORY = "\0repository"
"""Stands for what git itself keeps, once something was brought into it."""


def brought(machine: Machine, command: str, line: int) -> frozenset[Taint]:
    """Note what a command copies here, and into which folder; the label of what it shows of that."""
    if ":" not in command and not machine.files:
        return NO_TAINT
    for match in _COPIES.finditer(command):
        folder = match[2] or match[1].rstrip("/").rpartition("/")[2].removesuffix(".git")
        _put(machine, folder, match[1], line)
        _put(machine, _REPOSITORY, match[1], line)
    if _DOWNLOADS.search(command):
        installed(machine, command, line)
    if pulled := _PULLS.search(command):
        _put(machine, _REPOSITORY, pulled[1], line)
    kept = machine.files.get(_REPOSITORY) if machine.files else None
    return kept.taints if kept is not None and _SHOWS.search(command) else NO_TAINT


def installed(machine: Machine, package: str, line: int) -> None:
    """A folder into which a package was put that came from an address."""
    address, folder = _BY_ADDRESS.search(package), _INTO.search(package)
    if address and folder:
        _put(machine, folder[1], address[1], line)


def _put(machine: Machine, path: str, address: str, line: int) -> None:
    label = frozenset({Taint(Source.NETWORK, address[:160], line)})
    machine.files[path] = Written(content=Value(taints=label), taints=label, line=line)
