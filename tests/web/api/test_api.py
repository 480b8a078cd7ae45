from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from pratique.accounts.principal import Role, Scope
from pratique.names import project_name
from pratique.releases import State, Status
from tests.cli.test_project import TOOL, a_file
from tests.fakes.values import a_report
from tests.web.api.place import Place

_TOOL = "/projects/acme-tool"
_HELD = a_file("3.0").filename
_WHY = {"reason": "leaks keys"}


async def test_a_token_is_told_whom_it_speaks_for(site: Place) -> None:
    """As a bearer, and as the password of a user: a tool sees what it may do before it tries."""
    token = await site.token("ada", Scope.READ, Scope.PUBLISH, projects=frozenset({TOOL}))
    answer = await site.ask("GET", "/whoami", token)
    assert (answer.status, answer.kind) == (200, "application/json")
    assert answer.of("user") == "ada"
    assert (answer.of("role"), answer.of("scopes"), answer.of("projects")) == (
        "publisher",
        ["publish", "read"],
        ["acme-tool"],
    )
    basic = base64.b64encode(f"__token__:{token}".encode()).decode()
    assert (await site.ask("GET", "/whoami", Authorization=f"Basic {basic}")).document == answer.document


async def test_nobody_is_let_in_without_a_token_that_serves(site: Place) -> None:
    """Every operation that asks for a scope answers 401 to none, a wrong one, a revoked one and one that is over."""
    good = await site.token("ada", Scope.READ)
    for bad in ("", "prat_nonsense", good[:-1] + "x"):
        answer = await site.ask("GET", "/projects", bad)
        assert (answer.status, answer.kind) == (401, "application/problem+json")
        assert "Bearer" in answer.headers["WWW-Authenticate"]
    site.town.here.clock.pass_by(timedelta(days=91).total_seconds())
    assert (await site.ask("GET", "/projects", good)).status == 401
    page = await site.ask("GET", "/projects", await site.token("ada", Scope.READ), Origin=site.town.origin)
    assert (page.status, "browser" in str(page.document)) == (403, True)


async def test_projects_releases_and_files_are_shown(site: Place) -> None:
    """What stands on the pages, for tools: status, members, releases with their files in every state."""
    token = await site.token("eve", Scope.READ)
    listed = await site.ask("GET", "/projects", token)
    assert [one["name"] for one in listed.document] == ["acme-tool"]  # type: ignore[attr-defined]
    shown = await site.ask("GET", "/projects/Acme.Tool", token)
    assert shown.of("members") == [{"user": "ada", "role": "owner"}]
    assert [one["version"] for one in shown.of("releases")] == ["3.0", "2.0", "1.0"]  # type: ignore[attr-defined]
    assert shown.of("releases", 0, "files", 0, "state") == "held"
    release = await site.ask("GET", f"{_TOOL}/releases/1.0.0", token)
    assert release.of("files", 0, "sha256") == a_file("1.0").sha256
    held = await site.ask("GET", "/uploads?state=held", token)
    assert [one["filename"] for one in held.document] == [_HELD]  # type: ignore[attr-defined]
    assert (await site.ask("GET", f"/uploads/{_HELD}", token)).of("state") == "held"
    for missing in ("/projects/other", f"{_TOOL}/releases/9", "/uploads/other-1.0.tar.gz", "/uploads/..%2fetc"):
        assert (await site.ask("GET", missing, token)).status == 404, missing


async def test_a_verdict_is_shown_with_its_evidence(site: Place) -> None:
    """The report that a refusal links to, as a document: rule, file, line, and what follows today."""
    token, report = await site.token("eve", Scope.READ), a_report()
    answer = await site.ask("GET", f"/reports/{report.artifact.sha256}/{report.artifact.name.filename}", token)
    assert (answer.of("verdict"), answer.of("action")) == ("malicious", "block")
    assert (answer.of("findings", 0, "rule"), answer.of("findings", 0, "path")) == ("dropper", "setup.py")
    unknown = await site.ask("GET", f"/reports/{'0' * 64}/{report.artifact.name.filename}", token)
    assert unknown.status == 404


