from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from pratique.releases import State
from tests.gateway.world import BAD
from tests.support.distributions import Built, make_sdist, make_wheel
from tests.uploads.shop import DEMO, Shop, shop

WHEEL = make_wheel("demo", "1.0", {"demo/__init__.py": "VALUE = 1\n"})
SDIST = make_sdist("demo", "1.0", {"demo/__init__.py": "VALUE = 1\n"})
EVIL = make_wheel("demo", "6.6", {"demo/__init__.py": f"# {BAD.decode()}\n"})


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[Shop]:
    """An empty index."""
    async with shop(tmp_path) as made:
        yield made


@pytest.mark.parametrize("built", [WHEEL, SDIST], ids=["wheel", "sdist"])
async def test_clean_file_is_published_and_served_at_once(index: Shop, built: Built) -> None:
    """What is clean can be installed as soon as the upload is answered: page, file and metadata."""
    answer = await index.upload(built)
    assert (answer.status, f"{built.filename} was published" in answer.body) == (200, True), answer.body
    page = json.loads((await index.get("/simple/demo/", Accept="application/vnd.pypi.simple.v1+json")).body)
    (file,) = page["files"]
    assert file["hashes"] == {"sha256": built.sha256}
    assert (file["size"], file["yanked"]) == (len(built.data), False)
    assert file["upload-time"] == "2026-01-01T00:00:00.000000Z"
    assert (await index.get(file["url"])).body.encode("latin-1") == built.data
    if built is WHEEL:
        assert file["core-metadata"] == {"sha256": hashlib.sha256(built.metadata).hexdigest()}
        assert (await index.get(f"{file['url']}.metadata")).body.encode("latin-1") == built.metadata


async def test_malicious_file_is_refused_kept_and_its_account_frozen(index: Shop) -> None:
    """The uploader reads rule, place, freeze and report; the file is evidence, never served; the account is stopped."""
    answer = await index.upload(EVIL)
    assert answer.status == 403
    assert "refused: dropper in setup.py:3" in answer.reason
    report = f"{index.url}/report/demo/{EVIL.sha256[:16]}"
    assert f"this froze the tokens of ann, ask an administrator: {report}" in answer.reason
    assert answer.kind == "application/problem+json"
    file = await index.releases.file(EVIL.filename)
    assert file is not None
    assert file.state is State.REFUSED
    assert await index.blobs.find(file.sha256) is not None
    assert "dropper" in index.accounts.frozen["ann"]
    assert (await index.upload(WHEEL)).status == 403
    assert (await index.get(f"/files/demo/{EVIL.filename}")).status == 403
    assert EVIL.filename not in (await index.get("/simple/demo/")).body


async def test_identical_upload_succeeds_and_another_under_that_name_never(index: Shop) -> None:
    """The very same again is a success; other bytes under a used name are a conflict, whatever became of the first."""
    assert (await index.upload(WHEEL)).status == 200
    assert (await index.upload(WHEEL)).status == 200
    other = make_wheel("demo", "1.0", {"demo/__init__.py": "VALUE = 2\n"})
    answer = await index.upload(other)
    assert (answer.status, "already exists" in answer.reason) == (409, True)
    assert len(await index.releases.files(DEMO)) == 1


async def test_unknown_secret_is_401_before_the_body_counts(index: Shop) -> None:
    """Nobody's upload is not looked at, and the client learns how to say who it is."""
    answer = await index.upload(WHEEL, user="eve")
    assert (answer.status, "Nobody is known" in answer.reason) == (401, True)
    assert await index.releases.file(WHEEL.filename) is None


async def test_another_users_project_is_refused(index: Shop) -> None:
    """Who did not make a project cannot add to it."""
    assert (await index.upload(WHEEL, user="ann")).status == 200
    answer = await index.upload(make_wheel("demo", "2.0", {"demo.py": ""}), user="bob")
    assert (answer.status, "bob may not upload to demo" in answer.reason) == (403, True)


