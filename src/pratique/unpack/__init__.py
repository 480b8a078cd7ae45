"""Unpack: hostile archives opened in memory, within limits."""
