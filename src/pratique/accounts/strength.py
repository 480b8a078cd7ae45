"""How strong a password is, with advice: the same words while one types and when it is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

SHORTEST = 12
LONGEST = 1024
SCORE = 3
_READ = 72
"""Characters that are weighed: the time it takes grows with their square, and what follows only adds strength."""
_PARTS = re.compile(r"[\W_]+")
_HINTS = 200
_MARKS = re.compile(r"[\W_]")
_FEW = 0.25
"""Separators in a password of words, as a part of its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """What zxcvbn thinks of a password."""

    score: int
    """0 to 4: guesses below 10^3, 10^6, 10^8, 10^10, and from there on."""
    warning: str
    suggestions: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether it is as strong as we ask for."""
        return self.score >= SCORE

    @property
    def advice(self) -> str:
        """Warning and suggestions as one text; never empty where it is not enough."""
        said = [text if text.endswith(".") else f"{text}." for text in (self.warning, *self.suggestions) if text]
        return " ".join(said) or ("" if self.enough else "Add words that have nothing to do with each other.")


def normal(password: str) -> str:
    """The same password, whichever keyboard typed it (Unicode NFKC, as NIST SP 800-63B 5.1.1.2 asks)."""
    return unicodedata.normalize("NFKC", password)


def strength(password: str, hints: Iterable[str] = ()) -> Strength:
    """Weigh a password that is guessed by somebody who knows the hints. Takes milliseconds.

    It is weighed a second time without separators where there are few: ``Summer-2026!`` is a season and a year,
    and no attacker is kept by where the marks stand.
    """
    words = list(_words(hints))
    if not password:  # of which zxcvbn can say nothing
        return Strength(score=0, warning="", suggestions=("Use a few words, avoid common phrases.",))
    weighed = [_weighed(password, words)]
    bare = _MARKS.sub("", password)
    if bare != password and len(password) - len(bare) <= len(password) * _FEW:
        weighed.append(_weighed(bare, words))
    return min(weighed, key=lambda one: one.score)


def _weighed(password: str, words: list[str]) -> Strength:
    from zxcvbn import zxcvbn

    found = zxcvbn(password[:_READ], user_inputs=words)
    feedback = found["feedback"]
    return Strength(
        score=int(found["score"]),
        warning=str(feedback["warning"] or ""),
        suggestions=tuple(str(text) for text in feedback["suggestions"]),
    )


def _words(hints: Iterable[str]) -> list[str]:
    """Each hint whole, its parts, and both turned round: a name, an address and a host are all made of words."""
    found: dict[str, None] = {}
    for hint in hints:
        lower = hint.lower()
        parts = _PARTS.split(lower)
        for word in (lower, *parts, "".join(parts), "".join(reversed(parts))):
            if len(word) > 2:  # shorter ones are in every password
                found[word] = None
    return list(found)[:_HINTS]
