"""What each client has to be told so that it asks the gateway and nobody else."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pratique.errors import BadSetting

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_ELSEWHERE = frozenset(
    {
        *("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_PROXY", "PIP_ISOLATED", "PIP_PYPI_URL"),
        *("UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX", "UV_TORCH_BACKEND"),
    }
)
"""Variables that lead a client past the gateway, or keep it from any index."""
_PLACES = frozenset(
    {
        *("index-url", "pypi-url", "extra-index-url", "find-links", "no-index", "index"),
        *("proxy", "cert", "client-cert", "trusted-host", "isolated"),
    }
)
"""The same of pip's configuration; the rest of it goes on to hold."""
_POETRY = frozenset({"add", "install", "lock", "remove", "self", "sync", "update"})
_UV = frozenset({"add", "export", "lock", "remove", "run", "sync", "tree"})
_ADDRESS = "http://127.0.0.1:8471/simple/"


def environment(ours: Mapping[str, str], index: str, fence: str) -> dict[str, str]:
    """The environment of the command: ours, with ``index`` for every client and ``fence`` as the proxy of all else."""
    from pratique.upstream import pip_settings

    kept = {name: value for name, value in ours.items() if name not in _ELSEWHERE}
    configured = {
        f"PIP_{name.upper().replace('-', '_')}": value for name, value in pip_settings().items() if name not in _PLACES
    }
    loopback = ",".join(sorted(_LOOPBACK))
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), fence) if fence else {}
    return {
        **configured,
        **kept,
        **_both({**proxies, "NO_PROXY": loopback} if fence else {"NO_PROXY": _with_loopback(ours, loopback)}),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": index,
        "UV_DEFAULT_INDEX": index,
        "UV_INDEX_URL": index,
        "PDM_PYPI_URL": index,
        "PDM_CHECK_UPDATE": "0",
        "PIPENV_PYPI_MIRROR": index,
    }


def _with_loopback(ours: Mapping[str, str], loopback: str) -> str:
    given = ours.get("no_proxy") or ours.get("NO_PROXY") or ""
    return given if given == "*" else ",".join(part for part in (given, loopback) if part)


def _both(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for key, value in variables.items() for name in (key, key.lower())}


def client_of(command: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The client and its arguments: ``python -m pip`` is pip, ``/usr/bin/pip3.11`` too; empty where it is none."""
    name, rest = Path(command[0]).name.removesuffix(".exe"), tuple(command[1:])
    if name.startswith("python") and "-m" in rest[:5]:
        at = rest.index("-m")
        name, rest = (*rest[at + 1 : at + 2], "")[0], rest[at + 2 :]
    if name.startswith("pip") and name[3:].replace(".", "").isdigit():
        name = "pip"
    known = {"pip", "uv", "uvx", "poetry", "pdm", "pipx", "pipenv"}
    return (name, rest) if name in known else ("", rest)


def listen_on(command: Sequence[str], folder: Path) -> int:
    """The port that the project has written down for its index; 0 where any will do.

    Poetry knows an index from pyproject.toml alone, and uv writes the index's address into uv.lock: for both the
    project has to name the address. Raises `BadSetting` where it does not.
    """
    client, rest = client_of(command)
    verb = next((word for word in rest if not word.startswith("-")), "")
    if client == "poetry" and verb in _POETRY:
        return _port(_sources(folder, "poetry", "source")) or _refuse_poetry()
    if client == "uv" and verb in _UV and not {"--no-project", "--script"} & set(rest) and _project(folder):
        defaults = [one for one in _sources(folder, "uv", "index") if one.get("default") is True]
        return _port(defaults) or _refuse_uv(verb)
    if client == "pdm":
        return _port(one for one in _sources(folder, "pdm", "source") if one.get("name") == "pypi")
    return 0


def _refuse_poetry() -> int:
    raise BadSetting(
        "Poetry takes its index from pyproject.toml alone, and there it is not a gateway on this machine.",
        remedy=f"Once: `poetry source add --priority=primary pratique {_ADDRESS}`; then `pratique run` listens there.",
    )


def _refuse_uv(verb: str) -> int:
    raise BadSetting(
        f"`uv {verb}` writes the index's address into uv.lock, so that the project has to name it.",
        remedy=(
            f'Add to pyproject.toml: [[tool.uv.index]] url = "{_ADDRESS}" default = true; then `pratique run` listens '
            "there. Or install without a lock file: `uv export --frozen -o requirements.txt` and "
            "`pratique run -- uv pip sync requirements.txt`."
        ),
    )


def _port(sources: Iterable[Mapping[str, Any]]) -> int:
    """Of the first source that is on loopback."""
    for source in sources:
        parts = urlsplit(str(source.get("url", "")))
        if parts.scheme == "http" and parts.hostname in _LOOPBACK and parts.path.strip("/") == "simple":
            return parts.port or 80
    return 0


def _sources(folder: Path, tool: str, key: str) -> list[Mapping[str, Any]]:
    """What the project says of its indexes; nothing where it has no pyproject.toml or one that cannot be read."""
    found: Any = _project(folder)
    for name in ("tool", tool, key):
        found = found.get(name) if isinstance(found, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _project(folder: Path) -> dict[str, Any]:
    for place in (folder, *folder.parents):
        try:
            return tomllib.loads((place / "pyproject.toml").read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            return {}
    return {}
