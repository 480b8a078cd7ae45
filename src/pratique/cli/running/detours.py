"""Arguments that would lead a client past the gateway: refused before anything is fetched."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pratique.cli.running.clients import client_of
from pratique.errors import BadSetting

_OPTIONS = {
    "--index-url": "names another index",
    "--pypi-url": "names another index",
    "--extra-index-url": "adds another index",
    "--default-index": "names another index",
    "--index": "adds another index",
    "--find-links": "takes files that no index lists",
    "--proxy": "goes around by another proxy",
    "--isolated": "makes pip forget where the gateway is",
}
_SHORT = {"i": "--index-url", "f": "--find-links"}
_JOINED = {"pip": re.compile(r"-[qvUI]*([if])"), "uv": re.compile("-([if])"), "pipx": re.compile("-([if])")}
"""A short option; pip's also behind switches that take no value (``-qf FOLDER``)."""
_FILE = re.compile(r"(?:-[qvUIn]*[rc]|--(?:re(?:q[a-z]*)?|con(?:s[a-z]*)?)(?:=|$))=?(.*)")
"""An option that names a requirement file, also shortened, joined or with the name attached."""
_SHORTEST = 4
"""Letters and dashes from which on pip takes a beginning for the whole option."""
_ADDRESS = re.compile(r"(?:^|\s@\s*|^\S+@)(?:(?:git|hg|svn|bzr)\+\S+|(?:https?|ftp|ssh|s3|git)://\S+)", re.IGNORECASE)


def refuse_detours(command: Sequence[str]) -> None:
    """Raise `BadSetting` that names all of them; commands that are no package client are left to the fence."""
    client, rest = client_of(command)
    found = tuple(dict.fromkeys(_detours(client, rest))) if client else ()
    if found:
        raise BadSetting(
            f"{'; '.join(found)}: nothing that comes from there is inspected.",
            remedy="Leave it out, give another index as --upstream of `pratique run`, screen files with "
            "`pratique screen`, or let it pass with --allow-direct.",
        )


def _detours(client: str, rest: Sequence[str]) -> Iterator[str]:
    if client in {"pip", "uv"}:
        yield from _in_files(rest)
    for word in rest:
        name = _option(client, word)
        if name in _OPTIONS:
            yield f"{name} {_OPTIONS[name]}"
        elif _ADDRESS.search(word):
            yield f"{word} is an address of its own"


def _in_files(rest: Sequence[str]) -> Iterator[str]:
    """What the requirement files among the arguments say, each with its place."""
    from pratique.locks import read_lock

    for word, following in zip(rest, (*rest[1:], ""), strict=True):
        named = _FILE.fullmatch(word)
        name = (named[1] or following) if named else word
        if (named or name.endswith(".txt")) and os.path.isfile(name):  # noqa: PTH113  (any text: it raises nothing)
            yield from (str(one) for one in read_lock(Path(name)).detours)


def _option(client: str, word: str) -> str:
    """The option that a word is, also shortened as pip allows it or with its value attached; empty for none."""
    if not word.startswith("--"):
        found = _JOINED[client].match(word) if client in _JOINED else None
        return _SHORT[found[1]] if found else ""
    name = word.split("=", 1)[0]
    if client == "pip" and len(name) >= _SHORTEST and name != "--index":
        return next((one for one in _OPTIONS if one.startswith(name)), "")
    return name
