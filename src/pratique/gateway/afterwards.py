"""Looking at files again: inspected once more behind everybody who waits, and weighed as they are known now."""

from __future__ import annotations

from dataclasses import replace

from pratique.afterwards import Kept, Now
from pratique.gateway.assessing import Asked, Assessor
from pratique.gateway.judging import Judge
from pratique.gateway.policies import Policies
from pratique.policy import Objection, Ruling
from pratique.ports import Inspector, Priority, Store, StoredBlob, Ticket
from pratique.releases import Local
from pratique.verdict import Report, Verdict

_FOR_WHAT_IT_IS = frozenset({"malicious", "suspicious", "malware", "rejected"})


class Afterwards:
    """`pratique.afterwards.Judging` over the parts of a gateway."""

    def __init__(
        self, *, store: Store, inspector: Inspector, local: Local, policies: Policies, assessor: Assessor, judge: Judge
    ) -> None:
        self._store = store
        self._inspector = inspector
        self._local = local
        self._policies = policies
        self._assessor = assessor
        self._judge = judge

    async def again(self, kept: Kept, blob: StoredBlob) -> str:
        """Inspect behind everybody who waits, keep what is found, and say the verdict."""
        ticket = Ticket(filename=kept.filename, sha256=blob.sha256, path=blob.path, size=blob.size)
        report = await self._inspector.inspect(ticket, priority=Priority.AGAIN)
        await self._judge.renew(kept.project, report)
        return report.verdict.value

    async def now(self, kept: Kept) -> Now:
        """What is said of a file now; nobody outside is asked."""
        report = await self._store.report(kept.sha256, kept.filename, engine=self._inspector.engine)
        verdict = report.verdict.value if report else ""
        rulings = await self._rulings(kept, report)
        found = report is not None and report.verdict in {Verdict.MALICIOUS, Verdict.SUSPICIOUS}
        weighty = found or any(_weighs(one) for ruling in rulings for one in ruling.objections)
        if local := await self._local.refusal(kept.project, kept.filename):
            # the team takes down what has a fault, too: what that is, is theirs to say; the upstream does not say it
            bad = weighty or not await self._assessor.own(kept.project)
            return Now(verdict=verdict, action=local.action.value, reason=local.reason, bad=bad)
        main = rulings[0].decision
        against = all(not ruling.decision.allowed or ruling.decision.observed for ruling in rulings)
        return Now(
            verdict=verdict,
            action="observe" if main.observed else main.action.value,
            reason=main.reason or main.observed or _first(rulings),
            bad=against and weighty,
        )

    async def _rulings(self, kept: Kept, report: Report | None) -> list[Ruling]:
        """Of every index, the main one first."""
        epoch = self._judge.epoch(kept.project)
        asked = Asked(project=kept.project, filename=kept.filename, sha256=kept.sha256, report=report, vouch=False)
        indexes = ("", *dict(self._policies.main.indexes))
        return [await self._assessor.ruling(replace(asked, index=index), epoch=epoch) for index in indexes]

    async def stamp(self) -> object:
        """Another value whenever a policy or a person may have decided otherwise."""
        return await self._assessor.stamp("")


def _weighs(one: Objection) -> bool:
    return one.what in _FOR_WHAT_IT_IS and not one.lifted


def _first(rulings: list[Ruling]) -> str:
    return next((one.decision.reason for one in rulings if one.decision.reason), "")
