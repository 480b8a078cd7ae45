"""A reviewer's decision about a file that the gateway holds, whether a page or the API brings it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from pratique.accounts.principal import NotAllowed
from pratique.errors import BadSetting, NotFound
from pratique.gateway.reviewing import Assessed
from pratique.names import distribution_name, sha256_digest
from pratique.policy import Answer, Objection
from pratique.releases import Releases
from pratique.web.desk import Desk
from pratique.web.keys import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is decided, by whom, and after having seen what."""

    answer: Answer
    reason: str
    actor: str
    seen: str
    """As `seen` gave it when the file was looked at."""
    meant: bool
    """Whether it was said once more that a file is to pass that is called malicious."""
    expires: datetime | None = None


def desk_of(site: Site) -> Desk:
    """What reviewers work with; raises `NotFound` where there is none."""
    if site.desk is None:
        raise NotFound("Nothing is reviewed on this server.", remedy="Ask whoever runs it.")
    return site.desk


async def assessed(site: Site, filename: str, sha256: str) -> Assessed:
    """Exactly this file, which somebody asked for; raises `BadName`, `NotFound`."""
    digest, name = sha256_digest(sha256), distribution_name(filename).filename
    return await desk_of(site).reviewing().of(name, digest)


async def decide(site: Site, one: Assessed, deed: Deed) -> None:
    """Release or reject exactly these bytes; raises `BadSetting`, `NotAllowed`."""
    if deed.seen != seen(one):
        raise BadSetting(
            "Something else is said of this file than when you looked at it.", remedy="Read it, then decide."
        )
    reviewing = desk_of(site).reviewing()
    if deed.answer is Answer.REJECT:
        await reviewing.reject(one, reason=deed.reason, actor=deed.actor, expires=deed.expires)
        return
    await _not_ones_own(site.releases, one, deed.actor)
    if one.grave and not deed.meant:
        raise BadSetting(
            "This file is called malicious, and it was not said once more that it is meant.",
            remedy="If it is to pass all the same, say so.",
        )
    await reviewing.release(one, reason=deed.reason, actor=deed.actor, expires=deed.expires)


def standing(one: Assessed) -> list[Objection]:
    """What speaks against a file and is not lifted, the strictest first."""
    found = [objection for objection in one.objections if not objection.lifted and objection.action.strictness]
    return sorted(found, key=lambda objection: -objection.action.strictness)


def seen(one: Assessed) -> str:
    """Changes with all that is said of a file: a release lifts that, so its reviewer has to have read it."""
    told = sorted(f"{objection.key} {objection.action} {objection.lifted}" for objection in one.objections)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


async def _not_ones_own(releases: Releases | None, one: Assessed, actor: str) -> None:
    file = await releases.file(one.case.filename) if releases else None
    if file is not None and file.sha256 == one.case.sha256 and file.uploader == actor:
        raise NotAllowed(f"{actor} uploaded {file.filename}: nobody lets their own files pass.", remedy="Ask another.")
