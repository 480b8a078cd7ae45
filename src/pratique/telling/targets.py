"""Who is told what: the operator's file, whose secrets stand elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from pratique.errors import BadSetting
from pratique.notices import PEOPLE, MailServer, NoticeKind
from pratique.telling.kept import kept
from pratique.telling.mail_settings import MailTable, mail_settings

_WANTED = frozenset(NoticeKind) - {NoticeKind.TEST}
_LONGEST = 60.0
_SECRET_CHARACTERS = 16
"""With fewer a signature can be guessed."""


class _Webhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    name: str
    url: str = ""
    url_env: str = ""
    url_file: str = ""
    form: Literal["json", "slack"] = "json"
    secret_env: str = ""
    secret_file: str = ""
    events: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    timeout: float = 10.0
    tries: int = 14
    webhook: tuple[_Webhook, ...] = ()
    mail: MailTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A webhook. Its address and its secret are not shown: either may be all that somebody needs."""

    name: str
    url: str = field(repr=False)
    form: Literal["json", "slack"] = "json"
    secret: str = field(default="", repr=False)
    """What its letters are signed with; a Slack-compatible one has none."""
    wants: frozenset[NoticeKind] = _WANTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """All of them, and how hard is tried."""

    targets: tuple[Target, ...] = ()
    seconds: float = 10.0
    """Until an attempt has failed."""
    tries: int = 14
    """Attempts, after which a delivery is given up."""
    mail: MailServer | None = None
    """Over which server users are written to; nothing where they read it on the page of their account alone."""

    def named(self, name: str) -> Target:
        """The target of that name; raises `BadSetting`."""
        for target in self.targets:
            if target.name == name:
                return target
        known = ", ".join(target.name for target in self.targets)
        raise BadSetting(f"There is no webhook {name}.", remedy=f"Name one of {known}.")


def read_targets(path: Path, environment: Mapping[str, str]) -> Targets:
    """What the file at ``path`` says; secrets come from the environment or from files. Raises `BadSetting`."""
    try:
        told = msgspec.toml.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise BadSetting(f"{path} cannot be read: {error.strerror}.", remedy="Give a TOML file.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}: {error}.", remedy="See docs/aftercare.md for what it may hold.") from error
    if not 0 < told.timeout <= _LONGEST or told.tries < 1:
        raise BadSetting(
            f"{path}: timeout is {told.timeout:g} and tries is {told.tries}.",
            remedy=f"A timeout is up to {_LONGEST:g} seconds, and there is at least one try.",
        )
    targets = tuple(_target(one, path, environment) for one in told.webhook)
    names = [target.name for target in targets]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadSetting(f"{path}: two webhooks are named {twice[0]}.", remedy="Give each a name of its own.")
    mail = mail_settings(told.mail, path, environment) if told.mail else None
    return Targets(targets=targets, seconds=told.timeout, tries=told.tries, mail=mail)


def _target(one: _Webhook, path: Path, environment: Mapping[str, str]) -> Target:
    where = f"{path}: webhook {one.name or '(without a name)'}"
    if not one.name or one.name == PEOPLE:
        raise BadSetting(f"{where}.", remedy=f"Give it a name, other than {PEOPLE}.")
    secret = kept(where, "secret", one.secret_env, one.secret_file, environment)
    if one.form == "json" and len(secret) < _SECRET_CHARACTERS:
        raise BadSetting(
            f"{where}: what it is signed with has {len(secret)} characters.",
            remedy=f"Let secret-env or secret-file lead to {_SECRET_CHARACTERS} or more random ones.",
        )
    url = one.url or kept(where, "url", one.url_env, one.url_file, environment)
    return Target(
        name=one.name, url=_address(where, url), form=one.form, secret=secret, wants=_wants(where, one.events)
    )


def _address(where: str, url: str) -> str:
    """Any host, private ones too: the operator chose it."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise BadSetting(f"{where} has no http(s) address.", remedy="Give url, url-env or url-file.")
    return url


def _wants(where: str, events: tuple[str, ...]) -> frozenset[NoticeKind]:
    known = {kind.value: kind for kind in _WANTED}
    if unknown := [event for event in events if event not in known]:
        raise BadSetting(f"{where}: {unknown[0]} is no event.", remedy=f"Events are {', '.join(sorted(known))}.")
    return frozenset(known[event] for event in events) or _WANTED
