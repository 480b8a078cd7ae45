"""The first sieve: which source files can hold anything that a rule reports, by their words alone."""

from __future__ import annotations

import re

from pratique.artifact import Role

_SINK = re.compile(
    rb"exec|eval|compile|system|popen|subprocess|spawn|startfile|import|ctypes|marshal|pickle|getattr|globals|builtins|"
    rb"winreg|\.post|\.send|urlopen|request|\.write|dup2|ShellExecute|\.get\(",
)
_SOURCE = re.compile(
    rb"requests|urllib|urlopen|httpx|aiohttp|http\.client|httplib|socket|ftplib|smtplib|websocket|curl|wget|pycurl|"
    rb"powershell|cloudscraper|telebot|telegram|webhook|base64|b64|b32|b16|b85|a85|fromhex|unhexlify|decompress|zlib|marshal|"
    rb"codecs|rot.?13|Fernet|AES|\bchr\b|\[::-1\]|__import__|VirtualAlloc|WriteProcessMemory|crontab|CurrentVersion|"
    rb"Startup|\.bashrc|LaunchAgents|systemd|authorized_keys|sitecustomize|\.pth|schtasks|rm -rf|rmtree|dup2|"
    rb"https?://|bytes\(\[|\bint\(|translate|__builtins__|importlib|dns\.|paramiko|discord",
)


def worth_reading(data: bytes, role: Role) -> bool:
    """Whether a source file must be parsed; install and start-up code always is."""
    if role in {Role.SETUP, Role.BACKEND, Role.STARTUP}:
        return True
    return _SOURCE.search(data) is not None and _SINK.search(data) is not None