async def test_whoever_works_on_a_project_yanks_it_and_nobody_else(site: Place) -> None:
    """Scope, reach and membership: each alone is not enough; what was done is on record by whom."""
    path = f"{_TOOL}/releases/1.0/yank"
    for token in (
        await site.token("ada", Scope.READ),
        await site.token("ada", Scope.PUBLISH, projects=frozenset({project_name("other")})),
        await site.token("eve", Scope.PUBLISH),
        await site.token("rev", Scope.REVIEW),
    ):
        assert (await site.ask("PUT", path, token, _WHY)).status == 403
    token = await site.token("ada", Scope.PUBLISH)
    assert (await site.ask("PUT", path, token, {"reason": "loses  data"})).of("files") == 1
    assert (await site.file("1.0")).yanked == "loses data"
    assert (await site.ask("DELETE", path, token)).status == 200
    assert (await site.file("1.0")).yanked is None
    root = await site.token("root", Scope.ADMINISTER)
    assert (await site.ask("PUT", path, root, _WHY)).status == 200
    assert "yanked by root" in (await site.store.events(limit=1))[0].reason


async def test_reviewers_take_down_and_restore(site: Place) -> None:
    """A release or a whole project, with a reason; owners cannot."""
    owner, reviewer = await site.token("ada", Scope.PUBLISH), await site.token("rev", Scope.REVIEW)
    assert (await site.ask("PUT", f"{_TOOL}/takedown", owner, _WHY)).status == 403
    assert (await site.ask("PUT", f"{_TOOL}/releases/1.0/takedown", reviewer, _WHY)).of("files") == 1
    assert (await site.file("1.0")).taken_down == "leaks keys"
    assert (await site.ask("DELETE", f"{_TOOL}/releases/1.0/takedown", reviewer)).status == 200
    assert (await site.file("1.0")).taken_down is None
    assert (await site.ask("DELETE", f"{_TOOL}/takedown", reviewer)).status == 404
    assert (await site.ask("PUT", f"{_TOOL}/takedown", reviewer, _WHY)).of("files") == 3
    assert (await site.ask("DELETE", f"{_TOOL}/takedown", reviewer)).status == 200


async def test_who_received_it_is_told_to_reviewers(site: Place) -> None:
    """Clients by address, what was taken, what to rotate; of a project or of a release."""
    reviewer = await site.token("rev", Scope.REVIEW)
    answer = await site.ask("GET", f"{_TOOL}/releases/1.0/exposure", reviewer)
    assert (answer.of("version"), answer.of("files", 0, "clients", 0, "address")) == ("1.0", "192.0.2.7")
    assert answer.of("files", 0, "taken") == ["SSH keys"]
    assert str(answer.of("rotate", 0)).startswith("Make new SSH keys")
    assert (await site.ask("GET", "/projects/not-ours/exposure", reviewer)).status == 200
    assert (await site.ask("GET", f"{_TOOL}/exposure", await site.token("ada", Scope.READ))).status == 403


async def test_an_owner_sets_the_status_but_a_reviewer_the_quarantine(site: Place) -> None:
    """As in the console: what protects others is not the owner's to lift."""
    owner, reviewer = await site.token("ada", Scope.PUBLISH), await site.token("rev", Scope.REVIEW)

    async def to(status: Status, token: str) -> int:
        return (await site.ask("PUT", f"{_TOOL}/status", token, {"status": status, "reason": "x"})).status

    assert await to(Status.DEPRECATED, owner) == 200
    assert await to(Status.QUARANTINED, owner) == 403
    assert await to(Status.ARCHIVED, reviewer) == 403
    assert await to(Status.QUARANTINED, reviewer) == 200
    assert await to(Status.ACTIVE, owner) == 403
    assert await to(Status.ACTIVE, reviewer) == 200


