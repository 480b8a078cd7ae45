"""Running: text that is executed as Python."""

from __future__ import annotations

import re

from pratique.facts.python.machine import Machine, Written
from pratique.facts.python.model import Source
from pratique.facts.python.values import Known, Scope, Value

READ_LIMIT = 2_000_000
_PROMPT = re.compile(r"^[ \t]{0,200}(?:>>>|\.\.\.) ?(.*)$", re.MULTILINE)
_NOT_TEXT = frozenset(
    [
        "pickle.loads",
        "pickle.load",
        "pickle.Unpickler().load",
        "marshal.load",
        "joblib.load",
        "numpy.load",
        "pandas.read_pickle",
        "jsonpickle.decode",
        "yaml.unsafe_load",
        "runpy.run_path",
        "execfile",
    ]
)
_STATEMENTS = ("stmt", "setup", "statement", "cmd", "source")


def read_code(
    machine: Machine, name: str, args: list[Value], keywords: dict[str, Value], scope: Scope | None, line: int
) -> Value | None:
    """Walk the text that a call executes; the value of an expression that `eval` computes."""
    if name in _NOT_TEXT:
        return None
    sources = [*args[: 2 if name.startswith("timeit.") else 1], *(keywords[k] for k in _STATEMENTS if k in keywords)]
    value: Value | None = None
    for source in sources:
        text = plain(source)
        if text is None:
            continue
        if name.startswith("doctest."):
            text = "\n".join(_PROMPT.findall(text))
        chain = max((t.detail for t in source.taints if t.source is Source.DECODED), key=len, default="")
        layers = (*machine.layers, *(chain.split(">") if chain else (name,)))
        if len(text) > READ_LIMIT:
            machine.missed["layer-limit"] = f"code of {len(text):,} characters is executed: only the beginning was read"
        value = machine.read_code(machine, text[:READ_LIMIT], layers, scope, line)
    return value if name in {"eval", "pdb.runeval"} else None


def plain(value: Value) -> str | None:
    """The text of a constant, bytes as UTF-8; nothing of anything else."""
    found = value.value if isinstance(value, Known) else None
    if isinstance(found, bytes | bytearray):
        return found.decode("utf-8", "replace")
    return found if isinstance(found, str) else None


def appended(old: Written | None, content: Value) -> Value:
    """What a file contains after more was written to it."""
    before = old.content if old is not None else None
    if isinstance(before, Known) and isinstance(content, Known):
        left, right = before.value, content.value
        taints = before.taints | content.taints
        if isinstance(left, str) and isinstance(right, str) and left != right and len(left) < READ_LIMIT:
            return Known(value=left + right, taints=taints)
        if isinstance(left, bytes) and isinstance(right, bytes) and left != right and len(left) < READ_LIMIT:
            return Known(value=left + right, taints=taints)
    return content
