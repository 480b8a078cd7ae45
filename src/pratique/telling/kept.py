"""Secrets that the operator's file only points to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pratique.errors import BadSetting


def kept(where: str, what: str, variable: str, file: str, environment: Mapping[str, str]) -> str:
    """What stands in a variable of the environment or in a file; it is never part of an error."""
    if variable:
        if not (found := environment.get(variable, "").strip()):
            raise BadSetting(f"{where}: {variable} is not set.", remedy=f"Set it to the {what}.")
        return found
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadSetting(f"{where}: {file} cannot be read: {why}.", remedy="Let this user read it.") from error
