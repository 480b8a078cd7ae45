"""Byte code lifted to source again, so that the Python reader can read it."""
