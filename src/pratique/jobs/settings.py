"""The limits of an inspection as a setting: ``unpack.members=200000, worker.file_seconds=20``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from pratique.errors import BadSetting
from pratique.jobs.worker import Limits
from pratique.screen import ScreenLimits

VARIABLE = "PRATIQUE_LIMITS"
"""The environment variable that changes limits; what it does not name keeps its default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """Everything that bounds an inspection (``docs/limits.md``)."""

    screen: ScreenLimits = field(default_factory=ScreenLimits)
    worker: Limits = field(default_factory=Limits)

    @property
    def mark(self) -> str:
        """What tells an engine with these limits from one with the defaults; empty for these."""
        changed = [
            f"{group}.{f.name}={getattr(ours, f.name)}"
            for group, ours, default in _groups(self)
            for f in fields(ours)
            if getattr(ours, f.name) != getattr(default, f.name)
        ]
        return f"+{','.join(changed)}" if changed else ""


def limits_from(environment: Mapping[str, str]) -> EngineLimits:
    """The defaults, changed by what the environment says; raises `BadSetting` for what is no limit."""
    limits = EngineLimits()
    for part in filter(None, (p.strip() for p in environment.get(VARIABLE, "").split(","))):
        name, _, value = (p.strip() for p in part.partition("="))
        limits = _changed(limits, name, value)
    return limits


def _changed(limits: EngineLimits, name: str, value: str) -> EngineLimits:
    group, _, attribute = name.partition(".")
    known = {f"{g}.{f.name}": getattr(ours, f.name) for g, ours, _ in _groups(limits) for f in fields(ours)}
    if name not in known:
        raise BadSetting(f"{VARIABLE}: there is no limit {name!r}.", remedy=f"There are: {', '.join(sorted(known))}.")
    number = _positive(name, value, type(known[name]))
    if group == "worker":
        return replace(limits, worker=replace(limits.worker, **{attribute: number}))
    inner: Any = replace(getattr(limits.screen, group), **{attribute: number})
    return replace(limits, screen=replace(limits.screen, **{group: inner}))


def _positive(name: str, value: str, kind: type) -> Any:  # noqa: ANN401 - as the limit is: a count or seconds
    try:
        number = kind(value.replace("_", ""))
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise BadSetting(f"{VARIABLE}: {name} cannot be {value!r}.", remedy="Give a number greater than zero.")
    return number


def _groups(limits: EngineLimits) -> tuple[tuple[str, Any, Any], ...]:
    """Name, values and defaults of each group of limits."""
    default = ScreenLimits()
    return (
        ("unpack", limits.screen.unpack, default.unpack),
        ("read", limits.screen.read, default.read),
        ("worker", limits.worker, Limits()),
    )
