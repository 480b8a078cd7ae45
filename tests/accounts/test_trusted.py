from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pratique.accounts.accounts import accounts_over
from pratique.accounts.identity import Identities
from pratique.accounts.model import Member, User
from pratique.accounts.principal import NotAllowed, NotAuthenticated, ProjectRole, Role, Scope
from pratique.accounts.publishing import TrustedPublishing, publishers_of
from pratique.accounts.trusted import Issuer, IssuerKind, claims_of, issuer
from pratique.errors import BadSetting, UpstreamError
from pratique.names import project_name
from tests.accounts.issuer import AUDIENCE, URL, FakeIssuer
from tests.accounts.world import People, people

DEMO = project_name("demo")
GITHUB = Issuer(kind=IssuerKind.GITHUB, url=URL)


@dataclass
class _Trust:
    here: People
    issuer: FakeIssuer
    publishing: TrustedPublishing
    ada: User

    async def registered(self) -> None:
        """Ada trusts the workflow release.yml of acme/tool for the project demo."""
        await self.publishing.register(self.ada, DEMO, URL, subject="acme/tool", workflow="release.yml")


@pytest.fixture
async def trust(tmp_path: Path) -> AsyncIterator[_Trust]:
    """A publisher with a second factor, and an issuer that is trusted."""
    async with people(tmp_path) as here:
        fake = FakeIssuer(clock=here.clock)
        identities = Identities(issuers=(GITHUB,), audience=AUDIENCE, keys=fake, clock=here.clock)
        here.accounts = accounts_over(here.accounts.parts, identities)
        await here.add("ada", Role.PUBLISHER)
        await here.enrol("ada")
        ada = await here.store.user("ada")
        assert ada
        assert here.accounts.publishing
        yield _Trust(here=here, issuer=fake, publishing=here.accounts.publishing, ada=ada)


async def test_an_identity_becomes_a_token_of_a_quarter_of_an_hour(trust: _Trust) -> None:
    """For that project alone, to publish and nothing else, in the name of whoever registered it."""
    await trust.registered()
    secret, token = await trust.publishing.mint(trust.issuer.token())
    assert (token.expires - token.created).total_seconds() == 15 * 60
    principal = await trust.here.accounts.access.principal(username="__token__", secret=secret, address="")
    assert (principal.user, principal.scopes) == ("ada", frozenset({Scope.PUBLISH}))
    assert principal.projects == frozenset({DEMO})
    trust.here.clock.pass_by(15 * 60)
    with pytest.raises(NotAuthenticated, match="expired"):
        await trust.here.accounts.access.principal(username="__token__", secret=secret, address="")


async def test_an_identity_serves_once(trust: _Trust) -> None:
    """The same jti again, or twice at once: one token."""
    await trust.registered()
    identity = trust.issuer.token()
    results = await asyncio.gather(*(trust.publishing.mint(identity) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(result, tuple) for result in results) == 1
    with pytest.raises(NotAuthenticated, match="used before"):
        await trust.publishing.mint(identity)
    trust.here.clock.pass_by(200)
    with pytest.raises(NotAuthenticated, match="used before"):
        await trust.publishing.mint(trust.issuer.token(jti="id-1"))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"aud": ["somebody-else", "others"]},
        {"aud": None},
        {"iss": "https://evil.example.invalid"},
        {"iss": f"{URL}/"},
        {"iss": None},
        {"iss": ["https://ci.example.invalid"]},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": 99_999_999_999},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"iat": True},
        {"iat": None},
        {"iat": 99_999_999_999},
        {"nbf": 99_999_999_999},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 257},
    ],
    ids=str,
)
async def test_an_identity_that_is_not_for_us_not_of_now_or_not_single_is_refused(
    trust: _Trust, claims: dict[str, object]
) -> None:
    """Wrong audience, wrong issuer, expired, not yet, endless, without an id: each is refused, and burns nothing."""
    await trust.registered()
    with pytest.raises(NotAuthenticated):
        await trust.publishing.mint(trust.issuer.token(**claims))
    assert await trust.publishing.mint(trust.issuer.token())


async def test_an_identity_signed_by_somebody_else_is_refused(trust: _Trust) -> None:
    """Another key under the same name, a shared secret made of the public key, none at all, a changed payload."""
    await trust.registered()
    head, payload, signature = trust.issuer.token().split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "repository": "evil/tool"}).encode()).decode().rstrip("=")
    for forged in (
        trust.issuer.foreign(),
        trust.issuer.confused(),
        f"{none}.{payload}.",
        f"{none}.{payload}.{signature}",
        f"{head}.{changed}.{signature}",
        f"{head}.{payload}.",
        trust.issuer.token("two"),
        "",
        "a.b.c",
        "x" * 20_000,
        "é.é.é",
        f"{head}.{payload}",
    ):
        with pytest.raises(NotAuthenticated):
            await trust.publishing.mint(forged)


