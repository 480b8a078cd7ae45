"""Names from outside: how they are spelled, and the labels that values carry."""

from __future__ import annotations

import ast

from pratique.facts.python.catalogue.apis import canonical, look_up
from pratique.facts.python.catalogue.names import CONSTANTS
from pratique.facts.python.catalogue.secrets import registry_secret, secret_place
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Source, Taint
from pratique.facts.python.values import Api, Known, Own, Value


def outside(name: str) -> Value:
    """A name that is imported: a constant of the standard library, or something from outside."""
    constant = CONSTANTS.get(name)
    return Known(value=constant) if constant is not None else api(name)


def api(name: str, disguise: tuple[str, ...] = (), taints: frozenset[Taint] = frozenset()) -> Api:
    """An outside name in its canonical spelling; the environment as a whole is labelled as such."""
    name = canonical(name)
    if name in {"os.environ", "os.environb"}:
        taints |= {Taint(Source.ENVIRON, "os.environ")}
    return Api(name=name, disguise=disguise, taints=taints)


def from_stars(machine: Machine, stars: list[str], name: str) -> Value | None:
    """A name that ``from module import *`` may have brought: of the distribution, or in the catalogue."""
    for module in stars:
        if machine.library is not None and machine.library.value(f"{module}.{name}") is not None:
            return Own(name=f"{module}.{name}")
        full = canonical(f"{module}.{name}")
        if look_up(full).does or look_up(full).gives:
            return Api(name=full)
    return None


def layered(taints: frozenset[Taint], layer: str, node: ast.AST | None) -> frozenset[Taint]:
    """Add a decoder to the chain that the labels carry, outermost first."""
    old = [t for t in taints if t.source is Source.DECODED]
    chain = max((t.detail for t in old), key=len, default="")
    if chain.endswith(layer) and layer in {"chr", "reverse", "ints"}:
        return taints
    detail = f"{chain}>{layer}" if chain else layer
    return (taints - set(old)) | {Taint(Source.DECODED, detail[:120], getattr(node, "lineno", 0))}


def secret_taint(path: str, line: int) -> frozenset[Taint]:
    """The label of what lies at a path, if people keep secrets there."""
    kind = secret_place(path)
    return frozenset({Taint(Source.SECRET, f"{kind} ({path[-80:]})", line)}) if kind else frozenset()


def registry_taint(key: str, line: int) -> frozenset[Taint]:
    """The label of what lies under a key of the registry, if programs keep secrets there."""
    kind = registry_secret(key)
    return frozenset({Taint(Source.SECRET, f"{kind} ({key[-80:]})", line)}) if kind else frozenset()
