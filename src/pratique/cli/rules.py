"""``pratique rules``: what is looked for, and the whole page of one rule."""

from __future__ import annotations

import sys
from difflib import get_close_matches

from pratique.cli.printable import printable
from pratique.errors import BadSetting
from pratique.rules.rule import Example, Rule


def rules(rule: str | None = None, /) -> int:
    """List the rules, or explain one.

    Parameters
    ----------
    rule
        The rule's name.

    """
    from pratique.rules.catalogue import RULES

    lines = _page(known(rule)) if rule else [f"{r.id:<28} {r.behaviour.value:<14} {r.summary}" for r in RULES]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def known(name: str) -> Rule:
    """The rule of that name; raises `BadSetting` with the nearest one otherwise."""
    from pratique.rules.catalogue import RULES

    by_id = {rule.id: rule for rule in RULES}
    if name in by_id:
        return by_id[name]
    near = get_close_matches(name, by_id, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise BadSetting(f"There is no rule {name}.", remedy=f"{hint}`pratique rules` lists them.")


def _page(rule: Rule) -> list[str]:
    lines = [f"{rule.id} ({rule.behaviour.value})", "", rule.summary, "", f"Why it matters: {rule.gain}"]
    lines += ["", f"What honest code does: {rule.honest}"]
    for heading, examples in (("It fires on", rule.loud), ("It stays quiet on", rule.quiet)):
        lines += ["", f"{heading}:"]
        for example in examples:
            lines += _example(example)
    return lines


def _example(example: Example) -> list[str]:
    lines = [f"  {example.title}"]
    for path, content in example.files.items():
        text = content if isinstance(content, str) else f"({len(content)} bytes)"
        lines.append(f"    {path}")
        lines += [f"      {printable(line)}" for line in text.splitlines()]
    return lines
