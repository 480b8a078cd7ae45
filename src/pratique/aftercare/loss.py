"""What the code of a file would have taken, by the findings that are kept about it, and what follows for its users."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.facts.python.catalogue.secrets import secret_place
from pratique.finding import Behaviour, Confidence, Finding, Severity
from pratique.verdict import Report, Verdict

_UNSEEN = frozenset(
    {Behaviour.SECOND_STAGE, Behaviour.EXECUTION, Behaviour.PERSISTENCE, Behaviour.NATIVE, Behaviour.OBFUSCATION}
)
"""Whoever does these does what nobody has read."""
_ENVIRONMENT = re.compile(r"\benvironment\b|(?:^|[;&|(]\s*)(?:/usr/bin/)?(?:env|printenv)\b", re.MULTILINE)

ANYTHING = "anything that the machine can reach"
SECRETS = "secrets that the report does not name"
_WHO = "the names of host and user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One sort of thing that would have left the machine."""

    what: str
    """In plain words, such as ``SSH keys``."""
    rotate: str
    """What to do about it, a sentence; empty where nothing can be."""
    details: tuple[str, ...] = ()
    """Paths, names of variables and the like, as far as the findings tell them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a file would have taken from whoever ran it."""

    behaviours: tuple[Behaviour, ...] = ()
    """What its findings are about: those of weight, and of a bad file every theft."""
    does: tuple[str, ...] = ()
    """The same findings in their own words, proven ones first."""
    taken: tuple[Taken, ...] = ()


_PLACES = {
    "ssh keys": ("SSH keys", "Make new SSH keys, and remove the old public keys from every server and code host."),
    "cloud credentials": (
        "cloud, cluster and container registry credentials",
        "Revoke the access keys of cloud accounts, clusters, container registries and code hosts, and make new ones.",
    ),
    "publishing credentials": (
        "publishing and repository credentials",
        "Revoke the tokens for publishing packages and for pushing code, and look for releases that you did not make.",
    ),
    "browser store": (
        "browser stores (passwords, cookies)",
        "Change every password that the browser has saved, and end all sessions of its websites.",
    ),
    "wallet": ("wallets", "Move what the wallet holds to a new one that was made on another machine."),
    "chat token": ("chat tokens", "Log out of all sessions of chat programs, and change their passwords."),
    "account store": (
        "accounts of other programs (password managers, file transfer, games)",
        "Change the passwords that those programs keep, the password manager's own first.",
    ),
    "shell history": ("the shell's history", "Replace every password and token that was ever typed in a command."),
    "password file": ("the system's passwords", "Change the passwords of all users of the machine."),
    "environment file": (
        "environment files (.env)",
        "Replace every secret in the .env files of the projects on the machine.",
    ),
    "service account": ("the cluster's service account", "Replace the service account's token, and limit its rights."),
    "keyring": ("the system's key store", "Replace every secret that the system's key store holds."),
}
_OTHERS = {
    "environ": (
        "environment variables",
        "Replace every secret that was in the environment: API keys, tokens, database passwords, secrets of CI jobs.",
    ),
    "variable": ("named environment variables", "Replace the secrets in the environment variables that are named."),
    "caller": ("what the program handed over", "Replace the keys and passwords that the program gives to the package."),
    "clipboard": ("the clipboard", "Change the passwords and keys that were copied at that time."),
    "screen": ("pictures of the screen", "Treat what was on the screen at that time as known to others."),
    "keys": ("key strokes", "Change every password that was typed at that time, from another machine."),
    "process": ("what commands print", "Replace the secrets that the commands print which are named."),
    "host": (_WHO, ""),
}
_ANY_SECRET = Taken(what=SECRETS, rotate="Replace all keys, tokens and passwords that are kept on the machine.")
_ALL = Taken(
    what=ANYTHING,
    rotate="Set the machine up anew, and replace all keys, tokens and passwords that it held, from another machine.",
)


def loss_of(report: Report | None, *, bad: bool) -> Loss:
    """What a file would have taken.

    Of a file that is ``bad`` and whose findings name nothing that leaves, or that was never inspected, it is to be
    assumed that it takes anything.
    """
    findings = sorted(report.findings, key=lambda f: (-f.proven, -f.severity, f.path, f.line)) if report else []
    weighty = [one for one in findings if _weighs(one) or (bad and one.behaviour is Behaviour.THEFT)]
    taken = _together(_taken(weighty))
    unread = report is None or report.verdict is Verdict.ERROR
    opens = any(one.behaviour in _UNSEEN and one.rule != "beacon" for one in weighty)
    told = any(one.what != _WHO for one in taken)
    if opens or (bad and (unread or not (told or _only_asks(weighty)))):
        taken = (*taken, _ALL)
    return Loss(
        behaviours=tuple(dict.fromkeys(one.behaviour for one in weighty)),
        does=tuple(dict.fromkeys(one.message for one in weighty)),
        taken=taken,
    )


def _weighs(finding: Finding) -> bool:
    return finding.proven or (finding.severity >= Severity.HIGH and finding.confidence >= Confidence.MEDIUM)


def _only_asks(weighty: list[Finding]) -> bool:
    """It calls home with the names of host and user, and that is proven to be all that was found."""
    return bool(weighty) and all(one.rule == "beacon" and one.behaviour is Behaviour.THEFT for one in weighty)


def _taken(findings: Iterable[Finding]) -> Iterator[tuple[Taken, str]]:
    """Each thing that leaves, with its detail."""
    for finding in findings:
        if finding.behaviour is Behaviour.THEFT:
            yield from _sources(finding) or _by_words(finding)


def _sources(finding: Finding) -> list[tuple[Taken, str]]:
    """By the steps of the way to the sink, whose first word is where a value comes from."""
    found = []
    for step in finding.flow:
        source, _, detail = step.what.partition(": ")
        if source == "secret":
            kind, _, place = detail.partition(" (")
            found.append((_place(kind), place.removesuffix(")")))
        elif source in _OTHERS:
            found.append((_known(_OTHERS[source]), "" if source in {"environ", "host"} else detail))
        elif source in {"network", "file"} and (kind := secret_place(detail)):
            found.append((_place(kind), detail))
    return found


def _by_words(finding: Finding) -> list[tuple[Taken, str]]:
    """By the code, where no way is told: a command of a shell."""
    if kind := secret_place(finding.code):
        return [(_place(kind), "")]
    if _ENVIRONMENT.search(f"{finding.message}\n{finding.code}"):
        return [(_known(_OTHERS["environ"]), "")]
    if finding.rule == "beacon":
        return [(_known(_OTHERS["host"]), "")]
    return [(_ANY_SECRET, "")]


def _place(kind: str) -> Taken:
    return _known(_PLACES[kind]) if kind in _PLACES else Taken(what=kind, rotate=f"Replace what is kept there: {kind}.")


def _known(words: tuple[str, str]) -> Taken:
    return Taken(what=words[0], rotate=words[1])


def _together(found: Iterable[tuple[Taken, str]]) -> tuple[Taken, ...]:
    """Each sort once, with all of its details."""
    details: dict[Taken, dict[str, None]] = {}
    for taken, detail in found:
        details.setdefault(taken, {}).update({detail: None} if detail else {})
    return tuple(Taken(what=one.what, rotate=one.rotate, details=tuple(kept)) for one, kept in details.items())
