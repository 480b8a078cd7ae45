"""Processes that are fed: what is written to the standard input of a shell or an interpreter runs."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from pratique.facts.python.machine import Machine
from pratique.facts.python.outside import commands
from pratique.facts.python.understood.shape import Special, given
from pratique.facts.python.values import Api, Value


def _feed(m: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST) -> Value | None:
    """``Popen(shell).communicate(text)``, ``Popen(shell).stdin.write(text)``, ``os.popen(shell, "w").write(text)``."""
    content = given(args, keywords, 0, "input")
    if callee.owner and content is not None:
        commands.feed(m, callee.owner[0], content, node)
    return None


_PROCESSES = ("subprocess.Popen()", "asyncio.create_subprocess_shell()", "asyncio.create_subprocess_exec()")
_WAYS = ("communicate", "stdin.write", "stdin.writelines")
SPECIAL: Mapping[str, Special] = {
    **{f"{process}.{way}": _feed for process in _PROCESSES for way in _WAYS},
    "os.popen().write": _feed,
    "pexpect.spawn().sendline": _feed,
    "pexpect.spawn().send": _feed,
}
