"""The commands of ``pratique policy``, ``quarantine`` and ``audit-log``, each loaded only when it is called."""

from __future__ import annotations

from cyclopts import App

_POLICY = "Check a policy, explain what it decides, and try another one."
_POLICY_EXAMPLES = """\
Examples:
  pratique policy check policy.toml
  pratique policy show
  pratique policy explain flask==3.1.0
  pratique policy test stricter.toml --days 14
"""
_QUARANTINE = "See what is held, and decide about it while the server runs."
_QUARANTINE_EXAMPLES = """\
Examples:
  pratique quarantine list
  pratique quarantine show demo-2.0-py3-none-any.whl
  pratique quarantine release demo-2.0-py3-none-any.whl --reason "read it" --expires 30d
  pratique quarantine reject 4f1c8a3be02d --reason "phones home"
"""
_AUDIT = "See what people decided, and prove that the record of it was not rewritten."
_AUDIT_EXAMPLES = """\
Examples:
  pratique audit-log show
  pratique audit-log verify
  pratique audit-log verify --head /mnt/elsewhere/audit-head
"""
_HELP = {
    "policy check": (
        "check",
        (
            "Say everything that is wrong with a policy, each with line and column.\n\n"
            "Exit status: 0 it can be used; 1 it cannot; 2 bad usage, or the file cannot be read."
        ),
        "pratique policy check policy.toml",
    ),
    "policy show": (
        "show",
        "Show which policy came into force last, its words, and the names that it keeps.",
        "pratique policy show --data /var/lib/pratique",
    ),
    "policy explain": (
        "explain",
        (
            "Say what is decided about a release, by which line of the policy, and all that is said of it.\n\n"
            "Of an upload that is held or refused, too, what became of it.\n\n"
            "Exit status: 0 all of its files may be served; 1 one may not; 2 bad usage, or there is no such release."
        ),
        "pratique policy explain flask==3.1.0 --index strict",
    ),
    "policy test": (
        "replayed",
        (
            "Put what was asked for lately before another policy, and say what it would have changed.\n\n"
            "Exit status: 0 nothing; 1 something; 2 bad usage, or the policy cannot be used."
        ),
        "pratique policy test stricter.toml --days 14",
    ),
    "quarantine list": (
        "listing",
        "List what is held, the last asked for first.",
        "pratique quarantine list --format json",
    ),
    "quarantine show": (
        "show",
        "Show everything that is known of a file that was asked for, on every index.",
        "pratique quarantine show demo-2.0-py3-none-any.whl",
    ),
    "quarantine release": (
        "release",
        (
            "Let exactly these bytes pass, under this name, in spite of what is said of them now.\n\n"
            "What comes up later is not lifted. A denial or a private name is the policy's to change."
        ),
        'pratique quarantine release demo-2.0-py3-none-any.whl --reason "read it" --expires 30d',
    ),
    "quarantine reject": (
        "reject",
        "Refuse these bytes under any name, whatever the policy says of them.",
        'pratique quarantine reject 4f1c8a3be02d --reason "phones home"',
    ),
    "audit-log verify": (
        "verify",
        (
            "Prove that the audit log was not rewritten.\n\n"
            "Exit status: 0 it is what it was; 1 it is not; 2 bad usage, or a head that cannot be read."
        ),
        "pratique audit-log verify --head /mnt/elsewhere/audit-head",
    ),
    "audit-log show": (
        "show",
        "Show the newest entries, the newest last.",
        "pratique audit-log show --last 10",
    ),
}


_ROOMS = {"policy explain": "policy_explain", "policy test": "policy_replay"}
"""Modules of commands that do not live in that of their group."""


def add_to(app: App) -> None:
    """Add the commands to the application."""
    for name, help_text, examples in (
        ("policy", _POLICY, _POLICY_EXAMPLES),
        ("quarantine", _QUARANTINE, _QUARANTINE_EXAMPLES),
        ("audit-log", _AUDIT, _AUDIT_EXAMPLES),
    ):
        app.command(_group(name, help_text, examples))


def _group(name: str, help_text: str, examples: str) -> App:
    group = App(name=name, help=help_text, help_epilogue=examples, help_format="plaintext")
    for command, (function, told, example) in _HELP.items():
        room, _, verb = command.partition(" ")
        if room == name:
            place = f"pratique.cli.{_ROOMS.get(command, name.replace('-', '_'))}:{function}"
            group.command(place, name=verb, help=told, help_epilogue=f"Examples:\n  {example}\n")
    return group
