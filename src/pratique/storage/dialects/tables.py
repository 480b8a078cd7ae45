"""Tables as each kind of database makes, guards, describes and numbers them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, Connection, String, Table, event, func, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn


def only_grows(table: Table) -> None:
    """The database itself refuses to change or delete a row: by mistake nobody does, and on purpose it takes more."""
    told = f"{table.name} only grows"
    for act in ("UPDATE", "DELETE"):
        statement = (
            f"CREATE TRIGGER {table.name}_no_{act.lower()} BEFORE {act} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{told}'); END"
        )
        _after_create(table, statement, "sqlite")
    _after_create(
        table,
        f"CREATE OR REPLACE FUNCTION {table.name}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{told}'; END $$",
        "postgresql",
    )
    _after_create(
        table,
        f"CREATE TRIGGER {table.name}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table.name}_only_grows()",
        "postgresql",
    )


def columns_of(connection: Connection) -> dict[str, frozenset[str]]:
    """The columns of each table that there is, in one read: opening a database should not be felt."""
    query = (
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        if connection.dialect.name == "sqlite"
        else "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(text(query)):
        found.setdefault(table, set()).add(column)
    return {table: frozenset(columns) for table, columns in found.items()}


def number_on(connection: Connection, table: Table) -> None:
    """Let numbers that the database gives go on behind the rows that were filled in."""
    numbered = table.autoincrement_column
    if connection.dialect.name == "postgresql" and numbered is not None:
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', numbered.name)
        last = select(func.max(numbered)).scalar_subquery()
        connection.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))


def _after_create(table: Table, statement: str, dialect: str) -> None:
    trigger = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", trigger.execute_if(dialect=dialect))


@compiles(CreateColumn, "postgresql")
def _by_code_point(element: CreateColumn, compiler: Any, **options: Any) -> str:  # noqa: ANN401  (as it is called)
    """Text is ordered and compared as in SQLite, whatever the language of the database."""
    made = str(compiler.visit_create_column(element, **options))
    return f'{made} COLLATE "C"' if isinstance(element.element.type, String) else made
