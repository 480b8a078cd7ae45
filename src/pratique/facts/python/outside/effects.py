"""Effects: what a call does to the world, recorded, with the flow through files it writes and runs."""

from __future__ import annotations

import ast
import re

from pratique.facts.python.catalogue import runners
from pratique.facts.python.catalogue.apis import look_up
from pratique.facts.python.distribution import siblings
from pratique.facts.python.expressions import outsiders, subscripts
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Argument, Does, Source, Taint
from pratique.facts.python.outside import arriving, filling, running
from pratique.facts.python.statements import binding
from pratique.facts.python.values import (
    NO_TAINT,
    Api,
    Known,
    Result,
    Scope,
    Text,
    Value,
    argument,
    deep_taints,
    text_of,
)
from pratique.finding import Step

_FINAL = frozenset({Does.RUN_CODE, Does.RUN_PROCESS, Does.IMPORT, Does.SEND, Does.FETCH, Does.WRITE})
"""Where a value goes that another module made, that module is looked into."""
_AFTER_THE_FIRST = re.compile(r"os\.spawn|.*\.subprocess_(shell|exec)$")
"""Their first argument is a mode or a protocol, the command comes after it."""
_COMMANDS = ("command", "cmd", "commandstring")
"""Keywords of a command line, besides ``args``."""
_UNPACKS = (".extractall", ".extract")
_MOVES = frozenset({"shutil.move", "shutil.copy", "shutil.copy2", "shutil.copyfile", "os.rename", "os.replace"})
_MOVES |= {"pathlib.Path().rename", "pathlib.Path().replace", "os.link", "os.symlink"}
_ARCHIVING = frozenset({"zipfile.ZipFile().write", "zipfile.ZipFile().writestr", "tarfile.open().add"})
_SECRETS = frozenset({Source.SECRET, Source.ENVIRON, Source.CLIPBOARD, Source.SCREEN, Source.KEYS, Source.HOST})
_FETCHES_FILES = frozenset(
    {
        "urllib.request.urlretrieve",
        "wget.download",
        "gdown.download",
        "git.Repo.clone_from",
        "pygit2.clone_repository",
        "dulwich.porcelain.clone",
    }
)
_ABOUT_PATHS = ("os.", "pathlib.", "shutil.", "print", "len", "str", "isinstance", "logging.")
_KNOWN_PART = re.compile(r"(?:^|>)[^<>]*[\w.-]{3}[^<>]*(?:<|$)")
"""In a path: something besides what only the caller knows."""
_DEEP = 8
"""Folders around a file that are looked at."""
_SHORTEST = 2
"""Characters of a folder's path that say which is meant."""
_OPENED = frozenset({"open", "os.open", "pathlib.Path().open"})
_OPENING = frozenset({"open", "os.open", "os.fdopen", "pathlib.Path().open"})


def path_of(name: str, args: list[Value]) -> str:
    """The path that a result stands for: an open file's, a temporary file's."""
    if name in _OPENING and args:
        return text_of(args[0])[:400]
    if name == "urllib.request.Request" and args:
        return text_of(args[0])[:400]  # it stands for its address wherever it is handed on
    if name.startswith(("tempfile.", "os.memfd_create")):
        return f"<{name}>"
    return ""


def record(
    machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST, scope: Scope | None
) -> Value | None:
    """Record a call of the catalogue; the value where reading its argument gave one, else nothing."""
    name = callee.name
    does = look_up(name).does
    if not does or not _counts(name, args, keywords):
        return None
    args = runners.handed(name, args)
    if (
        Does.RUN_PROCESS in does
        and not args
        and (called := next((keywords[k] for k in _COMMANDS if k in keywords), None))
    ):
        args, keywords = [called], {k: v for k, v in keywords.items() if v is not called}
    if Does.RUN_PROCESS in does and len(args) > 1:
        args = _command_alone(name, args)
    if machine.library is not None and (does & _FINAL):
        args[:] = [siblings.settled(machine, a) for a in args]
    arguments = {str(i): argument(a) for i, a in enumerate(args)} | {k: argument(v) for k, v in keywords.items()}
    line = getattr(node, "lineno", 0)
    if Does.FILL in does:
        arguments |= {str(i): filling.shown(arguments[str(i)], a) for i, a in enumerate(args)}
    if Does.WRITE in does:
        _write(machine, callee, args, keywords, line, arguments)
    if Does.READ in does:
        _read(args, keywords, line, arguments)
    if name.startswith("pathlib.") and callee.owner and "path" not in arguments:
        arguments["path"] = Argument(text=text_of(callee.owner[0])[:400])
    flow: tuple[Step, ...] = ()
    if does & {Does.RUN_PROCESS, Does.IMPORT, Does.RUN_CODE}:
        flow = running.from_files(machine, does, arguments, node)
    machine.record(name, does, node, arguments, disguise=callee.disguise, flow=flow)
    return _followed(machine, callee, does, args, keywords, node, scope)