@pytest.mark.parametrize(
    "claims",
    [
        {"repository": "evil/tool"},
        {"repository": "acme/tool2"},
        {"workflow_ref": "acme/tool/.github/workflows/other.yml@refs/tags/v1"},
        {"workflow_ref": "acme/tool/.github/workflows/release.yml2@refs/heads/main"},
        {"workflow_ref": "evil/tool/.github/workflows/release.yml@acme/tool/.github/workflows/release.yml"},
        {"workflow_ref": None},
        {"repository": ["acme/tool"]},
    ],
    ids=str,
)
async def test_another_workflow_is_trusted_by_nobody(trust: _Trust, claims: dict[str, object]) -> None:
    """A fork, a neighbour, another file, a branch whose name imitates the file: none of them publishes."""
    await trust.registered()
    with pytest.raises(NotAllowed, match="trusts this workflow"):
        await trust.publishing.mint(trust.issuer.token(**claims))


async def test_a_repository_made_anew_under_an_old_name_is_another_one(trust: _Trust) -> None:
    """The first token binds the workflow to the repository's id; whoever takes the name over publishes nothing."""
    await trust.registered()
    assert await trust.publishing.mint(trust.issuer.token(repository_id="1001"))
    assert await trust.publishing.mint(trust.issuer.token(repository_id="1001"))
    for claims in ({"repository_id": "2002"}, {"repository_id": None}, {"repository_id": ["1001"]}):
        with pytest.raises(NotAllowed, match="made anew"):
            await trust.publishing.mint(trust.issuer.token(**claims))
    (publisher,) = await trust.here.store.publishers()
    await trust.publishing.forget(trust.ada, publisher.id)
    await trust.registered()
    assert await trust.publishing.mint(trust.issuer.token(repository_id="2002"))


async def test_of_two_repositories_that_come_first_at_once_one_is_bound(trust: _Trust) -> None:
    """Whichever it is, the other one gets no token, now or later."""
    await trust.registered()
    tokens = [trust.issuer.token(repository_id=name) for name in ("1001", "2002")]
    done = await asyncio.gather(*map(trust.publishing.mint, tokens), return_exceptions=True)
    (winner,) = (index for index, result in enumerate(done) if not isinstance(result, BaseException))
    assert isinstance(done[1 - winner], NotAllowed)
    (publisher,) = await trust.here.store.publishers()
    assert publisher.claims["repository_id"] == ("1001", "2002")[winner]


async def test_an_environment_that_is_asked_for_must_be_said(trust: _Trust) -> None:
    """A publisher with an environment does not take a token without it."""
    await trust.publishing.register(
        trust.ada, DEMO, URL, subject="acme/tool", workflow="release.yml", environment="release"
    )
    with pytest.raises(NotAllowed):
        await trust.publishing.mint(trust.issuer.token())
    assert await trust.publishing.mint(trust.issuer.token(environment="release"))


async def test_a_tag_may_hold_an_at_sign(trust: _Trust) -> None:
    """Repositories of several packages tag their releases so."""
    await trust.registered()
    tagged = "acme/tool/.github/workflows/release.yml@refs/tags/tool@1.0"
    assert await trust.publishing.mint(trust.issuer.token(workflow_ref=tagged))


async def test_keys_are_kept_and_a_new_one_is_asked_for(trust: _Trust) -> None:
    """One fetch for many tokens; a rotation is noticed at once; rubbish makes no more than a fetch a minute."""
    await trust.registered()
    for _ in range(3):
        await trust.publishing.mint(trust.issuer.token())
    assert trust.issuer.fetched == 1
    trust.here.clock.pass_by(61)
    trust.issuer.published = ["two"]
    assert await trust.publishing.mint(trust.issuer.token("two"))
    assert trust.issuer.fetched == 2
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            await trust.publishing.mint(trust.issuer.token("one"))
    assert trust.issuer.fetched == 2
    trust.here.clock.pass_by(3700)
    trust.issuer.down = True
    with pytest.raises(UpstreamError):
        await trust.publishing.mint(trust.issuer.token("two"))


async def test_many_strangers_at_once_do_not_have_the_issuer_besieged(trust: _Trust) -> None:
    """Whoever sends rubbish need not be known: all of it together is one question."""
    rubbish = [trust.issuer.token("two") for _ in range(20)]
    results = await asyncio.gather(*map(trust.publishing.mint, rubbish), return_exceptions=True)
    assert {type(result) for result in results} == {NotAuthenticated}
    assert trust.issuer.fetched == 1


async def test_a_pending_publisher_makes_the_project_with_its_first_upload(trust: _Trust) -> None:
    """Nobody owns it yet; whoever is first owns it, and a publisher of somebody else's serves no more."""
    await trust.registered()
    assert await trust.publishing.mint(trust.issuer.token())
    await trust.here.add("eve", Role.PUBLISHER)
    assert await trust.here.accounts.access.claim(DEMO, "eve")
    with pytest.raises(NotAllowed):
        await trust.publishing.mint(trust.issuer.token())


