"""Paths, the environment, and what was written to a file and is read back."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from pratique.facts.python.expressions import attributes, outsiders
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.outside import files
from pratique.facts.python.outside.dropped import HERE
from pratique.facts.python.statements import binding
from pratique.facts.python.understood.shape import Special, given, same, text
from pratique.facts.python.values import (
    OWN_FILE,
    Api,
    Items,
    Known,
    Result,
    Text,
    Value,
    all_taints,
    deep_taints,
    join,
    text_of,
)

_NEAR = frozenset({"localhost", "127.0.0.1", "::1"})


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _path_join(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    joined = "/".join(text_of(a).rstrip("/\\") if i < len(args) - 1 else text_of(a) for i, a in enumerate(args))
    taints = all_taints(args) if args else frozenset()
    taints |= outsiders.secret_taint(joined, _line(node))
    if callee.name.startswith("pathlib."):
        return Result(name="pathlib.Path()", path=joined[:400], taints=taints)
    if all(isinstance(a, Known) for a in args):
        return Known(value=joined, taints=taints)
    return Text(text=joined, taints=taints)


def _joinpath(m: Machine, callee: Api, args: list[Value], k: dict[str, Value], node: ast.AST) -> Value | None:
    owner = callee.owner[0] if callee.owner else None
    if not isinstance(owner, Result) or not owner.path:
        return None
    return _path_join(m, Api(name="pathlib.Path"), [owner, *args], k, node)


def _with_suffix(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    owner, suffix = callee.owner[0] if callee.owner else None, text(args[0]) if args else None
    if not isinstance(owner, Result) or not owner.path or suffix is None:
        return None
    folder, slash, name = owner.path.rpartition("/")
    return Result(
        name=owner.name, path=f"{folder}{slash}{name.rpartition('.')[0] or name}{suffix}", taints=owner.taints
    )


def _home(_m: Machine, _c: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return Result(name="pathlib.Path()", path="~")


def _expand(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if not args:
        return None
    path = text_of(args[0])
    return Text(text=path, taints=args[0].taints | outsiders.secret_taint(path, _line(node)))


def _which(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """Where a program lies, if anywhere: as good as its name."""
    name = text(args[0]) if args else None
    return Text(text=name, taints=args[0].taints) if name else None


def _getenv(m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    if callee.name.endswith((".copy", ".items", ".values", ".keys")):
        return Result(name="os.environ[]", taints=frozenset({Taint(Source.ENVIRON, "os.environ", _line(node))}))
    name = text_of(args[0]) if args else "?"
    whole = (t for t in (args[0].taints if args else ()) if t.source is Source.ENVIRON)  # whichever there is
    label = frozenset({Taint(Source.VARIABLE, name, _line(node)), *whole})
    put = m.files.get(f"${name}")
    if put is not None:
        return binding.labelled(put.content, label)
    variable = Text(text=f"<${name}>", taints=label)
    otherwise = given(args, keywords, 1, "default")
    if otherwise is not None and text_of(otherwise) in _NEAR:
        return binding.labelled(otherwise, label)
    return join([variable, otherwise]) if otherwise is not None and "://" in text_of(otherwise) else variable


def _putenv(m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    if callee.name.endswith("update"):
        put: dict[object, Value] = dict(keywords.items())
        put |= binding.entries_of(args[0]) if args else {}
        for name, value in put.items():
            binding.put_variable(m, str(name), value, _line(node))
    elif len(args) == 2 and (name := text(args[0])):
        binding.put_variable(m, name, args[1], _line(node))
    return None


def _read_back(m: Machine, callee: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """What this code wrote to a file is what it reads from it."""
    path = files.path_behind(callee)
    written = _written(m, path) if path else None
    if written is None:
        return None
    value = binding.labelled(written.content, callee.taints | written.taints)
    return Items(items=[value]) if callee.name.endswith("lines") else value


def _written(m: Machine, path: str) -> Written | None:
    """What was put there, by itself or as a part of a folder that was fetched."""
    for _ in range(_DEEP):
        if path in m.files or len(path) < 2:
            break
        path = path.rpartition("/")[0]
    return m.files.get(path)


def _pipe(_m: Machine, callee: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``os.pipe()``: two descriptors of what is as good as a file."""
    end = Result(name=f"{callee.name}()", path=f"<{callee.name}>")
    return Items(items=[end, end])


