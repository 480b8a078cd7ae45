"""Wiring: the only place where adapters are constructed and given to the use cases."""

from pratique.wiring.auditing import auditor_in
from pratique.wiring.caching import shelf_in
from pratique.wiring.desk import Desk, desk_in
from pratique.wiring.exposing import exposure_in
from pratique.wiring.folder import has_database, site_of
from pratique.wiring.names import InForce, guard_in, import_popular, popular_in, reset_popular
from pratique.wiring.outside import gateway_for, own_index, ports_for
from pratique.wiring.people import accounts_in
from pratique.wiring.reviewing import heads_in
from pratique.wiring.serving import Running, run_server, running, serve
from pratique.wiring.settings import (
    AccountSettings,
    AftercareSettings,
    CacheSettings,
    Engine,
    OperationSettings,
    ServerSettings,
    SystemClock,
    UpstreamSettings,
    default_engine,
)
from pratique.wiring.stores import advisories_in, book_in, head_files, importer_for, publishing_in, releases_in
from pratique.wiring.upstreams import open_upstream

__all__ = [
    "AccountSettings",
    "AftercareSettings",
    "CacheSettings",
    "Desk",
    "Engine",
    "InForce",
    "OperationSettings",
    "Running",
    "ServerSettings",
    "SystemClock",
    "UpstreamSettings",
    "accounts_in",
    "advisories_in",
    "auditor_in",
    "book_in",
    "default_engine",
    "desk_in",
    "exposure_in",
    "gateway_for",
    "guard_in",
    "has_database",
    "head_files",
    "heads_in",
    "import_popular",
    "importer_for",
    "open_upstream",
    "own_index",
    "popular_in",
    "ports_for",
    "publishing_in",
    "releases_in",
    "reset_popular",
    "run_server",
    "running",
    "serve",
    "shelf_in",
    "site_of",
]
