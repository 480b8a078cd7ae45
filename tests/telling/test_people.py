from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pratique.accounts.model import Member, User, UserName
from pratique.accounts.principal import ProjectRole, Role
from pratique.audit import Act, deed
from pratique.notices import Mail, MailServer, Notice, NoticeKind, Security
from pratique.policy import Action
from pratique.ports import Event, EventKind
from pratique.releases import OwnProject
from pratique.storage.accounts import SqlAccounts, open_accounts
from pratique.storage.database import SqlStore, open_store
from pratique.storage.outbox import SqlOutbox, open_outbox
from pratique.storage.releases import SqlReleases, open_releases
from pratique.storage.review import SqlBook, open_book
from pratique.storage.review_head import HeadFiles
from pratique.telling.carriers import ToPeople
from pratique.telling.herald import Herald
from pratique.telling.messages import message
from pratique.telling.news import News
from pratique.upstream.mailing import SmtpMail
from tests.cli.test_project import TOOL, a_file
from tests.fakes.memory import FakeClock
from tests.fakes.values import NOON, an_event
from tests.support.certificate import certified
from tests.telling.mailbox import Mailbox, text_of

_PEOPLE = {
    "ada": Role.PUBLISHER,
    "bob": Role.PUBLISHER,
    "rev": Role.REVIEWER,
    "root": Role.ADMINISTRATOR,
    "a_a": Role.READER,
}
_SENDER = "Pratique <pratique@example.invalid>"
_PASSWORD = "a password of the operator"
FILE = replace(a_file("1.0"), uploader="ada")


@dataclass(slots=True, kw_only=True)
class Room:
    """A herald for users over a real database."""

    herald: Herald
    store: SqlStore
    accounts: SqlAccounts
    releases: SqlReleases
    book: SqlBook
    outbox: SqlOutbox
    clock: FakeClock
    said: list[str]

    async def titles(self) -> dict[str, list[str]]:
        """What each user was told, the newest first."""
        told = {name: [one.title for one in await self.outbox.told(name)] for name in _PEOPLE}
        return {name: titles for name, titles in told.items() if titles}


@asynccontextmanager
async def room(url: str, heads: Path, mail: Mail | None = None, *, tries: int = 3) -> AsyncIterator[Room]:
    """Ada owns a project and uploaded its release; bob works on nothing; rev reviews, root administers."""
    async with AsyncExitStack() as stack:
        store, outbox, clock, said = await open_store(url), await open_outbox(url), FakeClock(at=NOON), list[str]()
        accounts, releases = await open_accounts(url, HeadFiles(heads)), await open_releases(url, HeadFiles(heads))
        book = await open_book(url, HeadFiles(heads))
        for one in (store, outbox, accounts, releases, book):
            stack.push_async_callback(one.close)
        for name, role in _PEOPLE.items():
            email = f"{name}@example.invalid" if name != "bob" else ""
            await accounts.add_user(User(name=UserName(name), role=role, created=NOON, email=email))
        await accounts.claim(Member(project=TOOL, user=UserName("ada"), role=ProjectRole.OWNER))
        await releases.add(FILE, OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ada"))

        async def address(name: str) -> str:
            user = await accounts.user(name)
            return user.email if user else ""

        herald = Herald(
            carriers=[ToPeople(address=address, mail=mail, sender=_SENDER)],
            outbox=outbox,
            news=News((), public_url="https://packages.example.invalid"),
            clock=clock,
            tell=said.append,
            identity=await outbox.identity(),
            tries=tries,
        )
        await herald.begin()
        yield Room(
            herald=herald,
            store=store,
            accounts=accounts,
            releases=releases,
            book=book,
            outbox=outbox,
            clock=clock,
            said=said,
        )


def _verdict(action: Action, *, reason: str = "held: theft in setup.py:3") -> Event:
    return Event(
        kind=EventKind.VERDICT,
        at=NOON,
        project=TOOL,
        filename=FILE.filename,
        sha256=FILE.sha256,
        action=action,
        verdict="suspicious",
        reason=reason,
    )


@asynccontextmanager
async def _dripping() -> AsyncIterator[int]:
    """A server that never comes to the end of its greeting; gives the port."""
    done = asyncio.Event()

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not done.is_set():
            writer.write(b"220-")
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), 0.05)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])
        done.set()