async def test_a_reviewer_decides_once_and_never_about_their_own(site: Place) -> None:
    """What is held is published or refused; the second decision is told that it comes too late."""
    await site.town.here.accounts.people.change_role("ada", Role.REVIEWER)
    own, other = await site.token("ada", Scope.REVIEW), await site.token("rev", Scope.REVIEW)
    path, passing = f"/uploads/{_HELD}/review", {"approve": True, "reason": "read it"}
    assert (await site.ask("POST", path, own, passing)).status == 403
    assert (await site.ask("POST", path, await site.token("rev", Scope.READ), passing)).status == 403
    assert (await site.ask("POST", path, other, passing)).of("judged_by") == "rev"
    assert (await site.file("3.0")).state is State.PUBLISHED
    assert (await site.ask("POST", path, other, {"approve": False, "reason": "late"})).status == 409


async def test_tokens_are_listed_without_secrets_and_end_themselves(site: Place) -> None:
    """A stolen one shows and ends nothing but what is its owner's; an administrator's ends any."""
    one, two = await site.token("ada", Scope.READ), await site.token("eve", Scope.READ)
    mine = await site.ask("GET", "/tokens", one)
    assert {each["user"] for each in mine.document} == {"ada"}  # type: ignore[attr-defined]
    assert one not in json.dumps(mine.document)
    other = str((await site.ask("GET", "/tokens", two)).of(0, "id"))
    assert (await site.ask("DELETE", f"/tokens/{other}", one)).status == 403
    assert (await site.ask("DELETE", f"/tokens/{mine.of(0, 'id')}", one)).of("serves") is False
    assert (await site.ask("GET", "/whoami", one)).status == 401
    root = await site.token("root", Scope.ADMINISTER)
    assert (await site.ask("DELETE", f"/tokens/{other}", root)).status == 200
    assert (await site.ask("DELETE", f"/tokens/{'0' * 12}", root)).status == 404
    assert (await site.ask("GET", "/whoami", two)).status == 401


async def test_a_frozen_account_has_no_token_that_serves(site: Place) -> None:
    """An administrator sees it in the list; whoever holds the token is told."""
    frozen, root = await site.token("eve", Scope.READ), await site.token("root", Scope.READ, Scope.ADMINISTER)
    await site.town.here.accounts.access.freeze("eve", "uploaded malware")
    answer = await site.ask("GET", "/whoami", frozen)
    assert (answer.status, "uploaded malware" in str(answer.document)) == (401, True)
    listed = await site.ask("GET", "/tokens", root)
    assert [one["serves"] for one in listed.document if one["user"] == "eve"] == [False]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"reason": ""}, 400),
        ({"reason": " \t"}, 400),
        ({"reason": "x" * 501}, 400),
        ({"reason": 3}, 400),
        ({"reason": "x", "by": "root"}, 400),
        ([], 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b'{"reason":"' + b"x" * (1 << 20) + b'"}', 413),
    ],
)
async def test_a_body_that_is_not_as_described_changes_nothing(site: Place, body: object, status: int) -> None:
    """Missing, empty, too long, of another kind, unknown, nested too deep: all refused before anything is done."""
    token = await site.token("rev", Scope.REVIEW)
    answer = await site.ask("PUT", f"{_TOOL}/takedown", token, body, Content_Type="application/json")
    assert (answer.status, answer.kind) == (status, "application/problem+json")
    project = await site.releases.project(TOOL)
    assert project is not None
    assert project.taken_down is None


async def test_a_form_of_another_site_is_no_body(site: Place) -> None:
    """What a browser sends without asking first is never taken for JSON."""
    token = await site.token("rev", Scope.REVIEW)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await site.ask("PUT", f"{_TOOL}/takedown", token, b'{"reason": "x"}', Content_Type=kind)
        assert answer.status == 415
