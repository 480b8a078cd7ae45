"""The first sieve: which source files can hold a chain that a rule reports, by combinations of words.

A chain needs a source and a sink. One word says little (half of all files mention some sink), but
few honest files hold both halves of a chain.
"""

from __future__ import annotations

import re

from pratique.artifact import Role

_NETWORK = re.compile(
    rb"requests|urllib|urlopen|httpx|aiohttp|http\.client|httplib|socket|ftplib|smtplib|pycurl|websocket|cloudscraper|"
    rb"telebot|telegram|discord|dhooks|webhook|paramiko|dns\.resolver|curl_cffi|gdown|wget|import_module|__import__"
)
_RUNS_CODE = re.compile(
    rb"\bexec\b|\beval\b|FunctionType|marshal|runpy|execfile|pickle|__builtins__|builtins|globals\(\)|\bcompile\b"
)
_RUNS_PROCESS = re.compile(
    rb"\bsystem\b|subprocess|popen|Popen|startfile|spawn|\bexec[lv]p?e?\b|ctypes|ShellExecute|WinExec|pexpect"
)
_TAKES = re.compile(
    rb"environ|getenv|gethostname|getfqdn|getuser|getlogin|getnode|platform|uname|\.ssh|\.aws|netrc|pypirc|kube|Login Data|"
    rb"Local State|[Cc]ookie|[Ww]allet|leveldb|clipboard|pyperclip|ImageGrab|screenshot|mss|pynput|keyboard|CryptUnprotect|"
    rb"private_?key|mnemonic|seed_?phrase|passw|passphrase|secret|169\.254|keypair|ifconfig|ipify|ipinfo"
)
_DECODES = re.compile(
    rb"base64|b64|b32|b16|b85|a85|fromhex|unhexlify|decompress|marshal|rot.?13|[Ff]ernet|AES|decrypt|\[::-1\]|\bchr\b|bytes\(\["
)
_REFLECTS = re.compile(rb"getattr|__dict__|\bvars\b|sys\.modules")
_UNPACKS = re.compile(rb"base64|b64|fromhex|unhexlify|rot.?13|[Ff]ernet")
_COMMANDS = re.compile(
    rb"curl|wget|powershell|bitsadmin|certutil|mshta|/bin/(ba)?sh|cmd\.exe|/dev/tcp|pip install", re.IGNORECASE
)
_PERSISTS = re.compile(
    rb"CurrentVersion|Startup|\.bashrc|\.bash_profile|\.zshrc|crontab|/etc/cron|LaunchAgents|LaunchDaemons|systemd|schtasks|"
    rb"authorized_keys|sitecustomize|usercustomize|autostart|Defender|netsh|vssadmin|\.cursor|\.claude"
)
_INJECTS = re.compile(
    rb"VirtualAlloc|WriteProcessMemory|CreateRemoteThread|RtlMoveMemory|QueueUserAPC|memfd_create|dup2"
)


def worth_reading(data: bytes, role: Role) -> bool:
    """Whether a source file must be parsed; install and start-up code always is."""
    if role in {Role.SETUP, Role.BACKEND, Role.STARTUP}:
        return True
    if _INJECTS.search(data):
        return True
    network, code, process = _NETWORK.search(data), _RUNS_CODE.search(data), _RUNS_PROCESS.search(data)
    if network and (code or process or _TAKES.search(data)):
        return True
    if (code or process) and _DECODES.search(data):
        return True
    if _REFLECTS.search(data) and _UNPACKS.search(data):
        return True
    return bool(process and _COMMANDS.search(data)) or _PERSISTS.search(data) is not None
