"""A policy as its file says it (TOML 1.0): read whole, and all that is wrong is told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pratique.errors import BadName, BadSetting
from pratique.names import project_name
from pratique.policy.conditions import fault
from pratique.policy.model import Action, Age, Entry, Mode, Policy, Private, Scores, When
from pratique.policy.naming import normal_pattern
from pratique.policy.positions import Place, positions
from pratique.policy.ruling import LIFTABLE
from pratique.policy.tables import Fault, Faults, Table

_REFUSALS = (Action.QUARANTINE, Action.BLOCK)
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
        allow=base.allow + _entries(table, "allow", _allowance),
        deny=base.deny + _entries(table, "deny", _denial),
        attested=base.attested + _entries(table, "require-provenance", _requirement),
        when=base.when + tuple(_when(one) for one in table.tables("when")),
    )


def _actions(table: Table, base: Policy) -> Policy:
    found = replace(
        base,
        suspicious=table.action("suspicious", base.suspicious),
        error=table.action("error", base.error),
        malicious=table.action("malicious", base.malicious, _REFUSALS),
        vulnerable=table.action("vulnerable", base.vulnerable),
        capability=table.action("capability", base.capability),
        provenance=table.action("provenance", base.provenance),
        dormant=table.action("dormant", base.dormant),
        yanked=table.action("yanked", base.yanked),
        status=table.action("status", base.status),
        impersonation=table.action("impersonation", base.impersonation),
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
        action=table.action("action", base.action, _REFUSALS),
        unknown=table.action("unknown", base.unknown),
        except_fixes=table.flag("except-fixes", default=base.except_fixes),
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


def _entries(table: Table, key: str, read: Callable[[Table, Entry], Entry]) -> tuple[Entry, ...]:
    found = []
    for one in table.tables(key):
        entry = Entry(
            place=_place(one),
            project=_pattern(one),
            versions=_versions(one),
            reason=one.text("reason", required=True),
            expires=one.day("expires"),
        )
        found.append(read(one, entry))
        one.finish()
    return tuple(found)


def _allowance(table: Table, entry: Entry) -> Entry:
    only = set()
    if table.has("only") and not table.texts("only"):
        table.wrong("only", "only is empty; leave it out, or name what is lifted")
    for number, word in table.texts("only"):
        if word in LIFTABLE:
            only.add(word)
        else:
            table.bad_item(
                "only", number, f"{word!r} is nothing that can be lifted; that is {', '.join(sorted(LIFTABLE))}"
            )
    return replace(entry, action=Action.ALLOW, only=frozenset(only))


def _denial(table: Table, entry: Entry) -> Entry:
    return replace(entry, action=table.action("action", Action.BLOCK, _REFUSALS))


def _requirement(table: Table, entry: Entry) -> Entry:
    return replace(entry, action=table.action("action", Action.QUARANTINE, _REFUSALS))


def _pattern(table: Table) -> str:
    raw = table.text("project", required=True)
    normal = normal_pattern(raw) if raw else ""
    if raw and not normal:
        table.wrong("project", f"{raw!r} is neither a project's name nor a pattern such as acme-*")
    return normal


def _versions(table: Table) -> str:
    raw = table.text("versions")
    try:
        SpecifierSet(raw)
    except InvalidSpecifier:
        table.wrong("versions", f'{raw!r} is no range of versions (PEP 440), such as ">=2,<3"')
        return ""
    return raw


def _when(table: Table) -> When:
    condition = table.text("condition", required=True)
    if condition and (why := fault(condition)):
        table.wrong("condition", f"the condition cannot be used: {why}")
    found = When(
        place=_place(table),
        condition=condition,
        action=table.action("action", Action.QUARANTINE),
        reason=table.text("reason", required=True),
        expires=table.day("expires"),
    )
    if not table.has("action"):
        table.wrong("action", "action is missing")
    table.finish()
    return found


def _place(table: Table) -> str:
    """As the explanation names it: ``allow[1]``, ``indexes.strict.deny[2]``."""
    *path, number = table.path
    return f"{'.'.join(map(str, path))}[{int(number) + 1}]"


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
