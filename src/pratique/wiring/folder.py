"""The data folder: where it is, and whether there is a database in it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pratique.errors import BadSetting

DATABASE = "pratique.db"


def has_database(data: Path) -> bool:
    """Whether a data folder has a database."""
    return (data / DATABASE).exists()


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