def _read_descriptor(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    path = args[0].path if args and isinstance(args[0], Result) else ""
    written = m.files.get(path) if path else None
    return binding.labelled(written.content, written.taints) if written is not None else None


def _change(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """``os.chdir``: what is started by a relative path from then on comes from there, fetched or put there."""
    if not args:
        return None
    m.files["$PWD"] = Written(content=args[0], taints=frozenset(), line=0)
    written = m.files.get(text_of(args[0]))
    if written is not None and any(t.source is Source.NETWORK for t in written.taints):
        m.files[HERE] = written
    return None


def _buffer(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """A file in memory: a list of what was written to it, shared by all that hold it."""
    taints = deep_taints(args[0]) if args else frozenset()
    return Result(name=f"{callee.name}()", parts=(Items(items=args[:1]),), taints=taints)


def _buffer_write(_m: Machine, callee: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    parts = callee.owner[0] if callee.owner else None
    if isinstance(parts, Items) and args:
        parts.items.append(args[0])
    return None


def _buffer_read(_m: Machine, callee: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return binding.buffered(callee.owner[0]) if callee.owner else None


def _write_through(m: Machine, file: Value | None, content: Value, node: ast.AST) -> None:
    if isinstance(file, Result | Api):
        m.invoke(m, attributes.attribute(m, file, "write"), [content], {}, node)


def _print(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    """``print(text, file=f)`` writes."""
    if args and "file" in keywords:
        _write_through(m, keywords["file"], args[0], node)
    return None


def _copy_file(m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], node: ast.AST) -> Value | None:
    if len(args) >= 2:
        content = m.invoke(m, attributes.attribute(m, args[0], "read"), [], {}, node)
        _write_through(m, args[1], content, node)
    return None


def _dump(m: Machine, _c: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    """``json.dump(value, file)`` and its like write the value."""
    if args:
        _write_through(m, args[1] if len(args) > 1 else keywords.get("fp") or keywords.get("file"), args[0], node)
    return None


_DEEP = 8
_FILES = ("open()", "pathlib.Path().open()", "os.fdopen()")
_READS = ("read", "readline", "readlines", "buffer.read")
_BUFFERS = ("io.StringIO", "io.BytesIO", "StringIO.StringIO", "cStringIO.StringIO")
_KEPT = ("absolute", "resolve", "expanduser", "as_posix")


def _path_method(_m: Machine, callee: Api, _a: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    return callee.owner[0] if callee.owner else None


def _folder(_m: Machine, _c: Api, args: list[Value], _k: dict[str, Value], _n: ast.AST) -> Value | None:
    """The folder that this file lies in, whatever it is called; of other paths that are not known, nothing."""
    return args[0] if args and isinstance(args[0], Text) and text_of(args[0]) == OWN_FILE else None


SPECIAL: Mapping[str, Special] = {
    "os.path.dirname": _folder,
    "os.path.join": _path_join,
    "pathlib.Path": _path_join,
    "pathlib.PurePath": _path_join,
    "pathlib.PosixPath": _path_join,
    "pathlib.WindowsPath": _path_join,
    "os.chdir": _change,
    "os.pipe": _pipe,
    "os.read": _read_descriptor,
    "pathlib.Path.home": _home,
    "pathlib.Path().home": _home,
    "pathlib.Path().joinpath": _joinpath,
    "pathlib.Path().with_suffix": _with_suffix,
    **{f"pathlib.Path().{name}": _path_method for name in _KEPT},
    "os.path.expanduser": _expand,
    "os.path.expandvars": _expand,
    "os.path.abspath": _expand,
    "os.path.realpath": _expand,
    "os.path.normpath": _expand,
    "os.fspath": _expand,
    "shutil.which": _which,
    "distutils.spawn.find_executable": _which,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.environ.pop": _getenv,
    "os.environ.__getitem__": _getenv,
    "os.environ.items": _getenv,
    "os.environ.copy": _getenv,
    "os.environ.values": _getenv,
    "os.environ.setdefault": _putenv,
    "os.environ.update": _putenv,
    "os.putenv": _putenv,
    **{f"{file}.{read}": _read_back for file in _FILES for read in _READS},
    "pathlib.Path().read_text": _read_back,
    "pathlib.Path().read_bytes": _read_back,
    **dict.fromkeys(_BUFFERS, _buffer),
    **{f"{name}().write": _buffer_write for name in _BUFFERS},
    **{f"{name}().{read}": _buffer_read for name in _BUFFERS for read in ("read", "getvalue", "getbuffer")},
    "print": _print,
    "shutil.copyfileobj": _copy_file,
    "json.dump": _dump,
    "pickle.dump": _dump,
    "plistlib.dump": _dump,
    "yaml.dump": _dump,
    "memoryview": same,
}
