"""What is sent to ``/api/v1``. Bodies are held against these, and the description is made from them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from pratique.policy import Answer
from pratique.releases import Status
from pratique.web.api.values import DIGEST, Value

_Reason = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S", description="Others will read it.")]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is sent."""


class Why(Asked, frozen=True, kw_only=True):
    """The reason of an act."""

    reason: _Reason


class Review(Asked, frozen=True, kw_only=True):
    """What a reviewer decides about an upload that is held."""

    approve: bool
    reason: _Reason


class Decision(Asked, frozen=True, kw_only=True):
    """What a reviewer decides about a file that the gateway holds."""

    answer: Answer
    reason: _Reason
    seen: Annotated[DIGEST, Meta(description="As the file had it when it was looked at.")]
    malicious: Annotated[
        bool, Meta(description="Has to be true for a release of what is called malicious: it is meant all the same.")
    ] = False
    until: Annotated[
        str | None,
        Meta(description="2027-01-31, or 12h, 30d, 8w from now; null: for good."),
    ] = None


class NewStatus(Asked, frozen=True, kw_only=True):
    """A project's status (PEP 792)."""

    status: Status
    reason: Annotated[str, Meta(max_length=500)] = ""


class Leaked(Value, frozen=True, kw_only=True):
    """A token that was found where everybody can read it; whatever else a scanner tells of it is passed over."""

    token: Annotated[str, Meta(max_length=500)]
    url: Annotated[str, Meta(max_length=2000, description="Where.")] = ""
