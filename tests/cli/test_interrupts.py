"""Ctrl-C between two steps."""

from __future__ import annotations

import signal
import threading

import pytest

from pratique.cli.interrupts import Interrupts


def test_an_interrupt_waits_for_the_end_of_a_step() -> None:
    """What holds a lock gives it back first."""
    done = []
    interrupts = Interrupts()

    def step() -> None:
        with interrupts.held():
            signal.raise_signal(signal.SIGINT)
            done.append("the rest of the step")

    with interrupts.taken(), pytest.raises(KeyboardInterrupt):
        step()
    assert done == ["the rest of the step"]


def test_between_steps_it_is_heeded_at_once() -> None:
    """While results are printed nothing is held."""
    interrupts = Interrupts()
    with interrupts.taken():
        with interrupts.held():
            pass
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_one_interrupt_interrupts_once() -> None:
    """What cleans up afterwards is a step of its own, and ends."""
    interrupts = Interrupts()
    with interrupts.taken():
        with pytest.raises(KeyboardInterrupt), interrupts.held():
            signal.raise_signal(signal.SIGINT)
        with interrupts.held():
            pass


def test_the_signal_is_given_back() -> None:
    """Whoever had it before has it again."""
    before = signal.getsignal(signal.SIGINT)
    with Interrupts().taken():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_another_thread_changes_nothing() -> None:
    """Only the main thread may set what a signal does; elsewhere there is nothing to take."""
    seen = []

    def work() -> None:
        with Interrupts().taken() as interrupts, interrupts.held():
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
