"""Reading shell commands and scripts: POSIX sh, PowerShell and cmd, without running any."""

from __future__ import annotations

from pratique.facts.shell.model import ShellFacts
from pratique.facts.shell.reader import read_shell, read_shell_member

__all__ = ["ShellFacts", "read_shell", "read_shell_member"]
