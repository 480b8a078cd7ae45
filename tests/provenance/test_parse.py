"""Reading provenance objects."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.provenance.model import BadProvenance
from pratique.provenance.parse import MOST, parse
from tests.provenance.objects import FILENAME, SHA256, provenance, statement


def test_publisher_and_statement_are_read() -> None:
    """Repository and workflow, and the file that is spoken of."""
    (bundle,) = parse(provenance())
    assert str(bundle.publisher) == "GitHub owner/demo, release.yml"
    assert [(one.filename, one.sha256) for one in bundle.statements] == [(FILENAME, SHA256)]


@pytest.mark.parametrize(
    ("publisher", "told"),
    [
        ({"kind": "GitLab", "repository": "g/d", "workflow_filepath": ".ci.yml"}, "GitLab g/d, .ci.yml"),
        ({"kind": "Google", "email": "a@example.invalid"}, "Google a@example.invalid"),
        ({"kind": "Newer", "claims": {"x": 1}}, "Newer"),
    ],
)
def test_other_publishers_are_read(publisher: dict[str, object], told: str) -> None:
    """Kinds differ in what they say; one that is not known yet still has a name."""
    (bundle,) = parse(provenance(publisher=publisher))
    assert str(bundle.publisher) == told


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "not as PEP 740"),
        (b"[]", "not as PEP 740"),
        (b"\xff\xfe", "not as PEP 740"),
        (b"[" * 100_000, "not as PEP 740"),
        (provenance(version=2), "version 2"),
        (provenance(attestation_bundles=[]), "0 bundles"),
        (provenance(publisher={"repository": "a/b"}), "what kind of publisher"),
        (provenance("%%%"), "cannot be read"),
        (provenance(base64.b64encode(b"{").decode()), "cannot be read"),
        (provenance(statement(subject=[])), "speaks of 0 files"),
        (b" " * (MOST + 1), f"{MOST + 1:,} bytes"),
    ],
)
def test_what_pep_740_does_not_allow_is_told(document: bytes, why: str) -> None:
    """The message says what is wrong with the object."""
    with pytest.raises(BadProvenance, match=why):
        parse(document)


def test_long_texts_are_cut() -> None:
    """Nothing of an object fills a page."""
    (bundle,) = parse(provenance(publisher={"kind": "K" * 9999, "repository": "r" * 9999}))
    assert len(str(bundle.publisher)) < 1000


_JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


@given(st.binary(max_size=60) | _JSON.map(lambda value: json.dumps(value).encode()), _JSON)
def test_no_object_breaks_it(document: bytes, publisher: object) -> None:
    """Anything else than an object is refused as one, however it is malformed."""
    for one in (document, json.dumps({"version": 1, "attestation_bundles": [{"publisher": publisher}]}).encode()):
        with pytest.raises(BadProvenance):
            parse(one)
