from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.policy import Action, Mode, Policy
from pratique.policy.conditions import VARIABLES
from pratique.policy.reading import BadPolicy, read_policy

_WHOLE = """\
mode = "observe"
unlisted = "quarantine"

[actions]
suspicious = "block"
error = "block"
vulnerable = "quarantine"

[score]
quarantine = 0.4
block = 1

[age]
minimum = "3 days"
except-fixes = false

[private]
names = ["Acme.Billing"]
prefixes = ["acme_"]
reason = "it is ours"

[[allow]]
project = "Torch*"
versions = ">=2"
reason = "looked at"
expires = 2027-01-31
only = ["suspicious"]

[[deny]]
project = "left-pad"
reason = "no"

[[require-provenance]]
project = "cryptography"
reason = "its wheels are attested"

[[when]]
condition = "age_days < 7 && 'native' in behaviours"
action = "block"
reason = "native code waits"

[indexes.strict]
mode = "enforce"

[[indexes.strict.deny]]
project = "*"
versions = "<1"
action = "quarantine"
reason = "only finished things"
"""

_WRONG = """\
mod = "observe"
[actions]
suspicous = "block"
malicious = "allow"
error = "allow"
[age]
minimum = "3 parsecs"
unknown = 3
[[allow]]
project = "to rch"
versions = ">>2"
expires = "soon"
only = ["suspicious",
  "malicious"]
[[when]]
condition = "foo > 1"
action = "block"
reason = "r"
[indexes.simple]
"""


_PIECES = [
    "[[allow]]",
    "[age]",
    "[private]",
    'project = "x"',
    "reason = 1",
    "names = [1, 'a b', {a = 2}]",
    "[indexes.a]",
    "[[indexes.a.deny]]",
    "x.y = 1",
    "only = [[]]",
    "expires = 2020-01-01",
    "when = 3",
    "allow = [3]",
    'mode = "x"',
    "minimum = '''3d'''",
]


def _faults(text: str) -> list[str]:
    with pytest.raises(BadPolicy) as caught:
        read_policy(text)
    return [str(fault) for fault in caught.value.faults]


def test_an_empty_file_is_the_default() -> None:
    """Nothing has to be written down."""
    assert read_policy("") == Policy()


def test_everything_that_can_be_said() -> None:
    """Names are normalised, an index starts from the main policy and adds to it."""
    policy = read_policy(_WHOLE)
    assert (policy.mode, policy.unlisted, policy.suspicious) == (Mode.OBSERVE, Action.QUARANTINE, Action.BLOCK)
    assert (policy.score.quarantine, policy.score.block) == (0.4, 1.0)
    assert (policy.age.minimum, policy.age.except_fixes) == (timedelta(days=3), False)
    assert (policy.private.names, policy.private.prefixes) == (frozenset({"acme-billing"}), ("acme-",))
    (allow,) = policy.allow
    assert (allow.project, allow.expires, allow.only) == ("torch*", date(2027, 1, 31), frozenset({"suspicious"}))
    ((name, strict),) = policy.indexes
    assert (name, strict.mode, strict.suspicious, strict.private) == (
        "strict", Mode.ENFORCE, Action.BLOCK, policy.private,
    )  # fmt: skip
    assert [entry.place for entry in strict.deny] == ["deny[1]", "indexes.strict.deny[1]"]
    assert policy.of("strict") is strict
    assert policy.of("") is policy
    assert policy.of("other") is None


def test_all_faults_are_told_at_once_with_their_places() -> None:
    """In the order of the file, unknown keys with the nearest one that there is."""
    told = _faults(_WRONG)
    places = [fault.partition(":")[0] for fault in told]
    assert places == [
        "line 1, column 1",
        "line 3, column 1",
        "line 4, column 1",
        "line 5, column 1",
        "line 7, column 1",
        "line 8, column 1",
        "line 9, column 1",
        "line 10, column 1",
        "line 11, column 1",
        "line 12, column 1",
        "line 14, column 3",
        "line 16, column 1",
        "line 19, column 1",
    ]
    assert "mod is unknown here; did you mean mode?" in told[0]
    assert "did you mean suspicious?" in told[1]
    assert "reason is missing" in told[6]
    assert "there is no variable foo" in told[11]


