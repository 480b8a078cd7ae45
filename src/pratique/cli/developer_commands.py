"""The commands of one developer, who needs no server: each is loaded only when it is called."""

from __future__ import annotations

from cyclopts import App

_RUN = """Run a command behind a gateway that lives as long as it does: whatever it installs is inspected first.

What the command asks of any other host is refused. What it was refused is told on stderr when it has ended.

Exit status: that of the command; 2 it was not started: bad usage, or its arguments lead past the gateway."""
_RUN_USAGE = "Usage: pratique run [OPTIONS] -- COMMAND [ARGS...]"
_RUN_EXAMPLES = """\
Examples:
  pratique run -- pip install flask
  pratique run -- uv pip sync requirements.txt
  pratique run -- pdm install
  pratique run --policy policy.toml -- pip download -r requirements.txt
"""


def add_to(app: App) -> None:
    """Add the commands to the application."""
    app.command("pratique.cli.run:run", name="run", usage=_RUN_USAGE, help=_RUN, help_epilogue=_RUN_EXAMPLES)
