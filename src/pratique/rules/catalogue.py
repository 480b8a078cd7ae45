"""The rules, as an explicit list."""

from __future__ import annotations

from pratique.rules import (
    beacon,
    bytecode,
    clipboard_swap,
    command_shadow,
    copied_identity,
    data_payload,
    decoded_code,
    look_alike,
    metadata_claims,
    module_shadow,
    native_payload,
    persistence,
    pickle_payload,
    pth_code,
    reached_script,
    remote_control,
    second_stage,
    shell_payload,
    startup_shadow,
    theft,
    unreadable_names,
)
from pratique.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    second_stage.RULE,
    theft.RULE,
    beacon.RULE,
    decoded_code.RULE,
    persistence.RULE,
    remote_control.RULE,
    look_alike.RULE,
    metadata_claims.RULE,
    native_payload.RULE,
    pickle_payload.RULE,
    pth_code.RULE,
    shell_payload.RULE,
    startup_shadow.RULE,
    bytecode.RULE,
    clipboard_swap.RULE,
    command_shadow.RULE,
    module_shadow.RULE,
    reached_script.RULE,
    data_payload.RULE,
    copied_identity.RULE,
    unreadable_names.RULE,
)
