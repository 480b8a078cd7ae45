"""Data that ships with the package; read through `importlib.resources`."""
