"""Provenance (PEP 740): who says that they built a file, where, and whether that can be verified."""
