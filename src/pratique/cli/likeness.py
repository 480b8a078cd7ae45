"""For whom the name of a pinned release could be taken: a popular project, or a private one of a data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pratique.identity import Resemblance
from pratique.names import ProjectName
from pratique.policy import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Whom a name resembles."""

    popular: bool
    """It is on the list itself."""
    alike: tuple[Resemblance, ...] = ()
    compared: str = ""
    """With how many, from where and how old."""
    signals: tuple[Signal, ...] = ()
    """That it could be taken for a private name."""


async def likeness_of(project: ProjectName, data: Path) -> Likeness:
    """Compare a name; raises `BadSetting` where a list in the data folder is damaged."""
    from pratique.identity import look_alike
    from pratique.wiring import popular_in

    names = popular_in(data)
    return Likeness(
        popular=project in names.popular,
        alike=look_alike(project, names.popular),
        compared=names.told,
        signals=await _beside_private(project, data),
    )


def meant_instead(project: ProjectName) -> str:
    """A question, after a space, where a project that does not exist resembles a popular one; else nothing."""
    from pratique.identity import default_popular, look_alike

    alike = look_alike(project, default_popular())
    return f" Did you mean {alike[0].target}?" if alike else ""


async def _beside_private(project: ProjectName, data: Path) -> tuple[Signal, ...]:
    """By the projects and prefixes of the data folder's index, and the policy that came into force there last."""
    from pratique.wiring import guard_in, has_database

    if not has_database(data):
        return ()
    async with guard_in(data) as guard:
        return await guard.signals(project)
