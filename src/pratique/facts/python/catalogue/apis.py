"""What is known of an outside name, by the catalogue or by its shape, and how it is spelled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pratique.facts.python.catalogue.clients import client_gives, client_sends, is_remote
from pratique.facts.python.catalogue.names import DOES, EMBEDDED, GIVES, SPELLINGS
from pratique.facts.python.catalogue.runners import LOADERS, PROCESSES, runs_code
from pratique.facts.python.model import Does, Source


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows of a name."""

    does: frozenset[Does] = frozenset()
    gives: Source | None = None
    """The label of its result."""


_HTTP_ROOTS = frozenset(
    [
        "requests",
        "httpx",
        "aiohttp",
        "urllib3",
        "cloudscraper",
        "curl_cffi",
        "tls_client",
        "requests_html",
        "treq",
        "hrequests",
        "requests_futures",
        "grequests",
        "niquests",
        "primp",
        "pyppeteer",
    ]
)
_HTTP_SEND = frozenset(["post", "put", "patch"])
_HTTP_FETCH = frozenset(["get", "request", "urlopen", "options", "stream", "send", "ws_connect", "download"])
_CTYPES_MEMORY = re.compile(
    r"(VirtualAlloc(Ex)?|RtlMoveMemory|CreateThread|CreateRemoteThread(Ex)?|WriteProcessMemory|NtUnmapViewOfSection|"
    r"QueueUserAPC|NtCreateThreadEx|VirtualProtect(Ex)?|SetThreadContext|memfd_create|OpenProcess)$"
)

_FILLS = frozenset({"memmove", "memcpy", "memset", "strcpy", "strncpy", "from_address"})


_OBEYS = frozenset(
    [
        "infinity_polling",
        "run_polling",
        "start_polling",
        "polling",
        "serve_forever",
        "loop_forever",
        "loop_start",
        "run_app",
    ]
)
"""Methods that wait for what others say, in whatever library."""
_BUILDERS = frozenset(["setuptools", "distutils", "wheel"])
"""Modules whose command classes start programs by a method of their own."""
_LIBC = frozenset(["system", "popen", "execve", "execv", "execl", "execvp", "posix_spawn", "WinExec", "_wsystem"])


@lru_cache(maxsize=1)
def _exact() -> dict[str, frozenset[Does]]:
    table: dict[str, frozenset[Does]] = {}
    for does, names in (*DOES, (Does.RUN_PROCESS, " ".join(PROCESSES)), (Does.IMPORT, " ".join(LOADERS))):
        for name in names.split():
            table[name] = table.get(name, frozenset()) | {does}
    return table


@lru_cache(maxsize=1)
def _results() -> dict[str, Source]:
    return {name: source for source, names in GIVES for name in names.split()}


def is_web(name: str) -> bool:
    """Whether a name belongs to a library that asks for web pages."""
    return name.partition(".")[0].removesuffix("()") in _HTTP_ROOTS


@lru_cache(maxsize=4096)
def reaches_out(module: str) -> bool:
    """Whether the catalogue knows anything of an outside module, by its first name."""
    return module in _HTTP_ROOTS or module in _roots() or is_remote(module)


@lru_cache(maxsize=1)
def _roots() -> frozenset[str]:
    return frozenset(name.partition(".")[0].removesuffix("()") for name in (*_exact(), *_results()) if "." in name)


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """One spelling a thing: ``posix.system`` and ``nt.system`` are ``os.system``."""
    if "." in name:
        name = _unembedded(name)
    for _ in range(3):
        head = next((h for h in _prefixes(name) if h in SPELLINGS and SPELLINGS[h] != h), None)
        if head is None:
            return name
        name = (SPELLINGS[head] + name[len(head) :]).lstrip(".")
    return name


def _unembedded(name: str) -> str:
    parts = name.split(".")
    if not parts[0]:
        return name
    for at in range(len(parts) - 1, 0, -1):
        if parts[at] in EMBEDDED and not any("(" in p for p in parts[:at]):
            return ".".join([EMBEDDED[parts[at]], *parts[at + 1 :]])
    return name


@lru_cache(maxsize=256)
def members(module: str) -> tuple[str, ...]:
    """Names of a module that the catalogue knows, as ``dir`` gives them: in alphabetical order."""
    names = (*_exact(), *_results())
    found = (
        {n[len(module) + 1 :] for n in names if n.startswith(f"{module}.")}
        if module not in _BUILTIN
        else {n for n in names if "." not in n}
    )
    return tuple(sorted(n for n in found if n.isidentifier()))


_BUILTIN = frozenset({"", "builtins"})


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)]


@lru_cache(maxsize=8192)
def look_up(name: str) -> Known:
    """What calling a name does, and which label its result carries."""
    does = set(_exact().get(name, ())) | set(_by_shape(name))
    gives = _results().get(name)
    if gives is None and (Does.FETCH in does or client_gives(name)):
        gives = Source.NETWORK
    return Known(does=frozenset(does), gives=gives)


def _by_shape(name: str) -> tuple[Does, ...]:
    root, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    if root in _HTTP_ROOTS and rest:
        if last in _HTTP_SEND:
            return (Does.SEND, Does.FETCH)
        if last in _HTTP_FETCH and "().headers" not in name and "().cookies" not in name and "().json()" not in name:
            return (Does.FETCH,)
    if last in _OBEYS:
        return (Does.LISTEN,)
    if last == "urlretrieve" and root in {"urllib", "six", "future"}:
        return (Does.FETCH, Does.WRITE)
    if root == "ctypes" and (memory := _of_memory(last)):
        return memory
    if (root in {"ctypes", "cffi"} and last in _LIBC and rest != last) or (last == "spawn" and root in _BUILDERS):
        return (Does.RUN_PROCESS,)
    if last == "__pyarmor__" or runs_code(name):
        return (Does.RUN_CODE,)
    if last in {"write", "writelines"} and (written := _written(name)):
        return written
    return (Does.SEND,) if client_sends(name) else ()


def _of_memory(last: str) -> tuple[Does, ...]:
    """Memory is made to hold code, or is filled."""
    if _CTYPES_MEMORY.search(last):
        return (Does.NATIVE,)
    return (Does.FILL,) if last in _FILLS else ()


def _written(name: str) -> tuple[Does, ...]:
    """What is written goes into a file, or into a socket that was made into one."""
    if name.endswith((".open().write", "File().write")):
        return (Does.WRITE,)
    return (Does.SEND,) if ".makefile()." in name else ()
