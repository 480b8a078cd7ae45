"""Where an environment keeps its distributions."""

from __future__ import annotations

from pathlib import Path

from pratique.errors import BadSetting

_LAYOUTS = (
    "lib/python3*/site-packages",
    "lib/python3*/dist-packages",
    "lib/python3/dist-packages",
    "Lib/site-packages",
)
_RECORDS = ("*.dist-info", "*.egg-info")


def site_packages(environment: Path) -> tuple[Path, ...]:
    """The folders of installed distributions: of a virtual environment, or the folder itself.

    Raises `BadSetting` where there is none.
    """
    if not environment.is_dir():
        raise BadSetting(
            f"{environment} is no folder.", remedy="Give a virtual environment, as in --environment .venv."
        )
    if any(next(environment.glob(pattern), None) for pattern in _RECORDS):
        return (environment,)
    layouts = (*_LAYOUTS, *(f"lib64/{one.removeprefix('lib/')}" for one in _LAYOUTS[:2]))
    found: dict[Path, Path] = {}
    for place in (place for pattern in layouts for place in sorted(environment.glob(pattern))):
        found.setdefault(place.resolve(), place)  # lib64 is often a link to lib
    if not found:
        raise BadSetting(
            f"{environment} holds no installed distributions.",
            remedy="Give a virtual environment, or the folder site-packages itself.",
        )
    return tuple(sorted(found.values()))
