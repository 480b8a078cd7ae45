"""Pickles, marshalled code and byte code: read structurally, never loaded."""

from __future__ import annotations

from pratique.facts.serialized.marshalled import read_marshal, read_pyc
from pratique.facts.serialized.model import CodeFacts, SerializedCall, SerializedFacts
from pratique.facts.serialized.pickled import read_pickle

__all__ = ["CodeFacts", "SerializedCall", "SerializedFacts", "read_marshal", "read_pickle", "read_pyc"]
