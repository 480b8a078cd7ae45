"""Databases for tests: a new one of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.postgres import NoPostgres, Postgres, running, skip_without


@pytest.fixture(scope="session")
def _postgres_or_not() -> Iterator[Postgres | NoPostgres]:
    """The tests' own PostgreSQL, or why there is none: tried once."""
    try:
        cluster = running()
        server = cluster.__enter__()
    except NoPostgres as error:
        yield error
        return
    try:
        yield server
    finally:
        cluster.__exit__(None, None, None)


@pytest.fixture
def postgres(_postgres_or_not: Postgres | NoPostgres) -> Postgres:
    """The tests' own PostgreSQL; skips where there is none."""
    if isinstance(_postgres_or_not, NoPostgres):
        skip_without(_postgres_or_not)
    assert isinstance(_postgres_or_not, Postgres)
    return _postgres_or_not


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def url_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """The URL of an empty database of a kind: ``sqlite`` or ``postgresql``, the same again for the same kind."""

    def url(kind: str) -> str:
        return (
            str(request.getfixturevalue("postgres_url")) if kind == "postgresql" else f"sqlite:///{tmp_path / 'p.db'}"
        )

    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, url_of: Callable[[str], str]) -> str:
    """The URL of a new, empty database: a test that takes it runs once for each kind."""
    return url_of(str(request.param))
