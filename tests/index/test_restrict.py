from __future__ import annotations

from pratique.index.restrict import restrict
from pratique.names import project_name
from pratique.policy import Action, Decision
from pratique.ports import IndexFile, ProjectPage

_BLOCK = Decision(action=Action.BLOCK, reason="blocked: rule in\n setup.py:1: why")
_ALLOW = Decision(action=Action.ALLOW)


def _page(*yanked: bool | str) -> ProjectPage:
    files = tuple(
        IndexFile(filename=f"demo-{n}.tar.gz", url=f"https://example.invalid/demo-{n}.tar.gz", yanked=mark)
        for n, mark in enumerate(yanked)
    )
    return ProjectPage(project=project_name("demo"), files=files)


def _yanked(page: ProjectPage) -> list[bool | str]:
    return [file.yanked for file in page.files]


def test_a_refused_file_is_yanked_with_the_reason_on_one_line() -> None:
    """Resolvers step back to the release that is left, and uv says why; other marks stay."""
    page = restrict(_page(False, False, "old"), {"demo-1.tar.gz": _BLOCK, "demo-0.tar.gz": _ALLOW})
    assert _yanked(page) == [False, "blocked: rule in setup.py:1: why", "old"]


def test_a_refusal_without_a_reason_still_yanks() -> None:
    """An empty reason would read as not yanked."""
    page = restrict(_page(False, False), {"demo-1.tar.gz": Decision(action=Action.QUARANTINE)})
    assert _yanked(page) == [False, "refused"]


def test_a_project_refused_whole_is_listed_unyanked() -> None:
    """So that the client asks for a file, and its 403 says why."""
    assert _yanked(restrict(_page(False, "old"), {f"demo-{n}.tar.gz": _BLOCK for n in (0, 1)})) == [False, False]


def test_a_refused_file_beside_yanked_ones_is_listed_unyanked() -> None:
    """Nothing is left to step back to: the 403 has to speak. What the upstream yanked and we allow stays yanked."""
    assert _yanked(restrict(_page("old", False), {"demo-1.tar.gz": _BLOCK})) == ["old", False]
    assert _yanked(restrict(_page("old", True), {"demo-1.tar.gz": _BLOCK})) == ["old", False]


def test_nothing_refused_changes_nothing() -> None:
    """Allowed files, names that are not listed, and empty pages are left alone."""
    page = _page(False, True)
    assert restrict(page, {"demo-0.tar.gz": _ALLOW, "demo-9.tar.gz": _BLOCK}) == page
    assert restrict(_page(), {}) == _page()
