"""The simple API over HTTP, before an index of our own that has what the standards know (PEP 503, 592, 658, 691, …)."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from pratique.gateway.gateway import Gateway, Rules
from pratique.index.negotiate import HTML, JSON, LEGACY
from pratique.index.parse import parse_page
from pratique.policy import Action, Entry, Policy
from pratique.upstream import HttpUpstream
from tests.gateway.world import World, world
from tests.support.distributions import make_sdist, make_wheel
from tests.support.upstream_server import Listed, LocalIndex

_OLD = make_wheel("de-mo", "1.0", {"de_mo.py": "x = 1\n"})
_NEW = make_wheel("de-mo", "2.0", {"de_mo.py": "x = 2\n"})
_SOURCE = make_sdist("de-mo", "2.0", {"de_mo.py": "x = 2\n"})
_PAGE = "/simple/de-mo/"
_FILE = f"/files/de-mo/{_NEW.filename}"


@dataclass
class Place:
    """The site, its surroundings, and the index behind it."""

    client: TestClient[web.Request, web.Application]
    behind: LocalIndex
    made: World

    async def get(self, place: str = _PAGE, **headers: str) -> ClientResponse:
        """Ask; an underscore in a header's name is a hyphen, and redirects are not followed."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(place, headers=named, allow_redirects=False)

    async def page(self) -> Any:  # noqa: ANN401
        """The page as JSON has it."""
        return await (await self.get(Accept=JSON)).json(content_type=None)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A project with a yanked release, one that has everything, and its source."""
    behind = LocalIndex()
    behind.add(_OLD, yanked="old & <worn>")
    behind.put(Listed(built=_NEW, requires_python=">=3.9,<4", provenance=b"{}"))
    behind.add(_SOURCE)
    async with (
        behind.serving() as url,
        HttpUpstream(url, parse=parse_page, pause=0) as upstream,
        world(tmp_path, {}) as around,
    ):
        ports = replace(around.ports, upstream=upstream)
        gateway = Gateway(ports, Rules())
        made = replace(around, ports=ports, gateway=gateway)
        async with TestClient(TestServer(made.site())) as client:
            yield Place(client=client, behind=behind, made=made)
        await gateway.close()


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", LEGACY),
        ("*/*", LEGACY),
        (JSON, JSON),
        (HTML, HTML),
        (f"{JSON}, {HTML};q=0.1, text/html;q=0.01", JSON),
        ("application/vnd.pypi.simple.latest+json", JSON),
        (f"{JSON};q=0, {HTML}", HTML),
        ("application/xml", ""),
    ],
)
async def test_the_answer_is_of_the_type_that_was_asked_for(place: Place, accept: str, kind: str) -> None:
    """PEP 691: exactly that type, and caches are told; what is not there is 406. HEAD says what GET would."""
    answer = await place.get(Accept=accept)
    head = await place.client.head(_PAGE, headers={"Accept": accept})
    assert (answer.status, head.status) == ((200, 200) if kind else (406, 406))
    if kind:
        assert (answer.headers["Content-Type"], head.headers["Content-Type"]) == (kind, kind)
        assert head.headers["ETag"] == answer.headers["ETag"]
        assert "Accept" in answer.headers["Vary"].replace(" ", "").split(",")


@pytest.mark.parametrize("as_json", [True, False])
async def test_a_page_says_in_both_forms_what_the_upstream_says_in_either(place: Place, *, as_json: bool) -> None:
    """PEP 503, 592, 658, 714, 700, 740: hashes, yanks, metadata, sizes and dates where there are some, provenance."""
    place.behind.json = as_json
    page = await place.page()
    old, new, source = page["files"]
    assert (page["name"], page["versions"]) == ("de-mo", ["1.0", "2.0"])
    assert [old["yanked"], new["yanked"]] == ["old & <worn>", False]
    assert new["hashes"] == {"sha256": _NEW.sha256}
    assert new["core-metadata"] == {"sha256": hashlib.sha256(_NEW.metadata).hexdigest()}
    assert new["requires-python"] == ">=3.9,<4"
    assert page["meta"]["api-version"] == ("1.4" if as_json else "1.0"), "1.1 asks for all sizes (PEP 700)"
    assert new.get("size") == (len(_NEW.data) if as_json else None)
    assert new.get("upload-time") == ("2024-01-02T03:04:05.000000Z" if as_json else None)
    html = await (await place.get(Accept=HTML)).text()
    assert html.count("<a ") == 3
    assert f'href="{_FILE}#sha256={_NEW.sha256}"' in html
    assert 'data-yanked="old &amp; &lt;worn&gt;"' in html
    assert 'data-requires-python="&gt;=3.9,&lt;4"' in html
    assert f'data-core-metadata="sha256={hashlib.sha256(_NEW.metadata).hexdigest()}"' in html
    assert ("data-provenance=" in html, bool(new["provenance"])) == (as_json, as_json)
    assert f"/files/de-mo/{_SOURCE.filename}" == source["url"]


async def test_what_lies_beside_a_file_is_what_was_promised(place: Place) -> None:
    """PEP 658 and PEP 740: the metadata have the digest that the page says, the provenance is the upstream's."""
    _, new, _ = (await place.page())["files"]
    metadata = await place.get(f"{new['url']}.metadata")
    assert hashlib.sha256(await metadata.read()).hexdigest() == new["core-metadata"]["sha256"]
    assert await (await place.client.get(re.sub(r"^http://[^/]+", "", new["provenance"]))).read() == b"{}"


