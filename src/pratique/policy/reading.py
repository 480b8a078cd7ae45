"""A policy as its file says it (TOML 1.0): read whole, and all that is wrong is told at once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace

from pratique.errors import BadName, BadSetting
from pratique.names import project_name
from pratique.policy.entries import REFUSALS, allowance, conditions, denial, entries, requirement
from pratique.policy.model import Age, Mode, Policy, Private, Scores
from pratique.policy.naming import normal_pattern
from pratique.policy.positions import Place, positions
from pratique.policy.tables import Fault, Faults, Table

_INDEX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
TAKEN = frozenset(
    {"_", "account", "admin", "api", "audit", "docs", "exposure", "files", "healthz", "legacy", "login", "logout"}
    | {"metrics", "osv", "policy", "projects", "quarantine", "readyz", "report", "review", "search", "simple"}
    | {"static", "uploads", "users"}
)
"""Words that addresses of the site begin with: no further index can have such a name."""
_AT_END = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)$")


class BadPolicy(BadSetting):
    """A policy that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...], name: str = "") -> None:
        many = "1 error" if len(faults) == 1 else f"{len(faults)} errors"
        super().__init__(
            f"{f'The policy {name}'.rstrip()} has {many}: {'; '.join(map(str, faults))}.",
            remedy="See docs/policy.md; `pratique policy check FILE` lists them.",
        )
        self.faults = faults


def read_policy(text: str, name: str = "") -> Policy:
    """The policy that a file holds; raises `BadPolicy` with all that is wrong, in the order of the file.

    ``name`` is the file's, for messages.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPolicy((_syntax(text, str(error)),), name) from error
    except RecursionError as error:
        raise BadPolicy((Fault(place=Place(line=1, column=1), text="it is nested too deeply"),), name) from error
    faults = Faults(positions(text))
    table = Table(faults, (), data)
    policy = _policy(table, Policy())
    policy = replace(policy, private=_private(table))
    policy = replace(policy, indexes=_indexes(table, policy))
    table.finish()
    if faults.found:
        raise BadPolicy(tuple(sorted(faults.found, key=lambda one: (one.place.line, one.place.column))), name)
    return policy


def _syntax(text: str, told: str) -> Fault:
    """The parser's own position; where that is the end of the document, its last line."""
    match = _AT_END.search(told)
    plain = _AT_END.sub("", told)
    plain = f"{plain}: a text has to stand in quotes" if plain == "Invalid value" else plain
    if match and match[1]:
        return Fault(place=Place(line=int(match[1]), column=int(match[2])), text=plain)
    lines = text.split("\n")
    return Fault(place=Place(line=len(lines), column=len(lines[-1]) + 1), text=plain)


def _policy(table: Table, base: Policy) -> Policy:
    """What a table says; where it says nothing, what ``base`` does. Lines about names are added to those of it."""
    return replace(
        _actions(table.table("actions"), base),
        unlisted=table.action("unlisted", base.unlisted),
        mode=Mode(table.choice("mode", base.mode.value, [mode.value for mode in Mode])),
        score=_scores(table.table("score"), base.score),
        age=_age(table.table("age"), base.age),
        allow=base.allow + entries(table, "allow", allowance),
        deny=base.deny + entries(table, "deny", denial),
        attested=base.attested + entries(table, "require-provenance", requirement),
        when=base.when + conditions(table),
    )


def _actions(table: Table, base: Policy) -> Policy:
    found = replace(
        base,
        suspicious=table.action("suspicious", base.suspicious),
        error=table.action("error", base.error),
        malicious=table.action("malicious", base.malicious, REFUSALS),
        vulnerable=table.action("vulnerable", base.vulnerable),
        capability=table.action("capability", base.capability),
        provenance=table.action("provenance", base.provenance),
        dormant=table.action("dormant", base.dormant),
        yanked=table.action("yanked", base.yanked),
        status=table.action("status", base.status),
        impersonation=table.action("impersonation", base.impersonation),
        new_impersonation=table.action("new-impersonation", base.new_impersonation),
        private_likeness=table.action("private-likeness", base.private_likeness),
    )
    if table.has("error") and found.error.strictness < found.suspicious.strictness:
        table.wrong("error", "error is below suspicious: what nobody could read is never safer than what looks odd")
    table.finish()
    return replace(found, error=max(found.error, found.suspicious, key=lambda action: action.strictness))


def _scores(table: Table, base: Scores) -> Scores:
    found = Scores(quarantine=table.share("quarantine", base.quarantine), block=table.share("block", base.block))
    table.finish()
    return found


def _age(table: Table, base: Age) -> Age:
    found = Age(
        minimum=table.duration("minimum", base.minimum),
        action=table.action("action", base.action, REFUSALS),
        unknown=table.action("unknown", base.unknown),
        except_fixes=table.flag("except-fixes", default=base.except_fixes),
        new_project=table.duration("new-project", base.new_project),
    )
    table.finish()
    return found


def _private(table: Table) -> Private:
    within = table.table("private")
    names = {_name(within, "names", number, raw) for number, raw in within.texts("names")}
    prefixes = [_prefix(within, number, raw) for number, raw in within.texts("prefixes")]
    reason = within.text("reason")
    within.finish()
    return Private(names=frozenset(names - {""}), prefixes=tuple(p for p in prefixes if p), reason=reason)


def _name(table: Table, key: str, number: int, raw: str) -> str:
    try:
        return project_name(raw)
    except BadName as error:
        table.bad_item(key, number, error.message)
        return ""


def _prefix(table: Table, number: int, raw: str) -> str:
    normal = normal_pattern(raw)
    if not normal or "*" in normal or not normal.strip("-"):
        table.bad_item("prefixes", number, f"{raw!r} is not what a project's name can begin with")
        return ""
    return normal


def _indexes(table: Table, base: Policy) -> tuple[tuple[str, Policy], ...]:
    found = []
    for name, within in table.named("indexes"):
        if not _INDEX.fullmatch(name) or name in TAKEN:
            within.wrong(
                "", f"{name!r} cannot be an index's name: use lower case, digits and -, and no word of the site"
            )
        found.append((name, _policy(within, base)))
        within.finish()
    return tuple(found)
