from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.advisories.record import BadRecord, read_record
from tests.advisories.records import osv, raw

_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault


def document(record: dict[str, Any]) -> Any:  # noqa: ANN401
    """The record as it is served."""
    return json.loads(read_record(raw(record)).document)


def test_record_is_kept_whole() -> None:
    """What is served is what was published, fields that nothing is matched by included, in one line."""
    record = osv(versions=["1.0"], database_specific={"iocs": {"domains": ["c2.example.invalid"]}}, severity=[])
    read = read_record(raw(record))
    assert json.loads(read.document) == record
    assert b"\n" not in read.document
    assert read.id == "PYSEC-2026-1"
    ((project, advisory),) = read.claims
    assert (project, advisory.summary) == ("demo", "summary of PYSEC-2026-1")


def test_projects_are_named_in_any_spelling() -> None:
    """A record on several projects, one of them twice, claims something of each, under normalised names."""
    record = osv(project="De_mo", versions=["1"])
    record["affected"] += [
        osv(project="other", versions=["2"])["affected"][0],
        osv(project="DE.MO", versions=["3"])["affected"][0],
    ]
    claims = dict(read_record(raw(record)).claims)
    assert list(claims) == ["de-mo", "other"]
    assert [one.versions for one in claims[next(iter(claims))].affected] == [("1",), ("3",)]


def test_other_ecosystems_are_not_ours() -> None:
    """A package of the same name elsewhere is another package; a suffix of our ecosystem is ours."""
    record = osv(versions=["1"])
    record["affected"][0]["package"]["ecosystem"] = "npm"
    read = read_record(raw(record))
    assert (read.claims, read.other) == ((), True)
    record["affected"][0]["package"]["ecosystem"] = "PyPI:somewhere"
    assert not read_record(raw(record)).other


def test_withdrawn_record_claims_nothing() -> None:
    """It stays readable, but is matched with nothing."""
    read = read_record(raw(osv(versions=["1"], withdrawn="2026-02-01T00:00:00Z")))
    assert read.claims == ()
    assert read.withdrawn is not None
    assert not read.other


def test_malware_is_told_by_its_id() -> None:
    """Only a record whose own id begins with MAL- is about malware; an alias is not enough."""
    ((_, malware),) = read_record(raw(osv("MAL-2026-1", versions=["1"]))).claims
    ((_, other),) = read_record(raw(osv("GHSA-1", versions=["1"], aliases=["MAL-2026-1", "GHSA-1", "no id\0"]))).claims
    assert malware.malware
    assert not other.malware
    assert other.aliases == ("MAL-2026-1",)


def test_record_without_versions_is_idle() -> None:
    """It names a project but none of its versions: by the schema nothing is affected, which an import tells."""
    assert read_record(raw(osv())).idle
    assert not read_record(raw(osv(events=[{"introduced": "0"}]))).idle


def test_byte_order_mark_is_passed_over() -> None:
    """Files that an editor has touched are records too."""
    assert json.loads(read_record(b"\xef\xbb\xbf" + raw(osv())).document)["id"] == "PYSEC-2026-1"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "no OSV record"),
        (b'{"id": "A-1"}', "modified"),
        (b'{"id": "A-1", "modified": "yesterday"}', "modified"),
        (b'{"id": "A-1", "modified": "2026-01-01T00:00:00"}', "time zone"),
        (raw(osv("../../etc/passwd")), "id"),
        (raw(osv(project="no name!")), r"affected\[0\].*project name"),
        (raw(osv(ranges=[{"type": "MOON", "events": []}])), r"affected\[0\].*MOON"),
        (raw(osv(versions=[1])), r"versions"),
        (raw(osv(schema_version="2.0.0")), "version 2.0.0 of the schema"),
        (raw(osv(details="\xff")).replace(b"\\u00ff", b"\xff"), "UTF-8"),
        (b'{"z":' + b"[" * 100_000, "JSON"),
    ],
)
def test_broken_record_says_where(broken: bytes, why: str) -> None:
    """What cannot be relied on is refused with the place of the fault."""
    with pytest.raises(BadRecord, match=why):
        read_record(broken)


def test_event_with_several_kinds_is_taken_apart() -> None:
    """Old records put both ends into one object; strict clients refuse that, so it is served as a timeline."""
    record = osv(events=[{"introduced": "1", "fixed": "2", "note": "odd"}, {}])
    assert document(record)["affected"][0]["ranges"][0]["events"] == [{"introduced": "1"}, {"fixed": "2"}]


def test_what_strict_clients_refuse_is_left_out() -> None:
    """Empty fields, references without an address, texts that are none: one odd record must not fail an audit."""
    record = osv(versions=["1"], aliases=None, details=7, withdrawn=None)
    record["references"] += [{"type": "WEB", "url": "nowhere"}, {"type": "WEB"}, "x"]
    record["affected"][0]["ranges"] = None
    served = document(record)
    assert not served.keys() & {"aliases", "details", "withdrawn"}
    assert served["references"] == osv()["references"]
    assert "ranges" not in served["affected"][0]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


@_PATIENT
@given(
    st.dictionaries(st.sampled_from([*osv(), "withdrawn", "aliases", "severity"]), _JSON),
    st.sampled_from(["affected", ""]),
)
def test_any_json_is_read_or_refused(fields: dict[str, Any], kept: str) -> None:
    """Whatever stands in the fields: a record or a clear refusal, never another error; what is read can be served."""
    record = {**osv(versions=["1"]), **{name: value for name, value in fields.items() if name != kept}}
    try:
        read = read_record(raw(record))
    except BadRecord:
        return
    assert isinstance(json.loads(read.document), dict)


@pytest.mark.parametrize("number", ["9" * 5_000, "1e999999"])
def test_number_without_end_is_refused_where_the_record_has_to_be_mended(number: str) -> None:
    """One such record is skipped and told: it never ends the import of all the others."""
    text = raw(osv("MAL-1", versions=["1"], summary=None)).decode()
    with pytest.raises(BadRecord, match="cannot be handed on"):
        read_record(text.replace('"more"', f'"more", "size": {number}').encode())


@_PATIENT
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    """Bytes that are no record are refused, never a crash."""
    with pytest.raises(BadRecord):
        read_record(data)
