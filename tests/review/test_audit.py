from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DatabaseError

from pratique.audit import NOTHING, Act, Draft, Entry, linked
from pratique.errors import StorageError
from pratique.names import sha256_digest
from pratique.policy import Answer, Review
from pratique.review.in_force import keep_policy
from pratique.review.verifying import Outcome, verify
from pratique.storage.database import engine_for
from pratique.storage.review import SqlBook, open_book
from pratique.storage.review_head import HeadFiles, read_heads
from pratique.storage.review_schema import audit_log, policies, reviews
from tests.fakes.memory import FakeClock

NOON = datetime(2026, 6, 1, 12, 30, 15, 123456, tzinfo=UTC)


def _review(letter: str, **fields: object) -> Review:
    plain = Review(
        sha256=sha256_digest(letter * 64),
        filename=f"demo-{letter}.tar.gz",
        answer=Answer.RELEASE,
        reason="looked at it",
        actor="ann",
        at=NOON,
        lifts=("suspicious",),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


@dataclass
class Log:
    """A log with three decisions, its database and its head."""

    book: SqlBook
    url: str
    head: Path

    async def look(self) -> Outcome:
        """Verify it."""
        book = self.book
        return verify(await book.entries(), read_heads(self.head), await book.decided(), await book.policies())

    def forge(self, *statements: object) -> None:
        """Change the database behind the program's back, as whoever owns the machine can."""
        engine = engine_for(self.url)
        with engine.begin() as connection:
            for name in ("audit_log", "reviews", "policies"):
                if self.url.startswith("postgresql"):
                    connection.execute(text(f"DROP TRIGGER {name}_only_grows ON {name}"))
                    continue
                for act in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER {name}_no_{act}"))
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]
        engine.dispose()


@pytest.fixture
async def log(tmp_path: Path, database_url: str) -> AsyncIterator[Log]:
    """Three decisions on record, in either kind of database."""
    url, head = database_url, tmp_path / "audit-head"
    book = await open_book(url, HeadFiles(head))
    for letter in "abc":
        await book.decide(_review(letter))
    yield Log(book=book, url=url, head=head)
    await book.close()


async def test_a_log_that_nobody_touched_is_proven(log: Log) -> None:
    """Each entry names the one before it, and the head outside names each."""
    outcome = await log.look()
    assert (outcome.entries, outcome.faults, outcome.unproven) == (3, (), 0)
    assert (await log.book.entries())[0].previous == NOTHING
    assert read_heads(log.head)[-1].digest == outcome.digest


@pytest.mark.parametrize("left", ["4", "4 ", "4 abc", f"4 {'a' * 63}"])
async def test_a_line_that_was_cut_off_spoils_no_other(log: Log, left: str) -> None:
    """A full disk or a crash leaves half a head; the next one begins a line of its own, and proves all before it."""
    with log.head.open("a", encoding="ascii") as file:
        file.write(left)
    assert ((await log.look()).faults, (await log.look()).unproven) == ((), 0)
    await log.book.decide(_review("d"))
    outcome = await log.look()
    assert (outcome.entries, outcome.faults, outcome.unproven) == (4, (), 0)


