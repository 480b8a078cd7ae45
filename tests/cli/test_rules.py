"""`pratique rules` and the pages that are made from the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pratique.cli import main
from pratique.cli.rulebook import pages
from pratique.finding import Behaviour
from pratique.rules.catalogue import RULES
from pratique.rules.notes import NOTES
from pratique.rules.rule import Rule

_ROOT = Path(__file__).parents[2]


def test_the_list_names_every_rule_first(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe the list is a line per rule that begins with its name, and is never wrapped."""
    assert main(["rules"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [rule.id for rule in RULES]


@pytest.mark.parametrize("known", [pytest.param(r, id=r.id) for r in RULES])
def test_a_rule_is_explained(known: Rule, capsys: pytest.CaptureFixture[str]) -> None:
    """What it sees, why it matters, when it blocks, what honest code does, how to mend it, and examples."""
    assert main(["rules", known.id]) == 0
    page = " ".join(capsys.readouterr().out.split())
    headings = ("What it sees", "What the attacker gains", "When it blocks", "What honest code does instead")
    for part in (*headings, "If it is wrong", "It fires on", "It stays quiet on", known.summary, known.gain):
        assert " ".join(part.split()) in page
    for example in (*known.loud, *known.quiet):
        assert example.title in page


def test_a_note_is_explained_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever looks up a word from a report finds it, though no rule made it."""
    assert main(["rules", "archive-limit"]) == 0
    assert "What the attacker gains" in capsys.readouterr().out


def test_every_note_that_the_reading_makes_is_explained() -> None:
    """No finding has a name that cannot be looked up."""
    package = _ROOT / "src" / "pratique"
    made: set[str] = set()
    for path in [package / "screen.py", *(package / "unpack").rglob("*.py"), *(package / "facts").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        made |= set(re.findall(r"\"((?:archive|source|evaluation|reading|wheel)-[a-z]+(?:-[a-z]+)*)\"", text))
        made |= set(re.findall(r"\"([a-z]+-(?:limit|failed))\"", text))
        made |= set(re.findall(r"(?:unread|curtailed)\(\s*\"([a-z-]+)\"", text))
        if 'rule=f"source-{' in text:
            made |= {f"source-{kind}" for kind in re.findall(r"\"([a-z-]+)\": [(]?(?:Severity|Behaviour)\.", text)}
    assert len(made) > 20
    assert made - {note.id for note in NOTES} == set()


def test_names_are_unique() -> None:
    """A name means one thing, and is one that an option and a file name can hold."""
    names = [*(r.id for r in RULES), *(n.id for n in NOTES)]
    assert len(names) == len(set(names))
    assert not [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)]
    assert {n.behaviour for n in NOTES} <= set(Behaviour)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rules", "second-stag"], "Did you mean second-stage?"),
        (["rules", "nothing-like-it"], "`pratique rules` lists them."),
        (["screen", ".", "--rules", "archive-limit"], "Notes are always made"),
    ],
)
def test_an_unknown_name_leads_on(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A typing error names the nearest rule, or where the list is."""
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_the_pages_are_true() -> None:
    """`docs/rules/` is what the rules say today; `make docs` writes it."""
    folder = _ROOT / "docs" / "rules"
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    made = pages()
    stale = sorted(name for name in kept.keys() | made.keys() if kept.get(name) != made.get(name))
    assert stale == [], "run `make docs`"


def test_pages_of_rules_that_are_gone_are_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Writing leaves nothing behind that a rule no longer says, and nothing alone that somebody else wrote."""
    assert main(["rules", "--markdown", str(tmp_path / "rules")]) == 0
    (tmp_path / "rules" / "gone.md").write_text((tmp_path / "rules" / "theft.md").read_text("utf-8"), "utf-8")
    (tmp_path / "rules" / "own.md").write_text("by hand", "utf-8")
    assert main(["rules", "--markdown", str(tmp_path / "rules")]) == 0
    assert {p.name for p in (tmp_path / "rules").iterdir()} == {*pages(), "own.md"}
    assert f"{len(pages())} pages" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the way is one line with a remedy."""
    (tmp_path / "file").write_text("", "utf-8")
    assert main(["rules", "--markdown", str(tmp_path / "file")]) == 2
    assert "Give a folder of your own" in capsys.readouterr().err


def test_pages_survive_any_example() -> None:
    """No page holds a character that steers, and no example ends its own fence."""
    for text in pages().values():
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]", text)
        assert text.count("\n````") % 2 == 0