@pytest.mark.parametrize(
    ("text", "place"),
    [("a = 1\n[x\n", "line 2, column 3"), ("a = ", "line 1, column 5"), ("[a]\n[a]\n", "line 2, column 3")],
)
def test_what_is_no_toml_is_told_with_its_place(text: str, place: str) -> None:
    """Also where the parser only says that the document has ended."""
    (told,) = _faults(text)
    assert told.startswith(place)


@pytest.mark.parametrize(
    "line",
    ['malicious = "allow"', 'error = "allow"', 'suspicious = "block"\nerror = "quarantine"', 'malware = "x"'],
)
def test_what_would_make_refusal_meaningless_cannot_be_written(line: str) -> None:
    """No file lets proven chains pass, nor what nobody could read where less is held."""
    assert _faults(f"[actions]\n{line}\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[private]\nnames = ["a b"]', "line 2, column 10: 'a b' is not a project name"),
        ('[private]\nprefixes = ["*", "-"]', "line 2, column 13: '*' is not what a project's name can begin with"),
        ("[score]\nblock = 2", "line 2, column 1: block is 2; scores go from 0 to 1"),
        ("[indexes.simple]", "line 1, column 1: 'simple' cannot be an index's name"),
        ("[indexes.Strict]", "line 1, column 1: 'Strict' cannot be an index's name"),
        ("[indexes.a.private]", "line 1, column 1: private is unknown here"),
        ('allow = ["torch"]', "line 1, column 10: allow holds a text in quotes; write it as [[allow]]"),
        ('[[when]]\ncondition = "true"\nreason = "r"', "line 1, column 1: action is missing"),
        ("[[deny]]\nproject = 1979-05-27T07:32:00Z\nreason = 'r'", "line 2, column 1: project is something else"),
        ('[[deny]]\nproject = "x"\nreason = "r"\naction = "allow"', "line 4, column 1: action is 'allow'"),
    ],
)
def test_each_mistake_is_told_where_it_stands(text: str, told: str) -> None:
    """As far as an element of an array."""
    assert _faults(text)[0].startswith(told)


def test_an_error_is_held_as_what_is_suspicious_where_nothing_is_said_of_it() -> None:
    """Whoever blocks what is suspicious means what nobody could read as well."""
    assert read_policy('[actions]\nsuspicious = "block"\n').error is Action.BLOCK
    assert dict(read_policy('[indexes.a.actions]\nsuspicious = "block"\n').indexes)["a"].error is Action.BLOCK


@pytest.mark.parametrize("word", ["malicious", "malware", "deny", "rejected", "private"])
def test_no_allowance_names_what_cannot_be_lifted(word: str) -> None:
    """It would read as if it held."""
    assert _faults(f'[[allow]]\nproject = "*"\nreason = "r"\nonly = ["{word}"]\n')


@pytest.mark.parametrize("condition", ["1", "age_days <", "project < 1", "project.matches('(')", "nobody == 'x'"])
def test_conditions_are_tried_before_they_count(condition: str) -> None:
    """A wrong type, name or expression is told when the file is read, not when somebody installs."""
    (told,) = _faults(f'[[when]]\ncondition = "{condition}"\naction = "block"\nreason = "r"\n')
    assert told.startswith("line 2, column 1: the condition cannot be used")


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map("\n".join)))
def test_no_text_is_too_strange_to_be_told_what_is_wrong(text: str) -> None:
    """Whatever a file holds gives a policy, or faults whose places lie within it."""
    lines = text.replace("\r\n", "\n").split("\n")
    with suppress(BadPolicy):
        read_policy(text)
        return
    with pytest.raises(BadPolicy) as caught:
        read_policy(text)
    assert caught.value.faults
    assert all(1 <= fault.place.line <= len(lines) for fault in caught.value.faults)


def test_a_bound_name_is_no_unknown_variable() -> None:
    """Macros bring names of their own."""
    text = "[[when]]\ncondition = \"advisories.exists(one, one.startsWith('MAL-'))\"\naction = 'block'\nreason = 'r'\n"
    assert len(read_policy(text).when) == 1


def test_the_documented_policy_is_one() -> None:
    """The example in the documentation can be used as it stands."""
    text = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    example = text.split("```toml")[1].split("```")[0]
    assert read_policy(example).indexes


def test_the_documented_variables_are_those_that_there_are() -> None:
    """Whoever writes a condition finds each of them in the table."""
    text = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    rows = [line for line in text.split("| variable |")[1].splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([a-z_0-9]+)`", row.split("|")[1])} == set(VARIABLES)
