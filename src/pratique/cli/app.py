"""Which commands there are; each is a path that is imported only when it is called."""

from __future__ import annotations

from cyclopts import App

from pratique import __version__

_HELP = "A static defence against malicious Python packages."
_SCREEN = """Say what a distribution would do, without running it.

Exit status: 0 nothing at or above --fail-on; 1 something was; 2 something could not be inspected, or bad usage."""
_SCREEN_USAGE = "Usage: pratique screen [OPTIONS] TARGET..."
_SERVE = "Serve an index that passes on only what was inspected and allowed."
_RULES = "List the rules, or explain one."
_EXAMPLES = """\
Examples:
  pratique serve
  pratique screen dist/ --format jsonl
  pratique screen flask==3.1.0
  pratique rules second-stage
"""
_SCREEN_EXAMPLES = """\
Examples:
  pratique screen flask-3.1.0-py3-none-any.whl
  pratique screen dist/ --format jsonl --jobs 4
  pratique screen flask==3.1.0 --fail-on malicious
  pratique screen ./unpacked-sdist --rules second-stage,theft
  pratique screen . --format sarif > pratique.sarif
"""
_SERVE_EXAMPLES = """\
Examples:
  pratique serve
  pratique serve --listen 0.0.0.0:8470 --data /var/lib/pratique
"""
_RULES_EXAMPLES = """\
Examples:
  pratique rules
  pratique rules second-stage
  pratique rules --markdown docs/rules
"""


def build() -> App:
    """The application, with nothing of it loaded yet."""
    app = App(name="pratique", version=__version__, help=_HELP, help_epilogue=_EXAMPLES, help_format="plaintext")
    app.command(
        "pratique.cli.screen:screen", name="screen", usage=_SCREEN_USAGE, help=_SCREEN, help_epilogue=_SCREEN_EXAMPLES
    )
    app.command("pratique.cli.serve:serve", name="serve", help=_SERVE, help_epilogue=_SERVE_EXAMPLES)
    app.command("pratique.cli.rules:rules", name="rules", help=_RULES, help_epilogue=_RULES_EXAMPLES)
    return app
