"""Mark refused files on a project's page, so that resolvers step back to an allowed release by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from msgspec import structs

from pratique.policy import Decision
from pratique.ports import IndexFile, ProjectPage

_REASON_LIMIT = 500


def restrict(page: ProjectPage, decisions: Mapping[str, Decision]) -> ProjectPage:
    """The page with refused files yanked (PEP 592), the reason given; decisions go by file name.

    Where that would leave only yanked files, the refused ones are listed un-yanked instead: then the client
    asks for one, and the 403 that it gets says why. Yanked ones it would only call "no matching version".
    """
    refused = {name: decision for name, decision in decisions.items() if not decision.allowed}
    if not refused:
        return page
    left = any(file.yanked is False for file in page.files if file.filename not in refused)
    return replace(page, files=tuple(_marked(file, refused.get(file.filename), left=left) for file in page.files))


def _marked(file: IndexFile, refused: Decision | None, *, left: bool) -> IndexFile:
    """``left``: whether a release is left that resolvers would choose."""
    if refused is None:
        return file
    if not left:
        return structs.replace(file, yanked=False)
    return structs.replace(file, yanked=" ".join(refused.reason.split())[:_REASON_LIMIT] or "refused")