async def test_a_head_that_did_not_fit_is_told(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system writes what there is room for, and calls that a success."""
    monkeypatch.setattr("os.write", lambda _file, data: len(data) - 5)
    with pytest.raises(StorageError, match=r"Entry 4 is on record, but .* cannot be written"):
        await log.book.decide(_review("d"))


def _rewritten(entries: Sequence[Entry], number: int, reason: str) -> list[Entry]:
    """The whole chain made anew, with one entry telling another story."""
    made: list[Entry] = []
    for entry in entries:
        detail = entry.detail.replace("looked at it", reason) if entry.number == number else entry.detail
        draft = Draft(at=entry.at, actor=entry.actor, act=Act(entry.act), subject=entry.subject, detail=detail)
        made.append(linked(draft, number=entry.number, previous=made[-1].digest if made else NOTHING))
    return made


def _row(entry: Entry) -> dict[str, object]:
    return {column.name: getattr(entry, column.name) for column in audit_log.columns}


async def test_a_chain_that_was_rewritten_whole_is_found_out(log: Log) -> None:
    """Every digest fits its entry and the one before it; only the head outside of the database tells."""
    made = _rewritten(await log.book.entries(), 2, "was told to")
    log.forge(
        delete(audit_log),
        *(insert(audit_log).values(**_row(entry)) for entry in made),
    )
    assert verify(made, (), ()).faults[0].startswith("there is no head")
    faults = (await log.look()).faults
    assert [fault.split(" was ")[0] for fault in faults[:2]] == [
        "entry 2 is another one: it",
        "entry 3 is another one: it",
    ]
    assert "the decision about demo-b.tar.gz is not the one on record as entry 2" in faults


async def test_a_changed_entry_is_found_out(log: Log) -> None:
    """Its digest is that of something else."""
    log.forge(update(audit_log).where(audit_log.c.number == 2).values(actor="eve"))
    assert "entry 2 was changed: its digest is that of something else" in (await log.look()).faults


async def test_entries_that_are_gone_are_found_out(log: Log) -> None:
    """In the middle and at the end: the head knows how many there were."""
    log.forge(delete(audit_log).where(audit_log.c.number == 3), delete(reviews).where(reviews.c.entry == 3))
    assert [fault[:15] for fault in (await log.look()).faults] == ["entry 3 is gone"]


async def test_a_gap_is_found_out(log: Log) -> None:
    """An entry in the middle cannot be taken out."""
    log.forge(delete(audit_log).where(audit_log.c.number == 1))
    assert "entry 1 is missing: 2 stands in its place" in (await log.look()).faults


async def test_a_decision_that_is_not_on_record_is_found_out(log: Log) -> None:
    """A release that somebody wrote into the database has no entry; one that was taken away has one."""
    made = _review("d")
    document = b'{"sha256":"%s","filename":"demo-d.tar.gz","answer":"release","reason":"r","actor":"eve","at":"%s"}'
    values = {
        "entry": 9,
        "sha256": made.sha256,
        "filename": made.filename,
        "document": document % (made.sha256.encode(), NOON.isoformat().encode()),
    }
    log.forge(insert(reviews).values(**values), delete(reviews).where(reviews.c.entry == 1))
    assert set((await log.look()).faults) == {
        "the decision about demo-d.tar.gz is not the one on record as entry 9",
        f"the decision on record as entry 1 about demo-a.tar.gz {'a' * 64} is gone",
    }


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET actor = 'eve'", "DELETE FROM audit_log", "DELETE FROM reviews"]
)
async def test_the_database_itself_refuses_to_change_what_was_written(log: Log, statement: str) -> None:
    """By mistake nobody rewrites it."""
    engine = engine_for(log.url)
    with pytest.raises(DatabaseError, match="only grows"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


async def test_a_policy_that_was_changed_is_found_out(log: Log) -> None:
    """What files were judged by is on record, too: another text, a missing one and one that nobody put there."""
    for text_of_it in ('mode = "observe"\n', "", 'unlisted = "block"\n'):
        await keep_policy(log.book, FakeClock(), text_of_it, "policy.toml")
    assert await log.book.policy() == (hashlib.sha256(b'unlisted = "block"\n').hexdigest(), 'unlisted = "block"\n')
    assert (await log.look()).faults == ()
    log.forge(
        update(policies).where(policies.c.entry == 4).values(text='[[allow]]\nproject = "*"\n'),
        delete(policies).where(policies.c.entry == 5),
        insert(policies).values(entry=9, sha256="0" * 64, text=""),
    )
    assert (await log.look()).faults == (
        "the policy that is kept is not the one on record as entry 4",
        "the policy on record as entry 5 is gone",
        "the policy that is kept is not the one on record as entry 9",
    )


async def test_a_policy_is_put_on_record_when_it_changes_and_only_then(log: Log) -> None:
    """A server that starts again under the same one adds nothing; the default is told only after another."""
    before = len(await log.book.entries())
    await keep_policy(log.book, FakeClock(), "", "")
    assert len(await log.book.entries()) == before
    for _ in range(2):
        await keep_policy(log.book, FakeClock(), 'mode = "observe"\n', "policy.toml")
    await keep_policy(log.book, FakeClock(), "", "")
    assert [entry.act for entry in (await log.book.entries())[before:]] == ["policy", "policy"]


async def test_entries_behind_the_head_are_told(log: Log, tmp_path: Path) -> None:
    """A copy of the head that was made earlier proves what was before it, and says how much came later."""
    earlier = tmp_path / "copy"
    earlier.write_bytes(log.head.read_bytes())
    await log.book.decide(_review("d"))
    outcome = verify(await log.book.entries(), read_heads(earlier), await log.book.decided())
    assert (outcome.faults, outcome.unproven) == ((), 1)


async def test_two_processes_write_one_chain(log: Log) -> None:
    """The server and the command line may decide at the same moment."""
    other = await open_book(log.url, HeadFiles(log.head))
    for letter in "def":
        await log.book.decide(_review(letter))
        await other.decide(_review(letter, answer=Answer.REJECT, at=NOON + timedelta(seconds=1)))
    await other.close()
    outcome = await log.look()
    assert (outcome.entries, outcome.faults) == (9, ())
    assert (await log.book.current())[sha256_digest("d" * 64), "demo-d.tar.gz"].answer is Answer.REJECT


async def test_what_cannot_be_kept_is_kept_in_part_by_nobody(log: Log) -> None:
    """A decision and its entry are written together."""
    log.forge(text("DROP TABLE reviews"))
    with pytest.raises(StorageError):
        await log.book.decide(_review("d"))
    assert len(await log.book.entries()) == 3


async def test_a_head_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The decision holds, and whoever made it reads what is missing."""
    book = await open_book(f"sqlite:///{tmp_path / 'db'}", HeadFiles(tmp_path / "there" / "head"))
    with pytest.raises(StorageError, match="Entry 1 is on record"):
        await book.decide(_review("a"))
    assert len(await book.entries()) == 1
    await book.close()


def test_a_head_that_is_none_is_told(tmp_path: Path) -> None:
    """What somebody has written over is not passed over; a last line that was cut off by a crash is."""
    head = tmp_path / "head"
    head.write_text(f"1 {'a' * 64}\n2 {'b' * 10}", encoding="ascii")
    assert [one.number for one in read_heads(head)] == [1]
    head.write_text(f"1 {'a' * 64}\nnothing\n", encoding="ascii")
    with pytest.raises(StorageError, match="line 2"):
        read_heads(head)


async def test_moments_and_hostile_text_survive(log: Log) -> None:
    """What is read back is what was bound, or nothing would verify."""
    await log.book.decide(_review("d", reason="nul \0 and \ud800 and ünï", expires=NOON + timedelta(microseconds=7)))
    assert (await log.look()).faults == ()
