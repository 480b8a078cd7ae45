"""The commands of ``pratique project`` and ``pratique takedown``, each loaded only when it is called."""

from __future__ import annotations

from cyclopts import App

_PROJECT = "See and change what the team published itself."
_PROJECT_EXAMPLES = """\
Examples:
  pratique project list
  pratique project uploads --state held
  pratique project approve acme_tool-1.0-py3-none-any.whl --reason "read it"
  pratique project yank acme-tool==1.0 --reason "loses data"
"""
_TAKEDOWN = """Stop serving a project, a release or a file, and say who has it already.

A project or a release is one that was published here: its name and its file names stay used, and `pratique project
restore` undoes it. A file is named by its SHA-256; the bytes of one from elsewhere are refused under every name."""
_TAKEDOWN_EXAMPLES = """\
Examples:
  pratique takedown acme-tool==1.0 --reason "leaks keys"
  pratique takedown acme-tool --reason "stolen account" --data /var/lib/pratique
  pratique takedown 4f1c8a3be02d... --reason "phones home"
"""
_COMMANDS = (
    ("list", "listed", "List the projects that were published here.", "pratique project list --format json"),
    ("show", "show", "Show a project: its status, and each file with its state.", "pratique project show acme-tool"),
    ("uploads", "uploads", "List uploads, the newest first.", "pratique project uploads --state held"),
    (
        "approve",
        "approve",
        "Publish an upload that is held.",
        'pratique project approve acme_tool-1.0.tar.gz --reason "read it"',
    ),
    (
        "reject",
        "reject",
        "Turn an upload down that is held; it is kept as evidence.",
        'pratique project reject acme_tool-1.0.tar.gz --reason "phones home"',
    ),
    (
        "yank",
        "yank",
        "Yank a release: only whoever pins it gets it (PEP 592).",
        'pratique project yank acme-tool==1.0 --reason "loses data"',
    ),
    ("unyank", "unyank", "Undo a yank.", "pratique project unyank acme-tool==1.0"),
    ("restore", "restore", "Serve again what was taken down.", "pratique project restore acme-tool==1.0"),
    (
        "status",
        "status",
        "Set a project's status (PEP 792).",
        'pratique project status acme-tool archived --reason "replaced by acme-kit"',
    ),
    (
        "prohibit",
        "prohibit",
        "Let nobody upload under a name.",
        'pratique project prohibit acme-secrets --reason "reserved"',
    ),
    ("allow", "allow", "Undo a prohibition.", "pratique project allow acme-secrets"),
    (
        "private",
        "private",
        "Never ask the upstream for names that begin so.",
        'pratique project private acme- --reason "ours"',
    ),
    ("public", "public", "Ask the upstream again for names that begin so.", "pratique project public acme-"),
    ("names", "names", "List prohibited and private names.", "pratique project names --format json"),
)
_ROOMS = {
    "project": ("listed", "show", "uploads"),
    "project_acts": ("approve", "reject", "yank", "unyank", "restore", "status"),
    "project_names": ("prohibit", "allow", "private", "public", "names"),
}
_ROOM = {function: room for room, functions in _ROOMS.items() for function in functions}


def project() -> App:
    """The group, with nothing of it loaded yet."""
    group = App(name="project", help=_PROJECT, help_epilogue=_PROJECT_EXAMPLES, help_format="plaintext")
    for name, function, help_text, example in _COMMANDS:
        group.command(
            f"pratique.cli.{_ROOM[function]}:{function}",
            name=name,
            help=help_text,
            help_epilogue=f"Examples:\n  {example}\n",
        )
    return group


def add_to(app: App) -> None:
    """Add both commands."""
    app.command("pratique.cli.takedown:takedown", name="takedown", help=_TAKEDOWN, help_epilogue=_TAKEDOWN_EXAMPLES)
    app.command(project())