def _followed(
    machine: Machine,
    callee: Api,
    does: frozenset[Does],
    args: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
    scope: Scope | None,
) -> Value | None:
    """What the recorded call makes of its arguments: text that runs, a command, an open file."""
    name, line = callee.name, getattr(node, "lineno", 0)
    if Does.RUN_CODE in does:
        return running.read_code(machine, name, args, keywords, scope, line)
    if Does.RUN_PROCESS in does:
        return running.read_command(machine, name, args, keywords, node)
    if name.endswith("ConfigParser().read") and args:
        binding.absorb(callee.of, outsiders.secret_taint(text_of(args[0]), line))
        return None
    if name == "shutil.make_archive" and len(args) > 1:
        made = _archived(args)[:400]
        return Result(name=f"{name}()", taints=_gathered(machine, made), path=made)
    if Does.READ in does:
        return _opened(machine, callee, args, keywords, line)
    if Does.REGISTRY in does and (label := outsiders.registry_taint(" ".join(text_of(a) for a in args), line)):
        return Result(name=f"{name}()", taints=label, parts=tuple(args[:3]))
    return None


def feed(machine: Machine, program: Value, content: Value, node: ast.AST) -> None:
    """What is written to a process's standard input."""
    running.feed(machine, program, content, node)


def _counts(name: str, args: list[Value], keywords: dict[str, Value]) -> bool:
    """Whether it does with these arguments what calls of that name are known for."""
    return runners.counts(name, args, keywords) and (name != "numpy.load" or _allows_pickle(keywords))


def _allows_pickle(keywords: dict[str, Value]) -> bool:
    allowed = keywords.get("allow_pickle")
    return allowed is not None and not (isinstance(allowed, Known) and not allowed.value)


def _command_alone(name: str, args: list[Value]) -> list[Value]:
    if name == "_posixsubprocess.fork_exec":
        return args[:1]
    return args[1:] if _AFTER_THE_FIRST.match(name) else args


def _write(
    machine: Machine,
    callee: Api,
    args: list[Value],
    keywords: dict[str, Value],
    line: int,
    arguments: dict[str, Argument],
) -> None:
    if callee.name.endswith(_UNPACKS) and not machine.phase.automatic:
        return  # whoever asks for an archive expects what is in it
    path, content = _write_target(callee, args, keywords)
    if not path:
        return
    moved = _held(machine, text_of(content)) if callee.name in _MOVES else None
    if moved is not None:
        content = Value(taints=moved.taints) if type(moved.content) is Value else moved.content
    arguments["path"] = Argument(text=path[:400])
    old = machine.files.get(path)
    taints = deep_taints(content) | (old.taints if old else NO_TAINT) | (moved.taints if moved else NO_TAINT)
    if callee.name in _FETCHES_FILES:
        address = args[0] if args else keywords.get("url", Value())
        taints |= {Taint(Source.NETWORK, text_of(address)[:160] if args else "", line)}
        taints |= {t for t in address.taints if t.source is Source.NETWORK}  # who says what is fetched, gives it
    if args and Does.READ in look_up(callee.name).does:
        read = text_of(content if callee.name == "shutil.make_archive" else args[0])
        taints |= outsiders.secret_taint(read, line) | _gathered(machine, read)
    if callee.name in _ARCHIVING and callee.owner:
        arriving.fill([callee.owner[0]], taints)
    machine.files[path] = Written(content=running.appended(old, content), taints=taints, line=line)


def _write_target(callee: Api, args: list[Value], keywords: dict[str, Value]) -> tuple[str, Value]:
    if callee.name in _FETCHES_FILES:
        names = ("filename", "out", "output", "to_path", "path")
        target = args[1] if len(args) > 1 else next((keywords[n] for n in names if n in keywords), None)
        return (text_of(target) if target else f"<{callee.name}()>", Value())
    if callee.name.startswith("pathlib.Path().re"):
        return text_of(args[0]) if args else "", callee.owner[0] if callee.owner else Value()
    if callee.name == "shutil.make_archive":
        held = args[2] if len(args) > 2 else keywords.get("root_dir", keywords.get("base_dir", Value()))
        return _archived(args) if len(args) > 1 else "", held
    if callee.name.startswith(("shutil.", "os.rename", "os.replace", "os.symlink", "os.link")) and len(args) > 1:
        return text_of(args[1]), args[0]
    if callee.name == "os.write" and len(args) > 1:
        return (args[0].path if isinstance(args[0], Result) else "") or "<os.write>", args[1]
    if callee.name.endswith(_UNPACKS):
        held = callee.owner[0] if callee.owner else Value()
        return _unpacked_to(callee.name, args, keywords), Value(taints=deep_taints(held) | callee.taints)
    if callee.name in _ARCHIVING:
        return text_of(callee.owner[0]) if callee.owner else "<archive>", args[-1] if args else Value()
    path = path_behind(callee)
    if not path and callee.name.startswith("tempfile."):
        path = "<tempfile>"
    return path or callee.name.rpartition(".")[0], args[0] if args else Value()


