"""Capabilities in words, for people."""

from __future__ import annotations

from pratique.capability import Capability, Kind

_DOES = {
    Kind.FINDING: "does what a rule looks for",
    Kind.SECRETS: "reads secrets",
    Kind.NETWORK: "reaches the network",
    Kind.PROCESS: "starts a program",
    Kind.CODE: "executes text as code",
    Kind.LISTEN: "opens raw connections",
    Kind.MEMORY: "enters native memory",
    Kind.REGISTRY: "writes the Windows registry",
    Kind.STARTUP: "runs a file",
    Kind.HOOK: "runs a file",
}
_SECRETS = {
    "secret": "reads stored credentials",
    "environ": "reads the whole environment",
    "clipboard": "reads the clipboard",
    "screen": "takes pictures of the screen",
    "keys": "listens to the keyboard",
}
PLURAL = {
    Kind.FINDING: "findings",
    Kind.SECRETS: "secrets",
    Kind.NETWORK: "network",
    Kind.PROCESS: "programs started",
    Kind.CODE: "text run as code",
    Kind.LISTEN: "raw connections",
    Kind.MEMORY: "native memory",
    Kind.REGISTRY: "Windows registry",
    Kind.STARTUP: "start-up files",
    Kind.HOOK: "build hooks",
    Kind.BINARY: "native code",
    Kind.SCRIPT: "shell scripts",
    Kind.OPAQUE: "encoded data",
    Kind.COMMAND: "commands",
    Kind.PLUGIN: "plugins",
    Kind.DEPENDENCY: "dependencies",
    Kind.HOST: "hosts named",
    Kind.FILE: "files",
}
"""What each kind is called at the head of a list."""


def sentence(one: Capability) -> str:
    """What code does and when, for example ``reaches the network when it is imported``."""
    if one.kind is Kind.FINDING:
        does = f"does what the rule {one.what} looks for"
    elif one.kind is Kind.SECRETS:
        does = _SECRETS.get(one.what, _DOES[one.kind])
    else:
        does = _DOES.get(one.kind, f"brings {one.what}")
    hidden = ", behind a decoder," if one.layers and one.kind is not Kind.FINDING else ""
    return f"{does}{hidden} {one.phase.moment}".rstrip()
