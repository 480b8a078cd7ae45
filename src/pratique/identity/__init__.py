"""Who a package claims to be: names compared with those of popular projects."""

from __future__ import annotations

from pratique.identity.popular import Popular, default_popular
from pratique.identity.similarity import Resemblance, Strength, look_alike

__all__ = ["Popular", "Resemblance", "Strength", "default_popular", "look_alike"]
