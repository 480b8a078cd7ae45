from __future__ import annotations

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pratique.names import project_name
from pratique.releases import About
from pratique.uploads.describing import rendered
from tests.support.distributions import Built, make_wheel
from tests.uploads.shop import DEMO, Shop, shop

_HTML = """\
# Demo <script>alert(1)</script>

<img src="https://track.example.invalid/pixel.png"> <iframe src="//evil.example.invalid"></iframe>
<form action="https://evil.example.invalid"><input name="password"></form>
<a href="javascript:alert(1)" onclick="alert(2)" style="position:fixed">click</a>

[link](javascript:alert(3)) [data](data:text/html,x) ![picture](https://track.example.invalid/p.png)
[good](https://docs.example.invalid/)
"""


class Tags(HTMLParser):
    """What is markup in a text, and not only looks like it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name == "href"}


def described(version: str, text: str, kind: str = "text/markdown") -> Built:
    """A wheel with a description."""
    fields = [
        "Summary: A <b>demo</b>",
        f"Description-Content-Type: {kind}",
        "Project-URL: Docs, https://d.example.invalid",
    ]
    return make_wheel("demo", version, {"demo.py": ""}, fields=[*fields, "", text])


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[Shop]:
    """An empty index."""
    async with shop(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "kind", ["text/markdown", "text/markdown; variant=GFM", "text/x-rst", "text/plain", "", "text/html"]
)
def test_descriptions_hold_no_code_and_nothing_from_elsewhere(kind: str) -> None:
    """Whatever a description is written in, nothing of it runs, is fetched or asks for input."""
    html = rendered(About(description=_HTML, description_type=kind))
    assert html is not None
    parsed = Tags(html)
    assert parsed.names.isdisjoint({"script", "img", "iframe", "form", "input", "style"})
    assert parsed.attributes <= {"href", "title", "rel", "start"}
    assert {urlsplit(link).scheme for link in parsed.links} <= {"", "https"}


def test_markdown_is_rendered() -> None:
    """What is harmless is shown as it was meant."""
    html = rendered(About(description=_HTML, description_type="text/markdown"))
    assert html is not None
    assert "<h1" in html
    assert 'href="https://docs.example.invalid/"' in html


@pytest.mark.parametrize(
    "text",
    [
        ".. include:: /etc/passwd\n",
        ".. raw:: html\n\n   <script>x</script>\n",
        ".. csv-table::\n   :file: /etc/passwd\n",
    ],
)
def test_restructured_text_reads_no_files_and_writes_no_html(text: str) -> None:
    """Directives that reach out of the text do nothing, or make it one that cannot be rendered."""
    html = rendered(About(description=text, description_type="text/x-rst")) or ""
    assert ("root:" in html, "<script" in html) == (False, False)


async def test_project_page_shows_releases_and_escapes_everything(index: Shop) -> None:
    """Summary, description, reasons and links of a package are text, never markup of ours."""
    assert (await index.upload(described("1.0", _HTML))).status == 200
    await index.publishing.yank(DEMO, "1.0", "<script>reason</script>", by="<b>ann</b>")
    page = await index.get("/projects/demo/")
    assert page.status == 200
    assert "A &lt;b&gt;demo&lt;/b&gt;" in page.body
    assert "&lt;script&gt;reason" in page.body
    assert 'href="https://docs.example.invalid/"' in page.body
    assert Tags(page.body).names.isdisjoint({"script", "img", "iframe", "form", "input", "b"})
    assert "onclick" not in Tags(page.body).attributes
    assert "demo-1.0-py3-none-any.whl" in page.body


async def test_pages_list_what_waits_for_a_reviewer(index: Shop) -> None:
    """Held uploads stand on the projects' page and in the list of uploads, each with its reason."""
    await index.upload(make_wheel("reqeusts", "1.0", {"reqeusts.py": ""}))
    for path in ("/projects/", "/uploads/", "/uploads/?state=held", "/projects/reqeusts/"):
        body = (await index.get(path)).body
        assert "could be taken for requests" in body, path
        assert "held" in body
    assert "could be taken" not in (await index.get("/uploads/?state=published")).body
    assert (await index.get("/uploads/?state=%3Cscript%3E")).status == 200


async def test_taken_down_project_shows_why_and_not_what_it_said(index: Shop) -> None:
    """Its description is no longer shown: it may have been the bait."""
    await index.upload(described("1.0", "Buy *cheap* coins"))
    assert "<em>cheap</em>" in (await index.get("/projects/demo/")).body
    await index.publishing.take_down(DEMO, None, "a swindle", by="rita")
    body = (await index.get("/projects/demo/")).body
    assert ("a swindle" in body, "cheap" in body) == (True, False)


async def test_unknown_and_odd_names(index: Shop) -> None:
    """No project, another spelling, no name at all."""
    assert (await index.get("/projects/other/")).status == 404
    assert (await index.get("/projects/..%2f..%2fetc/")).status == 404
    await index.upload(make_wheel("demo", "1.0", {"demo.py": ""}))
    for path in ("/projects/Demo/", "/projects/Demo", "/projects", "/uploads"):
        assert (await index.get(path)).status == 200, path
    assert await index.releases.project(project_name("Demo")) is not None


async def test_the_report_on_an_upload_speaks_of_the_upload(index: Shop) -> None:
    """Who uploaded it, to which project and when; the upstream has no part in it."""
    built = make_wheel("demo", "1.0", {"demo.py": ""})
    await index.upload(built)
    text = (await index.get(f"/report/{built.sha256}/{built.filename}")).body
    assert "by ann, to this index" in text
    assert 'href="/projects/demo/"' in text
    assert "upstream" not in text


async def test_the_report_on_an_upload_leads_reviewers_to_where_they_decide(index: Shop) -> None:
    """It is what the uploader passes on; also when the name alone is why the file waits."""
    held = make_wheel("reqeusts", "1.0", {"reqeusts.py": ""})
    fine = make_wheel("demo", "1.0", {"demo.py": ""})
    for built, waits in ((held, True), (fine, False)):
        await index.upload(built)
        body = (await index.get(f"/report/{built.sha256}/{built.filename}")).body
        assert ('/manage">decide about it</a>' in body, "What now" in body) == (waits, waits)
