from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pratique.advisories.record import read_record
from pratique.errors import BadName, NotFound
from pratique.names import ProjectName, project_name
from pratique.releases import Status
from pratique.uploads.refusal import UploadRefused
from tests.advisories.records import osv, raw
from tests.fakes.advisories import MemoryAdvisories
from tests.support.distributions import make_wheel
from tests.uploads.shop import DEMO, Shop, shop

OLD, NEW = (make_wheel("demo", version, {"demo/__init__.py": "VALUE = 1\n"}) for version in ("1.0", "2.0"))
_JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[Shop]:
    """An index with a project of two releases."""
    async with shop(tmp_path) as made:
        for built in (OLD, NEW):
            assert (await made.upload(built)).status == 200
        yield made


async def page(index: Shop, project: str = "demo") -> dict[str, Any]:
    """A project's page."""
    found: dict[str, Any] = json.loads((await index.get(f"/simple/{project}/", Accept=_JSON)).body)
    return found


async def test_yanked_release_is_listed_with_its_reason_and_still_served(index: Shop) -> None:
    """PEP 592: resolvers step back, whoever pins it gets it; unyanking undoes that."""
    assert await index.publishing.yank(DEMO, "2.0", "broken on Tuesdays", by="ann") == 1
    assert [f["yanked"] for f in (await page(index))["files"]] == [False, "broken on Tuesdays"]
    assert (await index.get(f"/files/demo/{NEW.filename}")).status == 200
    await index.publishing.unyank(DEMO, "2.0.0", by="ann")
    assert [f["yanked"] for f in (await page(index))["files"]] == [False, False]


async def test_a_project_whose_owners_have_gone_is_not_free(index: Shop) -> None:
    """Nobody else's upload makes it theirs: an administrator says who owns it now."""
    index.accounts.owners.clear()
    third = make_wheel("demo", "3.0", {"demo/__init__.py": "VALUE = 1\n"})
    refused = await index.upload(third, user="bob")
    assert (refused.status, "Nobody owns demo any more" in refused.body) == (403, True)
    assert index.accounts.owners == {}
    index.accounts.owners[DEMO] = "bob"
    assert (await index.upload(third, user="bob")).status == 200


async def test_yanking_without_reason_is_a_plain_true(index: Shop) -> None:
    """A reason may be left out."""
    await index.publishing.yank(DEMO, "1.0", "", by="ann")
    assert (await page(index))["files"][0]["yanked"] is True


async def test_release_taken_down_is_refused_and_passed_over(index: Shop) -> None:
    """Its page says why, its file is 403 with the reason, the older release stays; restoring undoes all of it."""
    await index.publishing.take_down(DEMO, "2.0", "leaks keys", by="rita")
    files = (await page(index))["files"]
    assert [f["yanked"] for f in files] == [False, "demo 2.0 was taken down: leaks keys"]
    for beside in ("", ".metadata"):
        answer = await index.get(f"/files/demo/{NEW.filename}{beside}")
        assert (answer.status, "leaks keys" in answer.reason) == (403, True)
    assert (await index.get(f"/files/demo/{OLD.filename}")).status == 200
    assert (await index.upload(NEW)).status == 403
    await index.publishing.restore(DEMO, "2.0", by="rita")
    assert (await index.get(f"/files/demo/{NEW.filename}")).status == 200
    assert [f["yanked"] for f in (await page(index))["files"]] == [False, False]


async def test_what_joins_a_release_later_is_what_the_release_is(index: Shop) -> None:
    """Nobody gets around a takedown by another file of the release, and none takes a yank back."""
    await index.publishing.yank(DEMO, "2.0", "broken", by="ann")
    await index.publishing.take_down(DEMO, "2.0", "leaks keys", by="rita")
    later = "demo-2.0-1-py3-none-any.whl"
    answer = await index.upload(make_wheel("demo", "2.0", {"demo/__init__.py": ""}), filename=later)
    assert (answer.status, "leaks keys" in answer.reason) == (403, True)
    assert (await index.get(f"/files/demo/{later}")).status == 403
    await index.publishing.restore(DEMO, "2.0", by="rita")
    assert (await index.get(f"/files/demo/{later}")).status == 200
    assert {f["filename"]: f["yanked"] for f in (await page(index))["files"]}[later] == "broken"


