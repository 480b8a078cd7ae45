"""The Python modules of a distribution by their dotted names, as its own code would import them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pratique.artifact import Member
from pratique.facts.python.catalogue.apis import reaches_out

_SUFFIXES = (".py", ".pyw")
_LEADING = 3
"""How many folders (``src``, a ``.data/purelib``) may stand before a package's own."""


@dataclass(frozen=True, slots=True)
class ModuleNames:
    """Which member a dotted name leads into."""

    members: dict[str, Member] = field(default_factory=dict)
    roots: frozenset[str] = frozenset()
    by_path: dict[str, Member] = field(default_factory=dict)

    def absolute(self, name: str, importer: str) -> str:
        """A name as the file at the path ``importer`` writes it (PEP 328), if it leads into the distribution."""
        if name.startswith("."):
            name = _from_here(name, importer)
        return name if self.resolve(name) is not None else ""

    def resolve(self, name: str) -> tuple[Member, str] | None:
        """The module and the name in it (empty for the module itself)."""
        if name.partition(".")[0] not in self.roots:
            return None
        member = self.members.get(name)
        if member is not None:
            return member, ""
        module, _, last = name.rpartition(".")
        member = self.members.get(module)
        return (member, last) if member is not None else None


def module_names(members: Iterable[Member]) -> ModuleNames:
    """All modules among the members; where two have one name, the first counts."""
    found: dict[str, Member] = {}
    for member in members:
        for name in _names(member.path):
            found.setdefault(name, member)
    by_path = {member.path: member for member in found.values()}
    return ModuleNames(members=found, roots=frozenset(n.partition(".")[0] for n in found), by_path=by_path)


def _names(path: str) -> Iterator[str]:
    if not path.endswith(_SUFFIXES):
        return
    parts = path.rpartition(".")[0].split("/")
    if parts[-1] == "__init__":
        parts.pop()
    yield ".".join(parts)
    for skipped in range(1, min(len(parts), _LEADING + 1)):
        if reaches_out(parts[skipped]) or parts[skipped] in sys.stdlib_module_names:
            return  # an outside module is meant
        yield ".".join(parts[skipped:])


def _from_here(name: str, importer: str) -> str:
    rest = name.lstrip(".")
    package = importer.split("/")[: -(len(name) - len(rest))]
    return ".".join([*package, rest] if rest else package)
