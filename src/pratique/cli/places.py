"""Where commands that need no server keep what they learnt."""

from __future__ import annotations

import os
from pathlib import Path

from pratique.errors import BadSetting


def cache_folder() -> Path:
    """The user's own cache, which may be removed at any time; what an older program kept there is brought up to date.

    Raises `BadSetting` for a user without a home, `StorageError` where a newer program has been there.
    """
    from pratique.wiring.keeping import migrate_cache

    folder = _place()
    migrate_cache(folder)
    return folder


def _place() -> Path:
    """``XDG_CACHE_HOME``, else ``~/.cache``."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if given and Path(given).is_absolute():
        return Path(given) / "pratique"
    try:
        return Path.home() / ".cache" / "pratique"
    except RuntimeError as error:
        raise BadSetting(
            "This user has no home to keep a cache in.", remedy="Name a folder with --data, or set XDG_CACHE_HOME."
        ) from error


def data_folder(server: Path) -> Path:
    """A server's data folder where it has a database, else the cache; raises `BadSetting` as `cache_folder` does."""
    from pratique.wiring.folder import has_database

    return server if has_database(server) else cache_folder()