async def test_project_taken_down_tells_every_client_why(index: Shop) -> None:
    """Its files are listed as ever, so that clients ask for one and print the reason; nothing can be added."""
    await index.publishing.take_down(DEMO, None, "stolen account", by="rita")
    assert [f["yanked"] for f in (await page(index))["files"]] == [False, False]
    for built in (OLD, NEW):
        answer = await index.get(f"/files/demo/{built.filename}")
        assert (answer.status, "demo was taken down: stolen account" in answer.reason) == (403, True)
    answer = await index.upload(make_wheel("demo", "3.0", {"demo.py": ""}))
    assert (answer.status, "taken down" in answer.reason) == (403, True)
    assert index.upstream.pages == 0
    await index.publishing.restore(DEMO, None, by="rita")
    assert (await index.get(f"/files/demo/{OLD.filename}")).status == 200


@pytest.mark.parametrize(
    ("status", "files", "uploads"),
    [(Status.ACTIVE, 2, 200), (Status.DEPRECATED, 2, 200), (Status.ARCHIVED, 2, 403), (Status.QUARANTINED, 0, 403)],
)
async def test_status_is_on_the_page_and_governs_uploads(index: Shop, status: Status, files: int, uploads: int) -> None:
    """PEP 792: an archived project takes nothing new, one in quarantine offers no files either."""
    await index.publishing.status(DEMO, status, "because", by="ann")
    shown = await page(index)
    assert shown["project-status"] == {"status": status.value, "reason": "because"}
    assert len(shown["files"]) == files
    assert (await index.get(f"/files/demo/{OLD.filename}")).status == (200 if files else 403)
    assert (await index.upload(make_wheel("demo", "3.0", {"demo.py": ""}))).status == uploads


async def test_change_of_another_process_shows_at_once(index: Shop) -> None:
    """What the command line changes counts for a running server, too."""
    assert (await index.get(f"/files/demo/{NEW.filename}")).status == 200
    await index.releases.take_down(DEMO, "2.0", "leaks keys")
    index.clock.pass_by(0.05)
    assert (await index.get(f"/files/demo/{NEW.filename}")).status == 403


async def test_own_page_has_a_real_etag(index: Shop) -> None:
    """An unchanged page is not sent twice; a changed one is another."""
    first = await index.get("/simple/demo/")
    assert (await index.get("/simple/demo/", If_None_Match=first.etag)).status == 304
    await index.publishing.yank(DEMO, "2.0", "broken", by="ann")
    second = await index.get("/simple/demo/", If_None_Match=first.etag)
    assert (second.status, second.etag != first.etag) == (200, True)


async def test_what_lives_here_never_falls_through(index: Shop) -> None:
    """The upstream has a newer release under the same name: nobody here ever sees it, nor is it asked for."""
    index.upstream.project = DEMO
    index.upstream.files = {"demo-99.0-py3-none-any.whl": b"theirs"}
    assert "99.0" not in (await index.get("/simple/demo/")).body
    assert (await index.get("/files/demo/demo-99.0-py3-none-any.whl")).status == 404
    index.clock.pass_by(3600)
    assert "99.0" not in (await index.get("/simple/demo/")).body
    assert (index.upstream.pages, index.upstream.fetched) == (0, [])


async def test_private_names_are_never_asked_for(index: Shop) -> None:
    """Under a private prefix there is what was uploaded here, and nothing else: the upstream learns no name."""
    index.upstream.project = ProjectName("acme-tool")
    index.upstream.files = {"acme_tool-99.0-py3-none-any.whl": b"theirs"}
    assert await index.names.make_private("Acme_", "ours", by="root") == "acme-"
    answer = await index.get("/simple/acme-tool/")
    assert (answer.status, "private" in answer.reason) == (404, True)
    assert (await index.get("/files/acme-tool/acme_tool-99.0-py3-none-any.whl")).status == 403
    assert index.upstream.pages == 0
    assert (await index.upload(make_wheel("acme-tool", "1.0", {"acme_tool.py": ""}))).status == 200
    assert "acme_tool-1.0" in (await index.get("/simple/acme-tool/")).body
    assert await index.names.make_public("acme-*", by="root")
    index.clock.pass_by(1)
    assert (await index.get("/simple/acme-other/")).status == 404
    assert index.upstream.pages == 1


async def test_prohibited_names_take_no_uploads(index: Shop) -> None:
    """The reason is told; allowed again, the name is free."""
    name = project_name("secret-project")
    await index.names.prohibit(name, "not to be spoken of", by="root")
    built = make_wheel("secret-project", "1.0", {"secret_project.py": ""})
    answer = await index.upload(built)
    assert (answer.status, "not to be spoken of" in answer.reason) == (403, True)
    assert await index.names.allow(name, by="root")
    assert (await index.upload(built)).status == 200


