"""The commands of ``pratique popular``, each loaded only when it is called."""

from __future__ import annotations

from cyclopts import App

_POPULAR = "See and renew the list of popular projects that names are compared with."
_EXAMPLES = """\
Examples:
  pratique popular import https://lists.example.invalid/top-projects.json
  pratique popular status
  pratique popular check reqeusts acme-billing
"""
_CHECK_USAGE = "Usage: pratique popular check [OPTIONS] NAME..."
_COMMANDS = (
    (
        "import",
        "bring",
        (
            "Use another list from now on.\n\n"
            "It is read whole and checked before anything is replaced.\n\n"
            "Exit status: 0 it is in force; 2 it cannot be used, and the one before it stays; or bad usage."
        ),
        "pratique popular import top-projects.txt --data /var/lib/pratique",
    ),
    (
        "status",
        "status",
        (
            "Show which list is in force, where it came from and how old it is.\n\n"
            "Exit status: 0 shown; 2 it is damaged, or bad usage."
        ),
        "pratique popular status --format json",
    ),
    (
        "check",
        "check",
        (
            "Say for whom names could be taken.\n\n"
            "Exit status: 0 nothing strong; 1 one of them could well be taken for another; 2 bad usage."
        ),
        "pratique popular check reqeusts acme-billing",
    ),
    (
        "reset",
        "reset",
        "Go back to the list that this version ships with.\n\nExit status: 0 it is in force; 2 bad usage.",
        "pratique popular reset",
    ),
)


def add_to(app: App) -> None:
    """Add the group, with nothing of it loaded yet."""
    group = App(name="popular", help=_POPULAR, help_epilogue=_EXAMPLES, help_format="plaintext")
    for name, function, help_text, example in _COMMANDS:
        group.command(
            f"pratique.cli.popular:{function}",
            name=name,
            usage=_CHECK_USAGE if name == "check" else None,
            help=help_text,
            help_epilogue=f"Examples:\n  {example}\n",
        )
    app.command(group)
