"""What pip on this machine is configured with: its index and its certificates. Further indexes are left out."""

from __future__ import annotations

import configparser
import os
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

from pratique.errors import BadSetting

_SECTIONS = ("install", "global")
_ETC = Path("/etc/pip.conf")


def default_upstream() -> str:
    """The index that ``pip install`` would ask: ``PIP_INDEX_URL``, pip's configuration files, else pip's default.

    ``extra-index-url`` is ignored on purpose: two indexes for one name is how dependency confusion begins.
    """
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    return _setting("index-url") or PYPI_SIMPLE_ENDPOINT


def certificates() -> ssl.SSLContext:
    """The certificate authorities to trust: those of pip, of the environment, else of the system."""
    given = _setting("cert") or os.environ.get("SSL_CERT_FILE") or os.environ.get("REQUESTS_CA_BUNDLE")
    if not given:
        return ssl.create_default_context()
    path = Path(given).expanduser()
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except OSError as error:
        raise BadSetting(
            f"The certificates in {path} cannot be read: {error.strerror or error}.",
            remedy="Correct PIP_CERT, pip's setting cert, SSL_CERT_FILE or REQUESTS_CA_BUNDLE.",
        ) from error


def pip_settings() -> dict[str, str]:
    """Every setting that pip's configuration files make for all commands or for ``pip install``, by its name.

    Several values of one are separated by blanks, as in the environment.
    """
    found: dict[str, dict[str, str]] = {}
    for path in _files():
        for section, settings in _sections(path).items():
            found.setdefault(section, {}).update(settings)
    merged = {**found.get("global", {}), **found.get("install", {})}
    return {name: " ".join(value.split()) for name, value in merged.items() if value}


def _setting(name: str) -> str:
    """A setting of pip, empty if there is none; the section of the command goes before ``[global]``."""
    if value := os.environ.get("PIP_" + name.upper().replace("-", "_"), "").strip():
        return value
    found: dict[str, str] = {}
    for path in _files():
        found.update(_read(path, name))
    return next((found[section] for section in _SECTIONS if found.get(section)), "")


def _files() -> Iterator[Path]:
    """Pip's configuration files, the ones that win last; ``os.devnull`` as the file means none at all."""
    given = os.environ.get("PIP_CONFIG_FILE", "")
    if given == os.devnull:
        return
    for folder in os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(os.pathsep):
        yield Path(folder) / "pip" / "pip.conf"
    yield _ETC
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 -- Path.home() raises where there is none
    if not (given and Path(given).exists()):
        yield home / ".pip" / "pip.conf"
        yield Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    yield Path(sys.prefix) / "pip.conf"
    if given:
        yield Path(given)


def _read(path: Path, name: str) -> dict[str, str]:
    """The setting in each section of a file; nothing for a file that is not there."""
    return {section: settings[name] for section, settings in _sections(path).items() if name in settings}


def _sections(path: Path) -> dict[str, dict[str, str]]:
    """The settings of each section that matters; none for a file that is not there."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8"), source=str(path))
    except (FileNotFoundError, NotADirectoryError, PermissionError, IsADirectoryError):
        return {}
    except (configparser.Error, UnicodeDecodeError) as error:
        raise BadSetting(f"{path} is not a configuration file of pip.", remedy="Correct or remove it.") from error
    return {
        section: {key.removeprefix("--").replace("_", "-"): value.strip() for key, value in parser.items(section)}
        for section in _SECTIONS
        if parser.has_section(section)
    }