def mail_to(port: int, *, security: Security = "none", user: str = "", password: str = "") -> SmtpMail:
    """Over a server on loopback."""
    return SmtpMail(
        MailServer(server="127.0.0.1", port=port, security=security, sender=_SENDER, user=user, password=password)
    )


async def test_an_upload_that_is_held_is_told_to_its_uploader_and_to_reviewers(
    database_url: str, tmp_path: Path
) -> None:
    """Once each, however often it is asked for; what the upstream published is no letter to anybody."""
    async with room(database_url, tmp_path / "heads") as it:
        await it.store.record([_verdict(Action.QUARANTINE), replace(_verdict(Action.QUARANTINE), client="192.0.2.1")])
        await it.store.record([an_event(3), replace(_verdict(Action.BLOCK), kind=EventKind.REFUSAL)])
        await it.herald.once()
        held = f"{FILE.filename} is held"
        assert await it.titles() == {"ada": [held], "rev": [held], "root": [held]}
        (notice,) = await it.outbox.told("ada")
        assert (notice.user, notice.reason) == ("ada", "held: theft in setup.py:3")
        assert notice.url == f"https://packages.example.invalid/report/{FILE.sha256}/{FILE.filename}"
        await it.store.record([_verdict(Action.BLOCK)])
        await it.herald.once()
        assert (await it.titles())["ada"] == [f"{FILE.filename} is blocked", held]


async def test_late_verdicts_are_told_to_reviewers(database_url: str, tmp_path: Path) -> None:
    """Somebody has to look at who received it."""
    async with room(database_url, tmp_path / "heads") as it:
        await it.store.record([replace(an_event(1), kind=EventKind.LATE)])
        await it.herald.once()
        assert set(await it.titles()) == {"rev", "root"}


async def test_accounts_and_tokens_that_stop_are_told(database_url: str, tmp_path: Path) -> None:
    """A freeze to whom it befell and to administrators; a leaked token to its owner alone."""
    async with room(database_url, tmp_path / "heads") as it:
        frozen = deed(Act.ACCOUNT, "bob", by="server", at=NOON, what="The account was frozen: uploaded malware")
        leaked = "The token “ci” (0a1b2c3d4e5f) was revoked: found in public: https://code.example.invalid/x"
        await it.book.note(frozen)
        await it.book.note(deed(Act.TOKEN, "ada", by="a scanner", at=NOON, what=leaked))
        await it.book.note(deed(Act.TOKEN, "ada", by="ada", at=NOON, what="The token “ci” was revoked: laptop lost"))
        await it.herald.once()
        stopped = "The account bob was frozen"
        assert await it.titles() == {
            "bob": [stopped],
            "root": [stopped],
            "ada": ["A token of ada serves no more: it was found in public"],
        }
        assert "https://code.example.invalid/x" in (await it.outbox.told("ada"))[0].reason


async def test_decisions_and_takedowns_are_told_but_not_to_whom_made_them(database_url: str, tmp_path: Path) -> None:
    """The uploader hears what became of the file, owners that it is gone; the reviewer knows."""
    async with room(database_url, tmp_path / "heads") as it:
        await it.book.note(deed(Act.APPROVE, f"{FILE.filename} {FILE.sha256}", by="rev", at=NOON, reason="read it"))
        await it.book.note(deed(Act.TAKE_DOWN, f"{TOOL} 1.0", by="rev", at=NOON, reason="leaks keys"))
        await it.book.note(deed(Act.YANK, f"{TOOL} 1.0", by="rev", at=NOON, reason="slow"))
        await it.herald.once()
        gone = f"{TOOL} 1.0 was taken down"
        assert await it.titles() == {"ada": [gone, f"{FILE.filename} is published"], "root": [gone]}
        assert [one.reason for one in await it.outbox.told("ada")] == ["rev: leaks keys", "rev: read it"]
        assert [one.exposure for one in await it.outbox.told("ada")] == [f"pratique exposure {TOOL}==1.0", ""]


