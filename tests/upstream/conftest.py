"""A machine without settings: neither pip's nor a proxy of whoever runs the tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home folder with nothing in it."""
    for name in os.environ:
        if name.upper().startswith(("PIP_", "XDG_", "SSL_", "REQUESTS_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(home / "xdg"))
    monkeypatch.setattr("sys.prefix", str(home / "venv"))
    monkeypatch.setattr("pratique.upstream.configured._ETC", home / "etc" / "pip.conf")
    return home
