"""What a distribution declares: projects that it requires, commands and plugins that it offers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pratique.artifact import Member
from pratique.capability import Capability, Kind
from pratique.errors import BadName
from pratique.facts.metadata import MetadataFacts
from pratique.facts.scripts import ENTRY_POINTS, installed_commands, sections_of
from pratique.names import project_name

_COMMANDS = frozenset({"console_scripts", "gui_scripts"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA = re.compile(r"\bextra\s*==")


def declared(metadata: Iterable[MetadataFacts], members: tuple[Member, ...]) -> Iterator[Capability]:
    """Dependencies, commands and plugins; what cannot be read is left out."""
    for facts in metadata:
        for requirement in facts.requires:
            if (match := _NAME.match(requirement)) is not None:
                name = _normal(match[0]) + (" (extra)" if _EXTRA.search(requirement) else "")
                yield Capability(kind=Kind.DEPENDENCY, what=name, path=facts.path, code=requirement[:200])
    for command in installed_commands(members):
        yield Capability(kind=Kind.COMMAND, what=command.name[:100], path=command.path)
    for member in members:
        if ENTRY_POINTS.fullmatch(member.path):
            yield from _plugins(member)


def _plugins(member: Member) -> Iterator[Capability]:
    parser = sections_of(member)
    for group in parser.sections():
        for name, target in parser.items(group) if group not in _COMMANDS else ():
            code = f"{name} = {target}"[:200]
            yield Capability(kind=Kind.PLUGIN, what=f"{group}: {name}"[:150], path=member.path, code=code)


def _normal(name: str) -> str:
    try:
        return project_name(name)
    except BadName:
        return name.lower()
