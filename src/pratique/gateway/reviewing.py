"""Review: what is held, why, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pratique.audit import Book, Entry
from pratique.errors import BadSetting, NotFound
from pratique.gateway.assessing import Asked, Assessor, Known
from pratique.index.signpost import is_signpost
from pratique.names import ProjectName, Sha256, project_name, sha256_digest
from pratique.policy import Action, Answer, Case, Objection, Review, Ruling
from pratique.policy.ruling import NOT_BY_REVIEW
from pratique.received import Requested, Requests
from pratique.verdict import Report

_GRAVE = frozenset({"malicious", "malware"})
_HELD = frozenset({Action.QUARANTINE.value, Action.BLOCK.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """A file and what every index makes of it now."""

    case: Case
    rulings: tuple[tuple[str, Ruling], ...]
    """By the index's name, the main one (its name is empty) first."""
    report: Report | None = None

    @property
    def ruling(self) -> Ruling:
        """Of the main index."""
        return self.rulings[0][1]

    @property
    def held(self) -> bool:
        """Whether any index refuses it."""
        return any(not ruling.decision.allowed for _, ruling in self.rulings)

    @property
    def grave(self) -> bool:
        """Whether it is proven, or published, that it is malicious."""
        return any(one.what in _GRAVE for one in self.objections)

    @property
    def objections(self) -> tuple[Objection, ...]:
        """What any index has against it, each once, as the strictest has it."""
        found: dict[str, Objection] = {}
        for one in (one for _, ruling in self.rulings for one in ruling.objections):
            known = found.setdefault(one.key, one)
            found[one.key] = max(known, one, key=lambda each: (not each.lifted, each.action.strictness))
        return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A file that was refused, and by whom it was asked for."""

    assessed: Assessed
    times: int
    last: datetime


class Reviewing:
    """Looks at what was asked for, and keeps what people decide."""

    def __init__(self, known: Known, *, book: Book, requests: Requests) -> None:
        self._known = known
        self._assessor = Assessor(known)
        self._book = book
        self._requests = requests

    async def assess(
        self, project: ProjectName, filename: str, sha256: str = "", at: datetime | None = None
    ) -> Assessed:
        """What is known of a file, and what follows on every index; the bytes are those that its page promises.

        With ``sha256`` it is about exactly those.
        """
        known = self._known
        file = await known.listings.listed_file(project, filename)
        digest = sha256 or (file.sha256 if file else None) or ""
        report = await known.store.report(Sha256(digest), filename, engine=known.engine) if digest else None
        asked = Asked(project=project, filename=filename, sha256=digest, report=report, at=at)
        names = ("", *(name for name, _ in known.policies.main.indexes))
        rulings = [(name, await self._assessor.ruling(replace(asked, index=name))) for name in names]
        return Assessed(case=await self._assessor.case(asked), rulings=tuple(rulings), report=report)

    async def held(self, *, everything: bool = False, most: int | None = None, looks: int | None = None) -> list[Held]:
        """What was refused and still is, the last asked for first; with ``everything`` what is no more, too.

        With ``most``, the first of them: each takes some looking up, and their times are those of the last answer.
        With ``looks``, those among the first so many that were refused.
        """
        found: dict[tuple[str, str], Held] = {}
        asked = [one for one in await self._requests.requested() if not is_signpost(one.filename)]
        refused = [one for one in asked if not one.served and one.action in _HELD]
        for one in refused[:looks]:
            if most is not None and len(found) >= most:
                break
            assessed = await self._of(one)
            key = assessed.case.filename, assessed.case.sha256
            if known := found.get(key):
                found[key] = replace(known, times=known.times + one.times)
            elif assessed.held or everything:
                found[key] = Held(assessed=assessed, times=one.times, last=one.last)
        return list(found.values())

    async def of(self, filename: str, sha256: Sha256) -> Assessed:
        """Exactly this file, which somebody asked for; raises `NotFound`."""
        for one in await self._requests.requested():
            if one.filename == filename and one.sha256 in {"", sha256}:
                return await self.assess(project_name(one.project), filename, sha256)
        raise NotFound(
            f"Nobody has asked here for {filename} with this SHA-256.",
            remedy="`pratique quarantine list` says what waits.",
        )

    async def find(self, target: str) -> Assessed:
        """The one file that a person means by a SHA-256, its beginning, or a file name; raises `BadSetting`."""
        alike = {
            (one.case.filename, one.case.sha256): one
            for one in [await self._of(one) for one in await self._requests.requested() if _may_be(one, target)]
            if one.case.filename == target or (len(target) >= 8 and one.case.sha256.startswith(target))
        }
        if len(alike) == 1:
            return next(iter(alike.values()))
        if not alike:
            raise BadSetting(
                f"Nobody has asked here for {target}.",
                remedy="Name a file, or at least 8 signs of its SHA-256; `pratique quarantine list --all` shows what "
                "was held. What was uploaded here is under `pratique project uploads`.",
            )
        raise BadSetting(
            f"{target} is more than one file.",
            remedy=f"Give the SHA-256 of the one you looked at: {', '.join(sorted(sha for _, sha in alike))}.",
        )

    async def release(
        self, assessed: Assessed, *, reason: str, actor: str, expires: datetime | None = None
    ) -> tuple[Review, Entry]:
        """Let exactly these bytes pass under this name, in spite of what is said of them now.

        Raises `BadSetting` where that is not a person's to decide, or not needed.
        """
        case = assessed.case
        if not case.sha256:
            raise BadSetting(
                f"The bytes of {case.filename} are not known: its page promises no SHA-256, and nobody fetched it.",
                remedy="Ask for the file once, then release what came.",
            )
        if final := [one for one in assessed.objections if one.what in NOT_BY_REVIEW - {"rejected"}]:
            raise BadSetting(
                f"The policy itself refuses {case.filename} ({final[0].rule}).",
                remedy="No release lifts that: change the policy.",
            )
        if not assessed.held:
            raise BadSetting(f"{case.filename} is not held.", remedy="Nothing has to be done.")
        lifts = tuple(sorted(one.key for one in assessed.objections if one.what not in NOT_BY_REVIEW))
        return await self._decide(case, Answer.RELEASE, reason=reason, actor=actor, expires=expires, lifts=lifts)

    async def reject(
        self, assessed: Assessed, *, reason: str, actor: str, expires: datetime | None = None
    ) -> tuple[Review, Entry]:
        """Refuse these bytes under any name; raises `BadSetting` where they are not known."""
        if not assessed.case.sha256:
            raise BadSetting(
                f"The bytes of {assessed.case.filename} are not known.",
                remedy="Deny the release in the policy: [[deny]].",
            )
        return await self._decide(assessed.case, Answer.REJECT, reason=reason, actor=actor, expires=expires)

    async def _decide(
        self,
        case: Case,
        answer: Answer,
        *,
        reason: str,
        actor: str,
        expires: datetime | None,
        lifts: tuple[str, ...] = (),
    ) -> tuple[Review, Entry]:
        now = self._known.clock.now()
        if not reason.strip():
            raise BadSetting("A decision needs a reason.", remedy="Say with --reason what you have looked at.")
        if expires is not None and expires <= now:
            raise BadSetting("That moment has passed.", remedy="Give a later one, or none.")
        review = Review(
            sha256=sha256_digest(case.sha256),
            filename=case.filename,
            answer=answer,
            reason=" ".join(reason.split()),
            actor=actor,
            at=now,
            expires=expires,
            lifts=lifts,
        )
        return review, await self._book.decide(review)

    async def _of(self, one: Requested) -> Assessed:
        return await self.assess(project_name(one.project), one.filename, one.sha256)


def _may_be(one: Requested, target: str) -> bool:
    return one.filename == target or not one.sha256 or one.sha256.startswith(target)


def reasons(objections: Iterable[Objection]) -> list[str]:
    """What stands against a file, in sentences."""
    return [one.reason for one in objections if not one.lifted and one.action is not Action.ALLOW]
