from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.distributions import Built, make_wheel
from tests.uploads.shop import DEMO, Shop, shop

_RST = "text/x-rst"


def _wheel(version: str, *, inside: str = "") -> Built:
    fields = ["Summary: Demo", *([f"Requires-Python: {inside}"] if inside else [])]
    return make_wheel("demo", version, {"demo/__init__.py": ""}, fields=fields)


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[Shop]:
    """An empty index."""
    async with shop(tmp_path) as made:
        yield made


class _Upload:
    """One that is wrong in every way; ``mend`` puts one of them right."""

    def __init__(self) -> None:
        self.user, self.version, self.junk, self.inside = "eve", "1.0", b"junk", ">=3.9"
        self.filename: str | None = "Demo.whl"
        self.fields: dict[str, Any] = {
            "summary": "two\nlines",
            "description": "`unfinished\n==",
            "description_content_type": _RST,
            "md5_digest": "0" * 32,
        }

    async def send(self, index: Shop) -> tuple[int, str]:
        built = _wheel(self.version, inside=self.inside)
        spoiled = replace(built, data=built.data + self.junk)
        told = {**self.fields, "sha256_digest": spoiled.sha256, "blake2_256_digest": None, "requires_python": None}
        if "md5_digest" not in told:
            told["md5_digest"] = None
        reply = await index.upload(spoiled, user=self.user, filename=self.filename, fields=told)
        return reply.status, reply.reason


async def test_checks_come_in_the_order_that_is_written(index: Shop) -> None:
    """Who it is, form, name, description, file name, digests, used names, the archive, its metadata."""
    assert (await index.upload(_wheel("1.0"))).status == 200
    await index.names.prohibit(DEMO, "reserved", by="root")
    upload = _Upload()

    async def fails(status: int, said: str) -> None:
        found = await upload.send(index)
        assert (found[0], said in found[1]) == (status, True), found

    await fails(401, "Nobody is known")
    upload.user = "ann"
    await fails(400, "summary")
    del upload.fields["summary"]
    await fails(403, "prohibited")
    await index.names.allow(DEMO, by="root")
    await fails(400, "description")
    del upload.fields["description"], upload.fields["description_content_type"]
    await fails(400, "Demo.whl")
    upload.filename = None
    await fails(400, "md5_digest")
    del upload.fields["md5_digest"]
    await fails(409, "File already exists")
    upload.version = "1.1"
    await fails(400, "after the end of the archive")
    upload.junk = b""
    await fails(400, "requires-python")
    upload.inside = ""
    assert await upload.send(index) == (200, "OK")
