"""What is answered at ``/api/v1``. The description is made from these."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from pratique.accounts.principal import ProjectRole, Role, Scope
from pratique.policy import Answer
from pratique.releases import State, Status
from pratique.verdict import Verdict

DIGEST = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is answered."""


class Problem(Value, frozen=True, kw_only=True):
    """Why something was refused, and what to do (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class Whoami(Value, frozen=True, kw_only=True):
    """Whom a token speaks for, and what it may do."""

    user: str
    role: Role
    scopes: tuple[Scope, ...]
    projects: Annotated[
        tuple[str, ...] | None, Meta(description="The only ones that it may publish to; null: all that its owner may.")
    ]
    token: Annotated[str, Meta(description="Its id, by which it is revoked.")]


class Token(Value, frozen=True, kw_only=True):
    """A token, without its secret: that was shown once."""

    id: str
    user: str
    label: str
    scopes: tuple[Scope, ...]
    projects: tuple[str, ...] | None
    created: datetime
    expires: datetime
    used: datetime | None
    revoked: Annotated[str | None, Meta(description="Why; null where it is not.")]
    serves: Annotated[bool, Meta(description="Whether it is neither revoked nor expired, and its account not stopped.")]


class File(Value, frozen=True, kw_only=True):
    """A file that was uploaded here, in whatever state."""

    filename: str
    project: str
    version: str
    filetype: str
    sha256: DIGEST
    size: Annotated[int, Meta(description="Bytes.")]
    uploaded: datetime
    uploader: str
    requires_python: str | None
    state: State
    reason: Annotated[str | None, Meta(description="Why it is held or refused.")]
    verdict: Annotated[Verdict | None, Meta(description="The engine's; null until it was read.")]
    judged_by: Annotated[str | None, Meta(description="The reviewer who decided; null where only the engine did.")]
    yanked: Annotated[str | None, Meta(description="Why, which may be empty; null where it is not (PEP 592).")]
    taken_down: Annotated[str | None, Meta(description="Why it is not served any more; null where it is.")]


class Release(Value, frozen=True, kw_only=True):
    """A version of a project."""

    version: str
    yanked: str | None
    taken_down: str | None
    files: tuple[File, ...]


class Member(Value, frozen=True, kw_only=True):
    """Somebody who works on a project."""

    user: str
    role: ProjectRole


class Project(Value, frozen=True, kw_only=True):
    """A project that lives here."""

    name: str
    display: Annotated[str, Meta(description="As its first uploader wrote it.")]
    created: datetime
    created_by: str
    status: Annotated[Status, Meta(description="PEP 792.")]
    status_reason: str | None
    taken_down: Annotated[str | None, Meta(description="Why none of its files is served; null where they are.")]


class ProjectWithReleases(Project, frozen=True, kw_only=True):
    """A project, whoever works on it, and its releases, the newest first."""

    members: tuple[Member, ...]
    releases: tuple[Release, ...]


class Finding(Value, frozen=True, kw_only=True):
    """What a rule found in a file."""

    rule: str
    behaviour: str
    severity: str
    confidence: str
    phase: str
    path: str
    line: int
    message: str
    layers: tuple[str, ...]
    proven: bool


class Report(Value, frozen=True, kw_only=True):
    """What the engine says of a file that was uploaded or asked for here, and what follows today."""

    filename: str
    sha256: DIGEST
    verdict: Verdict
    score: Annotated[float, Meta(description="0 to 1, higher is worse.")]
    action: Annotated[str, Meta(description="allow, quarantine or block.")]
    reason: str | None
    error: Annotated[str | None, Meta(description="Why inspection failed; null where it did not.")]
    findings: tuple[Finding, ...]


class Decided(Value, frozen=True, kw_only=True):
    """What a reviewer said of a file."""

    answer: Answer
    actor: str
    at: datetime
    expires: datetime | None
    reason: str


class Held(Value, frozen=True, kw_only=True):
    """A file of the upstream's that somebody asked for, and what stands against it now on any index."""

    filename: str
    project: str
    version: str | None
    sha256: Annotated[DIGEST | None, Meta(description="Null where nobody has seen the bytes.")]
    held: bool
    verdict: Annotated[Verdict | None, Meta(description="Null where it was not inspected.")]
    malicious: Annotated[bool, Meta(description="Whether that is proven, or published.")]
    against: Annotated[tuple[str, ...], Meta(description="What is not lifted, the strictest first.")]
    decided: Decided | None
    seen: Annotated[DIGEST, Meta(description="Changes with what is said of it; goes with a decision.")]


class Changed(Value, frozen=True, kw_only=True):
    """What a change was about."""

    project: str
    version: str | None
    files: Annotated[int, Meta(description="How many it concerns.")]


class Client(Value, frozen=True, kw_only=True):
    """Somebody who received a file: one address with one user agent."""

    address: str
    user_agent: str
    times: int
    first: datetime
    last: datetime


class Exposed(Value, frozen=True, kw_only=True):
    """A file that somebody received, and what it would have taken."""

    filename: str
    sha256: Annotated[str | None, Meta(description="Null where the record does not say which bytes they were.")]
    refused: Annotated[bool, Meta(description="Whether it would be refused today.")]
    taken: tuple[str, ...]
    clients: tuple[Client, ...]


class Exposure(Value, frozen=True, kw_only=True):
    """Who received a project or a release, and what they should rotate."""

    project: str
    version: str | None
    files: tuple[Exposed, ...]
    rotate: tuple[str, ...]


class Revoked(Value, frozen=True, kw_only=True):
    """What became of one."""

    token: Annotated[str, Meta(description="Its beginning.")]
    revoked: bool


def encodable(text: str) -> str:
    """Text that JSON can carry: a package may write what no Unicode is."""
    return text.encode("utf-8", "replace").decode()
