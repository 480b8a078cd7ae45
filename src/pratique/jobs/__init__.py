"""Inspection in worker processes that may be killed."""

from pratique.jobs.inspector import PoolInspector

__all__ = ["PoolInspector"]
