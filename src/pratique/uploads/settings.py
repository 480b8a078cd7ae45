"""The limits of uploads as a setting: ``file_bytes=500_000_000, release_days=30``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from pratique.errors import BadSetting
from pratique.uploads.limits import UploadLimits

VARIABLE = "PRATIQUE_UPLOADS"
"""The environment variable that changes limits; what it does not name keeps its default."""
_DAYS = "release_days"
_INSIDE = "unpacking."


def limits_from(environment: Mapping[str, str]) -> UploadLimits:
    """The defaults, changed by what the environment says; raises `BadSetting` for what is no limit."""
    limits = UploadLimits()
    for part in filter(None, (p.strip() for p in environment.get(VARIABLE, "").split(","))):
        name, _, value = (p.strip() for p in part.partition("="))
        limits = _changed(limits, name, value)
    return limits


def _changed(limits: UploadLimits, name: str, value: str) -> UploadLimits:
    plain = {
        f.name: getattr(limits, f.name) for f in fields(limits) if isinstance(getattr(limits, f.name), int | float)
    }
    inside = {f"{_INSIDE}{f.name}": getattr(limits.unpacking, f.name) for f in fields(limits.unpacking)}
    if name == _DAYS:
        return replace(limits, release_open=timedelta(days=_positive(name, value, int)))
    if name in plain:
        return replace(limits, **{name: _positive(name, value, type(plain[name]))})
    if name in inside:
        changed: Any = {name.removeprefix(_INSIDE): _positive(name, value, type(inside[name]))}
        return replace(limits, unpacking=replace(limits.unpacking, **changed))
    known = ", ".join(sorted([*plain, *inside, _DAYS]))
    raise BadSetting(f"{VARIABLE}: there is no limit {name[:60]!r}.", remedy=f"There are: {known}.")


def _positive(name: str, value: str, kind: type) -> Any:  # noqa: ANN401 - as the limit is: a count or seconds
    try:
        number = kind(value)
    except ValueError:
        number = 0
    if not 0 < number < 1 << 50:
        raise BadSetting(f"{VARIABLE}: {name} cannot be {value[:60]!r}.", remedy="Give a number greater than zero.")
    return number
