"""What is fetched and what becomes of it: the way from a download to an interpreter."""

# ruff: noqa: E501 - a pattern is read best unbroken

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pratique.facts.shell.signs import FETCHES, URL

_STATEMENT = re.compile(r";|&&|\|\||\s&(?=\s|$)|\n")
_STDIN_RUNNER = re.compile(
    r"[\s\"'(]*(?:(?:sudo|env|exec|nohup|xargs|command|time|busybox|setsid)\s{1,5}(?:-\S{1,20}\s{1,5}){0,4})*(?:/\S{0,40}/)?"
    r"(?:(?:ba|z|da|k|a|fi)?sh|python[\d.]{0,4}|perl|ruby|node|php|iex|Invoke-Expression|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh|osascript)"
    r"\s{0,5}(?P<rest>(?:-(?![cm]\b)\S{0,40}\s{0,5})*)(?P<more>[^\n]{0,40})",
    re.IGNORECASE,
)
_SHELL_WITH_ARGUMENTS = re.compile(r"(?:^|\s)-s\b")
_SUBSTITUTED = re.compile(
    r"(?:\b(?:(?:ba|z|da|k)?sh|python[\d.]{0,4}|perl|ruby|node|cmd)(?:\s{1,5}-\w{1,6}){0,3}\s{1,5}-?[ce]?|\beval|\bsource|(?:^|\s)\.|\biex|\bInvoke-Expression)"
    r"\s{0,5}[\"'\\]{0,3}\s{0,3}(?:\$\(|`|<\()\s{0,5}(?:curl|wget)\b",
    re.IGNORECASE,
)
_CRADLE = re.compile(
    r"(?:\biex\b|\bInvoke-Expression\b|\bExecuteGlobal\b|\bExecute\s{1,3}\w|scriptblock\]::Create|Assembly\]::Load|\.Invoke\()",
    re.IGNORECASE,
)
_CRADLE_FETCH = re.compile(
    r"Download(?:String|Data)|XMLHTTP|WinHttpRequest|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod|curl|wget)\b|Net\.WebClient",
    re.IGNORECASE,
)
_RUNS_BY_ITSELF = re.compile(
    r"\bmshta(?:\.exe)?\s{1,5}[\"']?(?:https?:|javascript:|vbscript:|<)|\bregsvr32\b[^\n]{0,80}/i:[\"']?(?:https?:|<)"
    r"|\b(?:deno|bun)\s{1,5}run\b[^\n|;&]{0,80}\s[\"']?https?:"
    r"|\bmsiexec(?:\.exe)?\b[^\n]{0,80}/i\s{0,5}[\"']?https?:|\brundll32\b[^\n]{0,80}https?:",
    re.IGNORECASE,
)
_ONE_LINER = re.compile(
    r"\b(?:node|deno|bun|perl|ruby|php)\b[^\n]{0,80}\s-\w{0,8}[er]\b[^\n]{0,400}"
    r"(?:\beval\b[^\n]{0,400}https?://|https?://[^\n]{0,400}\beval\b)"
    r"|\b(?:npx|bunx|uvx|pipx\s{1,5}run)\b[^\n|;&]{0,80}\s[\"']?(?:git\+)?https?://"
    r"|\b(?:deno|bun|uv)\s{1,5}run\b[^\n|;&]{0,80}\s[\"']?https?:|\bgo\s{1,5}run\s{1,5}[\w-]{1,40}(?:\.[\w-]{1,40}){1,5}/"
    r"|\bcargo\s{1,5}install\b[^\n;|&]{0,80}--git\s{1,5}\S{1,200}\s{0,5}(?:;|&&)"
    r"|\bpython[\d.]{0,4}\s{1,5}-c\b[^\n]{0,400}(?:urlopen|requests\.get)[^\n]{0,200}\|\s{0,5}(?:sudo\s{1,5})?(?:ba|z)?sh\b"
    r"|\bgetline\b[^\n]{0,80}\bprint\b[^\n]{0,80}\|\s{0,5}\"(?:ba)?sh\""
    r"|\bgit\s{1,5}clone\s[^\n;&|]{0,300}(?:;|&&)[^\n]{0,200}?\b(?:(?:ba|z)?sh|python[\d.]{0,4})\s",
    re.IGNORECASE,
)
"""Other languages' one-line programs, and tools that fetch a program and start it."""
_OUTPUT = re.compile(
    r"(?:\s-[a-zA-Z]{0,6}[oO](?:\s{1,5}|(?=[/~.$<\"'%\\]))|\s-o(?=[\w-]{1,100}\.\w)|\s--output(?:-document)?[= ]\s{0,5}|-OutFile\s{1,5}|-Destination\s{1,5}|(?<![>\d&])>\s{0,5})[\"']?([^\s\"'|;&<>]{1,200}|<[^<>]{1,200}>)",
    re.IGNORECASE,
)
_DOWNLOAD_FILE = re.compile(
    r"DownloadFile(?:Async)?\(\s{0,5}[^,\n]{1,400},\s{0,5}[\"']?([^\"')\n]{1,200})", re.IGNORECASE
)
_COPIED = re.compile(r"\b(?:scp|rsync)\s[^\n;|&]{1,200}?:\S{1,200}\s{1,5}[\"']?([^\s\"';|&]{2,200})", re.IGNORECASE)
"""What is copied from another machine, and under which name."""
_AFTER_URL = re.compile(r"[\"']?\s{1,5}[\"']?([^\s\"'|;&]{2,200})")
_RUNNER = (
    r"(?:^|[\s\"'(&;|=`])(?:(?:ba|z|da|k)?sh|python[\d.]{0,4}w?(?:\.exe)?|perl|ruby|node|php|cmd(?:\.exe)?\s{1,5}/c|start(?:\s{1,5}/\w{1,5}){0,3}(?:\s{1,5}\"\"){0,1}"
    r"|Start-Process(?:\s{1,5}-FilePath)?|Invoke-Item|ii|chmod\s{1,5}[\w+=,]{1,12}|source|\.|&|msiexec(?:\.exe)?\s{1,5}/\w{1,8}|rundll32(?:\.exe)?|dpkg\s{1,5}-i|open|nohup|exec|sudo"
    r"|powershell(?:\.exe)?(?:\s{1,5}-\w{1,20}(?:\s{1,5}(?:Bypass|Hidden|Unrestricted|1))?){0,6}|wscript(?:\.exe)?|cscript(?:\.exe)?|java\s{1,5}-jar)\s{1,5}(?:-\w{1,8}\s{1,5}){0,3}"
)


