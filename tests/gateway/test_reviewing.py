from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pratique.errors import BadSetting
from pratique.gateway.outcome import Refused, Visitor
from pratique.gateway.replaying import replay
from pratique.gateway.reviewing import reasons
from pratique.index.signpost import signpost
from pratique.names import project_name
from pratique.policy.reading import read_policy
from pratique.ports import EventKind, Judged
from pratique.releases import NOT_PUBLISHED
from tests.gateway.desk import Beside, beside
from tests.gateway.world import BAD, DEMO, wheel, wheel_bytes

PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
OLD, NEW, EVIL = wheel("1.0"), wheel("1.1"), wheel("2.0")
_FILES = {OLD: wheel_bytes("1.0"), NEW: wheel_bytes("1.1"), EVIL: wheel_bytes("2.0", b"# " + BAD)}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Beside]:
    """Three releases, the newest of which is bad."""
    async with beside(tmp_path, _FILES) as made:
        yield made


async def test_a_release_from_beside_the_server_is_heeded_at_its_next_request(desk: Beside) -> None:
    """The database and the head are all that the two have in common."""
    assert isinstance(await desk.gateway.file(DEMO, EVIL, PIP), Refused)
    reviewing = desk.reviewing()
    (held,) = await reviewing.held()
    assert (held.assessed.case.filename, held.times, held.assessed.grave) == (EVIL, 1, True)
    review, entry = await reviewing.release(held.assessed, reason=" read \n it ", actor="ann")
    assert (review.lifts, review.reason, entry.number) == (("malicious",), "read it", 1)
    assert isinstance(await desk.gateway.file(DEMO, EVIL, PIP), Judged)
    assert await desk.reviewing().held() == []
    assert [one.assessed.case.filename for one in await desk.reviewing().held(everything=True)] == [EVIL]


async def test_a_decision_shows_on_the_page_at_once(desk: Beside) -> None:
    """Without a question to the upstream, and as another object, so that what was rendered of it is not given again."""
    assert isinstance(await desk.gateway.file(DEMO, EVIL, PIP), Refused)
    page = await desk.gateway.page(DEMO)
    assert await desk.gateway.page(DEMO) is page
    (held,) = await desk.reviewing().held()
    await desk.reviewing().release(held.assessed, reason="read it", actor="ann")
    told = {file.filename: file.yanked for file in (await desk.gateway.page(DEMO)).files}
    before = {file.filename: file.yanked for file in page.files}
    assert (str(before[EVIL])[:8], told[EVIL], desk.made.upstream.pages) == ("blocked:", False, 1)


async def test_what_the_policy_says_by_name_is_not_a_reviewers_to_lift(desk: Beside) -> None:
    """Whoever reviews is told which line it is, and nothing is on record."""
    deny = '[[deny]]\nproject = "demo"\nreason = "no"\n'
    reviewing = desk.reviewing(deny)
    assert isinstance(await desk.gateway.file(DEMO, OLD, PIP), Refused)
    (held,) = await reviewing.held()
    with pytest.raises(BadSetting, match=r"deny\[1\]"):
        await reviewing.release(held.assessed, reason="r", actor="ann")
    assert await desk.book.entries() == []
    await reviewing.reject(held.assessed, reason="r", actor="ann")
    assert isinstance(await desk.gateway.file(DEMO, OLD, PIP), Refused)


async def test_what_is_not_held_needs_no_release(desk: Beside) -> None:
    """A release of something that passes would lift what nobody has seen yet."""
    assert isinstance(await desk.gateway.file(DEMO, OLD, PIP), Judged)
    with pytest.raises(BadSetting, match="is not held"):
        await desk.reviewing().release(await desk.reviewing().find(OLD), reason="r", actor="ann")


