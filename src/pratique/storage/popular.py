"""The list of popular projects that a data folder keeps instead of the one that ships: one file, replaced whole."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pratique.errors import BadSetting, StorageError
from pratique.identity.listing import BadListing, Listing, read_listing, written

_NAME = "popular-projects.txt"


class PopularFile:
    """The list in a data folder. Everything is blocking."""

    def __init__(self, data: Path) -> None:
        self._path = data / _NAME

    def read(self) -> Listing | None:
        """The list that is kept, if one is; raises `BadSetting` where it cannot be used."""
        remedy = "Import it anew, or go back to the list that ships: `pratique popular reset`."
        try:
            return read_listing(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BadSetting(f"{self._path} cannot be read: {error.strerror}.", remedy=remedy) from error
        except BadListing as error:
            raise BadSetting(f"{self._path} is damaged: {error.message}", remedy=remedy) from error

    def keep(self, listing: Listing) -> None:
        """Keep this list from now on: until it is on the disk, the one before it stays. Raises `StorageError`."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _replace(self._path, written(listing))
        except OSError as error:
            raise StorageError(
                f"The list cannot be kept in {self._path.parent}: {error.strerror}.",
                remedy="Check that this user may write there, and that its disk has space.",
            ) from error

    def forget(self) -> bool:
        """Keep none; says whether there was one."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StorageError(
                f"{self._path} cannot be removed: {error.strerror}.",
                remedy="Check that this user may write in its folder.",
            ) from error
        return True


def _replace(path: Path, document: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
