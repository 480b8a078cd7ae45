from __future__ import annotations

import pytest

from pratique.uploads.declared import Declared, disagreements, from_archive, from_form

_FORM = {"metadata_version": ["2.1"], "name": ["Demo_Name"], "version": ["1.0.0-alpha"]}


def archive(text: str, *, version: str = "2.1") -> Declared:
    """What well-formed metadata declare."""
    found, problems = from_archive(
        f"Metadata-Version: {version}\nName: demo\nVersion: 1.0\n{text}".encode(), summary=512
    )
    assert problems == []
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("License-File: LICENSE\n", "2.1"),
        ("License-Expression: MIT\n", "2.3"),
        ("Classifier: A :: B\n", "1.0"),
        ("Description-Content-Type: UNKNOWN\nHome-page: UNKNOWN\nLicense: UNKNOWN\n", "1.1"),
        ("X-Custom: yes\n", "2.1"),
        ("Import-Name: demo\n", "2.4"),
        ("Author: \u00fc\n", "2.0"),
    ],
)
def test_build_tools_of_all_ages_are_understood(text: str, version: str) -> None:
    """Fields before their time, and what old tools wrote for nothing, harm nobody."""
    assert archive(text, version=version).project == "demo"


def test_names_and_versions_are_normalised() -> None:
    """The form's spelling is kept to be shown, and nothing else is made of it."""
    declared, problems = from_form(_FORM, summary=512)
    assert problems == []
    assert declared is not None
    assert (declared.project, declared.name, declared.version) == ("demo-name", "Demo_Name", "1.0.0a0")


def test_all_faults_are_told_at_once() -> None:
    """Who repairs one wants to know of the others."""
    _, problems = from_form(
        {
            **_FORM,
            "summary": ["x" * 600],
            "requires_dist": ["a @ https://x.example.invalid/a.zip"],
            "classifiers": ["B"],
        },
        summary=512,
    )
    assert len(problems) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Requires-Dist: Foo_Bar [b, a]>=1,<2\n", "Requires-Dist: foo.bar[a,b] <2,>=1\n", True),
        ('Requires-Dist: a; python_version < "3.9"\n', "Requires-Dist: a; python_version<'3.9'\n", True),
        ("Requires-Dist: a\nRequires-Dist: b\n", "Requires-Dist: b\nRequires-Dist: a\n", True),
        ("Requires-Python: >=3.9,<4\n", "Requires-Python: <4, >=3.9\n", True),
        ("Requires-Dist: a\n", "Requires-Dist: a\nRequires-Dist: b\n", False),
        ("Requires-Dist: a>=1\n", "Requires-Dist: a>=2\n", False),
        ("Requires-Dist: a[x]\n", "Requires-Dist: a\n", False),
        ("Requires-Dist: a\n", 'Requires-Dist: a; extra == "x"\n', False),
        ("Requires-Python: >=3.9\n", "", False),
        ("Summary: one\n", "Summary: another\n", True),
    ],
)
def test_only_what_steers_an_installer_has_to_agree(one: str, other: str, *, same: bool) -> None:
    """Spelling and order mean nothing; a requirement more or less does."""
    assert (list(disagreements(archive(one), archive(other))) == []) is same
