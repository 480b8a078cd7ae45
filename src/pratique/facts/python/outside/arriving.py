"""Arriving: what outside code brings from another machine, as a result, into a buffer or into a file.

No list names every library that fetches. Whatever is handed an address gives what lies there, and
whatever is handed an address and a path puts it there.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache

from pratique.facts.python.catalogue.clients import is_remote
from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.values import NO_TAINT, Items, Known, Result, Text, Value, text_of

_ADDRESS = re.compile(
    r"(?!(?:file|sqlite|memory|data|about|jar|duckdb)[+:])[a-z][a-z\d+.-]{1,20}://[^\s/]|(?:\\\\|//)[\w.-]+[\\/]\w"
)
"""What a library would fetch: a URL of another machine, of whatever scheme, or a share (UNC)."""
_PATH = re.compile(r"(?:~|\.{0,2})?[/\\][^\n<>|]*$|[A-Za-z]:[/\\]|<(?:tempfile|os\.path|\$)|[\w-]+\.\w{2,4}$")
_BRINGS = re.compile(r"(?:f?get|download|fetch|retrieve|clone|pull|copy|save|mirror|URLDownload)", re.IGNORECASE)
"""How a method is called that puts what it fetches into a file."""
_DATA = re.compile(
    r"[\w)>*-]\.(?:dat|data|bin|db|sqlite\d?|pkl|npy|npz|png|jpe?g|gif|ico|bmp|webp|svg|wav|mp3|ogg|flac|ttf|otf|woff2?|pdf|plist|mo|"
    r"zip|gz|tgz|xz|csv|xml|json|ya?ml|toml|txt|xlsx?|docx?)$",
    re.IGNORECASE,
)
_ABOUT_NAMES = frozenset(
    "os re sys logging warnings setuptools glob fnmatch shutil pathlib subprocess string".split()  # noqa: SIM905
)
"""Modules that do no more with a path than take it apart."""
_FILLED = (
    "io.BytesIO()",
    "io.StringIO()",
    "ctypes.create_string_buffer()",
    "ctypes.create_unicode_buffer()",
    "array.array()",
)
_OWN = frozenset(sys.stdlib_module_names) | {
    "",
    "setuptools",
    "pkg_resources",
    "yarl",
    "furl",
    "attr",
    "attrs",
    "typing_extensions",
}
"""Modules that do no more with an address than take it apart, but for those that the catalogue names."""


def data_of(name: str, args: list[Value], line: int) -> frozenset[Taint]:
    """The label of a file of data that an outside function is led to: what it gives is what lies there."""
    for value in args[:2] if _may_read(name) else ():
        if type(value) in {Known, Text} and (found := data_in(text_of(value), line)):
            return found
    return NO_TAINT


def data_in(path: str, line: int) -> frozenset[Taint]:
    """The label of a file that by its name holds anything but code."""
    return frozenset({Taint(Source.FILE, path[:160], line)}) if _DATA.search(path[-60:]) else NO_TAINT


@lru_cache(maxsize=8192)
def _may_read(name: str) -> bool:
    return "." in name and name.partition(".")[0].removesuffix("()") not in _ABOUT_NAMES


def address_of(name: str, args: list[Value], keywords: dict[str, Value]) -> str:
    """The address that an outside function or class is handed early or by name, if it is one that would fetch it."""
    for value in (*args[:2], *list(keywords.values())[:4]) if _may_fetch(name) else ():
        if type(value) in {Known, Text} and _ADDRESS.match(text := text_of(value)[:160]):
            return text
    return ""


@lru_cache(maxsize=8192)
def _may_fetch(name: str) -> bool:
    return name.partition(".")[0].removesuffix("()") not in _OWN and "." in name


def fill(args: list[Value], taints: frozenset[Taint]) -> None:
    """Buffers that a receiving call is handed hold afterwards what it received."""
    for value in args:
        if isinstance(value, Known) and isinstance(value.value, bytearray):
            value.taints |= taints
        elif isinstance(value, Result) and value.name in _FILLED:
            value.taints |= taints
            if value.parts and isinstance(value.parts[0], Items):
                value.parts[0].items.append(Value(taints=taints))


def is_path(text: str) -> bool:
    """Whether a text would be the name of a file, not an address."""
    return _PATH.match(text) is not None and _ADDRESS.match(text) is None


@lru_cache(maxsize=8192)
def brings(name: str) -> bool:
    """Whether a call, by its name, puts what it fetches into a file."""
    return _BRINGS.match(name.rpartition(".")[2]) is not None


def saved(machine: Machine, name: str, args: list[Value], keywords: dict[str, Value], line: int) -> None:
    """A file, or a folder, that a library puts what it fetched into."""
    given = [*args, *list(keywords.values())[:4]]
    texts = [text_of(a) for a in given if type(a) in {Known, Text, Result}]
    address = next((t for t in texts if _ADDRESS.match(t)), "")
    if not address and not is_remote(name):
        return
    path = next((t for t in reversed(texts) if t != address and _PATH.match(t)), "")
    if path:
        label = frozenset({Taint(Source.NETWORK, address[:160] or name, line)})
        machine.files[path] = Written(content=Value(taints=label), taints=label, line=line)
