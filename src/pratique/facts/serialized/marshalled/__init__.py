"""Marshalled code objects and byte-code files, read into data."""
