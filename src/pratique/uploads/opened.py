"""The use case of uploads put together, with what runs beside it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from pratique.uploads.limits import UploadLimits
from pratique.uploads.outside import Outside
from pratique.uploads.rendering import PoolRenderer
from pratique.uploads.screening import Screening
from pratique.uploads.settings import limits_from
from pratique.uploads.uploads import Uploads


@asynccontextmanager
async def uploads_over(
    outside: Outside, folder: Path, *, limits: UploadLimits | None = None, hold: float = 12.0
) -> AsyncIterator[Uploads]:
    """Take uploads, by way of ``folder``, and screen also what an earlier process left; until the end.

    Limits are those of the environment unless some are given; raises `BadSetting` for what is no limit.
    """
    limits = limits or limits_from(os.environ)
    renderer = PoolRenderer()
    outside = replace(outside, renderer=renderer)
    uploads = Uploads(outside, screening=Screening(outside), folder=folder, limits=limits, hold=hold)
    keeper = asyncio.create_task(uploads.keep(), name="pratique-uploads")
    try:
        yield uploads
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        await uploads.close()
        await renderer.close()
