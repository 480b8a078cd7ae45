"""What a policy says of names: allowances, denials, requirements and conditions, each line read and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pratique.policy.action import Action
from pratique.policy.conditions import fault
from pratique.policy.model import Entry, When
from pratique.policy.naming import normal_pattern
from pratique.policy.publisher import Publisher, normal_publisher
from pratique.policy.ruling import LIFTABLE
from pratique.policy.tables import Table

REFUSALS = (Action.QUARANTINE, Action.BLOCK)
"""What a line that refuses may do."""


def entries(table: Table, key: str, read: Callable[[Table, Entry], Entry]) -> tuple[Entry, ...]:
    """The lines of an array such as ``[[deny]]``; ``read`` takes what its kind has beside the rest."""
    found = []
    for one in table.tables(key):
        entry = Entry(
            place=_place(one),
            project=_pattern(one),
            publisher=_publisher(one),
            versions=_versions(one),
            reason=one.text("reason", required=True),
            expires=one.day("expires"),
        )
        found.append(read(one, entry))
        one.finish()
    return tuple(found)


def allowance(table: Table, entry: Entry) -> Entry:
    """What ``[[allow]]`` says of what it lifts."""
    only = set()
    if table.has("only") and not table.texts("only"):
        table.wrong("only", "only is empty; leave it out, or name what is lifted")
    for number, word in table.texts("only"):
        if word in LIFTABLE:
            only.add(word)
        else:
            table.bad_item(
                "only", number, f"{word!r} is nothing that can be lifted; that is {', '.join(sorted(LIFTABLE))}"
            )
    return replace(entry, action=Action.ALLOW, only=frozenset(only))


def denial(table: Table, entry: Entry) -> Entry:
    """What ``[[deny]]`` says of what is done."""
    return replace(entry, action=table.action("action", Action.BLOCK, REFUSALS))


def requirement(table: Table, entry: Entry) -> Entry:
    """What ``[[require-provenance]]`` says of what is done."""
    return replace(entry, action=table.action("action", Action.QUARANTINE, REFUSALS))


def _pattern(table: Table) -> str:
    if table.has("publisher") and not table.has("project") and table.path[-2] != "require-provenance":
        table.text("project")
        return "*"
    raw = table.text("project", required=True)
    normal = normal_pattern(raw) if raw else ""
    if raw and not normal:
        table.wrong("project", f"{raw!r} is neither a project's name nor a pattern such as acme-*")
    return normal


def _publisher(table: Table) -> Publisher | None:
    raw, workflow = table.text("publisher"), table.text("workflow")
    if not table.has("publisher"):
        if table.has("workflow"):
            table.wrong("workflow", "workflow says nothing without a publisher")
        return None
    normal = normal_publisher(raw)
    if not normal:
        table.wrong("publisher", f"{raw!r} is no publisher; write its kind and its place, such as github:acme/widgets")
        return None
    return Publisher(name=normal, workflow=workflow)


def _versions(table: Table) -> str:
    raw = table.text("versions")
    try:
        SpecifierSet(raw)
    except InvalidSpecifier:
        table.wrong("versions", f'{raw!r} is no range of versions (PEP 440), such as ">=2,<3"')
        return ""
    return raw


def conditions(table: Table) -> tuple[When, ...]:
    """The lines of ``[[when]]``."""
    return tuple(_when(one) for one in table.tables("when"))


def _when(table: Table) -> When:
    condition = table.text("condition", required=True)
    if condition and (why := fault(condition)):
        table.wrong("condition", f"the condition cannot be used: {why}")
    found = When(
        place=_place(table),
        condition=condition,
        action=table.action("action", Action.QUARANTINE),
        reason=table.text("reason", required=True),
        expires=table.day("expires"),
    )
    if not table.has("action"):
        table.wrong("action", "action is missing")
    table.finish()
    return found


def _place(table: Table) -> str:
    """As the explanation names it: ``allow[1]``, ``indexes.strict.deny[2]``."""
    *path, number = table.path
    return f"{'.'.join(map(str, path))}[{int(number) + 1}]"
