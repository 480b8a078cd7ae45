"""``pratique webhook``: try the webhooks, see how deliveries stand, and let what was given up be tried again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.cli.say import Form, json_out, out

if TYPE_CHECKING:
    from pratique.notices import Backlog
    from pratique.telling.targets import Target, Targets

_DATA = Path("pratique-data")
_NOTIFY = Path("notify.toml")


def try_out(name: str | None = None, /, *, notify: Path = _NOTIFY) -> int:
    """Send each webhook, and the sender of mail, a notice of the kind ``test``, and say what became of it.

    Parameters
    ----------
    name
        One of them; all if none is named.
    notify
        The file that says who is told what, as for `pratique serve`.

    """
    from pratique.wiring.notices import targets_in

    targets = targets_in(notify)
    chosen = (targets.named(name),) if name else targets.targets
    answers = asyncio.run(_try(targets, chosen, mail=name is None))
    out(*(f"{target}: {error or 'arrived'}" for target, error in answers))
    return int(any(error for _, error in answers) or not answers)


def status(*, data: Path = _DATA, form: Annotated[Form, Parameter(name="--format")] = Form.TEXT) -> int:
    """Show what is on its way, what arrived and what was given up, by webhook.

    Parameters
    ----------
    data
        The server's data folder.
    form
        text for a person, json for a tool.

    """
    from pratique.telling.herald import described

    backlog = asyncio.run(_backlog(data))
    if form is Form.JSON:
        names = ("target", "pending", "delivered", "dead", "error")
        json_out([{name: getattr(one, name) for name in names} for one in backlog])
    else:
        out(*(described(backlog).splitlines() or ["Nothing was told to anybody yet."]))
    return int(any(one.dead for one in backlog))


def retry(name: str, /, *, data: Path = _DATA) -> int:
    """Let what was given up for a webhook be tried again by the running server.

    Parameters
    ----------
    name
        The webhook's name.
    data
        The server's data folder.

    """
    number = asyncio.run(_revive(name, data))
    out(f"{number} {'notice is' if number == 1 else 'notices are'} tried again.")
    return 0


async def _try(targets: Targets, chosen: tuple[Target, ...], *, mail: bool) -> list[tuple[str, str]]:
    import secrets

    from pratique.notices import Notice, NoticeKind
    from pratique.wiring import SystemClock
    from pratique.wiring.delivery import to_sender, to_webhooks

    now = SystemClock().now()
    notice = Notice(key="test", kind=NoticeKind.TEST, at=now, title="This is a test: notices of Pratique arrive here")
    async with to_webhooks(chosen) as webhooks:
        carriers = [*webhooks, *([to_sender(targets.mail)] if mail and targets.mail else [])]
        return [
            (
                one.name if one in webhooks else "mail",
                await one.carry(notice, identity=f"test-{secrets.token_hex(6)}", at=now, seconds=targets.seconds),
            )
            for one in carriers
        ]


async def _backlog(data: Path) -> list[Backlog]:
    from pratique.wiring.notices import outbox_in

    async with outbox_in(data) as outbox:
        return list(await outbox.backlog())


async def _revive(name: str, data: Path) -> int:
    from pratique.wiring import SystemClock
    from pratique.wiring.notices import outbox_in

    async with outbox_in(data) as outbox:
        return await outbox.revive((name,), at=SystemClock().now())
