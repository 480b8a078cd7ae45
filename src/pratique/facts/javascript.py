"""JavaScript that reaches beyond a browser: what a script would do in Node, Bun, Deno or the Windows script host."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from pratique.artifact import Member
from pratique.facts.shell import ShellFacts, read_shell

_READ = 4_000_000
_LAYERS = 4
_COMMANDS = 50
SUFFIXES = (".js", ".mjs", ".cjs", ".ts", ".jse", ".wsf")
_ESCAPED = re.compile(r"\\x([2-7][0-9a-fA-F])|\\u00([2-7][0-9a-fA-F])|\\u\{([2-7][0-9a-fA-F])\}")
_JOINED = re.compile(r"([\"'`])\s{0,5}\+\s{0,5}\1")
_ENCODED = re.compile(r"(?:\batob\(\s{0,5}|Buffer\.from\(\s{0,5})([\"'`])([A-Za-z0-9+/=_-]{16,200000})\1")
_CODES = re.compile(r"String\.fromCharCode\(([\d,\sx]{8,20000})\)")
_PROCESS = re.compile(
    r"child_process|\bexecSync\(|\bspawnSync\(|\bexecFileSync\(|Bun\.(?:spawn|\$)|Deno\.(?:run|Command)\b|process\.binding\("
    r"|WScript\.Shell"
)
_NETWORK = re.compile(
    r"\bfetch\(|XMLHttpRequest|(?:require\(|from\s{0,5})\s{0,5}[\"'`](?:node:)?(?:https?|net|dgram|dns|tls|axios|got|undici|ws|request|node-fetch)[\"'`]"
)
_RUNS_TEXT = r"(?:\beval|\bFunction|\brunIn(?:New|This)?Context|\b_compile)\(\s{0,5}"
_EVAL_DECODED = re.compile(
    _RUNS_TEXT + r"(?:await\s{1,5})?\(?(?:atob|Buffer\.from|unescape|decodeURIComponent|String\.fromCharCode)\b"
)
_EVAL_FETCHED = re.compile(
    _RUNS_TEXT + r"[^;\n]{0,80}(?:\bfetch\(|responseText|\.data\b|\bbody\b)|\.then\([^;\n]{0,80}" + _RUNS_TEXT
)
_SECRETS = re.compile(
    r"JSON\.stringify\(\s{0,5}process\.env\b(?!\s{0,3}[.\[])|\.\.\.process\.env\b(?!\s{0,3}[.\[])"
    r"|\.npmrc|\.ssh[/\\]|\.aws[/\\]|Login Data|wallet\.dat|Local Storage[/\\]{1,4}leveldb|id_rsa|\.git-credentials"
)
_COMMAND = re.compile(r"\b(?:exec|execSync|spawn|spawnSync|\$|[Rr]un)\(?\s{0,5}([\"'`])((?:\\.|(?!\1).){4,2000})\1")
_SHIFTED = re.compile(r"\b(_0x[0-9a-f]{4,6})\b")
_MANY_SHIFTED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class JavaScriptFacts:
    """What one script would do outside of a browser, as far as reading tells."""

    path: str
    processes: bool = False
    network: bool = False
    secrets: bool = False
    """Reads the whole environment, or files in which people keep secrets."""
    evaluates: str = ""
    """``decoded`` or ``fetched`` text that is run."""
    obfuscated: bool = False
    """Its names and strings were replaced as obfuscators do, which is not how minifiers shorten them."""
    layers: tuple[str, ...] = ()
    command: ShellFacts | None = None
    """The most telling command that it starts."""

    @property
    def attacks(self) -> str:
        """What is wrong with it, in words; empty for what tools do as well."""
        command = self.command
        if command is not None and (command.runs_download or command.reverse_shell or command.steals):
            return "starts a command that fetches, obeys or steals"
        if self.evaluates and (self.processes or self.network):
            return f"runs {self.evaluates} text and reaches {'processes' if self.processes else 'the network'}"
        if self.secrets and self.network and (self.obfuscated or self.layers):
            return "hides that it reads secrets and reaches the network"
        if self.obfuscated and (self.processes or self.network):
            return "is obfuscated and reaches processes or the network"
        return ""


def read_javascript(member: Member, started: Container[str] = ()) -> JavaScriptFacts | None:
    """Facts of a script whose path is among those started, and of a package manager's hooks; None for all others.

    Scripts that nobody starts are for browsers, and honest distributions hold megabytes of them. Reads the first 4 MB.
    """
    if member.path.rpartition("/")[2] == "package.json":
        return _of_hooks(member)
    if member.path not in started:
        return None
    return read_script(member.data[:_READ].decode("utf-8", "replace"), path=member.path)


def read_script(text: str, *, path: str = "") -> JavaScriptFacts:
    """Facts of a script's text; encoded texts in it are read again."""
    texts, layers = _unwrapped(text[:_READ])
    whole = "\n".join(texts)
    fetched, decoded = _EVAL_FETCHED.search(whole), _EVAL_DECODED.search(whole)
    return JavaScriptFacts(
        path=path,
        processes=_PROCESS.search(whole) is not None,
        network=_NETWORK.search(whole) is not None,
        secrets=_SECRETS.search(whole) is not None,
        evaluates="fetched" if fetched else "decoded" if decoded else "",
        obfuscated=len(set(_SHIFTED.findall(text))) >= _MANY_SHIFTED,
        layers=layers,
        command=_telling(whole) if _PROCESS.search(whole) else None,
    )


