"""Theft over several calls: secrets that are gathered in a file or a folder, and sent from there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Does, PythonFacts, Source, Taint
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Finding, Severity
from pratique.rules.claims import calls, claim, command, when
from pratique.rules.destinations import LOCAL_PLACE, destination, hidden
from pratique.rules.secrets_leaving import ID, STOLEN, WHAT, leaving

_NAME = re.compile(r"[^<>/\\\s'\"@=]{3,120}\.\w{1,8}(?![^/\\]*[/\\])")
"""The last part of a path, as far as it is known and long enough to be meant."""
_KINDS = 2
"""So many kinds of secrets copied into one place are gathered for somebody else."""


def dropped(facts: PackageFacts) -> dict[str, tuple[str, Taint]]:
    """Files that secrets were written to, by name: who wrote, and what."""
    found: dict[str, tuple[str, Taint]] = {}
    for path, call in calls(facts):
        if Does.WRITE in call.does and (target := call.arguments.get("path")) and (name := _NAME.search(target.text)):
            taint = next(iter(call.taints(*STOLEN)), None)
            if taint is not None:
                found.setdefault(name[0], (path, taint))
    return found


def picked_up(file: PythonFacts, filled: dict[str, tuple[str, Taint]]) -> Iterator[Finding]:
    """A file that one module filled with secrets and another one sends."""
    for call in file.calls:
        if Does.SEND not in call.does or call.taints(*STOLEN) or LOCAL_PLACE.search(destination(call)):
            continue
        for read in call.taints(Source.FILE):
            name = _NAME.search(read.detail)
            by, taint = filled.get(name[0], ("", read)) if name else ("", read)
            if by and by != file.path:
                covert = bool(destination(call)) and hidden(call, destination(call))
                what = WHAT.get(taint.source, "credentials")
                yield leaving(file.path, call, what, (taint, read), sure=call.phase.automatic or covert)
                return


def collected(file: PythonFacts) -> Iterator[Finding]:
    """Several kinds of secrets are copied, and a command of the same file uploads something."""
    copies = [c for c in file.calls if {Does.READ, Does.WRITE} <= c.does]
    kinds = {t.detail.partition(" (")[0]: t for c in copies for t in c.taints(Source.SECRET)}
    if len(kinds) < _KINDS:
        return
    for call in file.calls:
        if Does.RUN_PROCESS in call.does and "@" in command(call) and (places := read_shell(command(call)).sends):
            message = f"gathers {' and '.join(sorted(kinds))} and uploads files to {places[0]} {when(call.phase)}"
            taints = tuple(kinds[kind] for kind in sorted(kinds))
            yield claim(ID, Behaviour.THEFT, file.path, call, message, severity=Severity.CRITICAL, taints=taints)
            return
