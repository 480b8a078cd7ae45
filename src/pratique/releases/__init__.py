"""Releases of the team's own: their values, and the ports to what keeps and serves them."""

from pratique.releases.ports import Local, NoLocal, Releases
from pratique.releases.values import NOT_PUBLISHED, About, Claim, OwnFile, OwnProject, Reserved, State, Status

__all__ = [
    "NOT_PUBLISHED",
    "About",
    "Claim",
    "Local",
    "NoLocal",
    "OwnFile",
    "OwnProject",
    "Releases",
    "Reserved",
    "State",
    "Status",
]
