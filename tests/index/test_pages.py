from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from pratique.errors import UpstreamError
from pratique.index.negotiate import HTML, JSON, LEGACY
from pratique.index.parse import parse_page
from pratique.index.serialize import serialize, serialize_projects
from pratique.names import distribution_name, project_name
from pratique.ports import IndexFile, ProjectPage

_DEMO = project_name("demo")
_URL = "https://gate.example.invalid/simple/demo/"
_SHA = ("sha256", "ab" * 32)
_CORE = ("sha256", "cd" * 32)
_TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)
_METADATA: st.SearchStrategy[bool | tuple[tuple[str, str], ...]] = st.one_of(st.booleans(), st.just((_CORE,)))


def _link(file: IndexFile) -> str:
    return f"/files/demo/{file.filename}"


def _parse(body: bytes, kind: str = JSON) -> ProjectPage:
    return parse_page(body, kind, project=_DEMO, url=_URL)


@st.composite
def _pages(draw: st.DrawFn, *, html: bool) -> ProjectPage:
    files = []
    for number in draw(st.sets(st.integers(0, 50), max_size=4)):
        name = f"demo-{number}+local.tar.gz"
        file = IndexFile(
            filename=name,
            url=f"https://gate.example.invalid/files/demo/{name}",
            hashes=draw(st.sampled_from([(), (_SHA,)])),
            requires_python=draw(st.none() | _TEXT),
            yanked=draw(st.booleans() | _TEXT),
            core_metadata=draw(_METADATA),
        )
        if not html:
            file = structs.replace(file, size=draw(st.integers(0, 2**40)), upload_time="2024-01-02T03:04:05.678900Z")
        files.append(file)
    return ProjectPage(
        project=_DEMO,
        files=tuple(files),
        versions=() if html else ("1", "2"),
        status=draw(st.sampled_from(["active", "archived", "deprecated"])),
        status_reason=draw(st.just("") | _TEXT),
        last_serial=None if html else 7,
    )


@given(_pages(html=False))
def test_json_comes_back_as_it_was_written(page: ProjectPage) -> None:
    """Every field survives JSON, whatever text it holds."""
    assert _parse(serialize(page, JSON, _link)) == page


@given(_pages(html=True), st.sampled_from([HTML, LEGACY]))
def test_html_comes_back_as_it_was_written(page: ProjectPage, kind: str) -> None:
    """What HTML can say survives it, whatever text needs escaping."""
    assert _parse(serialize(page, kind, _link), f"{kind}; charset=utf-8") == page


@pytest.mark.parametrize("kind", [JSON, HTML, LEGACY])
def test_no_address_of_the_upstream_is_written(kind: str) -> None:
    """Neither the file's nor its provenance's: a client would walk around the gateway."""
    host = "https://upstream.example.invalid"
    file = IndexFile(filename="demo-1.tar.gz", url=f"{host}/demo-1.tar.gz", hashes=(_SHA,), provenance=f"{host}/p")
    body = serialize(ProjectPage(project=_DEMO, files=(file,)), kind, _link)
    assert b"upstream" not in body
    assert b"/files/demo/demo-1.tar.gz" in body


@pytest.mark.parametrize("kind", [JSON, HTML])
def test_provenance_is_resolved_when_read_and_ours_when_written(kind: str) -> None:
    """PEP 740: whatever the upstream says relative to its page is absolute to us, and clients get an address here."""
    if kind == JSON:
        body = json.dumps({"files": [{"filename": "demo-1.tar.gz", "url": "x", "provenance": "../p/1"}]}).encode()
    else:
        body = b'<html><a href="demo-1.tar.gz" data-provenance="../p/1">demo-1.tar.gz</a>'
    page = _parse(body, kind)
    assert [file.provenance for file in page.files] == ["https://gate.example.invalid/simple/p/1"]
    written = serialize(page, kind, _link, lambda file: f"https://here.example.invalid/{file.filename}.provenance")
    (again,) = _parse(written, kind).files
    assert again.provenance == "https://here.example.invalid/demo-1.tar.gz.provenance"


@pytest.mark.parametrize("raw", ["file:///etc/passwd", "http://[bad", "", 7, ["x"]])
def test_a_provenance_that_leads_nowhere_is_none(raw: object) -> None:
    """Only http and https are ever asked."""
    body = json.dumps({"files": [{"filename": "demo-1.tar.gz", "url": "x", "provenance": raw}]}).encode()
    assert _parse(body).files[0].provenance is None


