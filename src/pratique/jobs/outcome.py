"""How an inspection ended, as a report: whatever went wrong is verdict `error`, never a pass."""

from __future__ import annotations

import signal
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

from pebble import ProcessExpired

from pratique.artifact import Artifact
from pratique.errors import PratiqueError
from pratique.jobs.worker import OUT_OF_MEMORY, SPENT, Limits
from pratique.names import distribution_name
from pratique.ports import Ticket
from pratique.verdict import Report, Verdict


def outcome(future: Future[Report], ticket: Ticket, limits: Limits) -> Report:
    """The worker's report, or one that says how the worker failed."""
    error = future.exception()
    if error is None:
        return future.result()
    return failed(ticket, _reason(error, limits))


def failed(ticket: Ticket, error: str) -> Report:
    """A report of an inspection that did not come to its end."""
    name = distribution_name(ticket.filename)
    artifact = Artifact(name=name, sha256=ticket.sha256, size=ticket.size)
    return Report(artifact=artifact, verdict=Verdict.ERROR, score=0.5, findings=(), error=error)


def not_begun(error: BaseException | None) -> bool:
    """Whether an inspection failed before it began, so that another worker may begin it."""
    return isinstance(error, BrokenProcessPool) or (isinstance(error, ProcessExpired) and error.exitcode == SPENT)


def killed(error: BaseException | None) -> bool:
    """Whether somebody else ended the worker, as a system does that runs out of memory: that says nothing of the file.

    A worker's own limits end it otherwise.
    """
    return isinstance(error, ProcessExpired) and error.exitcode in {-signal.SIGKILL, -signal.SIGTERM}


def _reason(error: BaseException, limits: Limits) -> str:
    if isinstance(error, TimeoutError):
        return f"Inspection took longer than {limits.seconds:g} s and was stopped."
    if isinstance(error, ProcessExpired):
        return _death(error.exitcode, limits)
    if isinstance(error, PratiqueError):
        return str(error)
    trace = f"\n{error.__cause__}" if error.__cause__ is not None else ""
    return f"The engine failed: {type(error).__name__}: {error}{trace}"


def _death(status: int | None, limits: Limits) -> str:
    if status == OUT_OF_MEMORY:
        return f"Inspection needs more than {limits.memory_bytes >> 20} MiB of memory."
    if status == -signal.SIGXCPU:
        return f"Inspection used more than {limits.seconds:g} s of CPU and was stopped."
    if status is not None and status < 0:
        return f"The inspecting process was killed by signal {-status}."
    return f"The inspecting process died with status {status}."
