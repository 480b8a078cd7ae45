"""Families: of all variables of the environment, those that carry the package's own name are its settings."""

from __future__ import annotations

import ast

from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.values import Items, Text, Value, deep_taints

_SHORTEST = 3
# fmt: off
_OF_OTHERS = (
    "aws", "azure", "google", "gcp", "gcloud", "github", "gitlab", "git", "docker", "kube", "npm", "node",
    "pip", "pypi", "twine", "poetry", "conda", "ssh", "secret", "token", "api", "user", "path", "home", "env",
    "discord", "telegram", "slack", "openai", "anthropic", "stripe", "database", "postgres", "mysql", "redis",
)
# fmt: on
"""Beginnings of names that keep others' secrets, whatever a package is called."""


def narrowed(machine: Machine, node: ast.comprehension, value: Value) -> Value:
    """What a comprehension goes through: names and values of all variables, or only of the package's own."""
    taints = deep_taints(value) if node.ifs else frozenset()
    if not any(t.source is Source.ENVIRON for t in taints):
        return value
    prefix = next((p for test in node.ifs if (p := _begins(node.target, test)) and _is_own(machine, p)), "")
    if not prefix:
        return value
    own = frozenset(t for t in taints if t.source is not Source.ENVIRON) | {Taint(Source.VARIABLE, f"{prefix}*")}
    one = Text(own, f"<${prefix}*>")
    return Items(own, [one, one]) if isinstance(node.target, ast.Tuple) else one


def _begins(target: ast.expr, test: ast.expr) -> str:
    """What a variable's name must begin with: ``name.startswith("EXAMPLE_")``."""
    key = target.elts[0] if isinstance(target, ast.Tuple) and len(target.elts) == 2 else target
    if not (isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and isinstance(key, ast.Name)):
        return ""
    named = isinstance(test.func.value, ast.Name) and test.func.value.id == key.id
    begin = test.args[0] if named and test.func.attr == "startswith" and len(test.args) == 1 else None
    return begin.value if isinstance(begin, ast.Constant) and isinstance(begin.value, str) else ""


def _is_own(machine: Machine, prefix: str) -> bool:
    """Whether the top folder of the file is called like that."""
    word = prefix.strip("_").lower()
    top, slash, _ = machine.origin.path.removeprefix("src/").lower().partition("/")
    return len(word) >= _SHORTEST and bool(slash) and top.startswith(word) and not word.startswith(_OF_OTHERS)
