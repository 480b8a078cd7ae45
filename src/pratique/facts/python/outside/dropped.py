"""Files that this code wrote, where something runs them: whose labels reach whom, and what is in them is read."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from pratique.facts.payload import is_python
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Argument, Does, Source
from pratique.facts.python.outside.commands import PYTHON, SAVED, run_script
from pratique.facts.python.outside.running import plain
from pratique.facts.python.values import Known, text_of
from pratique.facts.shell import read_shell
from pratique.finding import Step

_SHELL_FILE = re.compile(r"\.(sh|bash|zsh|bat|cmd|ps1|command|vbs|vbe|hta|wsf)$", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][\w-]*")
_HANDLES = re.compile(
    r"^\s*(?:sudo\s+)?(?:chmod|chown|xattr|ls|file|stat|cat|mkdir|touch|sha\d+sum|"
    r"(?:svn|git|hg|bzr)\s+(?:checkout|co|export|clone|branch|update|pull|fetch))\s[^;&|`$]*$"
)
"""Commands that a file is named to and that do not start it; what is checked out is started by another."""
HERE = "\0here"
"""Stands for the current folder, once this code has changed to one that it fetched."""
_RELATIVE = re.compile(
    r"(?:^|\s)(?:python[\d.]*|<sys\.executable>|(?:ba|z)?sh|node)\s+(?!setup\.|configure|build|make|install|autogen)[\w.-]+\.\w{1,4}"
)
"""A script that lies there, unless it is one of those that builds start."""
_CHANGED = re.compile(r"(?:^|[;&|]\s*)cd\s+([^\s;&|]{1,200}?)/?(?=\s|;|&|$)")


def from_files(
    machine: Machine, does: frozenset[Does], arguments: dict[str, Argument], node: ast.AST
) -> tuple[Step, ...]:
    """Labels of a file that this code wrote reach whoever runs it, and the text of it is read as what it is."""
    steps: list[Step] = []
    command = " ".join(a.text for a in arguments.values())
    if Does.RUN_PROCESS in does and _HANDLES.match(command):
        return ()
    saved = _only_saved(command) if Does.RUN_PROCESS in does else frozenset()
    for key, value in list(arguments.items()):
        for path, written in list(machine.files.items()):
            if path in saved or not (_mentions(value.text, path) or (key == "0" and _leads_to(machine, command, path))):
                continue
            arguments[key] = Argument(text=value.text, taints=value.taints | written.taints, known=value.known)
            arguments["ran"] = _also_ran(arguments.get("ran"), path, written)
            steps.append(Step(line=written.line, what=f"written to {path[:80]}"))
            text = plain(written.content)
            if text is not None:
                _read_file(machine, does, command, path, text, written, node)
    return tuple(steps)


def _also_ran(before: Argument | None, path: str, written: Written) -> Argument:
    """What a command runs: of several files that it names, the labels of all, and the name of one that has some."""
    if before is None:
        return Argument(text=path[:400], taints=written.taints, known=isinstance(written.content, Known))
    text = path[:400] if written.taints or not before.taints else before.text
    return Argument(text=text, taints=before.taints | written.taints, known=before.known)


def _leads_to(machine: Machine, command: str, path: str) -> bool:
    """Whether a call names, or stands in, the folder of a file and starts it from there: ``./a`` in ``cwd="/tmp"``."""
    folder, _, last = path.rpartition("/")
    stem = last.partition(".")[0]
    if not folder or len(stem) < 2 or stem not in command or folder in {"<?>", "<...>"}:
        return False
    put = (text_of(machine.files[v].content) for v in ("$PYTHONPATH", "$PWD") if v in machine.files)
    if folder not in " ".join((command, *put)).split():
        return False
    return bool(_as_module(stem).search(command) or _as_program(re.escape(last)).search(command))


@lru_cache(maxsize=256)
def _as_module(stem: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w./-]){re.escape(stem)}(?:\.py)?(?![\w./-])")


def imported(machine: Machine, name: str, node: ast.AST) -> None:
    """A module is imported that this code put there before, by its name."""
    for path, written in list(machine.files.items()):
        if _is_module(path, name) and any(t.source is Source.NETWORK for t in written.taints):
            given = {"0": Argument(text=name), "ran": Argument(text=path[:400], taints=written.taints)}
            flow = (Step(line=written.line, what=f"written to {path[:80]}"),)
            machine.record("import", frozenset({Does.IMPORT}), node, given, flow=flow)


def _is_module(path: str, name: str) -> bool:
    last = path.replace("\\", "/").rpartition("/")[2]
    stem, _, kind = last.partition(".")
    return stem == name and (not kind or kind.endswith(("py", "pyc", "so", "pyd")))


def _only_saved(command: str) -> frozenset[str]:
    """Files that a downloader writes and that the command does not name again: they are not run by it."""
    found = frozenset(path for path in SAVED.findall(command) if command.count(path) == 1)
    return found if found and read_shell(command).downloads else frozenset()


def _read_file(
    machine: Machine, does: frozenset[Does], command: str, path: str, text: str, written: Written, node: ast.AST
) -> None:
    first = text.partition("\n")[0]
    python = path.endswith((".py", ".pyw", ".pyz")) or PYTHON.search(command.lower()) or is_python(text)
    if Does.RUN_PROCESS in does and not python and (_SHELL_FILE.search(path) or "python" not in first):
        run_script(machine, path, text, written.taints, node, "dropped file")
    else:
        machine.read_code(machine, text, (*machine.layers, "dropped file"), None, written.line)


def _mentions(command: str, path: str) -> bool:
    if path == "<tempfile>" or path.startswith("<tempfile."):
        return "<tempfile." in command
    if path == HERE:
        return _RELATIVE.search(command) is not None
    if len(path) <= 2 or path[0] == "$" or path in {"<?>", "<...>"}:
        return False
    if path in command:
        return _WORD.fullmatch(path) is None or _as_program(path).search(command) is not None
    return any(
        path.startswith(f"{folder}/")
        and _as_module(path[len(folder) + 1 :].removesuffix(".py")).search(command.replace("./", " "))
        for folder in (_CHANGED.findall(command) if "cd " in command else ())
    )


@lru_cache(maxsize=256)
def _as_program(word: str) -> re.Pattern[str]:
    """Where a file or folder that is called by a plain word is run, gone into or led through, not merely said."""
    return re.compile(
        rf"^[\s\"']*(?:\./)?{word}[\s\"']*$|(?:^|[\s;&|\"'(])(?:\./)?{word}[/\\]|(?:^|[;&|]\s*)(?:\./)?{word}(?:\s|$)|"
        rf"(?:sh|python[\d.]*|node|exec|start|cd|>)\s+(?:-\S+\s+)*(?:\./)?{word}(?:[\s;&|\"']|$)"
    )
