from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.accounts.breached import Breached, read_range
from pratique.accounts.hashing import HashCost, Hashes
from pratique.accounts.passwords import Fault, PasswordRefused, PasswordRules, by_itself
from pratique.accounts.strength import LONGEST, normal, strength
from pratique.errors import UpstreamError
from tests.accounts.candidates import CANDIDATES, CHEAP, PAGE, judged, table, written

GOOD = "thistle gravel opera ninety"


@dataclass
class _Service:
    """A service of stolen passwords that can be down, and remembers what it was asked."""

    stolen: Mapping[str, int] = field(default_factory=dict)
    down: bool = False
    asked: list[str] = field(default_factory=list)

    async def range(self, prefix: str) -> Mapping[str, int]:
        """The stolen ones of a range."""
        self.asked.append(prefix)
        if self.down:
            raise UpstreamError("It cannot be reached.")
        return {hashlib.sha1(p.encode()).hexdigest().upper()[5:]: n for p, n in self.stolen.items()}


def test_the_table_of_candidates_is_as_written() -> None:
    """What the page says of thirty candidates is what happens to them."""
    assert len(CANDIDATES) == len(set(CANDIDATES)) == 30
    assert written(PAGE.read_text(encoding="utf-8")) == table()


async def test_the_candidates_show_each_fault_and_some_that_pass() -> None:
    """No rule is without an example, and strong passwords of several kinds are taken."""
    seen = [{problem.fault for problem in await judged(one)} for one in CANDIDATES]
    assert set().union(*seen) == set(Fault) - {Fault.UNCHECKED}
    assert sum(not faults for faults in seen) >= 4


@pytest.mark.parametrize("word", ["zarafshan", "northwindish", "pratique"])
def test_what_an_attacker_knows_of_somebody_is_weak(word: str) -> None:
    """The same password is weak for somebody whose name or project it is made of."""
    password = f"{word}-fjord-9"
    assert strength(password, [word]).score < strength(password).score


def test_a_name_turned_round_is_a_name() -> None:
    """Given name and family name in either order, with a year, are guessed."""
    for password in ("Ada-Lovelace-1815", "Lovelace-Ada-1815", "lovelace.ada.1815"):
        assert by_itself(password, ["Ada Lovelace"]), password


async def test_only_the_prefix_of_the_digest_leaves() -> None:
    """K-anonymity: the service sees five digits and nothing else."""
    service = _Service()
    assert await Breached(service=service).times(GOOD) == 0
    assert service.asked == [hashlib.sha1(GOOD.encode()).hexdigest().upper()[:5]]


async def test_a_service_that_is_down_refuses_unless_there_is_a_file() -> None:
    """Default: refuse with a clear message; with a file: the file is asked; with nothing: zxcvbn's list serves."""
    hashes, down = Hashes(CHEAP), _Service(down=True)
    alone = await PasswordRules(hashes, Breached(service=down)).problems(GOOD, hints=())
    assert [problem.fault for problem in alone] == [Fault.UNCHECKED]
    assert "Try again later" in alone[0].text
    clean, dirty = _Service(), _Service(stolen={GOOD: 3})
    assert not await PasswordRules(hashes, Breached(service=down, offline=clean)).problems(GOOD, hints=())
    found = await PasswordRules(hashes, Breached(service=down, offline=dirty)).problems(GOOD, hints=())
    assert [problem.fault for problem in found] == [Fault.BREACHED]
    neither = Breached()
    assert not await PasswordRules(hashes, neither).problems(GOOD, hints=())
    assert neither.missing
    assert not Breached(offline=clean).missing


async def test_all_faults_are_told_at_once() -> None:
    """Whoever is refused learns everything that is wrong, not one thing after the other."""
    with pytest.raises(PasswordRefused) as refused:
        await PasswordRules(Hashes(CHEAP), Breached()).keep("qwerty", hints=())
    assert {problem.fault for problem in refused.value.problems} == {Fault.SHORT, Fault.WEAK}
    assert refused.value.remedy


async def test_none_of_the_last_five_is_taken() -> None:
    """The fifth last is refused, the sixth last is free again."""
    hashes = Hashes(CHEAP)
    used = [f"{GOOD} {number}" for number in range(6)]
    old = [await hashes.make(one) for one in reversed(used)]
    rules = PasswordRules(hashes, Breached())
    assert [p.fault for p in await rules.problems(used[1], hints=(), old=old)] == [Fault.REUSED]
    assert not await rules.problems(used[0], hints=(), old=old)


def test_a_range_that_cannot_be_read_is_an_error() -> None:
    """Padding counts as never seen; a page of another kind is not silence."""
    suffix = "A" * 35
    assert read_range(f"{suffix}:3\r\n{'B' * 35}:0\r\n") == {suffix: 3}
    for text in ("<html>", f"{suffix}:many", f"{suffix}", "AB:1"):
        with pytest.raises(UpstreamError):
            read_range(text)


def test_a_password_is_the_same_on_every_keyboard() -> None:
    """Composed and decomposed letters are one password."""
    assert normal("cafe\u0301 au lait") == normal("caf\u00e9 au lait")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=LONGEST + 5))
def test_any_text_can_be_weighed(text: str) -> None:
    """Nothing that somebody types crashes the rules, and too short or too long is never taken."""
    problems = by_itself(text, [text, "ada"])
    assert problems or 12 <= len(text) <= LONGEST


async def test_hashes_are_argon2id_and_salted() -> None:
    """Two hashes of one password differ, both fit, and another password fits neither."""
    hashes = Hashes(CHEAP)
    one, two = await hashes.make(GOOD), await hashes.make(GOOD)
    assert one != two
    assert one.startswith("$argon2id$")
    assert await hashes.fits(one, GOOD)
    assert not await hashes.fits(one, GOOD + "x")
    assert not await hashes.fits("", GOOD)
    assert not await hashes.fits("not a hash", GOOD)


async def test_hashes_are_outdated_only_by_a_rise() -> None:
    """A higher setting makes old hashes outdated; a lower one never weakens them."""
    dear = HashCost(passes=2, memory_kib=16, lanes=1)
    cheap_hash, dear_hash = await Hashes(CHEAP).make(GOOD), await Hashes(dear).make(GOOD)
    assert Hashes(dear).outdated(cheap_hash)
    assert not Hashes(CHEAP).outdated(dear_hash)
    assert not Hashes(dear).outdated(dear_hash)
    assert Hashes(dear).outdated("$argon2i$nonsense")


def test_the_default_cost_is_the_one_that_the_rfc_recommends() -> None:
    """RFC 9106 section 4, second recommendation: 3 passes, 64 MiB, 4 lanes."""
    assert HashCost() == HashCost(passes=3, memory_kib=64 * 1024, lanes=4)
