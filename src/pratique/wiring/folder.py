"""The data folder: where it is, and which database belongs to it."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from pratique.errors import BadSetting

DATABASE = "pratique.db"
_ELSEWHERE = "database"
"""The file in the data folder that names another database than the one in it."""
_VARIABLE = "PRATIQUE_DATABASE"
_SITE = "site"
"""The file in the data folder that says where its server is reached."""


def has_database(data: Path) -> bool:
    """Whether a data folder has a database, in it or elsewhere."""
    return bool(_elsewhere(data)) or (data / DATABASE).exists()


async def require_database(
    data: Path, *, make: bool, otherwise: str = "or start it there once with `pratique serve`"
) -> None:
    """Raise `BadSetting` where there is no database in a data folder and none is to be made."""
    if not make and not await asyncio.to_thread(has_database, data):
        raise BadSetting(
            f"There is no database in {data}.", remedy=f"Name the server's folder with --data, {otherwise}."
        )


def folder_of(data: Path) -> Path:
    """The data folder, made if there is none; raises `BadSetting`."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"The data folder {data} cannot be made: {error.strerror}.", remedy="Choose another with --data."
        ) from error
    return data.resolve()


def database_of(folder: Path) -> str:
    """The URL of a data folder's database: ``PRATIQUE_DATABASE``, what was chosen last, or the file in the folder."""
    return _elsewhere(folder) or f"sqlite:///{folder / DATABASE}"


def choose_database(data: Path, url: str) -> None:
    """Let a data folder's database be another one from now on, for every command; raises `BadSetting`, `StorageError`.

    The choice is kept in the folder, so that no command beside the server takes the wrong one. An empty URL changes
    nothing.
    """
    from pratique.storage.dialects.engines import url_of

    if not url:
        return
    if (parsed := url_of(url)).password:
        raise BadSetting(
            "--database holds a password, which everybody on this machine could read.",
            remedy=f"Give the whole URL in {_VARIABLE} instead, or the password in PGPASSWORD or ~/.pgpass.",
        )
    if (set_to := os.environ.get(_VARIABLE, "").strip()) and set_to != url:
        raise BadSetting(f"--database and {_VARIABLE} name two databases.", remedy="Give one of them.")
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        url = f"sqlite:///{Path(parsed.database).absolute()}"
    _write(folder_of(data) / _ELSEWHERE, url)


def remember_site(data: Path, url: str) -> None:
    """Keep where a data folder's server is reached, for the links that commands beside it print."""
    with suppress(OSError):  # a server that runs matters more than the beginning of a link
        _write(data / _SITE, url)


def site_of(data: Path) -> str:
    """Where a data folder's server was reached last, ``http://HOST:PORT``; empty if none ever ran there."""
    return _read(data / _SITE)


def _elsewhere(data: Path) -> str:
    return os.environ.get(_VARIABLE, "").strip() or _read(data / _ELSEWHERE)


def _write(place: Path, line: str) -> None:
    new = place.with_suffix(".new")
    new.write_text(f"{line}\n", encoding="utf-8")
    new.replace(place)


def _read(place: Path) -> str:
    with suppress(OSError):
        return place.read_text(encoding="utf-8").strip()
    return ""