_UNPACKS = re.compile(
    r"\bExpand-Archive\b[^\n;|]{0,400}?-DestinationPath\s{1,5}[\"']?([^\s\"';|&]{2,200})"
    r"|\bunzip\b[^\n;|&]{0,300}?\s-d\s{0,3}[\"']?([^\s\"';|&]{2,200})|\btar\b[^\n;|&]{0,300}?\s-C\s{0,3}[\"']?([^\s\"';|&]{2,200})",
    re.IGNORECASE,
)


def statements(text: str) -> Iterator[str]:
    """Commands and pipelines, split where a shell goes on to the next; quotes are looked into."""
    return (part for part in _STATEMENT.split(text) if part.strip())


def fetched(statement: str) -> tuple[str, ...]:
    """URLs that a statement fetches, ``<unknown>`` where only the fetching can be seen."""
    match = FETCHES.search(statement)
    if not match:
        return ()
    urls = tuple(u.rstrip("\\.") for u in URL.findall(statement))
    return urls or _bare_target(statement[match.end() :])


def _bare_target(rest: str) -> tuple[str, ...]:
    for word in rest.split()[:12]:
        plain = word.strip("\"'()")
        if plain.startswith("<") or (
            re.fullmatch(r"[\w.-]{1,80}\.[\w-]{2,20}(?::\d{1,5})?/\S{0,300}", plain)
            and not plain.startswith(("./", "../"))
        ):
            return (plain,)
        if plain.startswith("$"):
            return ("<unknown>",)
    return ()


