"""Running: text that is executed, commands that are started, and what these are fed."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from pratique.facts.payload import is_python
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Argument, Does, Source, Taint
from pratique.facts.python.origin import Origin
from pratique.facts.python.values import Api, Items, Known, Result, Scope, Table, Value, argument, deep_taints, text_of
from pratique.facts.shell import read_shell
from pratique.finding import Step

_READ_LIMIT = 2_000_000
_PYTHON = re.compile(r"(?:^|[\\/\s<])(?:python[\d.]*w?|pypy\d?|py)(?:\.exe)?(?:$|[\s>])|<sys\.executable\b")
_SHELL = re.compile(r"(?:^|[\\/])(?:(?:ba|z|da|k|a|fi)?sh|cmd|powershell|pwsh)(?:\.exe)?$", re.IGNORECASE)
_SHELL_FILE = re.compile(r"\.(sh|bash|zsh|bat|cmd|ps1|command|vbs|vbe|hta|wsf)$", re.IGNORECASE)
_SAVED = re.compile(
    r"(?:\s-[a-zA-Z]*[oO](?=[\s=])|\s-[oO](?=[\"'/~.$<])|\s--output(?:-document)?|\s-OutFile\b|\.DownloadFile\([^,()]{1,200},|"
    r"\b(?:certutil|bitsadmin|Start-BitsTransfer)\b[^|;&\n]{1,300}?://[^\s'\"]{1,300}['\"]?\s(?:-Destination)?)"
    r"[ =]?\s*['\"]?([^\s'\";|&)]{3,200})"
)
"""Where a downloader puts what it fetches."""
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
_VARIABLE = re.compile(r"\$\{?(\w+)\}?|%(\w+)%")
_PROMPT = re.compile(r"^[ \t]{0,200}(?:>>>|\.\.\.) ?(.*)$", re.MULTILINE)
_NOT_TEXT = frozenset(
    [
        "pickle.loads",
        "pickle.load",
        "pickle.Unpickler().load",
        "marshal.load",
        "joblib.load",
        "numpy.load",
        "pandas.read_pickle",
        "jsonpickle.decode",
        "yaml.unsafe_load",
        "runpy.run_path",
        "execfile",
    ]
)
_STATEMENTS = ("stmt", "setup", "statement", "cmd", "source")
_PROCESS = frozenset({Does.RUN_PROCESS})
_FOREIGN = frozenset({Source.NETWORK, Source.DECODED})
_INTO = re.compile(r"(?:--target|--prefix|--root|\s-t)[ =]\s*(\S{3,200})")
"""The folder that a package is installed into."""
_BY_ADDRESS = re.compile(r"(?:^|[\s=@+])((?:https?|ssh|ftp)://\S{4,160})")


def read_code(
    machine: Machine, name: str, args: list[Value], keywords: dict[str, Value], scope: Scope | None, line: int
) -> Value | None:
    """Walk the text that a call executes; the value of an expression that `eval` computes."""
    if name in _NOT_TEXT:
        return None
    sources = [*args[: 2 if name.startswith("timeit.") else 1], *(keywords[k] for k in _STATEMENTS if k in keywords)]
    value: Value | None = None
    for source in sources:
        text = _plain(source)
        if text is None:
            continue
        if name.startswith("doctest."):
            text = "\n".join(_PROMPT.findall(text))
        chain = max((t.detail for t in source.taints if t.source is Source.DECODED), key=len, default="")
        layers = (*machine.layers, *(chain.split(">") if chain else (name,)))
        if len(text) > _READ_LIMIT:
            machine.missed["layer-limit"] = f"code of {len(text):,} characters is executed: only the beginning was read"
        value = machine.read_code(machine, text[:_READ_LIMIT], layers, scope, line)
    return value if name in {"eval", "pdb.runeval"} else None


def _plain(value: Value) -> str | None:
    found = value.value if isinstance(value, Known) else None
    if isinstance(found, bytes | bytearray):
        return found.decode("utf-8", "replace")
    return found if isinstance(found, str) else None


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
    if "-c" in parts and _PYTHON.search(parts[0].lower()):
        code = parts[parts.index("-c") + 1] if parts.index("-c") + 1 < len(parts) else ""
        machine.read_code(machine, code, (*machine.layers, "python -c"), None, line)
        return None
    command = " ".join(parts)
    _expand(machine, name, command, keywords, node)
    shell = read_shell(command)
    for code in shell.python:
        machine.read_code(machine, code, (*machine.layers, "python -c"), None, line)
    for installed in shell.installs:
        _install(machine, installed, line)
    if not shell.downloads:
        return None
    label = frozenset(Taint(Source.NETWORK, url[:160], line) for url in shell.downloads[:4])
    for path in _SAVED.findall(command):
        machine.files[path] = Written(content=Value(taints=label), taints=label, line=line)
    return Result(label | {Taint(Source.PROCESS, command[:160], line)}, f"{name}()", "", tuple(args[:3]))


def _lend(machine: Machine, keywords: dict[str, Value], line: int) -> None:
    """What a program is given in its environment, this code's next one reads there."""
    given = keywords.get("env")
    for name, value in list(given.entries.items()) if isinstance(given, Table) else ():
        if isinstance(name, str):
            machine.files[f"${name}"] = Written(content=value, taints=deep_taints(value), line=line)


def _install(machine: Machine, installed: str, line: int) -> None:
    """A folder into which a package was put that came from an address."""
    address, folder = _BY_ADDRESS.search(installed), _INTO.search(installed)
    if address and folder:
        label = frozenset({Taint(Source.NETWORK, address[1], line)})
        machine.files[folder[1]] = Written(content=Value(taints=label), taints=label, line=line)


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
        text = _plain(value) if value is not None else None
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
    text = _plain(content)
    if _SHELL.search(words[0]):
        if text is not None:
            run_script(machine, "standard input", text, content.taints, node, "standard input")
        else:
            given = argument(content)
            machine.record(words[0][:80], _PROCESS, node, {"0": given, "ran": given})
    elif _PYTHON.search(words[0]):
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
            text = _plain(written.content)
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
    found = frozenset(path for path in _SAVED.findall(command) if command.count(path) == 1)
    return found if found and read_shell(command).downloads else frozenset()


def _read_file(
    machine: Machine, does: frozenset[Does], command: str, path: str, text: str, written: Written, node: ast.AST
) -> None:
    first = text.partition("\n")[0]
    python = path.endswith((".py", ".pyw", ".pyz")) or _PYTHON.search(command.lower()) or is_python(text)
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


def appended(old: Written | None, content: Value) -> Value:
    """What a file contains after more was written to it."""
    before = old.content if old is not None else None
    if isinstance(before, Known) and isinstance(content, Known):
        left, right = before.value, content.value
        taints = before.taints | content.taints
        if isinstance(left, str) and isinstance(right, str) and left != right and len(left) < _READ_LIMIT:
            return Known(value=left + right, taints=taints)
        if isinstance(left, bytes) and isinstance(right, bytes) and left != right and len(left) < _READ_LIMIT:
            return Known(value=left + right, taints=taints)
    return content
