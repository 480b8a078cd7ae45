from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pratique.accounts.principal import Throttled
from pratique.accounts.throttle import Limit, Throttle

NOW = datetime(2026, 7, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
THREE = (Limit(attempts=3, within=5 * MINUTE), Limit(attempts=5, within=60 * MINUTE))


def test_attempts_are_free_below_the_limit_and_refused_at_it() -> None:
    """The third failure closes the door for that key alone, and says for how long."""
    throttle = Throttle(THREE)
    for number in range(3):
        throttle.check("ada", NOW + number * MINUTE)
        throttle.fail("ada", NOW + number * MINUTE)
    with pytest.raises(Throttled) as refused:
        throttle.check("ada", NOW + 2 * MINUTE)
    assert refused.value.seconds == 180
    assert "3 minutes" in refused.value.remedy
    throttle.check("bob", NOW + 2 * MINUTE)


def test_the_window_slides_and_the_longer_one_holds() -> None:
    """After five minutes it opens again, until the hour's limit is reached."""
    throttle = Throttle(THREE)
    for number in range(3):
        throttle.fail("ada", NOW + number * MINUTE)
    throttle.check("ada", NOW + 5 * MINUTE)
    throttle.fail("ada", NOW + 6 * MINUTE)
    throttle.fail("ada", NOW + 20 * MINUTE)
    with pytest.raises(Throttled) as refused:
        throttle.check("ada", NOW + 30 * MINUTE)
    assert refused.value.seconds == 30 * 60


def test_success_forgets_and_memory_is_bounded() -> None:
    """A key that proved itself begins afresh; of many keys the longest quiet one goes."""
    throttle = Throttle(THREE, keys=2)
    for key in ("a", "a", "a", "b", "c"):
        throttle.fail(key, NOW)
    throttle.check("a", NOW)
    for _ in range(3):
        throttle.fail("b", NOW)
    throttle.forget("b")
    throttle.check("b", NOW)