def _unwrapped(text: str) -> tuple[list[str], tuple[str, ...]]:
    texts = [_plain(text)]
    layers: list[str] = []
    for current in texts:
        if len(texts) > _LAYERS * 10 or len(layers) >= _LAYERS:
            break
        for name, inner in _inside(current):
            texts.append(_plain(inner))
            layers.append(name)
    return texts, tuple(dict.fromkeys(layers))


def _plain(text: str) -> str:
    """Escapes of printable letters undone, and literals that were split put together."""
    if "\\x" in text or "\\u" in text:
        text = _ESCAPED.sub(lambda m: _letter(m[1] or m[2] or m[3]), text)
    return _JOINED.sub("", text)


def _letter(digits: str) -> str:
    character = chr(int(digits, 16))
    return character if character not in "\"'`\\\x7f" else " "


def _inside(text: str) -> Iterator[tuple[str, str]]:
    for match in list(_ENCODED.finditer(text))[:20]:
        plain = match[2].replace("-", "+").replace("_", "/").rstrip("=")
        try:
            data = base64.b64decode(plain + "=" * (-len(plain) % 4))
        except (binascii.Error, ValueError):
            continue
        decoded = data.decode("utf-8", "replace")
        if decoded.count("\ufffd") * 20 < len(decoded):
            yield "base64", decoded
    for match in list(_CODES.finditer(text))[:20]:
        numbers = [int(n, 0) for n in re.findall(r"0x[0-9a-fA-F]{1,6}|\d{1,7}", match[1])]
        yield "chr", "".join(chr(n) for n in numbers if 0 < n < 0x110000)


def _telling(text: str) -> ShellFacts | None:
    commands = [read_shell(m[2]) for m, _ in zip(_COMMAND.finditer(text), range(_COMMANDS), strict=False)]
    remarkable = [c for c in commands if c.remarkable]
    return max(remarkable, key=lambda c: (c.steals, c.reverse_shell, c.runs_download), default=None)


def _of_hooks(member: Member) -> JavaScriptFacts | None:
    """``package.json``: commands that installing the package with a JavaScript package manager would run."""
    try:
        document = json.loads(member.data[:_READ])
    except (ValueError, RecursionError):
        return None
    scripts = document.get("scripts") if isinstance(document, dict) else None
    if not isinstance(scripts, dict):
        return None
    hooks = [scripts.get(name) for name in ("preinstall", "install", "postinstall", "prepare")]
    commands = [read_shell(hook) for hook in hooks if isinstance(hook, str)]
    telling = next((c for c in commands if c.remarkable), None)
    return JavaScriptFacts(path=member.path, processes=True, command=telling) if telling else None
