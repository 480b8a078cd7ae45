"""``pratique db``: the database backed up, restored, moved and brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from pratique.cli.say import out

_DATA = Path("pratique-data")
_FILES = {
    "own": "With it: {} uploaded here. What came from the upstream is fetched again; --blobs all takes it along.",
    "all": "With it: {}, all that are kept.",
    "none": "No file is with it: keep the folder blobs by other means.",
}
_Flag = Annotated[bool, Parameter(negative=())]


def backup(
    file: Path, /, *, data: Path = _DATA, blobs: Literal["own", "all", "none"] = "own", force: _Flag = False
) -> int:
    """Back the database up, while the server runs or not.

    Parameters
    ----------
    file
        The backup to write. It holds password hashes and second factors: keep it where few can read it.
    data
        The server's data folder.
    blobs
        Which files go with it: those that were uploaded here (own), all that are kept (all), or none.
    force
        Replace a file that is there.

    """
    from pratique.wiring.keeping import back_up

    made = back_up(data, file, blobs=blobs, force=force)
    rows = sum(part.rows for part in made.tables.values())
    files = sum(name.startswith("blobs/") for name in made.digests)
    out(
        f"{file}: {rows:,} rows of {len(made.tables)} tables, {file.stat().st_size:,} bytes.",
        _FILES[blobs].format(f"{files:,} {'file' if files == 1 else 'files'}"),
    )
    return 0


def restore(file: Path, /, *, data: Path = _DATA, database: str = "", force: _Flag = False) -> int:
    """Make a database what a backup says: all of it, or nothing where the backup is damaged.

    Parameters
    ----------
    file
        The backup.
    data
        The server's data folder. Stop the server first.
    database
        Restore into this one, which is the folder's database from now on: postgresql+psycopg://USER@HOST/NAME.
    force
        Replace what the database holds.

    """
    from pratique.wiring.keeping import restore as work

    done = work(data, file, database=database, force=force)
    rows = sum(part.rows for part in done.manifest.tables.values())
    out(f"Restored {rows} rows, as they were on {done.manifest.made:%Y-%m-%d %H:%M} UTC.")
    if done.missing:
        out(
            f"{done.missing} files that were kept then are not here: those of the upstream are fetched again, "
            "when they are asked for."
        )
    if done.heads is not None:
        out(f"The heads of the audit log that were here are in {done.heads}: they speak of what came after the backup.")
    return 0


def migrate(*, data: Path = _DATA, database: str = "", check: _Flag = False) -> int:
    """Bring a database of an older version up to date, in one transaction.

    Parameters
    ----------
    data
        The server's data folder. Stop the server first.
    database
        Another database than the folder's.
    check
        Only say what would be done.

    """
    from pratique.wiring.keeping import migrate as work

    done = work(data, database=database, check=check)
    out(*(done or ["The database is up to date."]))
    return 1 if check and done else 0
