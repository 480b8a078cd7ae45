"""When the code of a member runs, by its place in the distribution."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pratique.artifact import Member, Role
from pratique.names import DistributionName, Kind

_CODE = (".py", ".pyw", ".pyc")
_CUSTOMIZE = re.compile(r"(?:sitecustomize|usercustomize)(?:\.[\w-]+)*\.py[cw]?|(?:site|user)customize/__init__\.pyc?")
_WHEEL_DATA = re.compile(r"[^/]+\.data/(?P<scheme>[^/]+)/(?P<rest>.+)", re.DOTALL)
_PTH_IMPORT = re.compile(rb"^(?:\xef\xbb\xbf)?import[ \t]", re.MULTILINE)
# fmt: off
_NOT_PACKAGES = frozenset({
    "ci", "bin", "debian", "doc", "docs", "documentation", "manpages", "news", "newsfragments", "changelog",
    "test", "tests", "unit_test", "unit_tests", "example", "examples", "scripts", "tools", "util", "utils",
    "python", "build", "benchmark", "benchmarks", "exercise", "exercises", "htmlcov", "dist",
})
# fmt: on
"""Top folders that automatic discovery leaves out (setuptools' guide, "Package Discovery", flat layout)."""
# fmt: off
_NOT_MODULES = frozenset({
    "setup", "conftest", "test", "tests", "example", "examples", "build", "toxfile", "noxfile", "pavement",
    "dodo", "tasks", "fabfile", "benchmark", "benchmarks", "exercise", "exercises",
})
# fmt: on
_ASIDE = re.compile(r"\._[^/]*|pax_global_header")
"""What macOS and git put beside an sdist's one folder."""


def common_folder(members: Iterable[Member], name: DistributionName) -> str:
    """The one folder that holds all of an sdist, with its slash; empty where there is none."""
    if name.kind is Kind.WHEEL:
        return ""
    tops = {top if slash else "" for top, slash, _ in (m.path.partition("/") for m in members if not _aside(m))}
    only = tops.pop() if len(tops) == 1 else ""
    return f"{only}/" if only and not only.endswith((".dist-info", "!")) else ""


def assign_roles(members: Sequence[Member], name: DistributionName) -> list[Member]:
    """The members, each with its role; their paths count from the distribution's root."""
    role_of = _wheel_role if _is_wheel(members, name) else _SdistRoles(members).role
    given = []
    for member in members:
        role = _nested(member) if "!/" in member.path else role_of(member)
        given.append(member if role is member.role else replace(member, role=role))
    return given


def _aside(member: Member) -> bool:
    return _ASIDE.fullmatch(member.path) is not None


def _is_wheel(members: Iterable[Member], name: DistributionName) -> bool:
    if name.kind is Kind.OTHER:
        return any(m.path.startswith("EGG-INFO/") or m.path.endswith(".dist-info/WHEEL") for m in members)
    return name.kind is Kind.WHEEL


def _nested(member: Member) -> Role:
    return Role.SCRIPT if member.path.endswith(_CODE) else Role.DATA


def _starts_up(path: str) -> bool:
    return ("/" not in path and path.endswith(".pth")) or _CUSTOMIZE.fullmatch(path) is not None


def _wheel_role(member: Member) -> Role:
    path, scheme = member.path, "purelib"
    if match := _WHEEL_DATA.fullmatch(path):
        scheme, path = match["scheme"], match["rest"]
    if scheme == "scripts":
        return Role.SCRIPT
    if scheme not in {"purelib", "platlib"}:
        return _sideways(member, path)
    if _starts_up(path):
        return Role.STARTUP
    if not path.endswith(_CODE) or path.partition("/")[0].endswith(".dist-info"):
        return Role.DATA
    return Role.MODULE


def _sideways(member: Member, path: str) -> Role:
    """``*.data/data`` is unpacked over the environment itself, so it reaches site-packages as well."""
    if path.rpartition("/")[0].endswith("site-packages") and _starts_up(path.rpartition("/")[2]):
        return Role.STARTUP
    if "site-packages/" in path and path.endswith(_CODE):
        return Role.MODULE
    return Role.SCRIPT if member.path.endswith(_CODE) or path.startswith("bin/") else Role.DATA


class _SdistRoles:
    def __init__(self, members: Iterable[Member]) -> None:
        self._backend = next((_backend_folders(m.data) for m in members if m.path == "pyproject.toml"), ())

    def role(self, member: Member) -> Role:
        path = member.path
        if path == "setup.py":
            return Role.SETUP
        if path.endswith(".pth"):
            executes = _PTH_IMPORT.search(member.data.replace(b"\r", b"\n")) is not None
            return Role.STARTUP if executes or "/" not in path.removeprefix("src/") else Role.DATA
        if not path.endswith(_CODE):
            return Role.SCRIPT if path.startswith(("bin/", "scripts/")) else Role.DATA
        if any(path.startswith(folder) for folder in self._backend):
            return Role.BACKEND
        return _sdist_code(path)


def _sdist_code(path: str) -> Role:
    below = path.removeprefix("src/")
    if _starts_up(below):
        return Role.STARTUP
    top, slash, _ = below.partition("/")
    if not slash:
        stem = top.partition(".")[0]
        return Role.SCRIPT if below == path and stem in _NOT_MODULES else Role.MODULE
    return Role.SCRIPT if top in _NOT_PACKAGES or top.startswith((".", "_build")) else Role.MODULE


def _backend_folders(pyproject: bytes) -> tuple[str, ...]:
    """Prefixes of what an in-tree back end may load (PEP 517 ``backend-path``); nothing on nonsense."""
    try:
        table = tomllib.loads(pyproject.decode("utf-8", "replace")).get("build-system", {})
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    places = table.get("backend-path") if isinstance(table, dict) else None
    if not isinstance(places, list):
        return ()
    module = str(table.get("build-backend", "")).partition(":")[0].replace(".", "/")
    prefixes = []
    for place in (p.strip("/").removeprefix("./") for p in places if isinstance(p, str)):
        # The root as back end path would make everything a back end: there, only the module is.
        prefixes += [f"{place}/"] if place not in {"", "."} else [f"{module}.py", f"{module}/"]
    return tuple(prefixes)
