"""Synthetic OSV records, the same each time: of every four three are vulnerabilities, and one is malware."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEED = 20261124
EACH = 25
"""A project for so many records."""
_START = datetime(2020, 1, 1, tzinfo=UTC)


def write(path: Path, records: int) -> None:
    """A zip of so many records."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for record in _records(records):
            archive.writestr(f"{record['id']}.json", json.dumps(record))


def _records(count: int) -> Iterator[dict[str, object]]:
    random_ = random.Random(SEED)  # noqa: S311  (repeatable on purpose)
    words = [f"word{number}" for number in range(2000)]
    for number in range(count):
        details = " ".join(random_.choices(words, k=120))
        moment = (_START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        malware = number % 4 == 3
        yield {
            "schema_version": "1.7.0",
            "id": f"MAL-2026-{number}" if malware else f"PYSEC-2026-{number}",
            "modified": moment,
            "published": moment,
            "aliases": [] if malware else [f"CVE-2026-{number}"],
            "summary": f"Synthetic record {number}",
            "details": details,
            "affected": [_malware(number) if malware else _vulnerability(random_, count // EACH)],
            "references": [{"type": "WEB", "url": f"https://advisories.example.invalid/{number}"}],
        }


def _malware(number: int) -> dict[str, object]:
    events = [{"introduced": "0"}]
    return {
        "package": {"ecosystem": "PyPI", "name": f"malware-{number}"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
        "database_specific": {"iocs": {"domains": [f"c2-{number}.example.invalid"]}},
    }


def _vulnerability(random_: random.Random, projects: int) -> dict[str, object]:
    major, minors = random_.randrange(9), random_.randrange(1, 30)
    events = [{"introduced": f"{major}.0"}, {"fixed": f"{major}.{minors}"}]
    return {
        "package": {"ecosystem": "PyPI", "name": f"project-{random_.randrange(projects)}"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
        "versions": [f"{major}.{minor}" for minor in range(minors)],
    }
