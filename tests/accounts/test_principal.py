from __future__ import annotations

import pytest

from pratique.accounts.principal import Principal, Role, Scope
from pratique.names import ProjectName, project_name

DEMO, OTHER = project_name("demo"), project_name("other")
_EACH = frozenset({DEMO})


def _principal(role: Role, *scopes: Scope, projects: frozenset[ProjectName] | None = None) -> Principal:
    return Principal(user="ada", role=role, scopes=frozenset(scopes), projects=projects, token_id="t")


@pytest.mark.parametrize("role", Role)
def test_a_token_allows_no_more_than_its_owner(role: Role) -> None:
    """With every scope, a token still does only what the owner's role may."""
    every = _principal(role, *Scope)
    assert every.may_publish(DEMO) == role.covers(Role.PUBLISHER)
    assert every.may_review() == role.covers(Role.REVIEWER)
    assert every.may_administer() == (role is Role.ADMINISTRATOR)


def test_a_token_allows_only_its_scopes() -> None:
    """An administrator's token for publishing neither reviews nor administers; one without scopes does nothing."""
    publishing = _principal(Role.ADMINISTRATOR, Scope.PUBLISH)
    assert (publishing.may_publish(DEMO), publishing.may_review(), publishing.may_administer()) == (True, False, False)
    assert not _principal(Role.ADMINISTRATOR).may_publish(DEMO)


def test_a_token_for_projects_publishes_no_other() -> None:
    """Named projects bound a token; no project named at all allows none."""
    assert _principal(Role.PUBLISHER, Scope.PUBLISH, projects=_EACH).may_publish(DEMO)
    assert not _principal(Role.PUBLISHER, Scope.PUBLISH, projects=_EACH).may_publish(OTHER)
    assert not _principal(Role.PUBLISHER, Scope.PUBLISH, projects=frozenset()).may_publish(DEMO)


def test_only_readers_do_without_a_second_factor() -> None:
    """Whoever can publish or review needs one."""
    assert [role for role in Role if not role.needs_second_factor] == [Role.READER]