def test_a_list_of_projects_in_each_type() -> None:
    """PEP 691's document, or one anchor for each project (PEP 503)."""
    names = [project_name("demo"), project_name("zoo")]
    listed = json.loads(serialize_projects(names, JSON))
    assert listed == {"meta": {"api-version": "1.4"}, "projects": [{"name": "demo"}, {"name": "zoo"}]}
    html = serialize_projects(names, LEGACY).decode()
    assert html.count("<a ") == 2
    assert '<a href="/simple/zoo/">zoo</a>' in html


def test_a_version_that_requires_sizes_is_claimed_only_with_all_sizes() -> None:
    """PEP 700: 1.1 and later require sizes and versions; versions are told from names where none are given."""
    file = IndexFile(filename="demo-1.tar.gz", url="https://example.invalid/demo-1.tar.gz")
    page = ProjectPage(project=_DEMO, files=(file,))
    without = json.loads(serialize(page, JSON, _link))
    assert (without["meta"]["api-version"], without["versions"]) == ("1.0", ["1"])
    sized = replace(page, files=(structs.replace(file, size=0, core_metadata=(_SHA,)),))
    with_size = json.loads(serialize(sized, JSON, _link))
    assert with_size["meta"]["api-version"] == "1.4"
    entry = with_size["files"][0]
    assert entry["core-metadata"] == dict([_SHA])


@pytest.mark.parametrize("kind", [JSON, HTML])
def test_a_reason_with_lone_surrogates_can_be_written(kind: str) -> None:
    """Reasons quote paths from hostile archives."""
    file = IndexFile(filename="demo-1.tar.gz", url="https://example.invalid/d", yanked="bad \udcff path")
    assert b"bad ? path" in serialize(ProjectPage(project=_DEMO, files=(file,)), kind, _link)


def test_html_reads_other_indexes_pages() -> None:
    """Relative links, a base, entities, an unrelated link, the older metadata attribute, a bare yank."""
    sha, core = "cd" * 32, "ef" * 32
    body = f"""<html><head><base href="/root/"></head><body><a href="../">up</a>
    <A HREF="a/demo-1-py3-none-any.whl#sha256={sha.upper()}" data-requires-python="&gt;=3" data-yanked
       data-dist-info-metadata="sha256={core}">demo</A><a href="javascript:demo-2.tar.gz">x</a>
    <a href="demo-3.tar.gz#sha256=short">broken</a></body></html>"""
    (file,) = _parse(body.encode(), LEGACY).files
    assert file == IndexFile(
        filename="demo-1-py3-none-any.whl",
        url="https://gate.example.invalid/root/a/demo-1-py3-none-any.whl",
        hashes=(("sha256", sha),),
        requires_python=">=3",
        yanked=True,
        core_metadata=(("sha256", core),),
    )


@pytest.mark.parametrize("rest", [b"<!--", b"<a href='demo-2.tar.gz", b"</", b"<?", b"&#"])
def test_markup_without_an_end_is_not_read(rest: bytes) -> None:
    """What came before it counts, and a page of nothing else is read in linear time."""
    body = b"<html><a href='demo-1.tar.gz'>demo-1.tar.gz</a>" + rest * 20_000
    assert [file.filename for file in _parse(body, LEGACY).files] == ["demo-1.tar.gz"]


@pytest.mark.parametrize(
    "broken",
    [
        1,
        {"filename": "../demo-1.tar.gz", "url": "x"},
        {"filename": "demo-1.tar.gz"},
        {"filename": "demo-1.tar.gz", "url": "file:///etc/passwd"},
        {"filename": "demo-1.tar.gz", "url": "http://[bad"},
        {"filename": "demo-1.tar.gz", "url": "x", "hashes": {"sha256": "no"}},
        {"filename": "demo-1.tar.gz", "url": "x", "hashes": None},
    ],
)
def test_a_broken_entry_is_skipped(broken: object) -> None:
    """One bad entry doesn't hide the good ones; of two with one name the first counts."""
    good = {"filename": "demo-2.tar.gz", "url": "demo-2.tar.gz", "size": True, "upload-time": "yesterday"}
    page = _parse(json.dumps({"files": [broken, good, {**good, "url": "other"}]}).encode())
    assert page.files == (IndexFile(filename="demo-2.tar.gz", url=f"{_URL}demo-2.tar.gz"),)


def test_no_file_may_be_called_like_the_metadata_of_another() -> None:
    """Both would have one URL here."""
    entries = [{"filename": name, "url": name} for name in ("demo-1.whl", "demo-1.whl.metadata", "demo-1.whl.METADATA")]
    assert [file.filename for file in _parse(json.dumps({"files": entries}).encode()).files] == ["demo-1.whl"]
    anchors = "".join(f"<a href={entry['url']}>x</a>" for entry in entries)
    assert [file.filename for file in _parse(f"<html>{anchors}".encode(), LEGACY).files] == ["demo-1.whl"]


