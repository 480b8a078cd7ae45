"""The commands of ``pratique webhook`` and ``pratique rejudge``, each loaded only when it is called."""

from __future__ import annotations

from cyclopts import App

_WEBHOOK = "Try the webhooks that are told what happens, and see how deliveries stand."
_WEBHOOK_EXAMPLES = """\
Examples:
  pratique webhook test --notify notify.toml
  pratique webhook status --data /var/lib/pratique
  pratique webhook retry security
"""
_REJUDGE = """Say how far a server has judged again what it keeps: by a newer engine, or what could not be inspected.

The server does so by itself, the most downloaded files first, while no client waits.

Exit status: 0 nothing is left; 1 something is; 2 bad usage, or no database."""
_REJUDGE_EXAMPLES = """\
Examples:
  pratique rejudge --status
  pratique rejudge --data /var/lib/pratique --format json
"""
_HELP = {
    "test": (
        "try_out",
        (
            "Send each webhook a notice of the kind test, at once, and say what it answered.\n\n"
            "Exit status: 0 all arrived; 1 one did not; 2 bad usage, or the file cannot be used."
        ),
        "pratique webhook test security --notify notify.toml",
    ),
    "status": (
        "status",
        (
            "Show what is on its way, what arrived and what was given up, by webhook.\n\n"
            "Exit status: 0 nothing was given up; 1 something was; 2 bad usage, or no database."
        ),
        "pratique webhook status --format json",
    ),
    "retry": (
        "retry",
        "Let what was given up for a webhook be tried again by the running server.",
        "pratique webhook retry security --data /var/lib/pratique",
    ),
}


def add_to(app: App) -> None:
    """Add the commands to the application."""
    group = App(name="webhook", help=_WEBHOOK, help_epilogue=_WEBHOOK_EXAMPLES, help_format="plaintext")
    for name, (function, told, example) in _HELP.items():
        examples = f"Examples:\n  {example}\n"
        group.command(f"pratique.cli.webhook:{function}", name=name, help=told, help_epilogue=examples)
    app.command(group)
    app.command("pratique.cli.rejudge:rejudge", name="rejudge", help=_REJUDGE, help_epilogue=_REJUDGE_EXAMPLES)
