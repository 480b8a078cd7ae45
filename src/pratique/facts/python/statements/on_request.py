"""Branches of a ``setup.py`` that run only for whoever releases the project: no installer names their command."""

from __future__ import annotations

import ast
import re

from pratique.facts.python.machine import Machine
from pratique.facts.python.values import Api, Scope
from pratique.finding import Phase

_COMMANDS = frozenset(
    [
        *("publish", "release", "upload", "register", "pypi", "testpypi", "tag", "deploy", "sdist", "version", "bump"),
        *("test", "tests", "pytest", "coverage", "lint", "format", "docs", "doc", "doctest", "gen"),
    ]
)
"""Of maintainers; installers ask for ``egg_info``, ``dist_info``, ``bdist_wheel``, ``install`` and ``develop``."""
_CHANGES = re.compile(r"argv\s*(?:\+=|\[[^\]\n]{0,40}\]\s*=(?!=)|\.(?:append|insert|extend|__))|aliases")


def on_request(machine: Machine, test: ast.expr, scope: Scope) -> bool:
    """Whether a test asks for one of these commands on the command line, which the file itself leaves as it is."""
    if machine.phase is not Phase.INSTALL or not _asks(machine, test, scope):
        return False
    return not any(_CHANGES.search(line) for line in machine.origin.lines)


def _asks(machine: Machine, test: ast.expr, scope: Scope) -> bool:
    if isinstance(test, ast.BoolOp):
        some = any if isinstance(test.op, ast.And) else all
        return some(_asks(machine, value, scope) for value in test.values)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    left, right = test.left, test.comparators[0]
    if isinstance(test.ops[0], ast.In):  # "publish" in sys.argv, sys.argv[1] in ("publish", "upload")
        return (_names(left) and _is_line(machine, right, scope)) or (_names(right) and _is_word(machine, left, scope))
    return isinstance(test.ops[0], ast.Eq) and (
        (_names(right) and _is_word(machine, left, scope)) or (_names(left) and _is_word(machine, right, scope))
    )


def _names(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return bool(node.elts) and all(_names(element) for element in node.elts)
    return isinstance(node, ast.Constant) and node.value in _COMMANDS


def _is_word(machine: Machine, node: ast.expr, scope: Scope) -> bool:
    return isinstance(node, ast.Subscript) and _is_line(machine, node.value, scope)


def _is_line(machine: Machine, node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.Subscript):  # a part of it
        return isinstance(node.slice, ast.Slice) and _is_line(machine, node.value, scope)
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    value = machine.evaluate(machine, node, scope)
    return isinstance(value, Api) and value.name == "sys.argv"
