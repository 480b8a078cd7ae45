"""Pickles, marshalled code and byte code: read structurally, never loaded."""

from __future__ import annotations

from pratique.facts.serialized.lifting.source import source_of_marshal, source_of_pyc
from pratique.facts.serialized.marshalled.inventory import read_marshal, read_pyc
from pratique.facts.serialized.marshalled.pyc import is_pyc, unchecked
from pratique.facts.serialized.model import CodeFacts, SerializedCall, SerializedFacts
from pratique.facts.serialized.pickled.reading import read_pickle

__all__ = [
    "CodeFacts",
    "SerializedCall",
    "SerializedFacts",
    "is_pyc",
    "read_marshal",
    "read_pickle",
    "read_pyc",
    "source_of_marshal",
    "source_of_pyc",
    "unchecked",
]