@pytest.mark.parametrize(
    ("agent", "old", "new"), [("pip/26.3", True, True), ("pdm/2.26", False, False), ("", False, True)]
)
async def test_metadata_that_the_upstream_has_none_of_are_offered_to_whoever_heeds_a_refusal(
    place: Place, agent: str, *, old: bool, new: bool
) -> None:
    """A resolver then reads the wheel's own without waiting for the wheel; PDM would take a refusal for metadata."""
    place.behind.put(Listed(built=_OLD, metadata=False))
    place.behind.put(Listed(built=_NEW, metadata_hash=False))
    page = await (await place.client.get(_PAGE, headers={"Accept": JSON, "User-Agent": agent})).json()
    listed = {file["filename"]: (file["url"], file["core-metadata"]) for file in page["files"]}
    assert (listed[_OLD.filename][1], listed[_NEW.filename][1]) == (old, new)
    assert listed[_SOURCE.filename][1] is not True
    metadata = await place.get(f"{listed[_OLD.filename][0]}.metadata")
    assert await metadata.read() == _OLD.metadata


@pytest.mark.parametrize("asked", ["/simple/De_Mo/", "/simple/de.mo", "/simple/de--mo/", "/simple/de-mo"])
async def test_a_name_in_another_spelling_is_redirected(place: Place, asked: str) -> None:
    """PEP 503: to the normalised one with a slash, without a question to the upstream."""
    answer = await place.get(asked)
    assert (answer.status, answer.headers["Location"]) == (301, _PAGE)
    assert place.behind.counts == {}


async def test_conditions_hold_towards_both_sides(place: Place) -> None:
    """The upstream says that nothing has changed, and so do we, under the same tag; then both say what is new."""
    tag = (await place.get(Accept=JSON)).headers["ETag"]
    place.made.clock.pass_by(60)
    again = await place.get(Accept=JSON, If_None_Match=tag)
    assert (again.status, again.headers["ETag"], await again.read()) == (304, tag, b"")
    assert place.behind.counts[_PAGE] == 2
    place.behind.add(make_wheel("de-mo", "3.0", {"de_mo.py": "x = 3\n"}))
    place.made.clock.pass_by(60)
    changed = await place.get(Accept=JSON, If_None_Match=tag)
    assert (changed.status, changed.headers["ETag"] == tag) == (200, False)
    file = await place.get(_FILE)
    assert file.headers["ETag"] == f'"{_NEW.sha256}"'
    assert (await place.get(_FILE, If_None_Match=file.headers["ETag"])).status == 304


async def test_a_page_is_made_anew_when_the_policy_says_something_else(place: Place) -> None:
    """At once, within the time in which the upstream is not asked again; and as it was when that is taken back."""
    newest = make_wheel("de-mo", "3.0", {"de_mo.py": "x = 3\n"})
    place.behind.add(newest)
    tag = (await place.get(Accept=JSON)).headers["ETag"]
    deny = Entry(place="deny[1]", project="de-mo", versions="==3.0", reason="not yet", action=Action.BLOCK)
    place.made.gateway.policies.exchange(Policy(deny=(deny,)))
    refused = await place.get(Accept=JSON, If_None_Match=tag)
    assert (refused.status, (await place.get(f"/files/de-mo/{newest.filename}")).status) == (200, 403)
    assert "blocked: de-mo 3.0 is not wanted here: not yet" in await refused.text()
    place.made.gateway.policies.exchange(Policy())
    assert (await place.get(Accept=JSON, If_None_Match=tag)).status == 304
    assert place.behind.counts[_PAGE] == 1


async def test_a_page_of_an_index_in_quarantine_offers_nothing(place: Place) -> None:
    """PEP 792: status and reason are passed on, no file is listed, and what was given before is refused."""
    assert (await place.get(_FILE)).status == 200
    place.behind.statuses["de-mo"] = ("quarantined", "reported")
    place.made.clock.pass_by(60)
    page = await place.page()
    assert (page["project-status"], page["files"]) == ({"status": "quarantined", "reason": "reported"}, [])
    html = await (await place.get(Accept=HTML)).text()
    assert '<meta name="pypi:project-status" content="quarantined">' in html
    assert ("<a " in html, (await place.get(_FILE)).status) == (False, 403)


@pytest.mark.parametrize("status", ["archived", "deprecated"])
async def test_another_status_is_passed_on_and_hides_nothing(place: Place, status: str) -> None:
    """PEP 792: files of an archived or deprecated project are offered and given."""
    place.behind.statuses["de-mo"] = (status, "")
    page = await place.page()
    assert (page["project-status"], len(page["files"])) == ({"status": status}, 3)
    assert (await place.get(_FILE)).status == 200


async def test_a_long_page_is_packed(place: Place) -> None:
    """For whoever takes gzip, whole, under a tag of its own."""
    for number in range(30):
        place.behind.add(make_wheel("de-mo", f"3.{number}", {"de_mo.py": ""}))
    plain = await place.get(Accept=JSON, Accept_Encoding="identity")
    packed = await place.client.session.get(
        place.client.make_url(_PAGE), headers={"Accept": JSON, "Accept-Encoding": "gzip"}, auto_decompress=False
    )
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(await packed.read()) == await plain.read()
    assert packed.headers["ETag"] != plain.headers["ETag"]
