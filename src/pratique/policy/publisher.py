"""Who says that they built a file (PEP 740), as a policy names them: ``github:acme/widgets``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

_WRITTEN = re.compile(r"[a-z][a-z0-9-]{0,39}:[^\s,]{1,300}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A trusted publisher: a workflow in a repository, or an account."""

    name: str
    """Kind and repository in lower case, such as ``github:acme/widgets``."""
    workflow: str = ""
    """The file's name; empty where it is not known, or, in a policy, for any."""

    def __str__(self) -> str:
        return f"{self.name}, {self.workflow}" if self.workflow else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """What is known of a file's publishers, once it was looked up."""

    publishers: tuple[Publisher, ...] = ()
    """As the provenance claims; none where there is no provenance."""
    verified: bool = False
    """The claim was proven, for this very file."""
    known: bool = True
    """False where there is provenance that nobody could get or read."""

    def may_be(self, wanted: Publisher) -> bool:
        """Whether a denial of this publisher is about the file: what cannot be told could be anybody's."""
        return not self.known or self._names(wanted)

    def is_surely(self, wanted: Publisher) -> bool:
        """Whether an allowance of this publisher is about the file: only what was proven is."""
        return self.known and self.verified and self._names(wanted)

    def _names(self, wanted: Publisher) -> bool:
        return any(
            _pattern(wanted.name).fullmatch(one.name) and wanted.workflow in {"", one.workflow}
            for one in self.publishers
        )


def publisher(kind: str, repository: str, workflow: str = "") -> Publisher:
    """From what provenance says; a workflow's path is cut to its file."""
    return Publisher(name=f"{kind}:{repository}".lower(), workflow=workflow.rpartition("/")[2])


def normal_publisher(raw: str) -> str:
    """A publisher as a policy writes it, in its normalised form, with ``*`` for any characters; empty if it is none."""
    plain = raw.strip().lower()
    return plain if _WRITTEN.fullmatch(plain) else ""


@lru_cache(maxsize=1_000)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))