def runs_at_once(text: str) -> bool:
    """Whether what a line fetches goes straight to an interpreter (``curl | sh``, ``IEX(...)``)."""
    if _ONE_LINER.search(text):
        return True
    if not FETCHES.search(text):
        return False
    cradle = _CRADLE.search(text) and _CRADLE_FETCH.search(text)
    return bool(_SUBSTITUTED.search(text) or _RUNS_BY_ITSELF.search(text) or cradle or _piped(text))


def _piped(text: str) -> bool:
    for statement in re.split(r";|&&|\|\||\n", text):
        stages = statement.split("|")
        start = next((i for i, stage in enumerate(stages) if FETCHES.search(stage)), None)
        if start is not None and any(_reads_stdin(stage) for stage in stages[start + 1 :]):
            return True
    return False


def _reads_stdin(stage: str) -> bool:
    """An interpreter that is given no program of its own runs what comes through the pipe."""
    match = _STDIN_RUNNER.match(stage)
    if not match:
        return False
    more = match["more"].strip(" \t\"')}`\\")
    return not more or more.startswith((">", "<", "&", "2>", "1>")) or bool(_SHELL_WITH_ARGUMENTS.search(match["rest"]))


def files_written(statement: str) -> tuple[str, ...]:
    """Names (last path components) under which a fetching statement keeps what it got."""
    if not FETCHES.search(statement):
        return ()
    paths = [m[1] for m in _OUTPUT.finditer(statement)] + [m[1] for m in _DOWNLOAD_FILE.finditer(statement)]
    for match in URL.finditer(statement):
        paths.append(match[0].split("?")[0])
        after = _AFTER_URL.match(statement, match.end())
        if after and not after[1].startswith("-"):
            paths.append(after[1])
    paths += [m[1] for m in _COPIED.finditer(statement)]
    names = (re.split(r"[/\\]", p.rstrip("\"')\\/"))[-1].strip() for p in paths)
    return tuple(dict.fromkeys(n for n in names if n and n not in {"null", ".", ".."} and n[0] not in "-|&<"))


def runs_file(statement: str, name: str) -> bool:
    """Whether a statement starts that file, hands it to an interpreter or makes it a program."""
    file = r"[\"']?(?:[^\s\"'|;&]{0,200}[/\\])?" + re.escape(name) + r"(?=$|[\s\"');|&])"
    direct = re.match(
        r"[\s\"'(@{&]{0,8}(?:[^\s\"'|;&]{0,200}[/\\])?" + re.escape(name) + r"(?=$|[\s\"');|&}])",
        statement,
        re.IGNORECASE,
    )
    return bool(direct or re.search(_RUNNER + file, statement, re.IGNORECASE))


def unpacked(statement: str, names: Iterable[str]) -> tuple[str, ...]:
    """Folders into which a statement unpacks a file of one of these names."""
    lowered = statement.lower()
    if not any(name.lower() in lowered for name in names):
        return ()
    return tuple(next(filter(None, m.groups())).replace("\\", "/").rstrip("/") for m in _UNPACKS.finditer(statement))


def runs_from(statement: str, folder: str) -> bool:
    """Whether a statement starts something that lies in a folder."""
    plain = statement.replace("\\", "/")
    return plain.lstrip(" \t\"'(&").startswith(f"{folder}/") or (
        re.search(rf"{_RUNNER}(?://\w{{1,8}}\s{{1,5}}){{0,3}}[\"']?{re.escape(folder)}/", plain, re.IGNORECASE)
        is not None
    )
