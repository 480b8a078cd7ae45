"""What lies beside a file: its core metadata and its provenance object, given where the file itself might be."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from pratique.errors import NotFound, UpstreamError
from pratique.gateway.answering import Answering
from pratique.gateway.expecting import Expecting
from pratique.gateway.fetching import Fetcher
from pratique.gateway.flight import SingleFlight
from pratique.gateway.metadata import Metadata, is_offered
from pratique.gateway.outcome import Mismatch, Pending, Refused, Visitor
from pratique.gateway.policies import Policies
from pratique.gateway.recording import Recorder
from pratique.gateway.waiting import Waiting
from pratique.names import ProjectName
from pratique.ports import IndexFile, Judged, StoredBlob


class Beside:
    """What a request for the metadata or the provenance of a listed file gets."""

    def __init__(
        self,
        *,
        policies: Policies,
        waiting: Waiting,
        expecting: Expecting,
        fetcher: Fetcher,
        metadata: Metadata,
        answering: Answering,
        recorder: Recorder,
    ) -> None:
        self._policies = policies
        self._fetcher = fetcher
        self._metadata = metadata
        self._answering = answering
        self._recorder = recorder
        self._waiting = waiting
        self._expecting = expecting
        self._wheels: SingleFlight[tuple[ProjectName, IndexFile], StoredBlob] = SingleFlight(keep=True)

    async def metadata(self, project: ProjectName, file: IndexFile, visitor: Visitor) -> StoredBlob | Refused | Pending:
        """Core metadata (PEP 658), verified; raises `NotFound`, `UpstreamError`, `Mismatch`."""
        if refused := await self._answering.known_refusal(project, file, visitor):
            return refused
        answer = await self._from_anywhere(project, file, visitor)
        return await self._heeded(project, file, visitor, answer) if isinstance(answer, StoredBlob) else answer

    async def provenance(self, project: ProjectName, file: IndexFile, visitor: Visitor) -> StoredBlob | Refused:
        """The provenance object (PEP 740), as the upstream has it; raises `NotFound`, `UpstreamError`."""
        if refused := await self._answering.known_refusal(project, file, visitor):
            return refused
        return await self._metadata.provenance(project, file)

    async def settle(self) -> None:
        """Return once the pages are here that are expected now, or cannot be had."""
        await self._expecting.settle()

    async def close(self) -> None:
        """End what is under way."""
        await self._expecting.close()
        await self._wheels.close()

    async def _heeded(
        self, project: ProjectName, file: IndexFile, visitor: Visitor, answer: StoredBlob
    ) -> StoredBlob | Refused:
        """The metadata unless they must not be given; what they require is expected then."""
        told = await self._metadata.told(project, answer)
        if told.objection:
            refused = Refused(reason=told.objection, sha256=file.sha256 or "")
            if not self._policies.observes(visitor.index):
                return await self._recorder.refused(project, file.filename, visitor, refused, upstream=file.upstream)
            await self._recorder.observed(project, file.filename, visitor, refused, upstream=file.upstream)
        self._expecting.start(told.requires)
        return answer

    async def _from_anywhere(
        self, project: ProjectName, file: IndexFile, visitor: Visitor
    ) -> StoredBlob | Refused | Pending:
        """From what is here, else from the upstream; where that fails, from the file once it is inspected."""
        if kept := await self._at_hand(project, file, visitor.index):
            return kept
        try:
            found = await self._from_outside(project, file, visitor)
        except Mismatch as mismatch:
            await self._recorder.mismatch(project, file.filename, visitor, mismatch, upstream=file.upstream)
            raise
        except (NotFound, UpstreamError):
            answer = await self._within(project, file, visitor)
            if answer is None:
                raise
            return answer
        self._answering.look_ahead(project, file)
        return found

    async def _from_outside(
        self, project: ProjectName, file: IndexFile, visitor: Visitor
    ) -> StoredBlob | Refused | Pending:
        """The upstream's, else what its wheel holds: such metadata are as good, and the wheel may be wanted next."""
        if file.core_metadata or not is_offered(file):
            return await self._metadata.get(project, file)
        task = self._wheels.join((project, file), lambda: self._fetcher.get(project, file))
        told = await self._waiting.on(task, project, file, visitor)
        if isinstance(told, Refused):
            return await self._recorder.refused(project, file.filename, visitor, told, upstream=file.upstream)
        if told is not None:
            return told
        found = await self._metadata.from_wheel(project, file, await asyncio.shield(task), inspected=False)
        if found is None:
            raise NotFound(
                f"{file.filename} has no metadata that can be read.",
                remedy="Install with a client that reads them from the file.",
            )
        return found

    async def _at_hand(self, project: ProjectName, file: IndexFile, index: str) -> StoredBlob | None:
        """Without the upstream and without waiting: metadata that were got before, or those of an allowed file."""
        if kept := await self._metadata.kept(project, file):
            self._answering.look_ahead(project, file)
            return kept
        judged = await self._answering.at_hand(project, file, index)
        if judged is None or not judged.decision.allowed:
            return None
        with suppress(Mismatch):
            return await self._metadata.from_wheel(project, file, judged.blob, inspected=True)
        return None

    async def _within(
        self, project: ProjectName, file: IndexFile, visitor: Visitor
    ) -> StoredBlob | Refused | Pending | None:
        """From the file that is kept, once it is inspected; nothing where there is no such file."""
        if await self._fetcher.kept(project, file) is None:
            return None
        answer = await self._answering.within(project, file, visitor, record=False)
        if isinstance(answer, Judged):
            return await self._metadata.from_wheel(project, file, answer.blob, inspected=True)
        return answer
