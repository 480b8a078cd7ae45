"""How long a client is kept waiting for an inspection, by what clients are known to bear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds. pip, Poetry and PDM give up reading after 15, uv after 30."""

    hold: float = 12.0
    hold_uv: float = 25.0
    """uv asks again only a few times, without regard to ``Retry-After``: it is held longer."""
    total: float = 90.0
    """After this time since the first request a refusal says that the inspection still runs."""
    retry_after: int = 5

    def hold_for(self, user_agent: str) -> float:
        """How long to hold a request of this client."""
        return self.hold_uv if user_agent.startswith("uv/") else self.hold

    def spent(self, first: datetime, now: datetime) -> bool:
        """Whether an artifact's waiting time is over; counted per artifact, since clients share addresses."""
        return abs(now - first) >= timedelta(seconds=self.total)
