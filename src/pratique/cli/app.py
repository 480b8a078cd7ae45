"""Which commands there are; each is a path that is imported only when it is called."""

from __future__ import annotations

from cyclopts import App

from pratique import __version__
from pratique.cli import (
    account_commands,
    aftercare_commands,
    cache_commands,
    db_commands,
    developer_commands,
    popular_commands,
    project_commands,
    review_commands,
)

_HELP = "A static defence against malicious Python packages."
_SCREEN = """Say what a distribution would do, without running it.

Exit status: 0 nothing at or above --fail-on; 1 something was; 2 something could not be inspected, or bad usage."""
_SCREEN_USAGE = "Usage: pratique screen [OPTIONS] TARGET..."
_DIFF = """Show what a release can do that its predecessor could not.

Exit status: 0 nothing new that matters; 1 a new chain: code that runs by itself has learnt to reach the network,
programs or secrets, or a rule fires that did not; 2 something could not be read, or bad usage."""
_DIFF_USAGE = "Usage: pratique diff [OPTIONS] OLD NEW"
_DIFF_EXAMPLES = """\
Examples:
  pratique diff flask==3.0.3 flask==3.1.0
  pratique diff demo-1.0.tar.gz demo-1.1.tar.gz --format json
  pratique diff demo-1.1.tar.gz demo-1.1-py3-none-any.whl
"""
_SERVE = "Serve an index that passes on only what was inspected and allowed."
_RULES = "List the rules, or explain one."
_EXAMPLES = """\
Examples:
  pratique serve
  pratique screen dist/ --format jsonl
  pratique screen flask==3.1.0
  pratique audit uv.lock
  pratique run -- pip install flask
  pratique rules second-stage
"""
_SCREEN_EXAMPLES = """\
Examples:
  pratique screen flask-3.1.0-py3-none-any.whl
  pratique screen dist/ --format jsonl --jobs 4
  pratique screen flask==3.1.0 --fail-on malicious
  pratique screen ./unpacked-sdist --rules second-stage,theft
  pratique screen dist/ --format sarif > pratique.sarif
"""
_SERVE_EXAMPLES = """\
Examples:
  pratique serve
  pratique serve --listen 0.0.0.0:8470 --data /var/lib/pratique
  pratique serve --config pratique.toml
"""
_RULES_EXAMPLES = """\
Examples:
  pratique rules
  pratique rules second-stage
  pratique rules --markdown docs/rules
"""
_ADVISORIES = "Bring in and ask what is published about releases: malware and vulnerabilities (OSV records)."
_ADVISORIES_EXAMPLES = """\
Examples:
  pratique advisories import ./osv-records
  pratique advisories import https://export.example.invalid/PyPI/
  pratique advisories status
  pratique advisories show MAL-2026-1
  pratique advisories check flask==3.1.0
"""
_IMPORT = """Bring OSV records in from a folder, a zip or a URL.

Records that cannot be read are told and skipped.

Exit status: 0 brought in; 2 the source cannot be used, or bad usage."""
_IMPORT_EXAMPLES = """\
Examples:
  pratique advisories import ./osv-records
  pratique advisories import all.zip --data /var/lib/pratique
  pratique advisories import https://export.example.invalid/PyPI/
"""
_STATUS = """Show what is kept, where it came from and when it was last up to date.

Exit status: 0 all is well; 1 nothing is kept, or a source's last attempt failed; 2 bad usage, or no database."""
_STATUS_EXAMPLES = """\
Examples:
  pratique advisories status
  pratique advisories status --format json
"""
_SHOW = """Show a record, or those that have an alias.

Exit status: 0 shown; 1 there is none; 2 bad usage, or no database."""
_SHOW_EXAMPLES = """\
Examples:
  pratique advisories show MAL-2026-1
  pratique advisories show CVE-2026-1 --format json
"""
_CHECK = """Say what is known against releases.

Exit status: 0 nothing is known; 1 something is; 2 bad usage, or no advisories are kept."""
_CHECK_USAGE = "Usage: pratique advisories check [OPTIONS] NAME==VERSION..."
_CHECK_EXAMPLES = """\
Examples:
  pratique advisories check flask==3.1.0
  pratique advisories check flask==3.1.0 rich==15.0.0 --format json
"""
_EXPOSURE = """Say who received a release, what it would have taken from them, and so which secrets to rotate.

The record in the server's data folder is read, while the server runs or not.

Exit status: 0 nobody received it; 1 somebody did; 2 bad usage, or no database."""
_EXPOSURE_EXAMPLES = """\
Examples:
  pratique exposure demo==2.0
  pratique exposure demo --data /var/lib/pratique
  pratique exposure demo==2.0 --format json
  pratique exposure demo==2.0 --format csv > received.csv
"""


def build() -> App:
    """The application, with nothing of it loaded yet."""
    app = App(name="pratique", version=__version__, help=_HELP, help_epilogue=_EXAMPLES, help_format="plaintext")
    app.command(
        "pratique.cli.screen:screen", name="screen", usage=_SCREEN_USAGE, help=_SCREEN, help_epilogue=_SCREEN_EXAMPLES
    )
    developer_commands.add_to(app)
    app.command("pratique.cli.diff:diff", name="diff", usage=_DIFF_USAGE, help=_DIFF, help_epilogue=_DIFF_EXAMPLES)
    app.command("pratique.cli.serve:serve", name="serve", help=_SERVE, help_epilogue=_SERVE_EXAMPLES)
    app.command("pratique.cli.rules:rules", name="rules", help=_RULES, help_epilogue=_RULES_EXAMPLES)
    app.command(_advisories())
    app.command("pratique.cli.exposure:exposure", name="exposure", help=_EXPOSURE, help_epilogue=_EXPOSURE_EXAMPLES)
    popular_commands.add_to(app)
    project_commands.add_to(app)
    account_commands.add_to(app)
    review_commands.add_to(app)
    aftercare_commands.add_to(app)
    cache_commands.add_to(app)
    db_commands.add_to(app)
    return app


def _advisories() -> App:
    group = App(name="advisories", help=_ADVISORIES, help_epilogue=_ADVISORIES_EXAMPLES, help_format="plaintext")
    for name, function, help_text, examples in (
        ("import", "advisories:bring", _IMPORT, _IMPORT_EXAMPLES),
        ("status", "advisories:status", _STATUS, _STATUS_EXAMPLES),
        ("show", "advised:show", _SHOW, _SHOW_EXAMPLES),
        ("check", "advised:check", _CHECK, _CHECK_EXAMPLES),
    ):
        usage = _CHECK_USAGE if name == "check" else None
        group.command(f"pratique.cli.{function}", name=name, usage=usage, help=help_text, help_epilogue=examples)
    return group