async def test_what_is_not_there_is_said(index: Shop) -> None:
    """Unknown projects, releases and versions that are none change nothing."""
    with pytest.raises(NotFound, match="no project other"):
        await index.publishing.yank(project_name("other"), "1.0", "", by="ann")
    with pytest.raises(NotFound, match="no release"):
        await index.publishing.take_down(DEMO, "9.9", "", by="ann")
    with pytest.raises(BadName, match="no version"):
        await index.publishing.yank(DEMO, "one", "", by="ann")
    with pytest.raises(NotFound, match="Nobody uploaded"):
        await index.publishing.approve("demo-9-py3-none-any.whl", "", by="ann")


async def test_each_change_is_on_record_by_whom_and_why(index: Shop) -> None:
    """Who looks back finds what was done."""
    await index.publishing.take_down(DEMO, "2.0", "leaks keys", by="rita")
    (event, *_) = await index.store.events(project=DEMO)
    assert (event.reason, event.action) == ("taken down by rita: leaks keys", "block")


async def test_projects_of_ones_own_are_in_the_list(index: Shop) -> None:
    """The root page names what lives here, besides what was asked for."""
    assert "/simple/demo/" in (await index.get("/simple/")).body


async def test_an_old_release_takes_no_new_files(index: Shop) -> None:
    """Two weeks after its first file a release is complete; the next one is open."""
    index.clock.pass_by(15 * 86400)
    late = make_wheel("demo", "2.0", {"demo/__init__.py": ""})
    answer = await index.upload(late, filename="demo-2.0-1-py3-none-any.whl")
    assert (answer.status, "is complete" in answer.reason) == (400, True)
    assert (await index.upload(make_wheel("demo", "3.0", {"demo.py": ""}))).status == 200


async def test_an_advisory_on_a_public_project_says_nothing_of_ours(tmp_path: Path) -> None:
    """A private project is never matched by its name alone: page and files stay as they are."""
    advisories = MemoryAdvisories()
    record = read_record(raw(osv("MAL-2026-1", versions=["1.0"])))
    await advisories.keep([record], source="test", seen=datetime(2026, 1, 1, tzinfo=UTC))
    async with shop(tmp_path, advisories=advisories) as index:
        assert (await index.upload(OLD)).status == 200
        assert [f["yanked"] for f in (await page(index))["files"]] == [False]
        assert (await index.get(f"/files/demo/{OLD.filename}")).status == 200


async def test_one_release_has_one_spelling(index: Shop) -> None:
    """1.0 and 1.0.0 are the same version (PEP 440): what is taken down as one cannot come again as the other."""
    answer = await index.upload(make_wheel("demo", "1.0.0", {"demo.py": ""}))
    assert (answer.status, "the same version as 1.0" in answer.reason) == (400, True)


async def test_metadata_are_kept_whatever_becomes_of_the_engine(index: Shop) -> None:
    """A resolver gets them at once after an upgrade, before the file was judged anew; others are not there."""
    index.inspector.engine, index.inspector.hold = "2", asyncio.Event()
    answer = await index.get(f"/files/demo/{NEW.filename}.metadata")
    assert (answer.status, answer.body.encode()) == (200, NEW.metadata)
    assert (await index.get(f"/files/demo/{NEW.filename}.provenance")).status == 404
    index.inspector.hold.set()


async def test_bytes_that_are_gone_are_an_error_and_not_the_upstreams(index: Shop) -> None:
    """A blob that was lost is told; nothing is fetched from anywhere in its place."""
    file = await index.releases.file(NEW.filename)
    assert file is not None
    blob = await index.blobs.find(file.sha256)
    assert blob is not None
    blob.path.unlink()
    assert (await index.get(f"/files/demo/{NEW.filename}")).status >= 500
    assert all(not name.startswith("http") for name in index.upstream.fetched)


async def test_an_owner_undoes_no_takedown_and_no_quarantine_by_a_status_at_the_same_time(index: Shop) -> None:
    """Each writes only what they change, and a status only over the one that they were allowed to change."""
    before, _ = await index.publishing.project(DEMO)
    await index.publishing.take_down(DEMO, None, "stolen", by="rev")
    await index.publishing.status(DEMO, Status.ARCHIVED, "replaced", by="ann", known=before)
    assert (await index.publishing.project(DEMO))[0].taken_down == "stolen"
    before, _ = await index.publishing.project(DEMO)
    await index.publishing.status(DEMO, Status.QUARANTINED, "steals keys", by="rev")
    with pytest.raises(UploadRefused, match="another status"):
        await index.publishing.status(DEMO, Status.ACTIVE, "", by="ann", known=before)
    now, _ = await index.publishing.project(DEMO)
    assert (now.status, now.status_reason) == (Status.QUARANTINED, "steals keys")
