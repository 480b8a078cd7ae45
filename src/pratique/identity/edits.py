"""Which slip of hand or eye makes one name of another that is a single edit away."""

from __future__ import annotations

from typing import Final

_ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, str]:
    """Keys beside each key of a QWERTY keyboard, above and below included."""
    near: dict[str, str] = {}
    for y, row in enumerate(_ROWS):
        for x, key in enumerate(row):
            around = [(y, x - 1), (y, x + 1), (y - 1, x), (y - 1, x + 1), (y + 1, x), (y + 1, x - 1)]
            near[key] = "".join(_ROWS[j][i] for j, i in around if 0 <= j < len(_ROWS) and 0 <= i < len(_ROWS[j]))
    return near


NEIGHBOURS: Final = _neighbours()


def edit_technique(name: str, target: str) -> str:
    """Name the edit that leads from ``target`` to ``name`` (which are one edit apart)."""
    start = next((i for i, (a, b) in enumerate(zip(name, target, strict=False)) if a != b), min(len(name), len(target)))
    if len(name) == len(target):
        return _same_length(name, target, start)
    longer, what = (name, "insertion") if len(name) > len(target) else (target, "omission")
    changed = longer[start]
    if changed == "-":
        return "separators"
    if start == len(longer) - 1 and changed == "s":
        return "plural"
    if changed.isdigit():
        return "digit"
    if what == "insertion" and changed in {longer[start - 1 : start], longer[start + 1 : start + 2]}:
        return "repetition"
    return what


def _same_length(name: str, target: str, start: int) -> str:
    ours, theirs = name[start], target[start]
    if name[start : start + 2] == _swapped(target, start) and ours != theirs:
        return "transposition"
    if ours.isdigit() and theirs.isdigit():
        return "digit"
    return "neighbouring key" if ours in NEIGHBOURS.get(theirs, "") else "replacement"


def _swapped(target: str, start: int) -> str:
    """The two characters of ``target`` at ``start``, swapped."""
    return target[start : start + 2][::-1]