async def test_only_an_owner_says_who_publishes(trust: _Trust) -> None:
    """Neither a stranger nor a maintainer registers; whoever is an owner no more is trusted no more."""
    await trust.here.add("eve", Role.PUBLISHER)
    eve, reader = await trust.here.store.user("eve"), await trust.here.add("bob")
    assert eve
    await trust.here.accounts.access.claim(DEMO, "ada")
    await trust.here.store.save_member(Member(project=DEMO, user=eve.name, role=ProjectRole.MAINTAINER))
    for stranger in (eve, reader):
        with pytest.raises(NotAllowed):
            await trust.publishing.register(stranger, DEMO, URL, subject="evil/tool", workflow="release.yml")
    await trust.registered()
    await trust.here.store.save_member(Member(project=DEMO, user=eve.name, role=ProjectRole.OWNER))
    assert await trust.here.store.save_member(Member(project=DEMO, user=trust.ada.name, role=ProjectRole.MAINTAINER))
    with pytest.raises(NotAllowed):
        await trust.publishing.mint(trust.issuer.token())


@pytest.mark.parametrize("environment", ["", "release"])
async def test_a_workflow_is_registered_by_one_user_alone(trust: _Trust, environment: str) -> None:
    """Else whoever names another's workflow first would own what that publishes first, or stop it."""
    await trust.here.add("eve", Role.PUBLISHER)
    await trust.here.enrol("eve")
    eve = await trust.here.store.user("eve")
    assert eve
    await trust.registered()
    for project in (DEMO, project_name("eves")):
        with pytest.raises(NotAllowed, match="Another user has registered this workflow"):
            await trust.publishing.register(
                eve, project, URL, subject="acme/tool", workflow="release.yml", environment=environment
            )
    await trust.publishing.register(eve, DEMO, URL, subject="acme/tool", workflow="docs.yml")
    await trust.publishing.register(trust.ada, project_name("other"), URL, subject="acme/tool", workflow="release.yml")
    assert (await trust.publishing.mint(trust.issuer.token()))[1].projects == frozenset({DEMO, project_name("other")})
    await trust.here.accounts.people.disable("ada", "gone")
    await trust.publishing.register(eve, DEMO, URL, subject="acme/tool", workflow="release.yml")


async def test_a_stopped_owner_is_trusted_no_more(trust: _Trust) -> None:
    """Freezing the account stops what was minted and what would be."""
    await trust.registered()
    secret, _ = await trust.publishing.mint(trust.issuer.token())
    await trust.here.accounts.access.freeze("ada", "malware")
    with pytest.raises(NotAllowed):
        await trust.publishing.mint(trust.issuer.token())
    with pytest.raises(NotAuthenticated):
        await trust.here.accounts.access.principal(username="__token__", secret=secret, address="")


async def test_a_publisher_is_removed_by_its_owner_alone(trust: _Trust) -> None:
    """And then trusts nothing."""
    await trust.registered()
    (kept,) = await trust.here.store.publishers(user="ada")
    eve = await trust.here.add("eve", Role.PUBLISHER)
    with pytest.raises(NotAllowed):
        await trust.publishing.forget(eve, kept.id)
    await trust.publishing.forget(trust.ada, kept.id)
    with pytest.raises(NotAllowed):
        await trust.publishing.mint(trust.issuer.token())


def test_each_kind_of_issuer_is_matched_by_its_own_claims() -> None:
    """What GitHub, GitLab and others say of a workflow; and what would be too loose is refused."""
    gitlab = Issuer(kind=IssuerKind.GITLAB, url="https://git.example.invalid")
    generic = Issuer(kind=IssuerKind.GENERIC, url=URL)
    assert claims_of(GITHUB, subject="a/b", workflow="r.yml", environment="") == {
        "repository": "a/b",
        "workflow_ref": "a/b/.github/workflows/r.yml",
    }
    assert claims_of(gitlab, subject="a/b/c", workflow=".gitlab-ci.yml", environment="prod") == {
        "project_path": "a/b/c",
        "ci_config_ref_uri": "git.example.invalid/a/b/c//.gitlab-ci.yml",
        "environment": "prod",
    }
    assert claims_of(generic, subject="team:acme", workflow="", environment="") == {"sub": "team:acme"}
    for known, subject, workflow in ((GITHUB, "a/b", ""), (gitlab, "", "x"), (generic, " ", ""), (generic, "\0", "")):
        with pytest.raises(BadSetting):
            claims_of(known, subject=subject, workflow=workflow, environment="")


@pytest.mark.parametrize(
    "text", ["", "github", "other=https://x.example", "github=http://x.example", "github=https://", "generic=http://["]
)
def test_issuers_are_named_by_kind_and_https(text: str) -> None:
    """Anything else stops the start."""
    assert issuer(f"github={URL}") == GITHUB
    with pytest.raises(BadSetting):
        issuer(text)


async def test_only_what_an_owner_registered_vouches_for_a_project(trust: _Trust) -> None:
    """Whoever registered a workflow before somebody else made the project, or owns it no more, vouches for nothing."""
    await trust.registered()
    parts, access = trust.here.accounts.parts, trust.here.accounts.access
    assert [one.user for one in await publishers_of(DEMO, parts, access)] == ["ada"]
    await trust.here.add("bob", Role.PUBLISHER)
    assert await access.claim(DEMO, "bob")
    assert not await publishers_of(DEMO, parts, access)
