"""Shadowed commands: an installed script answers to the name of a command that everybody types."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.scripts import installed_commands
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.rule import Example, Rule

_ID = "command-shadow"
# fmt: off
_COMMON = frozenset({
    "python", "python2", "python3", "py", "pip", "pip2", "pip3", "pipx", "conda", "virtualenv", "uv", "poetry", "twine",
    "sh", "bash", "zsh", "fish", "cmd", "powershell", "pwsh", "sudo", "su", "doas", "login", "passwd", "env", "which",
    "ls", "cat", "cp", "mv", "rm", "cd", "ln", "ps", "top", "kill", "grep", "sed", "awk", "find", "xargs", "tar", "zip",
    "ssh", "scp", "sftp", "rsync", "ssh-keygen", "ssh-add", "ssh-agent", "gpg", "openssl", "curl", "wget", "nc", "dig",
    "git", "gh", "hg", "svn", "docker", "podman", "kubectl", "helm", "terraform", "ansible", "aws", "gcloud", "az",
    "node", "npm", "npx", "yarn", "pnpm", "bun", "deno", "go", "cargo", "rustc", "gcc", "cc", "make", "cmake", "java",
    "vim", "vi", "nano", "code", "man", "less", "systemctl", "crontab", "apt", "apt-get", "brew", "yum", "dnf",
})
_TRUSTED = frozenset({"pip", "pip2", "pip3", "python", "python3", "sudo", "su", "ssh"})
"""Whoever types one of these hands over passwords, or the right to install."""
_OF = {"npm": "node", "npx": "node", "pip3": "pip", "pip2": "pip", "python3": "python", "py": "python", "cc": "zig"}
# fmt: on
"""Whose command it is, where its name does not say so."""


def _check(facts: PackageFacts) -> Iterator[Finding]:
    project = facts.artifact.name.project
    if project in facts.popular:
        return
    for command in installed_commands(facts.members):
        plain = command.name.lower().removesuffix(".exe").removesuffix(".bat")
        if plain in _COMMON and not _is_its_own(plain, project):
            yield Finding(
                rule=_ID,
                behaviour=Behaviour.PACKAGING,
                severity=Severity.CRITICAL if plain in _TRUSTED else Severity.MEDIUM,
                confidence=Confidence.HIGH,
                phase=Phase.NONE,
                path=command.path,
                line=0,
                message=f"installs a command named {plain}",
            )
            return


def _is_its_own(command: str, project: str) -> bool:
    return command in project or _OF.get(command, command) in project


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.PACKAGING,
    summary="An installed script has the name of a command that everybody types.",
    gain="Whoever types the command runs the attacker's code, with whatever it is given.",
    honest="Projects that package the very tool carry its name, and popular ones are known; "
    "alone it only adds to the score.",
    check=_check,
    loud=(
        Example(
            title="an entry point",
            files={
                "example_pkg/__init__.py": "def main():\n    pass\n",
                "example_pkg-1.0.dist-info/entry_points.txt": "[console_scripts]\nexample = example_pkg:main\nssh = example_pkg:main\n",
            },
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="a script of a source tree",
            files={"pyproject.toml": "[project]\nname='example-pkg'\n[project.scripts]\npip = 'example_pkg:main'\n"},
        ),
        Example(
            title="a script in setup.py",
            files={"setup.py": "setup(entry_points={'console_scripts': ['git = example_pkg:main']})\n"},
        ),
        Example(
            title="a file beside the package",
            files={"example_pkg-1.0.data/scripts/sudo": "#!/bin/sh\nexit 0\n", "example_pkg/__init__.py": ""},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
    ),
    quiet=(
        Example(
            title="a tool under its own name",
            files={"example_pkg-1.0.dist-info/entry_points.txt": "[console_scripts]\nexample-git = example_pkg:main\n"},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="a project that packages the tool",
            files={"node_bin_wheel-1.0.dist-info/entry_points.txt": "[console_scripts]\nnpx = node_bin:main\n"},
            filename="node_bin_wheel-1.0-py3-none-any.whl",
        ),
    ),
)
