"""What the configuration of a build names of the source tree's own code."""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pratique.artifact import Member

READ = 500_000
"""Bytes of a file that are read: of configuration, and of what it names."""


@dataclass(frozen=True, slots=True)
class Named:
    """A module (or the path of a file) and the attribute that is asked of it."""

    module: str
    attribute: str = ""
    looked_up: bool = False
    """Only its value is asked for: a literal is read without running the module."""


def configured(index: Mapping[str, Member]) -> Iterator[Named]:
    """Everything that configuration files name."""
    if (member := index.get("pyproject.toml")) is not None:
        yield from _from_pyproject(member.data[:READ])
    if (member := index.get("setup.cfg")) is not None:
        yield from _from_setup_cfg(member.data[:READ])


def _from_pyproject(data: bytes) -> Iterator[Named]:
    try:
        document: object = tomllib.loads(data.decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    for value in _texts(_at(document, "tool", "setuptools", "cmdclass")):
        yield _referred(value)
    for value in _texts(_at(document, "tool", "setuptools", "dynamic")):
        yield replace(_referred(value), looked_up=True)
    yield from _from_hatch(_at(document, "tool", "hatch"))
    pdm = _at(document, "tool", "pdm")
    yield from (_referred(v) for v in _texts([_at(pdm, "build", "custom-hook"), _at(pdm, "version", "getter")]))
    if pdm is not None:
        yield _referred("pdm_build.py")
    poetry = _at(document, "tool", "poetry", "build")
    yield from (_referred(v) for v in _texts([poetry if isinstance(poetry, str) else _at(poetry, "script")]))


def _from_hatch(hatch: object) -> Iterator[Named]:
    """Custom hooks name a file (``hatch_build.py`` when they do not); a version may come from code that is run."""
    targets = _at(hatch, "build", "targets")
    places = [_at(hatch, "build"), _at(hatch, "metadata"), *(targets.values() if isinstance(targets, dict) else [])]
    for hooks in (_at(place, "hooks") for place in places):
        custom = _at(hooks, "custom")
        if custom is not None:
            path = _at(custom, "path")
            yield _referred(path if isinstance(path, str) else "hatch_build.py")
    if _at(hatch, "version", "source") == "code":
        yield from (_referred(v) for v in _texts([_at(hatch, "version", "path")]))


def _from_setup_cfg(data: bytes) -> Iterator[Named]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(data.decode("utf-8", "replace"))
    except (configparser.Error, ValueError):
        return
    for line in parser.get("options", "cmdclass", fallback="").splitlines():
        yield _referred(line.partition("=")[2].strip())
    for section in parser.sections():
        for _key, value in parser.items(section):
            if value.strip().startswith("attr:"):
                yield replace(_referred(value.strip()[len("attr:") :].strip()), looked_up=True)


def _at(document: object, *keys: str) -> object:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)) and depth < 8:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item, depth + 1)


def _referred(reference: str) -> Named:
    """``folder/file.py``, ``package.module.Name`` or ``package.module:Name``."""
    if reference.endswith(".py"):
        return Named(reference)
    module, _, name = reference.rpartition(":" if ":" in reference else ".")
    return Named(module, name)
