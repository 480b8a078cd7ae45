"""The commands of ``pratique user`` and ``pratique token``, each loaded only when it is called."""

from __future__ import annotations

from cyclopts import App

_USER = "See and change who has an account."
_USER_EXAMPLES = """\
Examples:
  pratique user first
  pratique user add ada --role publisher --email ada@example.org
  pratique user list
  pratique user disable ada --reason "left the team"
"""
_MADE = "Make, see and revoke tokens."
_MADE_EXAMPLES = """\
Examples:
  pratique token create ada --scope publish --project acme-tool --days 30
  pratique token list
  pratique token revoke 0a1b2c3d4e5f
"""
_USERS = (
    ("first", "first", "Print a link that makes the first administrator. It serves once, for an hour.", "first"),
    (
        "add",
        "add",
        "Make an account, and print a link that sets its password. It serves once, for two days.",
        "add ada --role publisher --email ada@example.org",
    ),
    ("list", "listed", "List who has an account.", "list --format json"),
    ("role", "role", "Give somebody another role; they have to log in again.", "role ada reviewer"),
    ("email", "email", "Change where somebody is written to.", "email ada ada@example.org"),
    ("disable", "disable", "Close an account: its sessions and tokens stop.", 'disable ada --reason "left the team"'),
    ("enable", "enable", "Open an account again that was disabled or frozen.", "enable ada"),
    ("link", "link", "Print a link that sets somebody's password.", "link ada --reset-factors"),
)
_TOKENS = (
    (
        "create",
        "create",
        "Make a token; it is shown this once.",
        "create ada --scope publish --project acme-tool --days 30",
    ),
    ("list", "listed", "List tokens, the newest first.", "list ada --format json"),
    ("revoke", "revoke", "Stop a token for good.", 'revoke 0a1b2c3d4e5f --reason "laptop lost"'),
)


_LINKS = frozenset({"first", "add", "link"})


def _place(name: str, function: str) -> str:
    return f"pratique.cli.{f'{name}_links' if function in _LINKS else name}:{function}"


def add_to(app: App) -> None:
    """Add both groups."""
    for name, text, examples, commands in (
        ("user", _USER, _USER_EXAMPLES, _USERS),
        ("token", _MADE, _MADE_EXAMPLES, _TOKENS),
    ):
        group = App(name=name, help=text, help_epilogue=examples, help_format="plaintext")
        for command, function, about, example in commands:
            group.command(
                _place(name, function),
                name=command,
                help=about,
                help_epilogue=f"Examples:\n  pratique {name} {example}\n",
            )
        app.command(group)