async def test_a_users_list_is_their_own(database_url: str, tmp_path: Path) -> None:
    """A name that another one's begins with, or matches as a pattern, shows nothing of it."""
    async with room(database_url, tmp_path / "heads") as it:
        await it.accounts.add_user(User(name=UserName("aba"), role=Role.READER, created=NOON))
        for name in ("aba", "a_a"):
            await it.book.note(deed(Act.TOKEN, name, by="a scanner", at=NOON, what="It was revoked: found in public"))
        await it.herald.once()
        assert [len(await it.outbox.told(name)) for name in ("aba", "a_a", "a", "%", "")] == [1, 1, 0, 0, 0]


async def test_a_letter_comes_over_tls_with_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the address of the account, with what happened, why, what follows and where to read on."""
    certificate = certified(tmp_path)
    monkeypatch.setenv("PIP_CERT", str(certificate[0]))
    mailbox = Mailbox(password=_PASSWORD.encode())
    with mailbox.listening(certificate) as port:
        mail = mail_to(port, security="starttls", user="pratique", password=_PASSWORD)
        async with room(f"sqlite:///{tmp_path / 'db'}", tmp_path / "heads", mail) as it:
            await it.store.record([_verdict(Action.QUARANTINE)])
            assert await it.herald.once() == 3
    assert sorted(address for address, _ in mailbox.came) == [
        "ada@example.invalid",
        "rev@example.invalid",
        "root@example.invalid",
    ]
    assert mailbox.encrypted == [True] * 3
    letter = dict(mailbox.came)["ada@example.invalid"]
    assert letter["Subject"] == f"Pratique: {FILE.filename} is held"
    assert (letter["From"], letter["To"]) == (_SENDER, "ada@example.invalid")
    assert (letter["Auto-Submitted"], letter["Message-ID"].endswith("@example.invalid>")) == ("auto-generated", True)
    assert text_of(letter).split("\n\n") == [
        f"{FILE.filename} is held.",
        "held: theft in setup.py:3",
        "It waits for a reviewer; nobody can install it until then.",
        f"https://packages.example.invalid/report/{FILE.sha256}/{FILE.filename}\n",
    ]


async def test_whoever_has_no_address_reads_it_on_the_console_alone(tmp_path: Path) -> None:
    """No letter, and nothing that waits for ever."""
    mailbox = Mailbox()
    with mailbox.listening() as port:
        async with room(f"sqlite:///{tmp_path / 'db'}", tmp_path / "heads", mail_to(port)) as it:
            await it.book.note(deed(Act.TOKEN, "bob", by="a scanner", at=NOON, what="It was revoked: found in public"))
            assert await it.herald.once() == 1
            assert (await it.titles(), it.herald.standing.pending) == (
                {"bob": ["A token of bob serves no more: it was found in public"]},
                0,
            )
    assert mailbox.came == []


async def test_what_a_package_wrote_adds_no_header_and_no_line(tmp_path: Path) -> None:
    """Line ends in a reason or a title reach neither the headers nor the form of a letter."""
    mailbox = Mailbox()
    with mailbox.listening() as port:
        async with room(f"sqlite:///{tmp_path / 'db'}", tmp_path / "heads", mail_to(port)) as it:
            evil = "x\r\nBcc: eve@example.invalid\r\n\r\n.\r\nQUIT\r\n\x1b[2J"
            await it.store.record([_verdict(Action.BLOCK, reason=evil)])
            await it.book.note(
                deed(Act.TAKE_DOWN, f"{TOOL}\r\nBcc: eve@example.invalid", by="rev", at=NOON, reason=evil)
            )
            await it.herald.once()
    assert {address for address, _ in mailbox.came} == {f"{name}@example.invalid" for name in ("ada", "rev", "root")}
    for _, letter in mailbox.came:
        assert "Bcc" not in letter
        assert not {"\r", "\x1b"} & set(text_of(letter))
        assert "\nBcc:" not in text_of(letter)


async def test_a_letter_that_is_not_taken_comes_again_and_is_given_up(tmp_path: Path) -> None:
    """One address that is refused keeps nobody else from theirs; the log says what to do."""
    mailbox = Mailbox(refused={"ada@example.invalid"})
    with mailbox.listening() as port:
        async with room(f"sqlite:///{tmp_path / 'db'}", tmp_path / "heads", mail_to(port), tries=2) as it:
            await it.store.record([_verdict(Action.QUARANTINE)])
            for _ in range(3):
                await it.herald.once()
                it.clock.pass_by(3600)
            assert [address for address, _ in mailbox.came] == ["rev@example.invalid", "root@example.invalid"]
            (said,) = it.said
            assert "the mail server said: the address is refused: 550" in said
            assert "`pratique webhook retry people`" in said
            mailbox.refused.clear()
            assert await it.outbox.revive(["people"], at=it.clock.now()) == 1
            await it.herald.once()
    assert mailbox.came[-1][0] == "ada@example.invalid"


async def test_what_is_wrong_with_the_server_is_told_without_the_password(tmp_path: Path) -> None:
    """Nobody listens, no TLS where it is asked for, a certificate of a stranger's, a password that is none."""
    async with room(f"sqlite:///{tmp_path / 'db'}", tmp_path / "heads") as it:
        await it.store.record([_verdict(Action.QUARANTINE)])
        await it.herald.once()
        (notice,) = await it.outbox.told("ada")

    async def said(mail: SmtpMail, *, seconds: float = 5) -> str:
        async def address(_: str) -> str:
            return "ada@example.invalid"

        carrier = ToPeople(address=address, mail=mail, sender=_SENDER)
        return await carrier.carry(notice, identity="x-1", at=NOON, seconds=seconds)

    assert "cannot be used: ConnectionRefusedError" in await said(mail_to(9))
    async with _dripping() as slow:
        assert await said(mail_to(slow), seconds=0.5) == "no answer within 0.5 seconds"
    plain, guarded = Mailbox(), Mailbox(password=b"another")
    with plain.listening() as open_port, guarded.listening(certified(tmp_path)) as port:
        assert "STARTTLS" in await said(mail_to(open_port, security="starttls", user="u", password=_PASSWORD))
        assert "CERTIFICATE_VERIFY_FAILED" in await said(mail_to(port, security="starttls"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PIP_CERT", str(tmp_path / "certificate.pem"))
            refused = await said(mail_to(port, security="starttls", user="pratique", password=_PASSWORD))
        assert refused == "answered 535"
    assert plain.came == guarded.came == []
    assert _PASSWORD not in repr(MailServer(server="x", port=1, security="tls", sender="x", password=_PASSWORD))


def test_no_title_becomes_a_header_of_its_own() -> None:
    """What looks like an encoded word (RFC 2047) would be decoded, its line breaks as well."""
    notice = Notice(key="k", kind=NoticeKind.LEAK, at=NOON, title="=?utf-8?q?x=0abcc=3a_eve=40example.invalid?=")
    written = message(notice, sender=_SENDER, address="ada@example.invalid", identity="i", at=NOON).as_bytes()
    head = written.partition(b"\r\n\r\n")[0]
    assert not [line for line in head.split(b"\n") if line.lower().startswith(b"bcc")]
    assert b"utf-8" in head
