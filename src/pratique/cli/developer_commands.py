"""The commands of one developer, who needs no server: each is loaded only when it is called."""

from __future__ import annotations

from cyclopts import App

_AUDIT = """Say what a project's dependencies would do, and what is known of them: each release that a lock file pins.

With --environment, what is installed there: files as they lie on the disk, and those that belong to no distribution.
Nothing is executed, imported or built.

Exit status: 0 nothing at or above --fail-on; 1 something was; 2 something could not be audited, or bad usage."""
_AUDIT_USAGE = "Usage: pratique audit [OPTIONS] [FILE...]"
_AUDIT_EXAMPLES = """\
Examples:
  pratique audit
  pratique audit requirements.txt uv.lock --format jsonl
  pratique audit --environment .venv
  pratique audit poetry.lock --fail-on vulnerable
  pratique audit pylock.toml --every-file --format sarif > pratique.sarif
"""
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
    app.command(
        "pratique.cli.audit:audit", name="audit", usage=_AUDIT_USAGE, help=_AUDIT, help_epilogue=_AUDIT_EXAMPLES
    )
    app.command("pratique.cli.run:run", name="run", usage=_RUN_USAGE, help=_RUN, help_epilogue=_RUN_EXAMPLES)
