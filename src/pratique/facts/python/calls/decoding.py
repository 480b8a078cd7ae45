"""Calls of decoders: undone where all that they are given is known."""

from __future__ import annotations

import ast

from pratique.facts.decode import DECODERS, BudgetExceeded, Undecodable, layer_name
from pratique.facts.python.distribution import siblings
from pratique.facts.python.expressions import outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.statements import binding
from pratique.facts.python.values import Own, Result, Value, all_taints, constant_of, is_constant


def decoded(name: str, args: list[Value], keywords: dict[str, Value], node: ast.AST, machine: Machine) -> Value:
    """What a decoder gives: a constant, or else a value that carries the decoder as a label."""
    keywords.pop("", None)
    taints = all_taints([*args, *keywords.values()])
    plain = [constant_of(siblings.settled(machine, a) if isinstance(a, Own) else a) for a in args]
    words = {k: constant_of(v) for k, v in keywords.items()}
    codec = plain[1] if len(plain) > 1 else words.get("encoding")
    label = outsiders.layered(taints, layer_name(name, codec), node)
    if all(is_constant(p) for p in (*plain, *words.values())):
        try:
            return binding.lift(DECODERS[name](tuple(plain), words, machine.budget), label)
        except Undecodable:
            pass
        except BudgetExceeded:
            machine.missed["layer-limit"] = "a decoder gave more than may be decoded: what it hides was not read"
    return Result(name=f"{name}()", taints=label)
