"""Effects: what a call does to the world, recorded, with the flow through files it writes and runs."""

from __future__ import annotations

import ast

from pratique.facts.python import lookup, siblings
from pratique.facts.python.apis import look_up
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Argument, Does, Source, Taint
from pratique.facts.python.values import Api, Items, Known, Result, Scope, Value, argument, deep_taints, text_of
from pratique.facts.shell import read_shell
from pratique.finding import Step

_READ_LIMIT = 2_000_000
_FINAL = frozenset({Does.RUN_CODE, Does.RUN_PROCESS, Does.IMPORT, Does.SEND, Does.FETCH, Does.WRITE})
"""Where a value goes that another module made, that module is looked into."""
_INTERPRETERS = ("python", "<sys.executable>", "pythonw", "py ")


def path_of(name: str, args: list[Value]) -> str:
    """The path that a result stands for: an open file's, a temporary file's."""
    if name in {"open", "pathlib.Path().open"} and args:
        return text_of(args[0])[:400]
    if name.startswith("tempfile."):
        return f"<{name}>"
    return ""


def record(
    machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST, scope: Scope | None
) -> Value | None:
    """Record a call of the catalogue; the value where reading its argument gave one, else nothing."""
    name = callee.name
    does = look_up(name).does
    if not does:
        return None
    if machine.library is not None and (does & _FINAL):
        args[:] = [siblings.settled(machine, a) for a in args]
    arguments = {str(i): argument(a) for i, a in enumerate(args)} | {k: argument(v) for k, v in keywords.items()}
    line = getattr(node, "lineno", 0)
    if Does.WRITE in does:
        _write(machine, callee, args, keywords, line, arguments)
    if Does.READ in does:
        _read(args, keywords, line, arguments)
    flow: tuple[Step, ...] = ()
    if does & {Does.RUN_PROCESS, Does.IMPORT, Does.RUN_CODE}:
        flow = _from_files(machine, arguments)
    machine.record(name, does, node, arguments, disguise=callee.disguise, flow=flow)
    if Does.RUN_CODE in does:
        return _read_code(machine, name, args, scope, line)
    if Does.RUN_PROCESS in does:
        _read_command(machine, args, keywords, line)
    if Does.READ in does:
        return _opened(name, args, keywords, line)
    return None


def _write(
    machine: Machine,
    callee: Api,
    args: list[Value],
    keywords: dict[str, Value],
    line: int,
    arguments: dict[str, Argument],
) -> None:
    path, content = _write_target(callee, args, keywords)
    if not path:
        return
    arguments["path"] = Argument(text=path[:400])
    old = machine.files.get(path)
    taints = deep_taints(content) | (old.taints if old else frozenset())
    if callee.name in {"urllib.request.urlretrieve", "wget.download", "gdown.download"}:
        taints |= {Taint(Source.NETWORK, text_of(args[0])[:160] if args else "", line)}
    machine.files[path] = Written(content=content, taints=taints, line=line)


def _write_target(callee: Api, args: list[Value], keywords: dict[str, Value]) -> tuple[str, Value]:
    if callee.name in {"urllib.request.urlretrieve", "wget.download", "gdown.download"}:
        target = args[1] if len(args) > 1 else keywords.get("filename") or keywords.get("out") or keywords.get("output")
        return (text_of(target) if target else f"<{callee.name}()>", Value())
    if callee.name.startswith(("shutil.", "os.rename", "os.replace", "os.symlink", "os.link")) and len(args) > 1:
        return text_of(args[1]), args[0]
    path = next((t.detail for t in callee.taints if t.source is Source.FILE), "")
    if not path and callee.name.startswith("tempfile."):
        path = "<tempfile>"
    return path or callee.name.rpartition(".")[0], args[0] if args else Value()


def _read(args: list[Value], keywords: dict[str, Value], line: int, arguments: dict[str, Argument]) -> None:
    path = args[0] if args else keywords.get("file")
    if path is None:
        return
    taints = lookup.secret_taint(text_of(path), line)
    if taints and "0" in arguments:
        first = arguments["0"]
        arguments["0"] = Argument(text=first.text, taints=first.taints | taints, known=first.known)


def _opened(name: str, args: list[Value], keywords: dict[str, Value], line: int) -> Value | None:
    first = args[0] if args else keywords.get("file")
    if first is None:
        return None
    text = text_of(first)
    taints = first.taints | lookup.secret_taint(text, line)
    if name == "open":
        taints |= {Taint(Source.FILE, text[:160], line)}
    return Result(name=f"{name}()", taints=taints, path=text[:400] if name == "open" else "")


def _from_files(machine: Machine, arguments: dict[str, Argument]) -> tuple[Step, ...]:
    """Labels of a file that this code wrote reach whoever runs it."""
    steps: list[Step] = []
    for key, value in list(arguments.items()):
        for path, written in list(machine.files.items()):
            if not _mentions(value.text, path):
                continue
            arguments[key] = Argument(text=value.text, taints=value.taints | written.taints, known=value.known)
            arguments["ran"] = Argument(
                text=path[:400], taints=written.taints, known=isinstance(written.content, Known)
            )
            steps.append(Step(line=written.line, what=f"written to {path[:80]}"))
            text = written.content.value if isinstance(written.content, Known) else None
            if isinstance(text, str | bytes):
                plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
                machine.read_code(machine, plain, (*machine.layers, "dropped file"), None, written.line)
    return tuple(steps)


def _mentions(command: str, path: str) -> bool:
    if path == "<tempfile>" or path.startswith("<tempfile."):
        return "<tempfile." in command
    return len(path) > 2 and path in command and path not in {"<?>", "<...>"}


def _read_code(machine: Machine, name: str, args: list[Value], scope: Scope | None, line: int) -> Value | None:
    source = args[0] if args else None
    if (
        name in {"types.FunctionType", "types.LambdaType", "pickle.loads", "pickle.load", "marshal.load"}
        or source is None
    ):
        return None
    plain = source.value if isinstance(source, Known) else None
    if not isinstance(plain, str | bytes):
        return None
    text = plain.decode("utf-8", "replace") if isinstance(plain, bytes) else plain
    chain = max((t.detail for t in source.taints if t.source is Source.DECODED), key=len, default="")
    layers = (*machine.layers, *(chain.split(">") if chain else (name,)))
    value = machine.read_code(machine, text[:_READ_LIMIT], layers, scope, line)
    return value if name == "eval" else None


def _read_command(machine: Machine, args: list[Value], keywords: dict[str, Value], line: int) -> None:
    first = args[0] if args else keywords.get("args")
    if first is None:
        return
    parts = [text_of(v) for v in first.items] if isinstance(first, Items) else [text_of(a) for a in args]
    if "-c" in parts and any(i in parts[0].lower() for i in _INTERPRETERS):
        code = parts[parts.index("-c") + 1] if parts.index("-c") + 1 < len(parts) else ""
        machine.read_code(machine, code, (*machine.layers, "python -c"), None, line)
        return
    for code in read_shell(" ".join(parts)).python:
        machine.read_code(machine, code, (*machine.layers, "python -c"), None, line)
