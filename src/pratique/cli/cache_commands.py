"""The commands of ``pratique cache``, each loaded only when it is called."""

from __future__ import annotations

from cyclopts import App

_HELP = "See how much is kept of upstreams' files, and say what has to stay."
_EXAMPLES = """\
Examples:
  pratique cache status
  pratique cache pin demo-2.0-py3-none-any.whl --reason "what production runs"
  pratique cache unpin demo-2.0-py3-none-any.whl
"""
_COMMANDS = (
    (
        "status",
        "Say how much is kept of upstreams' files, and what is pinned.\n\nExit status: 0; 2 bad usage, or no database.",
        "pratique cache status --format json",
    ),
    (
        "pin",
        (
            "Keep a file for good, however long nobody asks for it.\n\n"
            "Exit status: 0 it stays; 2 bad usage, or no such file is kept."
        ),
        'pratique cache pin demo-2.0-py3-none-any.whl --reason "what production runs"',
    ),
    (
        "unpin",
        (
            "Let a pinned file give way again, once others are used more.\n\n"
            "Exit status: 0 it may; 2 bad usage, or no such file is kept."
        ),
        "pratique cache unpin demo-2.0-py3-none-any.whl",
    ),
)


def add_to(app: App) -> None:
    """Make these commands known."""
    group = App(name="cache", help=_HELP, help_epilogue=_EXAMPLES, help_format="plaintext")
    for name, help_text, example in _COMMANDS:
        epilogue = f"Examples:\n  {example}\n"
        group.command(f"pratique.cli.cache:{name}", name=name, help=help_text, help_epilogue=epilogue)
    app.command(group)
