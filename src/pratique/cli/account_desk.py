"""Accounts in a server's data folder, opened for one command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from cyclopts import Parameter

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts

_T = TypeVar("_T")
DATA = Path("pratique-data")


class Form(StrEnum):
    """How a list is printed."""

    TEXT = "text"
    JSON = "json"


Format = Annotated[Form, Parameter(name="--format")]


def run(data: Path, work: Callable[[Accounts], Awaitable[_T]], *, make: bool = True) -> _T:
    """What ``work`` answers, over the accounts of a data folder."""

    async def opened() -> _T:
        from pratique.wiring import accounts_in

        async with accounts_in(data, make=make) as accounts:
            return await work(accounts)

    return asyncio.run(opened())
