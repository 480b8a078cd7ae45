"""Inspection in worker processes that may be killed."""
