"""Files that this code writes, moves, unpacks and reads: what lies in them then."""

from __future__ import annotations

import re

from pratique.facts.python.catalogue.apis import look_up
from pratique.facts.python.expressions import outsiders, subscripts
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Argument, Does, Source, Taint
from pratique.facts.python.outside import arriving, running
from pratique.facts.python.values import NO_TAINT, OWN_FILE, Api, Known, Result, Text, Value, deep_taints, text_of

_UNPACKS = (".extractall", ".extract")
_PLACING = ("shutil.", "os.rename", "os.replace", "os.symlink", "os.link")
"""What puts its first argument where its second one says."""
_TARGETS = ("filename", "out", "output", "to_path", "path")
"""Keywords for the file that a download is written to."""
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


def remember_written(
    machine: Machine,
    callee: Api,
    args: list[Value],
    keywords: dict[str, Value],
    line: int,
    arguments: dict[str, Argument],
) -> None:
    """Keep what a call puts into which file, and name the path in its arguments."""
    if callee.name.endswith(_UNPACKS) and not machine.phase.automatic:
        return  # whoever asks for an archive expects what is in it
    path, content = _write_target(callee, args, keywords)
    if not path or (path == OWN_FILE and callee.name.endswith(_UNPACKS)):
        return  # all that the package came with lies there too
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
        taints |= outsiders.secret_taint(read, line) | gathered(machine, read)
    if callee.name in _ARCHIVING and callee.owner:
        arriving.fill([callee.owner[0]], taints)
    machine.files[path] = Written(content=running.appended(old, content), taints=taints, line=line)


def _write_target(callee: Api, args: list[Value], keywords: dict[str, Value]) -> tuple[str, Value]:
    """The path of the file that a call writes, and what it puts there."""
    name = callee.name
    owner = callee.owner[0] if callee.owner else Value()
    if name in _FETCHES_FILES:
        return _fetched_to(name, args, keywords), Value()
    if name.startswith("pathlib.Path().re"):
        return text_of(args[0]) if args else "", owner
    if name == "shutil.make_archive":
        held = args[2] if len(args) > 2 else keywords.get("root_dir", keywords.get("base_dir", Value()))
        return archived(args) if len(args) > 1 else "", held
    if name.startswith(_PLACING) and len(args) > 1:
        return text_of(args[1]), args[0]
    if name == "os.write" and len(args) > 1:
        return (args[0].path if isinstance(args[0], Result) else "") or "<os.write>", args[1]
    if name.endswith(_UNPACKS):
        return _unpacked_to(name, args, keywords), Value(taints=deep_taints(owner) | callee.taints)
    if name in _ARCHIVING:
        return text_of(owner) if callee.owner else "<archive>", args[-1] if args else Value()
    return _path_written(callee), args[0] if args else Value()


def _fetched_to(name: str, args: list[Value], keywords: dict[str, Value]) -> str:
    """The file that a download is written to."""
    target = args[1] if len(args) > 1 else next((keywords[n] for n in _TARGETS if n in keywords), None)
    return text_of(target) if target else f"<{name}()>"


def _path_written(callee: Api) -> str:
    """The path of the open file that a method writes to; one without a name stands for itself."""
    unnamed = "<tempfile>" if callee.name.startswith("tempfile.") else callee.name.rpartition(".")[0]
    return path_behind(callee) or unnamed


def _unpacked_to(name: str, args: list[Value], keywords: dict[str, Value]) -> str:
    """The folder that an archive is unpacked into, or the file that one member of it becomes."""
    member, rest = (args[:1], args[1:]) if name.endswith(".extract") else ([], args)
    folder = rest[0] if rest else keywords.get("path")
    parts = [text_of(v).rstrip("/") for v in (folder, *member) if v is not None]
    return "/".join(parts) or "<archive>"


def archived(args: list[Value]) -> str:
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


def gathered(machine: Machine, path: str) -> frozenset[Taint]:
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


def label_secrets(args: list[Value], keywords: dict[str, Value], line: int, arguments: dict[str, Argument]) -> None:
    """Label the path of a call that reads, if people keep secrets there."""
    path = args[0] if args else keywords.get("file")
    if path is None:
        return
    taints = outsiders.secret_taint(text_of(path), line)
    if taints and "0" in arguments:
        first = arguments["0"]
        arguments["0"] = Argument(text=first.text, taints=first.taints | taints, known=first.known)


def opened(machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], line: int) -> Value | None:
    """The file that a call opens, or the names that it finds in a folder, with the labels of what lies there."""
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
    taints |= gathered(machine, text)
    path = text[:400] if name in _OPENED else ""
    if f"{name}()" in subscripts.LISTINGS:
        path = _pattern(name, text, args)
        taints = callee.taints | outsiders.secret_taint(path, line) | gathered(machine, text)
    return Result(name=f"{name}()", taints=taints, path=path)


def _pattern(name: str, text: str, args: list[Value]) -> str:
    """Which files are found: those of a folder, or those that fit."""
    if name == "os.scandir":
        return f"{text}/*"[:400]
    if not name.startswith("pathlib."):
        return text[:400]
    last = text_of(args[0]) if args and not name.endswith("iterdir") else "*"
    return f"{text}/{'**/' if name.endswith('rglob') else ''}{last}"[:400]
