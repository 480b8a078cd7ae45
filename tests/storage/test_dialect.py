"""What the two kinds of database do not share stays in one module."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from pratique import storage
from pratique.errors import StorageError
from pratique.storage.database import engine_for, open_store
from pratique.storage.making import every_table
from tests.fakes.values import an_event

_TELLS_APART = re.compile(r"dialect\.name\b.*[!=]=|sqlalchemy\.dialects|exec_driver_sql|PRAGMA|pg_[a-z]+\(|LOCK TABLE")


def test_no_other_module_tells_databases_apart() -> None:
    """Whoever needs something of one kind alone puts it into `dialect`."""
    folder = Path(str(storage.__file__)).parent
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "dialect.py"}
    assert [name for name, text in texts.items() if _TELLS_APART.search(text)] == []


def test_tables_stand_where_migrations_find_them() -> None:
    """Every table is in a module whose name ends in `schema`: backups and migrations know it without being told."""
    known = {table.name for table in every_table()}
    for module in pkgutil.iter_modules(storage.__path__):
        importlib.import_module(f"{storage.__name__}.{module.name}")
    assert {table.name for table in every_table()} == known


async def test_questions_that_hold_what_no_database_takes_find_nothing(database_url: str) -> None:
    """NUL and lone surrogates, which clients may send, are no error in a question either."""
    store = await open_store(database_url)
    await store.record([an_event(1)])
    assert await store.events(project="demo\0") == await store.events(project="\ud800") == []
    await store.close()


@pytest.mark.parametrize("url", ["mysql://x@y/z", "oracle+oracledb://x", "nonsense"])
def test_other_databases_are_refused(url: str) -> None:
    """What is not SQLite or PostgreSQL is refused with an example of each."""
    with pytest.raises(StorageError, match=r"sqlite:///.*postgresql\+psycopg://"):
        engine_for(url)


async def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Without the password, and with what to check."""
    with pytest.raises(StorageError, match="Check that PostgreSQL runs") as caught:
        await open_store(f"postgresql://ann:secret@/x?host={tmp_path}")
    assert "secret" not in str(caught.value)


async def test_a_database_that_is_not_there_is_said(postgres_url: str) -> None:
    """With how to make it."""
    with pytest.raises(StorageError, match="createdb"):
        await open_store(postgres_url.replace("@/t", "@/missing"))
