"""The commands of ``pratique db``, each loaded only when it is called."""

from __future__ import annotations

from cyclopts import App

_DB = "Back the database up, restore it, move it to another one, bring it up to date."
_EXAMPLES = """\
Examples:
  pratique db backup pratique.zip
  pratique db restore pratique.zip --data /var/lib/pratique
  pratique db restore pratique.zip --database postgresql+psycopg://pratique@db/pratique
  pratique db migrate --check
"""
_HELP = {
    "backup": (
        (
            "Back the database up, while the server runs or not.\n\n"
            "Exit status: 0 the backup is there; 2 it is not, and nothing was left."
        ),
        "pratique db backup /backups/pratique.zip --data /var/lib/pratique --blobs all",
    ),
    "restore": (
        (
            "Make a database what a backup says: all of it, or nothing where the backup is damaged.\n\n"
            "Exit status: 0 restored; 2 nothing was changed."
        ),
        "pratique db restore pratique.zip --data /var/lib/pratique --force",
    ),
    "migrate": (
        (
            "Bring a database of an older version up to date, in one transaction.\n\n"
            "Exit status: 0 it is up to date; 1 with --check, it is not; 2 it cannot be used."
        ),
        "pratique db migrate --data /var/lib/pratique",
    ),
}


def add_to(app: App) -> None:
    """Add the commands to the application."""
    group = App(name="db", help=_DB, help_epilogue=_EXAMPLES, help_format="plaintext")
    for name, (told, example) in _HELP.items():
        group.command(f"pratique.cli.db:{name}", name=name, help=told, help_epilogue=f"Examples:\n  {example}\n")
    app.command(group)
