from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pratique.accounts.model import UserName
from pratique.accounts.principal import Principal
from pratique.accounts.trusted import Issuer, IssuerKind, TrustedPublisher, claims_of
from pratique.names import ProjectName, distribution_name
from pratique.provenance.check import check
from pratique.provenance.model import Checked, Proof
from pratique.uploads.attested import AttestedByPublishers, identity
from pratique.uploads.refusal import UploadRefused
from tests.fakes.accounts import FakeAccounts
from tests.fakes.values import NOON
from tests.provenance.objects import attestation, statement
from tests.provenance.signing import TrustRoot
from tests.support.distributions import make_wheel
from tests.uploads.shop import shop

WHEEL = make_wheel("demo", "1.0", {"demo.py": ""})
NAME = distribution_name(WHEEL.filename)
_GITHUB = Issuer(kind=IssuerKind.GITHUB, url="https://token.example.invalid")
_GITLAB = Issuer(kind=IssuerKind.GITLAB, url="https://lab.example.invalid")
_GENERIC = Issuer(kind=IssuerKind.GENERIC, url="https://ci.example.invalid")


def trusted(issuer: Issuer, subject: str, workflow: str = "", environment: str = "") -> TrustedPublisher:
    """A publisher as its registration makes it."""
    claims = claims_of(issuer, subject=subject, workflow=workflow, environment=environment)
    return TrustedPublisher(
        id="1", project=NAME.project, issuer=issuer.url, claims=claims, user=UserName("ann"), created=NOON
    )


OURS = trusted(_GITHUB, "acme/demo", "release.yml", "pypi")
OTHER = trusted(_GITHUB, "acme/demo", "nightly.yml")


def verifier(*publishers: TrustedPublisher, checked: Any = check) -> AttestedByPublishers:  # noqa: ANN401
    """With these publishers of every project."""

    async def known(project: ProjectName) -> Sequence[TrustedPublisher]:
        return [one for one in publishers if one.project == project]

    return AttestedByPublishers(known, checked=checked)


def sent(filename: str = WHEEL.filename, sha256: str = WHEEL.sha256) -> str:
    """Attestations as clients send them; nobody has signed them."""
    return json.dumps([attestation(statement(filename, sha256))])


async def ann() -> Principal:
    """Somebody who uploads."""
    return await FakeAccounts().principal(username="__token__", secret="nna", address="")


def only_ours(document: bytes, *, filename: str, sha256: str) -> Checked:
    """Stands for the library: the signature is that of our release workflow, about this file."""
    bundle = json.loads(document)["attestation_bundles"][0]
    true = (bundle["publisher"], filename, sha256) == (identity(OURS), WHEEL.filename, WHEEL.sha256)
    return Checked(proof=Proof.VERIFIED if true else Proof.FAILED, note="" if true else "another workflow signed it")


@pytest.mark.parametrize(
    ("publisher", "named"),
    [
        (OURS, {"kind": "GitHub", "repository": "acme/demo", "workflow": "release.yml", "environment": "pypi"}),
        (
            trusted(_GITLAB, "acme/demo", ".ci/release.yml"),
            {"kind": "GitLab", "repository": "acme/demo", "workflow_filepath": ".ci/release.yml"},
        ),
        (trusted(_GENERIC, "repo:acme/demo"), None),
    ],
)
def test_publishers_are_named_as_provenance_names_them(publisher: TrustedPublisher, named: dict[str, str]) -> None:
    """Repository, file and environment are those that identity tokens are matched by."""
    assert identity(publisher) == named


async def test_what_one_of_the_publishers_signed_is_taken_and_served(tmp_path: Path) -> None:
    """The provenance object names that publisher; the page leads to it, and it is served."""
    async with shop(tmp_path, verifier=verifier(OTHER, OURS, checked=only_ours)) as index:
        answer = await index.upload(WHEEL, fields={"attestations": sent()})
        assert answer.status == 200, answer.body
        page = json.loads((await index.get("/simple/demo/", Accept="application/vnd.pypi.simple.v1+json")).body)
        assert page["files"][0]["provenance"] == f"{index.url}/files/demo/{WHEEL.filename}.provenance"
        served = await index.get(f"/files/demo/{WHEEL.filename}.provenance")
        assert served.kind == "application/vnd.pypi.integrity.v1+json"
        assert json.loads(served.body)["attestation_bundles"][0]["publisher"] == identity(OURS)


async def test_a_true_signature_is_taken(trust: TrustRoot) -> None:
    """As the library itself verifies it: of the project's publishers it finds the one who signed."""
    text = json.dumps([trust.attestation(WHEEL.filename, WHEEL.sha256, repository="acme/demo")])
    document = await verifier(OTHER, OURS).verify(text, NAME, WHEEL.sha256, await ann())
    assert document is not None
    assert json.loads(document)["attestation_bundles"][0]["publisher"] == identity(OURS)
    with pytest.raises(UploadRefused, match="not taken"):
        await verifier(OTHER).verify(text, NAME, WHEEL.sha256, await ann())


async def test_no_attestations_are_no_error() -> None:
    """An empty list, or nothing."""
    for text in ("", "[]", " "):
        assert await verifier(OURS).verify(text, NAME, WHEEL.sha256, await ann()) is None


@pytest.mark.parametrize(
    ("text", "publishers", "said"),
    [
        ("{", (OURS,), "no JSON"),
        ("{}", (OURS,), "no list"),
        ("[" * 100_000, (OURS,), "no JSON"),
        (json.dumps([{}] * 11), (OURS,), "at most 10"),
        ("[1]", (OURS,), "not as PEP 740"),
        (sent(), (), "no trusted publisher"),
        (sent(), (trusted(_GENERIC, "repo:acme/demo"),), "no trusted publisher"),
        (sent(filename="demo-2.0-py3-none-any.whl"), (OURS,), "it speaks of"),
        (sent(sha256="0" * 64), (OURS,), "it speaks of"),
        (sent(), (OURS,), "not taken"),
    ],
)
async def test_what_cannot_be_believed_is_refused(
    text: str, publishers: tuple[TrustedPublisher, ...], said: str
) -> None:
    """Malformed, about another file, by nobody we know, or signed by nobody: it is never served as if it were true."""
    with pytest.raises(UploadRefused, match=said):
        await verifier(*publishers).verify(text, NAME, WHEEL.sha256, await ann())
