from __future__ import annotations

from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from pratique.gateway.gateway import Rules
from pratique.policy.reading import TAKEN, read_policy
from tests.gateway.world import wheel, wheel_bytes, world

_RULES = Rules(policy=read_policy("[indexes.strict]\n"))


async def test_no_index_can_be_called_as_the_sites_own_addresses(tmp_path: Path) -> None:
    """What stands first in any address of the site is taken."""
    async with world(tmp_path, {}) as made:
        places = {resource.canonical.split("/")[1] for resource in made.site().router.resources()}
    assert {place for place in places if place and not place.startswith("{")} <= TAKEN


async def test_addresses_on_a_further_index_stay_on_it(tmp_path: Path) -> None:
    """Redirects, the list of projects, files and provenance: none leads to the main one, which may refuse less."""
    async with (
        world(tmp_path, {wheel("1.0"): wheel_bytes("1.0")}, _RULES) as made,
        TestClient(TestServer(made.site())) as client,
    ):
        made.upstream.changes[wheel("1.0")] = {"provenance": "http://upstream.invalid/p"}
        page = await client.get("/strict/simple/demo/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
        (file,) = (await page.json())["files"]
        assert file["url"] == f"/strict/files/demo/{wheel('1.0')}"
        assert file["provenance"].endswith(f"/strict/files/demo/{wheel('1.0')}.provenance")
        assert '<a href="/strict/simple/demo/">' in await (await client.get("/strict/simple/")).text()
        for asked, place in (
            ("/strict/simple", "/strict/simple/"),
            ("/strict/simple/demo", "/strict/simple/demo/"),
            ("/strict/simple/De.Mo/", "/strict/simple/de-mo/"),
        ):
            moved = await client.get(asked, allow_redirects=False)
            assert (moved.status, moved.headers["Location"]) == (301, place)


async def test_an_index_that_there_is_not_serves_nothing(tmp_path: Path) -> None:
    """A name that was mistyped, or taken out of the policy, does not fall back to the main index."""
    async with (
        world(tmp_path, {wheel("1.0"): wheel_bytes("1.0")}, _RULES) as made,
        TestClient(TestServer(made.site())) as client,
    ):
        for place in ("/other/simple/", "/other/simple/demo/", "/other/simple", f"/other/files/demo/{wheel('1.0')}"):
            assert (await client.get(place)).status == 404, place
        assert (await client.get(f"/strict/files/demo/{wheel('1.0')}")).status == 200
        made.gateway.policies.exchange(read_policy(""))
        assert (await client.get(f"/strict/files/demo/{wheel('1.0')}")).status == 404
