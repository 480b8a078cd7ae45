"""Unreadable names: an install script whose names nobody can tell apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.artifact import Member, Role
from pratique.facts.model import PackageFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.rule import Example, Rule

_ID = "unreadable-names"
_PHASES = {Role.SETUP: Phase.INSTALL, Role.BACKEND: Phase.INSTALL, Role.STARTUP: Phase.STARTUP}
_NAME = re.compile(rb"^[ \t]*(?:(?:def|class|for)[ \t]+)?([^\W\d]\w{11,})[ \t]*(?:=(?!=)|\()", re.MULTILINE)
"""What is bound or called at the beginning of a line."""
_ALIKE = tuple(map(frozenset, (b"Il1i|", b"O0o", b"aA", b"_", b"xX", b"mnMN", b"WwVv")))
"""Letters that look alike."""
_ENDLESS = 40
"""Letters of a word that no person has typed, without a joint in it."""
_MANY = 8
_READ = 200_000
_STROKES = str.maketrans("01", "Il")


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for member in facts.members:
        if member.role in _PHASES and (names := _unreadable(member)):
            yield Finding(
                rule=_ID,
                behaviour=Behaviour.OBFUSCATION,
                severity=Severity.CRITICAL,
                confidence=Confidence.HIGH,
                phase=_PHASES[member.role],
                path=member.path,
                line=1 + member.data.count(b"\n", 0, member.data.find(names[0])),
                message=f"has {len(names)} names that nobody can tell apart, such as {names[0][:24].decode('ascii', 'replace')}",
            )


def _unreadable(member: Member) -> list[bytes]:
    found = {name for name in _NAME.findall(member.data[:_READ]) if _is_alike(name) or _is_endless(name)}
    return sorted(found) if len(found) >= _MANY else []


def _is_alike(name: bytes) -> bool:
    return any(letters.issuperset(name) for letters in _ALIKE)


def _is_endless(name: bytes) -> bool:
    return len(name) >= _ENDLESS and b"_" not in name


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.OBFUSCATION,
    summary="A script that runs at install, or whenever Python starts, has names that nobody can tell apart.",
    gain="Nobody who reads the script sees what it does.",
    honest="Whoever publishes a build script wants it to be read; what is made small by a program is shipped as data.",
    check=_check,
    loud=(
        Example(
            title="strokes of one kind",
            files={"setup.py": "".join(f"lIlIlIlI{f'{n:04b}'.translate(_STROKES)} = {n}\n" for n in range(9))},
        ),
    ),
    quiet=(
        Example(
            title="long names that say something",
            files={"setup.py": "".join(f"directory_of_the_generated_sources_of_part_{n} = {n}\n" for n in range(9))},
        ),
    ),
)
