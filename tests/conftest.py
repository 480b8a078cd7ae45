"""For tests of several rooms: a new database of each kind, and a trust root of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.postgres import NoPostgres, Postgres, running, skip_without

if TYPE_CHECKING:
    from tests.provenance.signing import TrustRoot


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


@pytest.fixture
def trust(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> TrustRoot:
    """What signatures of provenance are verified by, while the test runs; skips where nothing can verify them."""
    pytest.importorskip("pypi_attestations", reason="provenance is verified by an extra")
    from tests.provenance.signing import TrustRoot

    folder, root = tmp_path_factory.mktemp("trust"), TrustRoot()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    root.install(folder / "cache")
    return root
