"""How a function is bound that is read as an attribute: properties, static and class methods, partial methods."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.facts.python.values import Function, Instance, Value


@dataclass(slots=True, eq=False)
class Getter(Function):
    """A property: its function runs when the attribute is read."""

    setter: Function | None = None


@dataclass(slots=True, eq=False)
class Static(Function):
    """A static method: it is never bound."""

    def bound_to(self, owner: Value | None) -> Function:  # noqa: ARG002
        """The function itself."""
        return self


@dataclass(slots=True, eq=False)
class OfClass(Function):
    """A class method: it is bound to the class."""

    def bound_to(self, owner: Value | None) -> Function:
        """The function bound to the class of ``owner``."""
        cls = owner.cls if isinstance(owner, Instance) else owner
        return Function(self.taints, self.node, self.scope, self.name, cls, self.origin)


def kind_of(name: str) -> type[Function] | None:
    """How a builtin or outside decorator of that name changes a function's binding."""
    last = name.rpartition(".")[2]
    if last.endswith("property") or name == "types.DynamicClassAttribute":
        return Getter
    return {"staticmethod": Static, "classmethod": OfClass}.get(name)


def as_kind(kind: type[Function], given: Function) -> Function:
    """The same function, bound in another way."""
    return kind(given.taints, given.node, given.scope, given.name, given.bound, given.origin)


OF_METHOD = "functools.partialmethod()"
"""How a partial is called that is bound like a method."""
