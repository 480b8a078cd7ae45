"""What a build of a source tree runs besides ``setup.py``: back ends, hooks, command classes, looked-up attributes.

Their code is run by somebody else's program, by name; here the same calls are written below the source, so that the
reader follows them like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pratique.artifact import Member, Role
from pratique.facts.configured import READ, configured

_IMPORTED = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?[ \t]*([\w, \t]*)"
    rb"|import[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*))",
    re.MULTILINE,
)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
"""Marks of encodings below which nothing can be written in ASCII."""
_FOLLOWED = 4
"""Imports of imports of a build script that are followed."""
_HOOKS = (
    *("build_wheel", "build_sdist", "build_editable", "prepare_metadata_for_build_wheel"),
    *("prepare_metadata_for_build_editable", "get_requires_for_build_wheel", "get_requires_for_build_sdist"),
    *("get_requires_for_build_editable", "build", "get_version", "write_version"),
    *("pdm_build_hook_enabled", "pdm_build_initialize", "pdm_build_clean", "pdm_build_update_files"),
    *("pdm_build_finalize", "pdm_build_update_setup_kwargs"),
)
"""Functions that build tools call by name (PEP 517, PEP 660, and the hooks of back ends)."""
_METHODS = ("initialize", "finalize", "clean", "dependencies", "update", "get_version_data", "set_version")
"""Methods that build tools call on classes they are given; command classes are run by the reader itself."""
_CLASS = re.compile(
    rb"^class[ \t]+(\w+)[ \t]*\([^)]*"
    rb"(?:Hook|Interface|Builder|Source|Plugin)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildHook:
    """A file that a build runs, and the names in it that the build asks for."""

    path: str
    classes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    imported: bool = False
    """It is a module of its own beside ``setup.py``, which imports it: nothing in it is called by name."""


def build_hooks(index: Mapping[str, Member]) -> dict[str, BuildHook]:
    """All files that building an sdist runs, by path; ``setup.py`` itself is not among them."""
    found: dict[str, BuildHook] = {}
    for named in configured(index):
        for path in _files(named.module, index):
            if not named.looked_up or not (_imported_anyway(index[path]) or _is_literal(index[path], named.attribute)):
                _add(found, path, named.attribute)
    for path in [path for path, member in index.items() if member.role is Role.BACKEND]:
        _add(found, path, "")
    _follow([*(["setup.py"] if "setup.py" in index else []), *found], index, found)
    return found


def with_calls(member: Member, hook: BuildHook) -> Member:
    """The file in the role of a back end, with what the build calls written below it."""
    if hook.imported:
        return replace(member, role=Role.BUILD)
    data = member.data
    calls = [
        f"{name}(None, None)" for name in dict.fromkeys((*hook.functions, *_HOOKS)) if _defines(data, b"def", name)
    ]
    classes = (*hook.classes, *(m[1].decode() for m in _CLASS.finditer(data[:READ])))
    for name in dict.fromkeys(c for c in classes if _defines(data, b"class", c)):
        calls += [f"{name}(None).{m}(None, None)" for m in _METHODS if _defines(data, b"def", m)]
    if not calls or not member.whole or data.startswith(_WIDE):
        return replace(member, role=Role.BACKEND)
    return replace(member, data=data + ("\n" + "\n".join(calls) + "\n").encode(), role=Role.BACKEND)


def _defines(data: bytes, keyword: bytes, name: str) -> bool:
    return (
        re.search(
            rb"^[ \t]*(?:async[ \t]+)?" + keyword + rb"[ \t]+" + re.escape(name.encode()) + rb"\b", data, re.MULTILINE
        )
        is not None
    )


def _add(found: dict[str, BuildHook], path: str, attribute: str) -> None:
    old = found.get(path, BuildHook(path=path))
    names = (attribute,) if attribute.isidentifier() else ()
    found[path] = replace(old, classes=(*old.classes, *names), functions=(*old.functions, *names))


def _is_literal(member: Member, name: str) -> bool:
    """Whether setuptools can read an attribute without importing its module (``StaticModule``)."""
    assigned = re.search(
        rb"^" + re.escape(name.encode()) + rb"[ \t]*(?::[^=\n]*)?=[ \t]*(\S)", member.data, re.MULTILINE
    )
    return assigned is not None and assigned[1] in b"\"'(["


def _files(module: str, index: Mapping[str, Member]) -> Iterator[str]:
    """The files that a dotted name or a path stands for, with the packages around it, which are imported first."""
    if module.endswith(".py"):
        plain = module.removeprefix("./")
        if plain in index:
            yield plain
        return
    parts = module.strip(".").split(".") if module.strip(".") else []
    for root in ("", "src/"):
        for count in range(1, len(parts) + 1):
            stem = root + "/".join(parts[:count])
            yield from (p for p in (f"{stem}.py", f"{stem}/__init__.py") if p in index)


def _follow(start: Iterable[str], index: Mapping[str, Member], found: dict[str, BuildHook]) -> None:
    """Add what build scripts import of the tree itself, as far as no import of the package reaches it anyway."""
    queue, seen = list(start), set(start)
    for _ in range(_FOLLOWED):
        imported = [p for path in queue for p in _imports(index[path], index) if p not in seen]
        seen.update(imported)
        for path in imported:
            if "/" not in path and index[path].role is Role.MODULE:
                found.setdefault(path, BuildHook(path=path, imported=True))
        queue = [p for p in dict.fromkeys(imported) if not _imported_anyway(index[p])]
        for path in queue:
            _add(found, path, "")


def _imported_anyway(member: Member) -> bool:
    return member.role in {Role.MODULE, Role.SETUP, Role.STARTUP}


def _imports(member: Member, index: Mapping[str, Member]) -> Iterator[str]:
    folder = member.path.rpartition("/")[0].replace("/", ".")
    for match in _IMPORTED.finditer(member.data[:READ]):
        base = match[1].decode() if match[1] else ""
        inner = [f"{base}.{name.strip().split(' ')[0]}" for name in (match[2] or b"").decode().split(",") if base]
        for name in (base, *inner, *(match[3] or b"").decode().split(",")):
            plain = name.strip()
            if not plain.startswith("."):
                yield from _files(plain, index)
            if folder:
                yield from _files(f"{folder}.{plain.lstrip('.')}", index)  # scripts see their own folder
