"""Two releases compared: what the later one can do that the earlier one could not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from pratique.capability import Capabilities, Capability, Kind
from pratique.finding import Phase

DOES = frozenset(
    {Kind.SECRETS, Kind.NETWORK, Kind.PROCESS, Kind.CODE, Kind.LISTEN, Kind.MEMORY, Kind.REGISTRY, Kind.FINDING}
)
"""Kinds that say what code does, as opposed to what a release brings along."""
CHAINED = frozenset({Kind.SECRETS, Kind.NETWORK, Kind.PROCESS, Kind.FINDING, Kind.STARTUP})
"""What an attack needs first."""


def telling(one: Capability) -> bool:
    """Whether it would matter if it were new: in code that runs by itself, or whenever if a rule looks for it."""
    runs = one.phase.automatic or (one.kind is Kind.FINDING and one.phase is Phase.CALL)
    return runs and one.kind in CHAINED


class Novelty(IntEnum):
    """How new something is."""

    PLACE = 1
    """The earlier release did the same by the same means, elsewhere or with other code."""
    MEANS = 2
    """The earlier release did the same at that moment, by other means."""
    ABILITY = 3
    """The earlier release could not do this at that moment at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that only the later release has."""

    capability: Capability
    novelty: Novelty

    @property
    def chain(self) -> bool:
        """A new ability that matters."""
        return self.novelty is Novelty.ABILITY and telling(self.capability)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What was added and what is gone, the newest and most telling first.

    ``unsure`` names the kinds of which one of the two releases has too many for a comparison.
    """

    added: tuple[Change, ...] = ()
    removed: tuple[Capability, ...] = ()
    unsure: tuple[Kind, ...] = ()

    @property
    def chains(self) -> tuple[Change, ...]:
        """New abilities that matter, one for each kind, phase and rule."""
        first: dict[tuple[str, ...], Change] = {}
        for change in self.added:
            if change.chain:
                first.setdefault(_ability(change.capability), change)
        return tuple(first.values())


def compare(old: Capabilities, new: Capabilities) -> Changes:
    """What ``new`` has and ``old`` has not, and the reverse; code is compared as text, not by its place."""
    abilities = {_ability(one) for one in old.items}
    means = {_means(one) for one in old.items}
    places = {_place(one) for one in old.items}
    added = [
        Change(capability=one, novelty=_novelty(one, abilities, means))
        for one in new.items
        if _place(one) not in places and not (one.kind in old.cut and _ability(one) in abilities)
    ]
    kept = {_means(one) for one in new.items}
    removed = {_means(one): one for one in old.items if _means(one) not in kept and one.kind not in new.cut}
    unsure = tuple(dict.fromkeys((*old.cut, *new.cut)))
    added.sort(key=lambda change: (not change.chain, -change.novelty))  # stable: kinds and phases keep their order
    return Changes(added=tuple(added), removed=tuple(removed.values()), unsure=unsure)


def _novelty(one: Capability, abilities: set[tuple[str, ...]], means: set[tuple[str, ...]]) -> Novelty:
    if _ability(one) not in abilities:
        return Novelty.ABILITY
    return Novelty.PLACE if _means(one) in means else Novelty.MEANS


def _ability(one: Capability) -> tuple[str, ...]:
    """What code does, when; of other kinds the thing itself. Code behind decoders is never what plain code was."""
    if one.kind in DOES and one.kind is not Kind.FINDING:
        return (one.kind, one.phase, "hidden" if one.layers else "")
    return (one.kind, one.phase, one.what)


def _means(one: Capability) -> tuple[str, ...]:
    return (*_ability(one), one.what)


def _place(one: Capability) -> tuple[str, ...]:
    """Where a thing has a name of its own, its place and wording say nothing more."""
    if one.kind not in DOES and one.kind not in {Kind.STARTUP, Kind.FILE}:
        return _means(one)
    return (*_means(one), one.code)
