"""Pratique: a static defence against malicious Python packages."""

__version__ = "0.1.0"
