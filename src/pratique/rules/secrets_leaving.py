"""Theft: how much it weighs that a call carries secrets away, and to whom they belong."""

from __future__ import annotations

import re

from pratique.facts.python.model import Call, Does, Source, Taint
from pratique.finding import Behaviour, Confidence, Finding, Severity
from pratique.rules.claims import claim, when
from pratique.rules.destinations import destination, hidden

ID = "theft"
STOLEN = (Source.SECRET, Source.ENVIRON, Source.CLIPBOARD, Source.SCREEN, Source.KEYS)
"""Labels of what belongs to whoever uses the machine."""
FIXED = re.compile(r"https?://(?!localhost\b|127\.|10\.|192\.168\.|169\.254\.)[^/<>\s]+\.[^/<>\s]+(/|\?|$)")
"""An address whose host stands in the code, and is no machine nearby."""
WHAT = {
    Source.SECRET: "credentials",
    Source.ENVIRON: "the whole environment",
    Source.CLIPBOARD: "the clipboard",
    Source.SCREEN: "the screen",
    Source.KEYS: "key strokes",
}
"""The same in words."""
_OF_PROGRAMS = ("chat token", "wallet", "account store")
"""Secrets that other programs keep for themselves: no client of a service looks for them there."""
_ENTRY = re.compile(r"keyring \(([^<>]{1,100})\)$")
_LETTERS = re.compile(r"[a-z]{4,}")
_HOST = re.compile(r"https://([\w-]+(?:\.[\w-]+)+)(?=[/:?]|$)")
_SITE = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_FOR_SERVICES = ("environment file", "netrc", "publishing credentials", "cloud credentials")
"""Secrets that are kept for whichever client of a service asks."""


def leaving(path: str, call: Call, what: str, taints: tuple[Taint, ...], *, sure: bool) -> Finding:
    """That a call carries something away; proven where it is sure, and nobody was meant to see it."""
    place = destination(call)
    whole = any(t.source is Source.ENVIRON for t in taints)
    owned = any(t.source is Source.SECRET and t.detail.startswith(_OF_PROGRAMS) for t in taints)
    shown = on_show(taints)
    named = bool(FIXED.match(place)) and (whole or owned or Does.SEND in call.does)
    fixed = sure or bool(call.layers) or (named and not (_logs_in(path, call, taints) or shown))
    return claim(
        ID,
        Behaviour.THEFT,
        path,
        call,
        f"sends {what} to {place or 'another host'} {when(call.phase)}",
        severity=Severity.CRITICAL if fixed else Severity.HIGH,
        confidence=Confidence.HIGH if fixed else Confidence.MEDIUM if named and shown else Confidence.LOW,
        proven=sure and (call.phase.automatic or bool(call.layers) or hidden(call, place)),
        taints=taints,
    )


def _logs_in(path: str, call: Call, taints: tuple[Taint, ...]) -> bool:
    """Whether a client shows the credentials that are kept for services where a service looks, or its own wherever."""
    place = destination(call)  # which may stand beside the login that belongs to it
    said = {k: a for k, a in call.arguments.items() if k not in {"headers", "auth"}}
    carried = {t for a in said.values() if "<" in a.text or a.text[:160] != place for t in a.taints}
    return all(
        t.source is Source.SECRET
        and (
            (t.detail.startswith(_FOR_SERVICES) and t not in carried)
            or _is_its_own(path, t.detail)
            or _gave_it(place, t.detail)
        )
        for t in taints
    )


def _is_its_own(path: str, detail: str) -> bool:
    """Whether a key store is asked for an entry that is called as the package is."""
    entry = _ENTRY.match(detail)
    return entry is not None and any(word in path.lower() for word in _LETTERS.findall(entry[1].lower()))


def _gave_it(place: str, detail: str) -> bool:
    """Whether cookies go back to the site that they come from, and no other site's were asked for."""
    host = _HOST.match(place)
    sites = _SITE.findall(detail) if host is not None and detail.startswith("cookies of ") else []
    return bool(sites) and all(f".{host[1]}".endswith(f".{site}") for site in sites if host is not None)


def on_show(taints: tuple[Taint, ...]) -> bool:
    """What a person has copied or looks at, and asks a program to do something with."""
    return all(t.source in {Source.CLIPBOARD, Source.SCREEN} for t in taints)
