"""The page that a refusal links to."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from pratique.ports import Ticket
from pratique.screen import screen_bytes
from pratique.verdict import Report, Verdict
from tests.cli.engines import finding
from tests.gateway.world import wheel, wheel_bytes, world
from tests.support.layered import layered

Client = TestClient[web.Request, web.Application]
_LAYERED = "demo-2.0.tar.gz"
_HOSTILE = wheel("3.0")
_DOUBTFUL = wheel("4.0")


def _judge(ticket: Ticket, data: bytes) -> Report:
    """The real engine; for one file, findings whose text would steer a page, for another a doubt."""
    report = screen_bytes(data, filename=ticket.filename)
    if ticket.filename == _DOUBTFUL:
        return replace(report, verdict=Verdict.SUSPICIOUS, score=0.6, findings=(finding(),))
    if ticket.filename != _HOSTILE:
        return report
    bad = "<script>alert(1)</script>\u202e\x1b"
    found = finding(message=bad, path=bad, code=bad, layers=(bad,))
    return replace(report, verdict=Verdict.MALICIOUS, findings=(found,), error=bad)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """A site with an honest, a layered and a hostile release."""
    files = {wheel("1.0"): wheel_bytes("1.0"), _LAYERED: layered().data, _HOSTILE: wheel_bytes("3.0")}
    files[_DOUBTFUL] = wheel_bytes("4.0")
    async with world(tmp_path, files) as made:
        made.inspector.judge = _judge
        async with TestClient(TestServer(made.site())) as found:
            yield found


async def _link(answer: ClientResponse) -> str:
    """The path of the address that a refusal names."""
    return str(urlsplit((await answer.json(content_type=None))["type"]).path)


async def _page(client: Client, filename: str, sha256: str = "") -> str:
    """The report page; tags are removed, and what was escaped is as a reader sees it."""
    answer = await client.get(f"/files/demo/{filename}")
    place = f"/report/{sha256}/{filename}" if sha256 else await _link(answer)
    text = await (await client.get(place)).text()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


async def test_the_evidence_is_all_there(client: Client) -> None:
    """Verdict, decision, the file's own line, the decoded code, layers, flow, phase, gain, and what to do now."""
    page = await _page(client, _LAYERED)
    for part in (
        "malicious block score 1.00",
        "Blocked: second-stage in setup.py:12: a program fetched from http://files.example.invalid/stage2 is run",
        "setup.py:12 line 5 of what its layers hide",
        'os.system("python3 " + target)',
        "→ zlib → python",
        "network: http://files.example.invalid/stage2 line 4 written to <tempfile.gettempdir>/updater.py line 4",
        "runs when it is installed",
        "The real payload never lies in the package",
        "When it blocks",
        "What now",
    ):
        assert part in page
    assert page.count("Nobody who reads the source sees what it does.") == 2, "as the gain, and in what the rule says"


async def test_what_a_package_wrote_cannot_steer_the_page(client: Client) -> None:
    """Tags of a package are text, and what would reverse or hide text is spelled out."""
    answer = await client.get(f"/files/demo/{_HOSTILE}")
    text = await (await client.get(await _link(answer))).text()
    assert "<script" not in text
    assert not set(text) & {"\u202e", "\x1b"}
    assert r"&lt;script&gt;alert(1)&lt;/script&gt;\u202e\x1b" in text


async def test_an_honest_file_needs_no_advice(client: Client) -> None:
    """A file that is passed on has a report too, without findings and without what to do."""
    await client.get(f"/files/demo/{wheel('1.0')}")
    listed = await (await client.get("/")).text()
    link = re.search(r"/report/([0-9a-f]{64})/" + re.escape(wheel("1.0")), listed)
    assert link
    page = await _page(client, wheel("1.0"), link[1])
    assert "clean allow" in page
    assert "What now" not in page


async def test_what_is_held_leads_to_where_a_reviewer_decides(client: Client) -> None:
    """The refusal says that a reviewer can release it, and links here; what is blocked has no such way."""
    for filename, waits in ((_DOUBTFUL, True), (_HOSTILE, False)):
        answer = await client.get(f"/files/demo/{filename}")
        text = await (await client.get(await _link(answer))).text()
        found = re.search(r'href="/quarantine/[0-9a-f]{64}/([^"]+)"', text)
        assert (found[1] if found else "") == (filename if waits else "")


async def test_an_unknown_report_is_said(client: Client) -> None:
    """A digest that was never judged is 404, with a sentence, in its long form and in its short one."""
    for place in (f"/report/{'0' * 64}/{wheel('1.0')}", f"/report/demo/{'0' * 16}"):
        answer = await client.get(place)
        assert answer.status == 404
        assert "There is no report" in await answer.text()


async def test_the_address_in_a_refusal_leads_to_the_report(client: Client) -> None:
    """It is short, so that the reason has room beside it, and by the digest, so that it is of these very bytes."""
    answer = await client.get(f"/files/demo/{_HOSTILE}")
    link = await _link(answer)
    assert (answer.reason or "").endswith(link)
    shown = await client.get(link)
    digest = hashlib.sha256(wheel_bytes("3.0")).hexdigest()
    assert (shown.status, shown.url.path) == (200, f"/report/{digest}/{_HOSTILE}")
    assert link.endswith(f"/report/demo/{digest[:16]}")


async def test_pages_need_nothing_from_elsewhere(client: Client) -> None:
    """Style and icon are the site's own, and every page names them."""
    text = await (await client.get("/")).text()
    for link in re.findall(r"<link [^>]*href=\"([^\"]+)\"", text):
        answer = await client.get(link)
        assert (answer.status, link[0]) == (200, "/")
    assert "://" not in re.sub(r"http://127\.0\.0\.1:\d+/simple/", "", text)
