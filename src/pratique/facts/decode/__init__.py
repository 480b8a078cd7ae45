"""Bounded, pure decoders: what code would decode is decoded here, so that it can be read again."""

from __future__ import annotations

from pratique.facts.decode.budget import Budget, BudgetExceeded, Undecodable
from pratique.facts.decode.guess import guess, is_readable
from pratique.facts.decode.table import DECODERS, Decoder, layer_name

__all__ = ["DECODERS", "Budget", "BudgetExceeded", "Decoder", "Undecodable", "guess", "is_readable", "layer_name"]
