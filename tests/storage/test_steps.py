"""From one version of the schema to the next, in either kind of database."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, inspect, text

from pratique.errors import StorageError
from pratique.storage.database import engine_for, open_store
from pratique.storage.making import every_table
from pratique.storage.schema import SCHEMA_VERSION
from pratique.storage.steps import STEPS, Step, migrate, pending
from tests.fakes.values import an_event


async def made(url: str) -> None:
    """A database of this version with something in it."""
    store = await open_store(url)
    await store.record([an_event(1)])
    await store.close()


def executed(url: str, *statements: str) -> None:
    """Do something to a database behind the program's back."""
    engine = engine_for(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_each_version_has_its_step() -> None:
    """Whoever raises the version says how one gets there."""
    assert len(STEPS) + 1 == SCHEMA_VERSION


async def test_an_older_schema_is_refused_with_the_command(database_url: str) -> None:
    """The server does not touch it, and says exactly what to run."""
    await made(database_url)
    executed(database_url, "UPDATE schema_version SET version = 0")
    with pytest.raises(StorageError, match=r"has schema 0.*Stop the server, then run `pratique db migrate --"):
        await open_store(database_url)


async def test_a_newer_schema_is_refused(database_url: str) -> None:
    """Neither opened nor migrated."""
    await made(database_url)
    executed(database_url, "UPDATE schema_version SET version = 99")
    with pytest.raises(StorageError, match=r"schema 99.*newer version of the program"):
        await open_store(database_url)
    engine = engine_for(database_url)
    for work in (migrate, pending):
        with pytest.raises(StorageError, match="newer version of the program"):
            work(engine)
    engine.dispose()


async def test_what_is_missing_is_made(database_url: str) -> None:
    """Tables, columns that may be empty and indexes need no step; a second time there is nothing to do."""
    every_table()
    await made(database_url)
    executed(
        database_url,
        "DROP TABLE own_projects",
        "ALTER TABLE tokens DROP COLUMN projects",
        "DROP INDEX events_by_project",
    )
    with pytest.raises(StorageError, match=r"lacks tokens\.projects.*pratique db migrate"):
        await open_store(database_url)
    engine = engine_for(database_url)
    done = ["make the table own_projects", "add the column tokens.projects"]
    todo = pending(engine)
    assert done == [one for one in todo if "index" not in one]
    assert migrate(engine) == [*done, "make the index events_by_project"]
    assert pending(engine) == migrate(engine) == []
    assert "events_by_project" in {index["name"] for index in inspect(engine).get_indexes("events")}
    engine.dispose()
    store = await open_store(database_url)
    assert await store.events() == [an_event(1)]
    await store.close()


async def test_steps_are_taken_in_order_and_once(database_url: str) -> None:
    """Each that is missing, the first one first; those taken are not taken again."""
    await made(database_url)
    engine = engine_for(database_url)

    def work(connection: Connection) -> None:
        connection.execute(text("UPDATE events SET reason = reason || '+'"))

    steps = tuple(Step(about=f"step {number}", work=work) for number in range(3))
    assert migrate(engine, steps[:1])[:1] == ["step 0"]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version FROM schema_version")).scalar() == 2
    executed(database_url, "UPDATE schema_version SET version = 1")
    assert migrate(engine, steps)[:3] == ["step 0", "step 1", "step 2"]
    with engine.connect() as connection:
        assert str(connection.execute(text("SELECT reason FROM events")).scalar()).endswith("++++")
    engine.dispose()


async def test_a_step_that_fails_changes_nothing(database_url: str) -> None:
    """All steps are one transaction: what the first one did is undone with the second."""
    await made(database_url)
    engine = engine_for(database_url)

    def change(connection: Connection) -> None:
        connection.execute(text("UPDATE events SET project = 'changed'"))

    def fail(connection: Connection) -> None:
        connection.execute(text("UPDATE nothing SET x = 1"))

    first, second = Step(about="one", work=change), Step(about="two", work=fail)
    with pytest.raises(StorageError):
        migrate(engine, (first, second))
    engine.dispose()
    store = await open_store(database_url)
    assert await store.events() == [an_event(1)]
    await store.close()
