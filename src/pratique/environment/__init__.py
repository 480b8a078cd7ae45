"""An installed environment, read as data: nothing in it is imported, and none of its Python is started."""

from __future__ import annotations

from pratique.environment.finding import site_packages
from pratique.environment.loose import Loose, loose_files
from pratique.environment.model import Installed
from pratique.environment.reading import installed

__all__ = ["Installed", "Loose", "installed", "loose_files", "site_packages"]
