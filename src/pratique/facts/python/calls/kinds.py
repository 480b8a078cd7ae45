"""What is known of an outside name, looked up once for all of its calls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pratique.facts.decode import DECODERS
from pratique.facts.python.calls import boxes
from pratique.facts.python.calls.specials import SPECIALS
from pratique.facts.python.catalogue.apis import look_up
from pratique.facts.python.catalogue.ways import Passes, way
from pratique.facts.python.model import Does, Source
from pratique.facts.python.outside import arriving, listening
from pratique.facts.python.understood import Special, special_of

_HANDING_OVER = frozenset(
    [
        "str",
        "repr",
        "bytes",
        "len",
        "bool",
        "int",
        "float",
        "hash",
        "format",
        "iter",
        "next",
        "reversed",
        "abs",
        "round",
    ]
)
_UNKNOWN_DECODERS = frozenset(
    ["decrypt", "decompress", "deobfuscate", "decipher", "b64decode", "decode_base64", "unpad"]
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of an outside name, looked up once."""

    special: Special | None
    decoder: bool
    guess: str
    passes: Passes
    base: str
    """For the constructor of a base class: the class."""
    hook: str
    """For a builtin: the special method that it hands over to."""
    box: bool
    store: tuple[str, bool] | None
    """The library that it keeps something in, or takes it from."""
    remote: bool
    """Whether it belongs to what stands for another machine, or talks to one."""
    brings: bool
    """Whether it may put what it fetches into a file."""
    fills: bool
    """Whether buffers that it is given hold afterwards what it received, or read."""
    listens: bool
    keeps: bool
    """Whether an object may give back what such a method is given: it does not leave for another machine."""
    plain: bool
    does: bool
    starts: bool
    """Whether it starts a program."""
    gives: Source | None
    result: str


@lru_cache(maxsize=16_384)
def kind_of(name: str) -> Kind:
    """What is known of a name."""
    known, last = look_up(name), name.rpartition(".")[2]
    special, decoder, box = SPECIALS.get(name) or special_of(name), name in DECODERS, name.startswith(boxes.BOXES)
    base = name.removesuffix("().__init__") if name.endswith("().__init__") else ""
    hook = f"__{name}__" if name in _HANDING_OVER else ""
    guess = last if last in _UNKNOWN_DECODERS else ""
    return Kind(
        special=special,
        decoder=decoder,
        guess=guess,
        passes=way(name),
        base=base,
        hook=hook,
        box=box,
        store=boxes.store(name),
        remote=listening.is_client(name),
        brings=arriving.brings(name),
        fills=known.gives is Source.NETWORK or last.startswith("readinto"),
        listens=listening.starts(name),
        keeps=known.does.isdisjoint({Does.SEND, Does.FETCH, Does.LISTEN}),
        plain=not (special or decoder or guess or base or hook or box),
        does=bool(known.does),
        starts=Does.RUN_PROCESS in known.does,
        gives=known.gives,
        result=f"{name}()"[-200:],
    )