FIELDS: list[tuple[dict[str, str | list[str] | None], int, str]] = [
    ({"name": "../demo"}, 400, "name"),
    ({"name": "demo\r\nX-Evil: 1"}, 400, "name"),
    ({"name": None}, 400, "name"),
    ({"version": "../1"}, 400, "version"),
    ({"version": "2.0"}, 400, "file name"),
    ({"filetype": "../sdist"}, 400, "filetype"),
    ({"filetype": "sdist"}, 400, ".tar.gz"),
    ({"filetype": "bdist_egg"}, 400, "filetype"),
    ({"metadata_version": "9.9"}, 400, "metadata"),
    ({"summary": "x" * 600}, 400, "512"),
    ({"summary": "one\ntwo"}, 400, "summary"),
    ({"sha256_digest": "0" * 64}, 400, "damaged"),
    ({"md5_digest": "0" * 32}, 400, "damaged"),
    ({"blake2_256_digest": "0" * 64}, 400, "damaged"),
    ({"sha256_digest": "../x"}, 400, "sha256_digest"),
    ({"sha256_digest": None, "md5_digest": None, "blake2_256_digest": None}, 400, "No digest"),
    ({":action": "doc_upload"}, 400, "doc_upload"),
    ({"protocol_version": "2"}, 400, "version 1"),
    ({"requires_dist": ["other @ https://h.example.invalid/o.whl"]}, 400, "URL"),
    ({"requires_dist": ["other"]}, 400, "requires-dist"),
    ({"requires_python": ">=3.99"}, 400, "requires-python"),
    ({"classifiers": ["nonsense"]}, 400, "classifier"),
    ({"project_urls": ["Home, javascript:alert(1)"]}, 400, "http"),
    ({"description": "*", "description_content_type": "text/html"}, 400, "description"),
    ({"description": "a\n=\n\n.. raw:: html\n\n  <b>", "description_content_type": "text/x-rst"}, 400, "rendered"),
    ({"name": ["demo", "other"]}, 400, "twice"),
    ({"name": "requests"}, 400, "file name"),
    ({"name": "json"}, 403, "Python itself"),
    ({"attestations": '[{"version": 1}]'}, 400, "Attestations"),
]


@pytest.mark.parametrize(("fields", "status", "said"), FIELDS, ids=[repr(f)[:40] for f, _, _ in FIELDS])
async def test_what_is_wrong_in_the_form_is_said(
    index: Shop, fields: dict[str, str | list[str] | None], status: int, said: str
) -> None:
    """Each fault of the form is refused in the reason phrase and the problem, and nothing is kept."""
    answer = await index.upload(WHEEL, fields=fields)
    assert (answer.status, said in json.loads(answer.body)["detail"]) == (status, True), answer.body
    assert answer.reason.isascii()
    assert await index.releases.uploads() == ()
    assert index.inspector.asked == []


@pytest.mark.parametrize(
    "filename",
    [
        "../demo-1.0-py3-none-any.whl",
        "..\\demo-1.0-py3-none-any.whl",
        "/etc/demo-1.0-py3-none-any.whl",
        "demo-1.0-py3-none-any.whl\r\nSet-Cookie: a=b",
        "demo-1.0-py3-none-any.whl\0.whl",
        "demo-1.0-py3-none-any.whl\u202e",
        "Demo-1.0-py3-none-any.whl",
        "demo-1.0.0-py3-none-any.whl",
        "demo-1.0-py3-none.whl",
        "demo-1.0-py3-none-any.whl.metadata",
        "demo-1.0.tar.gz",
        "other-1.0-py3-none-any.whl",
        ".whl",
        "a" * 300 + ".whl",
    ],
)
async def test_file_names_that_are_not_exactly_right_are_refused(index: Shop, filename: str) -> None:
    """No name leaves its folder, splits a header, or is another spelling of one that could be there already."""
    answer = await index.upload(WHEEL, filename=filename)
    assert answer.status == 400, answer.body
    assert await index.releases.uploads() == ()


async def test_a_form_without_file_or_with_two_is_refused(index: Shop) -> None:
    """One file in each upload, no fewer and no more; what is no form at all is told so."""
    assert "no form" in (await index.post(b"x", Content_Type="text/plain")).reason
    bare = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\ndemo\r\n--b--\r\n'
    kind = "multipart/form-data; boundary=b"
    assert "no file" in (await index.post(bare, Content_Type=kind)).reason
    file = b'--b\r\nContent-Disposition: form-data; name="content"; filename="a.whl"\r\n\r\nx\r\n'
    assert "two files" in (await index.post(file + file + b"--b--\r\n", Content_Type=kind)).reason
    assert (await index.post(b"--b\r\ngarbage", Content_Type=kind)).status == 400


async def test_a_browsers_page_cannot_upload(index: Shop) -> None:
    """A page of another site that makes a browser send a form is refused, even where the browser knows the secret."""
    answer = await index.post(
        b"", Content_Type="multipart/form-data; boundary=b", Origin="https://evil.example.invalid"
    )
    assert (answer.status, "browser" in answer.reason) == (403, True)


async def test_metadata_that_disagree_are_refused(index: Shop) -> None:
    """What the archive itself declares is what counts; a form that says otherwise steers nobody."""
    other = make_wheel("demo", "1.0", {"demo.py": ""}, requires=["requests>=2"])
    answer = await index.upload(replace(other, metadata=WHEEL.metadata))
    assert (answer.status, "requires-dist" in answer.reason) == (400, True)