def _unpacked_to(name: str, args: list[Value], keywords: dict[str, Value]) -> str:
    """The folder that an archive is unpacked into, or the file that one member of it becomes."""
    member, rest = (args[:1], args[1:]) if name.endswith(".extract") else ([], args)
    folder = rest[0] if rest else keywords.get("path")
    parts = [text_of(v).rstrip("/") for v in (folder, *member) if v is not None]
    return "/".join(parts) or "<archive>"


def _archived(args: list[Value]) -> str:
    """The file that ``shutil.make_archive(name, kind)`` makes, and gives the name of."""
    return f"{text_of(args[0])}.{text_of(args[1])}"


def path_behind(callee: Api) -> str:
    """The path of the file that a method belongs to; of several, the same one each time."""
    if isinstance(callee.of, Result) and callee.of.path:
        return callee.of.path
    return max(
        (t.detail for t in callee.taints if t.source is Source.FILE), key=lambda path: (len(path), path), default=""
    )


def _held(machine: Machine, path: str) -> Written | None:
    """What was put at a path, or what it is a part of: a folder that was unpacked."""
    path = path.rstrip("/")
    for _ in range(_DEEP):
        if path in machine.files or len(path) < _SHORTEST:
            break
        path = path.rpartition("/")[0]
    return machine.files.get(path)


def _gathered(machine: Machine, path: str) -> frozenset[Taint]:
    """The secrets that this code has put into a file or a folder: whoever is handed it has them."""
    if not machine.files or not (_KNOWN_PART.search(path) or path.startswith("<tempfile.")):
        return NO_TAINT
    folder = f"{path.rstrip('/')}/"
    inside = (w for p, w in machine.files.items() if w.taints and (p == path or p.startswith(folder)))
    return frozenset(t for written in inside for t in written.taints if t.source in _SECRETS)


def _fetched(machine: Machine, path: str) -> frozenset[Taint]:
    written = machine.files.get(path) if machine.files else None
    return frozenset(t for t in written.taints if t.source is Source.NETWORK) if written is not None else NO_TAINT


def from_file(machine: Machine, name: str, args: list[Value]) -> frozenset[Taint]:
    """What an outside function that is handed the path of a fetched file may give back: what is in it."""
    if not machine.files or not args or type(args[0]) not in {Known, Text} or name.startswith(_ABOUT_PATHS):
        return NO_TAINT
    return NO_TAINT if look_up(name).does else _fetched(machine, text_of(args[0]))


def _read(args: list[Value], keywords: dict[str, Value], line: int, arguments: dict[str, Argument]) -> None:
    path = args[0] if args else keywords.get("file")
    if path is None:
        return
    taints = outsiders.secret_taint(text_of(path), line)
    if taints and "0" in arguments:
        first = arguments["0"]
        arguments["0"] = Argument(text=first.text, taints=first.taints | taints, known=first.known)


def _opened(machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], line: int) -> Value | None:
    name = callee.name
    first = args[0] if args else keywords.get("file")
    if name.startswith("pathlib.Path().") and callee.owner:
        first = callee.owner[0]
    if first is None:
        return None
    text = text_of(first)
    named = frozenset(t for t in first.taints if t.source is not Source.HOST)  # in whose folder a file lies
    taints = named | callee.taints | outsiders.secret_taint(text, line) | _fetched(machine, text)
    if name in _OPENED:
        taints |= {Taint(Source.FILE, text[:160], line)}
    else:
        taints |= arriving.data_in(text, line)
    taints |= _gathered(machine, text)
    path = text[:400] if name in _OPENED else ""
    if f"{name}()" in subscripts.LISTINGS:
        path = _pattern(name, text, args)
        taints = callee.taints | outsiders.secret_taint(path, line) | _gathered(machine, text)
    return Result(name=f"{name}()", taints=taints, path=path)


def _pattern(name: str, text: str, args: list[Value]) -> str:
    """Which files are found: those of a folder, or those that fit."""
    if name == "os.scandir":
        return f"{text}/*"[:400]
    if not name.startswith("pathlib."):
        return text[:400]
    last = text_of(args[0]) if args and not name.endswith("iterdir") else "*"
    return f"{text}/{'**/' if name.endswith('rglob') else ''}{last}"[:400]
