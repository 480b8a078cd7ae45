"""Theft in one call: what a request, a message or a command line carries away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.python.catalogue.secrets import (
    irreplaceable,
    registry_secret,
    secret_argument,
    secret_place,
    secret_variable,
)
from pratique.facts.python.model import Call, Does, Source, Taint
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Finding, Severity
from pratique.rules.claims import claim, command, when
from pratique.rules.destinations import LOCAL_PLACE, destination, hidden
from pratique.rules.secrets_leaving import FIXED, ID, STOLEN, WHAT, leaving, on_show

_ADDRESS = frozenset({"0", "url", "headers", "auth"})
_SEVERAL = 3
"""So many secret variables in one message are no client's own."""
_PRINTS = re.compile(
    r"^(/usr/bin/)?(env|printenv|set|pbpaste|xclip\b.*|xsel\b.*)\s*$|security find-(generic|internet)-password|"
    r"git credential fill|key=clear|\b(trufflehog|gitleaks|noseyparker)\b|gh auth token|vault token|"
    r"gpg2? [^|;]{0,80}--export-secret|Get-Clipboard|wl-paste|security dump-keychain"
)
"""Commands that print the environment, the clipboard or a key store."""
_TALKS = re.compile(
    r"\b(curl|wget|nslookup|dig|host|ping|nc|ncat|socat|scp|sftp|rsync|ftp|iwr|irm|invoke-(webrequest|restmethod))\b",
    re.IGNORECASE,
)
_PASTE = re.compile(
    r"^https://[^/<]*(?:paste|haste|rentry|anonfiles|gofile|file\.io|catbox\.moe|temp\.sh|transfer\.sh)", re.IGNORECASE
)
_BARE = re.compile(r"https?://\d{1,3}(?:\.\d{1,3}){3}(?=[:/]|$)")
"""An address without a name."""
_OF_SERVICE = re.compile(r"(?:api|access|app|auth|client)_?(?:key|token)$|^token$", re.IGNORECASE)
_LOGIN = re.compile(r"/[\w.-]{0,40}(?:login|auth|token|session|signin)[\w.-]{0,40}(?:[/?]|$)", re.IGNORECASE)


def sent(path: str, call: Call) -> Iterator[Finding]:
    """What a request or a message takes with it: secrets of the machine, of the caller, or variables that hold some."""
    place = destination(call)
    taints = (
        *call.taints(*STOLEN),
        *(t for t in call.taints(Source.PROCESS) if _printed_secret(t)),
        *(t for t in call.taints(Source.NETWORK) if secret_place(t.detail) and t.detail not in place),
    )
    if taints and not LOCAL_PLACE.search(place):
        what = WHAT.get(taints[0].source, "credentials")
        covert = bool(place) and hidden(call, place)  # where nothing is known of the place, it is the caller's
        covert &= not (on_show(taints) and _PASTE.match(place))  # whoever shares what they copied
        yield leaving(path, call, what, taints, sure=call.phase.automatic or covert)
        return
    yield from _of_caller(path, call, place)
    variable = tuple(t for t in call.taints(Source.VARIABLE) if secret_variable(t.detail))
    several = len({t.detail for t in variable}) >= _SEVERAL
    spelled = {t.detail for k, a in call.arguments.items() if k in {"0", "url"} for t in a.taints if t in variable}
    in_address = len(spelled) > 1 and FIXED.match(place) is not None and _in_the_path(place)
    if variable and (in_address or (call.phase.automatic and (several or hidden(call, place)))):
        yield claim(
            ID,
            Behaviour.THEFT,
            path,
            call,
            f"sends the variable {variable[0].detail} to {place or 'another host'} {when(call.phase)}",
            severity=Severity.CRITICAL,
            taints=variable,
        )


def _of_caller(path: str, call: Call, place: str) -> Iterator[Finding]:
    """What a caller hands over for a hidden destination; an address without a name may be that of a service."""
    argument = _handed_over(call) if hidden(call, place) else ()
    if not argument:
        return
    bare = _BARE.match(place) is not None and not call.taints(Source.DECODED)
    own = _PASTE.match(place) is not None or (bare and not any(irreplaceable(t.detail) for t in argument))
    if own and _LOGIN.search(place):
        return  # that service's own door
    sure = not (bare and all(_OF_SERVICE.search(t.detail) for t in argument))
    yield leaving(path, call, f"the caller's {argument[0].detail}", argument, sure=sure)


def _in_the_path(place: str) -> bool:
    """Whether an address carries them in its path; parameters that it names are how a service takes its keys."""
    path, _, query = place.replace("<?>", "<>").partition("?")
    unknown = path.partition("://")[2].partition("/")[2].count("<")
    return unknown > 1 or (unknown == 1 and "<" not in query)


def carried(call: Call) -> tuple[Taint, ...]:
    """Secrets in the command line or the input of a program that talks to other machines."""
    if not _TALKS.search(command(call)):
        return ()
    fed = [a for key, a in call.arguments.items() if key.isdigit() or key in {"args", "input"}]
    found = {t for a in fed for t in a.taints if t.source in STOLEN}
    return tuple(sorted(found, key=lambda t: (t.line, t.detail)))


def _printed_secret(taint: Taint) -> bool:
    """Whether the command that printed it lists the environment or reads a secret."""
    said = taint.detail
    return bool(_PRINTS.search(said) or registry_secret(said) or read_shell(said).reads_secrets)


def _handed_over(call: Call) -> tuple[Taint, ...]:
    """A caller's secret that is sent; a service's own token in its address or header is what clients do."""
    sent = Does.SEND in call.does
    found = {
        t
        for key, argument in call.arguments.items()
        for t in argument.taints
        if t.source is Source.CALLER
        and (irreplaceable(t.detail) or (sent and key not in _ADDRESS and secret_argument(t.detail)))
    }
    return tuple(sorted(found, key=lambda t: (t.line, t.detail)))
