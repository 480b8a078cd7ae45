"""The rules, as an explicit list."""

from __future__ import annotations

from pratique.rules import beacon, decoded_code, persistence, remote_control, second_stage, theft
from pratique.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    second_stage.RULE,
    theft.RULE,
    beacon.RULE,
    decoded_code.RULE,
    persistence.RULE,
    remote_control.RULE,
)
