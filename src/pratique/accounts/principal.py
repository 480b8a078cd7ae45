"""Whoever is known by a secret, and what that secret allows: the face of this room towards the others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pratique.errors import PratiqueError
from pratique.names import ProjectName


class NotAuthenticated(PratiqueError):
    """Nobody is known by what was given (HTTP 401); never says which part of it was wrong."""


class Throttled(NotAuthenticated):
    """Too many attempts (HTTP 429); ``seconds`` says when to come back."""

    def __init__(self, message: str, *, seconds: int, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.seconds = seconds


class NotAllowed(PratiqueError):
    """Somebody is known, but may not do this (HTTP 403)."""


class Role(StrEnum):
    """What a user is, least first; each may do what those before it may."""

    READER = "reader"
    PUBLISHER = "publisher"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"

    def covers(self, other: Role) -> bool:
        """Whether this role may do what the other one may."""
        return _RANK[self] >= _RANK[other]

    @property
    def needs_second_factor(self) -> bool:
        """Whoever can publish or review proves themselves twice."""
        return self is not Role.READER

    @property
    def one(self) -> str:
        """Somebody of this role, in a sentence: a reader, an administrator."""
        return f"an {self}" if self is Role.ADMINISTRATOR else f"a {self}"


class Scope(StrEnum):
    """What a token may be used for; its owner's role bounds it as well."""

    READ = "read"
    PUBLISH = "publish"
    REVIEW = "review"
    ADMINISTER = "administer"

    @property
    def role(self) -> Role:
        """The least role in which it is of any use."""
        return _NEEDS[self]


class ProjectRole(StrEnum):
    """What a user is to a project; both may publish, an owner names the others."""

    OWNER = "owner"
    MAINTAINER = "maintainer"


_RANK = {role: place for place, role in enumerate(Role)}
_NEEDS = {
    Scope.READ: Role.READER,
    Scope.PUBLISH: Role.PUBLISHER,
    Scope.REVIEW: Role.REVIEWER,
    Scope.ADMINISTER: Role.ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whoever is known by a secret. Empty scopes allow nothing."""

    user: str
    """The user's name; for a trusted publisher, of whoever registered it."""
    role: Role
    scopes: frozenset[Scope]
    projects: frozenset[ProjectName] | None
    """The only projects that may be published to; nothing: all that the user may."""
    token_id: str

    def may_publish(self, project: ProjectName) -> bool:
        """Whether this secret reaches so far; who owns the project is asked with `Authenticator.claim`."""
        return self.may(Scope.PUBLISH) and (self.projects is None or project in self.projects)

    def may_review(self) -> bool:
        """Whether it may release or refuse what is held."""
        return self.may(Scope.REVIEW)

    def may_administer(self) -> bool:
        """Whether it may change users, projects and settings."""
        return self.may(Scope.ADMINISTER)

    def may(self, scope: Scope) -> bool:
        """Whether it was made for this, and its owner's role covers it."""
        return scope in self.scopes and self.role.covers(scope.role)


class Authenticator(Protocol):
    """Knows users by their secrets, and who works on which project."""

    async def principal(self, *, username: str, secret: str, address: str) -> Principal:
        """Who that is; ``username`` is ``__token__`` or the owner's name. Raises `NotAuthenticated`, `Throttled`."""
        ...

    async def freeze(self, user: str, reason: str) -> None:
        """Stop all tokens and sessions of an account until an administrator lets it go; again does nothing."""
        ...

    async def roles_in(self, project: ProjectName) -> dict[str, ProjectRole]:
        """Who works on a project, by user name; empty where nobody owns it."""
        ...

    async def claim(self, project: ProjectName, user: str) -> bool:
        """Make a user the owner of what nobody owns; whether they may publish it now."""
        ...
