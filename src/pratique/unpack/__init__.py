"""Unpack: hostile archives opened in memory, within limits."""

from pratique.unpack.limits import Limits
from pratique.unpack.opening import Unpacked, unpack
from pratique.unpack.tree import unpack_listed, unpack_lone, unpack_tree

__all__ = ["Limits", "Unpacked", "unpack", "unpack_listed", "unpack_lone", "unpack_tree"]