async def test_a_file_that_nobody_fetched_can_be_released_from_its_wait(desk: Beside) -> None:
    """By the digest that its page promises; what the inspection then finds is not lifted."""
    at = desk.made.clock.now() - timedelta(hours=1)
    for filename in (NEW, EVIL):
        desk.made.upstream.changes[filename] = {"upload_time": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
    reviewing = desk.reviewing('[age]\nminimum = "3d"\n')
    for filename, kind in ((NEW, Judged), (EVIL, Refused)):
        assert isinstance(await desk.gateway.file(DEMO, filename, PIP), Refused)
        assert filename not in desk.made.upstream.fetched
        review, _ = await reviewing.release(await reviewing.find(filename), reason="urgent", actor="ann")
        assert review.lifts == ("age",) or set(review.lifts) == {"age", "young"}
        assert isinstance(await desk.gateway.file(DEMO, filename, PIP), kind)


async def test_a_name_that_is_only_kept_private_stops_no_list(desk: Beside) -> None:
    """It was asked for, refused and recorded; the others are listed all the same, and what is no file is not."""
    reviewing = desk.reviewing('[private]\nnames = ["acme-tools"]\n')
    (sign,) = signpost(project_name("acme-tools"), NOT_PUBLISHED).files
    assert isinstance(await desk.gateway.file(project_name("acme-tools"), sign.filename, PIP), Refused)
    assert isinstance(await desk.gateway.file(project_name("acme-tools"), "acme_tools-1.0.tar.gz", PIP), Refused)
    assert isinstance(await desk.gateway.file(DEMO, EVIL, PIP), Refused)
    assert [one.assessed.case.filename for one in await reviewing.held()] == [EVIL, "acme_tools-1.0.tar.gz"]


async def test_what_only_a_further_index_refuses_is_held_and_released_for_it(desk: Beside) -> None:
    """The main index serves it; the list tells why the other does not, and one release is for both."""
    reviewing = desk.reviewing("[indexes.strict.score]\nquarantine = 0.0\n")
    assert isinstance(await desk.gateway.file(DEMO, OLD, PIP), Judged)
    strict = replace(PIP, index="strict")
    assert isinstance(await desk.gateway.file(DEMO, OLD, strict), Refused)
    (held,) = await reviewing.held()
    assert held.assessed.ruling.decision.allowed
    (reason,) = reasons(held.assessed.objections)
    assert reason.startswith("quarantined: its score of 0.02 is 0 or more")
    await reviewing.release(held.assessed, reason="read it", actor="ann")
    assert isinstance(await desk.gateway.file(DEMO, OLD, strict), Judged)


async def test_a_name_that_means_several_files_has_to_be_told_apart(desk: Beside) -> None:
    """The same name at another time was another file: the digests are given to choose from."""
    assert isinstance(await desk.gateway.file(DEMO, EVIL, PIP), Refused)
    desk.made.upstream.files[EVIL] = wheel_bytes("2.0", b"# again " + BAD)
    desk.made.clock.pass_by(60)
    assert isinstance(await desk.gateway.file(DEMO, EVIL, PIP), Refused)
    first, second = [one.assessed.case.sha256 for one in await desk.reviewing().held()]
    with pytest.raises(BadSetting, match="more than one file") as caught:
        await desk.reviewing().find(EVIL)
    assert first in caught.value.remedy
    assert second in caught.value.remedy
    assert (await desk.reviewing().find(first[:12])).case.sha256 == first


async def test_replaying_judges_as_of_when_it_was_asked_for(desk: Beside) -> None:
    """What was young then would have been held, though it is old enough today; what stays refused is no change."""
    at = desk.made.clock.now() - timedelta(hours=1)
    desk.made.upstream.changes[NEW] = {"upload_time": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
    for filename in (NEW, NEW, EVIL):
        await desk.gateway.file(DEMO, filename, PIP)
    desk.made.clock.pass_by(30 * 86_400)
    since = desk.made.clock.now() - timedelta(days=60)
    found = await replay(desk.reviewing('[age]\nminimum = "3d"\n'), desk.requests, since)
    (change,) = found.changes
    assert (change.request.filename, change.request.times, change.ruling.rule) == (NEW, 2, "age.minimum")
    assert (found.requests, found.refused, found.served, found.unknown) == (3, 2, 0, 0)
    assert (await replay(desk.reviewing(), desk.requests, since)).changes == ()
    later = desk.made.clock.now() - timedelta(days=1)
    assert (await replay(desk.reviewing(), desk.requests, later)).requests == 0


async def test_replaying_can_be_of_a_further_index(desk: Beside) -> None:
    """As if all had been asked of it: what the main one goes on serving, the strict one would not."""
    for filename in (OLD, EVIL):
        await desk.gateway.file(DEMO, filename, PIP)
    strict = desk.reviewing('[indexes.strict]\nunlisted = "quarantine"\n')
    since = desk.made.clock.now() - timedelta(days=1)
    assert (await replay(strict, desk.requests, since)).changes == ()
    (change,) = (await replay(strict, desk.requests, since, "strict")).changes
    assert (change.request.filename, change.ruling.rule) == (OLD, "unlisted")


async def test_each_request_is_replayed_on_the_index_that_it_was_asked_of(desk: Beside) -> None:
    """What the strict one would refuse changes nothing for those who asked the main one, and the other way round."""
    policy = '[indexes.strict]\nunlisted = "quarantine"\n'
    desk.gateway.policies.exchange(read_policy("[indexes.strict]\n[indexes.old]\n"))
    for index, times in (("", 3), ("strict", 2), ("old", 1)):
        for _ in range(times):
            assert isinstance(await desk.gateway.file(DEMO, OLD, replace(PIP, index=index)), Judged)
    since = desk.made.clock.now() - timedelta(days=1)
    found = await replay(desk.reviewing(policy), desk.requests, since)
    (change,) = found.changes
    assert (change.request.index, change.request.times, change.ruling.rule) == ("strict", 2, "unlisted")
    assert (found.requests, found.refused, found.gone) == (6, 2, 1)


async def test_the_record_names_index_and_upstream(desk: Beside) -> None:
    """Which of several said that there is such a file, and whose policy answered."""
    desk.gateway.policies.exchange(read_policy("[indexes.strict]\n"))
    desk.made.upstream.changes[EVIL] = {"upstream": "mirror"}
    assert isinstance(await desk.gateway.file(DEMO, EVIL, replace(PIP, index="strict")), Refused)
    (event,) = await desk.made.store.events(kinds=[EventKind.REFUSAL])
    assert (event.index, event.upstream) == ("strict", "mirror")


async def test_only_so_many_are_looked_up_for_a_list(desk: Beside) -> None:
    """Each takes some looking up: a page shows the last ones."""
    for filename in (NEW, EVIL):
        desk.made.upstream.files[filename] = wheel_bytes(filename.split("-")[1], b"# " + BAD)
        assert isinstance(await desk.gateway.file(DEMO, filename, PIP), Refused)
    assert [one.assessed.case.filename for one in await desk.reviewing().held(most=1)] == [EVIL]
    assert len(await desk.reviewing().held()) == 2
