"""An upload that is not taken, and why: the sentence is what publishing clients print."""

from __future__ import annotations

from collections.abc import Sequence

from pratique.errors import PratiqueError


class UploadRefused(PratiqueError):
    """An upload is not taken; ``status`` is the HTTP status that says so best.

    400 something about it is wrong, 401 nobody is known by that secret, 403 it is not allowed, 409 the file name is
    used, 413 it is too large, 429 too many at a time.
    """

    def __init__(self, message: str, *, remedy: str = "", status: int = 400) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


def refuse_all(problems: Sequence[str], *, remedy: str) -> None:
    """Raise `UploadRefused` with every problem, if there is any: who repairs one wants to know of the others."""
    if problems:
        raise UploadRefused(" ".join(problems), remedy=remedy)
