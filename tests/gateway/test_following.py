from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pratique.errors import BadSetting, StorageError
from pratique.gateway.following import PolicyFile
from pratique.gateway.policies import Policies
from pratique.policy import Action, Mode, Policy


@dataclass
class Followed:
    """A file that is followed, and what was told and kept."""

    path: Path
    policies: Policies = field(default_factory=lambda: Policies(Policy()))
    told: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    broken: bool = False
    noted: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def file(self) -> PolicyFile:
        """Made anew: nobody has looked yet."""
        return PolicyFile(self.path, self.policies, tell=self.told.append, keep=self.keep)

    async def keep(self, text: str) -> None:
        """Keep a text, or fail as a full disk does."""
        if self.broken:
            raise StorageError("The disk is full.")
        self.kept.append(text)
        self.noted.set()

    def write(self, text: str) -> None:
        """As an editor that writes in place."""
        self.path.write_text(text, encoding="utf-8")


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    """A policy that observes."""
    made = Followed(path=tmp_path / "policy.toml")
    made.write('mode = "observe"\n')
    return made


async def test_a_file_that_is_still_written_is_not_taken(followed: Followed) -> None:
    """A half of a policy may be one, without its denials: it is taken when two looks see the same."""
    file = followed.file
    await file.start()
    assert followed.policies.main.mode is Mode.OBSERVE
    followed.write("")
    await file.look()
    assert followed.policies.main.mode is Mode.OBSERVE
    followed.write('[actions]\nvulnerable = "block"\n')
    await file.look()
    assert followed.policies.main.mode is Mode.OBSERVE
    await file.look()
    assert followed.policies.main.vulnerable is Action.BLOCK
    assert followed.kept == ['mode = "observe"\n', '[actions]\nvulnerable = "block"\n']
    assert len(followed.told) == 1


async def test_a_broken_or_missing_file_keeps_what_was_in_force_and_is_told_once(followed: Followed) -> None:
    """Until it can be read again."""
    file = followed.file
    await file.start()
    followed.write("mode = 3\n")
    for _ in range(4):
        await file.look()
    assert [("line 1, column 1" in told, "stays in force" in told) for told in followed.told] == [(True, True)]
    followed.path.unlink()
    for _ in range(4):
        await file.look()
    assert len(followed.told) == 2
    assert "cannot be read" in followed.told[1]
    assert followed.policies.main.mode is Mode.OBSERVE
    followed.write('unlisted = "block"\n')
    await file.look(at_once=True)
    assert followed.policies.main.unlisted is Action.BLOCK


async def test_a_policy_counts_though_it_cannot_be_put_on_record(followed: Followed) -> None:
    """A stricter policy does not wait for a disk; that it is not on record is told."""
    file = followed.file
    await file.start()
    followed.broken = True
    followed.write('unlisted = "block"\n')
    await file.look(at_once=True)
    assert followed.policies.main.unlisted is Action.BLOCK
    assert "not on record" in followed.told[-1]


async def test_a_file_that_cannot_be_used_at_the_start_stops_it(followed: Followed, tmp_path: Path) -> None:
    """Nobody serves under a policy that was not meant."""
    followed.write("nonsense = 1\n")
    with pytest.raises(BadSetting, match="nonsense is unknown here"):
        await followed.file.start()
    followed.path.write_bytes(b"\xff")
    with pytest.raises(BadSetting, match="not UTF-8"):
        await followed.file.start()
    missing = Followed(path=tmp_path / "missing.toml")
    with pytest.raises(BadSetting, match="cannot be read"):
        await missing.file.start()


async def test_waking_it_makes_it_look_at_once(followed: Followed) -> None:
    """Without waiting for the next look."""
    file, wake = followed.file, asyncio.Event()
    await file.start()
    task = asyncio.create_task(file.run(wake, every=3600))
    followed.noted.clear()
    followed.write('unlisted = "block"\n')
    wake.set()
    await asyncio.wait_for(followed.noted.wait(), 30)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert followed.policies.main.unlisted is Action.BLOCK