@pytest.mark.parametrize(
    "promised", [dict([_SHA]), {"sha256": "ab"}, {"sha256": "no hex" * 11}, {"sha256": 1}, {1: "a"}, "x", [True], 7]
)
def test_a_promise_that_no_metadata_can_keep_is_not_passed_on(promised: object) -> None:
    """The file's own digest and what is no digest: clients read the file itself then."""
    entry = {"filename": "demo-1.whl", "url": "x", "hashes": dict([_SHA]), "core-metadata": promised}
    assert _parse(json.dumps({"files": [entry]}).encode()).files[0].core_metadata is False


def test_moments_in_other_spellings_are_left_out() -> None:
    """Clients refuse a page for a moment that they cannot read."""
    for written in ("2024-W01-1T00:00:00Z", "20240101T000000Z", "2024-01-01T00Z", "2024-13-01T00:00:00Z", "now"):
        entry = {"filename": "demo-1.whl", "url": "x", "upload-time": written}
        assert _parse(json.dumps({"files": [entry]}).encode()).files[0].upload_time is None


@pytest.mark.parametrize("kind", [JSON, LEGACY])
def test_a_quarantined_page_has_no_files(kind: str) -> None:
    """PEP 792 forbids offering them; clients would install them."""
    file = IndexFile(filename="demo-1.tar.gz", url="https://example.invalid/demo-1.tar.gz")
    page = _parse(serialize(ProjectPage(project=_DEMO, files=(file,), status="quarantined"), kind, _link), kind)
    assert (page.status, page.files) == ("quarantined", ())


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b""),
        (JSON, b"[]"),
        (JSON, b"{}"),
        (JSON, b"\xff"),
        pytest.param(JSON, b"[" * 100_000, id="deep"),
        (JSON, b'{"files": {}}'),
        pytest.param(JSON, b'{"files": [' + b"[]," * 2_000_000 + b"[]]}", id="many parts"),
        pytest.param(LEGACY, b"<html>" + b"<a>" * 400_000, id="many tags"),
        (JSON, b'{"files": [], "meta": {"api-version": "2.0"}}'),
        (JSON, b'{"files": [], "meta": {"api-version": ' + b"9" * 9_000 + b"}}"),
        (JSON, b'{"files": [], "name": ' + b"[" * 150 + b"]" * 150 + b"}"),
        (JSON, b'{"files": [], "name": "other"}'),
        (JSON, b'{"files": [], "name": "-"}'),
        (LEGACY, b""),
        (LEGACY, b"Not found"),
        (LEGACY, b'<html><a href="/">log in</a></html>'),
        (LEGACY, b'<html><meta name="pypi:repository-version" content="2.0"></html>'),
        ("image/png", b"{}"),
        ("", b"{}"),
    ],
)
def test_what_is_no_index_page_is_an_error_of_the_upstream(kind: str, body: bytes) -> None:
    """A log-in page or an error page must not read as a project without files."""
    with pytest.raises(UpstreamError, match="page of demo"):
        _parse(body, kind)


@given(st.one_of(st.binary(), st.binary().map(lambda b: b"<html><a href=" + b)), st.sampled_from([JSON, LEGACY]))
def test_any_bytes_give_a_page_or_the_upstreams_error(body: bytes, kind: str) -> None:
    """Nothing else is raised, and what is listed has a checked name and can be written again."""
    try:
        page = _parse(body, kind)
    except UpstreamError:
        return
    for file in page.files:
        assert distribution_name(file.filename).filename == file.filename
        assert file.url.startswith(("http://", "https://"))
    serialize(page, JSON, _link)


_JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_KEYS = ["hashes", "yanked", "core-metadata", "size", "upload-time", "requires-python", "provenance", "url"]


@given(st.dictionaries(st.sampled_from(_KEYS), _JSON_VALUES), _JSON_VALUES, _JSON_VALUES)
def test_any_json_values_are_survived(entry: dict[str, object], meta: object, status: object) -> None:
    """A field of an unexpected type costs that field or that entry, nothing more."""
    raw = {"meta": meta, "project-status": status, "files": [{"filename": "demo-1.tar.gz", "url": "x", **entry}]}
    try:
        page = _parse(json.dumps(raw).encode())
    except UpstreamError as error:
        assert "version" in str(error)  # noqa: PT017 - only this error is allowed
        return
    assert _parse(serialize(page, JSON, lambda file: file.url)).project == _DEMO
