"""Who a package claims to be: its name, its modules and its README compared with those of popular projects."""

from __future__ import annotations

from pratique.identity.confusion import PrivateNames, evokes_private
from pratique.identity.copied import Copy, copied
from pratique.identity.imports import Owner, Shadow, shadows
from pratique.identity.popular import Popular, default_popular
from pratique.identity.similarity import Resemblance, Strength, look_alike

__all__ = [
    "Copy",
    "Owner",
    "Popular",
    "PrivateNames",
    "Resemblance",
    "Shadow",
    "Strength",
    "copied",
    "default_popular",
    "evokes_private",
    "look_alike",
    "shadows",
]
