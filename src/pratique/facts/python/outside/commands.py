"""Commands that are started: Python and shell that they hold, what they are fed, what they fetch."""

from __future__ import annotations

import ast
import re

from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Argument, Does, Source, Taint
from pratique.facts.python.origin import Origin
from pratique.facts.python.outside import copying
from pratique.facts.python.outside.running import plain
from pratique.facts.python.values import Api, Items, Result, Table, Value, argument, deep_taints, text_of
from pratique.facts.shell import read_shell

PYTHON = re.compile(r"(?:^|[\\/\s<])(?:python[\d.]*w?|pypy\d?|py)(?:\.exe)?(?:$|[\s>])|<sys\.executable\b")
_SHELL = re.compile(r"(?:^|[\\/])(?:(?:ba|z|da|k|a|fi)?sh|cmd|powershell|pwsh)(?:\.exe)?$", re.IGNORECASE)
SAVED = re.compile(
    r"(?:\s-[a-zA-Z]*[oO](?=[\s=])|\s-[oO](?=[\"'/~.$<])|\s--output(?:-document)?|\s-OutFile\b|\.DownloadFile\([^,()]{1,200},|"
    r"\b(?:certutil|bitsadmin|Start-BitsTransfer)\b[^|;&\n]{1,300}?://[^\s'\"]{1,300}['\"]?\s(?:-Destination)?)"
    r"[ =]?\s*['\"]?([^\s'\";|&)]{3,200})"
)
"""Where a downloader puts what it fetches."""
_VARIABLE = re.compile(r"\$\{?(\w+)\}?|%(\w+)%")
_PROCESS = frozenset({Does.RUN_PROCESS})
_FOREIGN = frozenset({Source.NETWORK, Source.DECODED})


def read_command(
    machine: Machine, name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value | None:
    """Read a command: Python that it holds, what it is fed, what it saves; its result where it was downloaded."""
    first = args[0] if args else keywords.get("args")
    if first is None:
        return None
    line = getattr(node, "lineno", 0)
    if "input" in keywords:
        feed(machine, first, keywords["input"], node)
    elif "stdin" in keywords and _FOREIGN & {t.source for t in keywords["stdin"].taints}:
        feed(machine, first, keywords["stdin"], node)
    _lend(machine, keywords, line)
    parts = [text_of(v) for v in first.items] if isinstance(first, Items) else [text_of(a) for a in args]
    if "-c" in parts and PYTHON.search(parts[0].lower()):
        code = parts[parts.index("-c") + 1] if parts.index("-c") + 1 < len(parts) else ""
        machine.read_code(machine, code, (*machine.layers, "python -c"), None, line)
        return None
    command = " ".join(parts)
    _expand(machine, name, command, keywords, node)
    shell = read_shell(command if name != "pip.main" else f"pip {command}")
    for code in shell.python:
        machine.read_code(machine, code, (*machine.layers, "python -c"), None, line)
    copied = copying.brought(machine, command, line)
    if copied:
        return Result(copied | {Taint(Source.PROCESS, command[:160], line)}, f"{name}()", "", tuple(args[:3]))
    for installed in shell.installs:
        copying.installed(machine, installed, line)
    if not shell.downloads:
        return None
    label = frozenset(Taint(Source.NETWORK, url[:160], line) for url in shell.downloads[:4])
    for path in SAVED.findall(command):
        machine.files[path] = Written(content=Value(taints=label), taints=label, line=line)
    return Result(label | {Taint(Source.PROCESS, command[:160], line)}, f"{name}()", "", tuple(args[:3]))


def _lend(machine: Machine, keywords: dict[str, Value], line: int) -> None:
    """What a program is given in its environment, this code's next one reads there."""
    given = keywords.get("env")
    for name, value in list(given.entries.items()) if isinstance(given, Table) else ():
        if isinstance(name, str):
            machine.files[f"${name}"] = Written(content=value, taints=deep_taints(value), line=line)


def handed_by_text(machine: Machine, name: str, args: list[Value], node: ast.AST) -> None:
    """A command that fetches and runs a program says what it is given to, whose name could not be computed."""
    text = plain(args[0]) if args else None
    if text is not None and "://" in text and read_shell(text).runs_download:
        machine.record(name, _PROCESS, node, {"0": argument(args[0])})


def _expand(machine: Machine, name: str, command: str, keywords: dict[str, Value], node: ast.AST) -> None:
    """A command that stands in a variable of the environment which this code has set."""
    if "$" not in command and "%" not in command:
        return
    given = keywords.get("env")
    own = {str(k): v for k, v in given.entries.items()} if isinstance(given, Table) else {}
    known: dict[str, str] = {}
    for variable in {a or b for a, b in _VARIABLE.findall(command)}:
        put = machine.files.get(f"${variable}")
        value = own.get(variable) or (put.content if put is not None else None)
        text = plain(value) if value is not None else None
        if text is not None:
            known[variable] = text
    if known:
        text = _VARIABLE.sub(lambda m: known.get(m[1] or m[2], m[0]), command)
        run_script(machine, name, text, frozenset(), node, "variable")


def feed(machine: Machine, program: Value, content: Value, node: ast.AST) -> None:
    """What is written to a shell's or an interpreter's standard input runs."""
    words = [text_of(v) for v in program.items] if isinstance(program, Items) else text_of(program).split()
    words = [w for w in words if w not in {"/usr/bin/env", "env", "sudo", "nohup", "exec"}]
    if not words or "-c" in words or "-m" in words or any(w and w[0] not in "-/" for w in words[1:]):
        return
    text = plain(content)
    if _SHELL.search(words[0]):
        if text is not None:
            run_script(machine, "standard input", text, content.taints, node, "standard input")
        else:
            given = argument(content)
            machine.record(words[0][:80], _PROCESS, node, {"0": given, "ran": given})
    elif PYTHON.search(words[0]):
        machine.invoke(machine, Api(name="exec", disguise=("standard input",)), [content], {}, node)


def run_script(machine: Machine, name: str, text: str, taints: frozenset[Taint], node: ast.AST, layer: str) -> None:
    """A text that a shell runs line by line is a command like any other."""
    if text in machine.seen_code or not text.strip():
        return
    machine.seen_code.add(text)
    line = getattr(node, "lineno", 0)
    outside = machine.origin
    layers = (*machine.layers, layer)
    with machine.within(Origin(tuple(text.splitlines()), layers, outside.path, outside.outer or line)):
        machine.record(name[-80:], _PROCESS, node, {"0": Argument(text=text[:4_000], taints=taints, known=True)})
    shell = read_shell(text)
    if shell.truncated:
        machine.missed["shell-limit"] = "a text that a shell runs is longer or deeper than is read"
    for code in shell.python:
        machine.read_code(machine, code, (*layers, "python -c"), None, line)
