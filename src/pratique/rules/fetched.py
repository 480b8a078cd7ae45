"""Fetched: which labels say that a call runs what came from the network, and what speaks for it."""

from __future__ import annotations

import re

from pratique.artifact import Member
from pratique.facts.python.model import Argument, Call, Source, Taint
from pratique.rules.claims import command

_READER = re.compile(
    r"\S*?((ba|z|da|k)?sh|python[\d.]*|<sys\.executable>|node|deno|perl|ruby|php|osascript|powershell|pwsh)( -[sil]*)*"
)
_UNPACKS = frozenset({"marshal.load", "marshal.loads"})
_CODE = frozenset({"0", "stmt", "setup", "source", "code", "cmd", "statement", "string", "object", "config"})
"""Arguments that hold code, by position or name."""
_READ = re.compile(
    r"[\w>*-]\.(?:png|jpe?g|gif|bmp|webp|tiff?|wav|mp3|ogg|flac|m4a|aac|mp4|webm|avi|mkv|mov|pdf|txt|csv|tsv|json|ya?ml|toml|xml|md|"
    r"npy|npz|h5|parquet|onnx|srt|vtt|ttf|otf|woff2?|fasta|fastq|bam|vcf|nc|geojson)$",
    re.IGNORECASE,
)
"""Files of data, by their names."""
_STARTS = re.compile(
    r"(?:^|[/\\<.])(?:(?:ba|z|da|k|c|fi)?sh|python[\d.]*w?|executable|node|deno|bun|perl|ruby|php|lua|java|osascript|powershell|pwsh|cmd|"
    r"[wc]script|mshta|rundll32|regsvr32|msiexec|installutil|msbuild|sudo|doas|su|env|nohup|setsid|exec|eval|source|xargs|start|time|"
    r"timeout|nice|chroot|busybox|ld[\w.-]*|chmod|mv|cp|ln|install|pip[\d.]*|make|at|crontab|docker|ssh|wine|"
    r"[gm]?awk|sed|tclsh|expect|gdb|lldb|n?vim?|emacs|rscript|julia|go|cargo|dotnet|swift|npx|npm|ts-node|tsx|uvx?|pipx|ipython|jupyter|"
    r"ansible[\w-]*|terraform|git|parallel|find|watch|screen|tmux|unshare|runuser|pkexec|flatpak|"
    r"curl|wget|nc|ncat|socat|scp|sftp|ftp|rsync|aws|gsutil|gcloud|az)(?:\.exe)?>?$|[<$%`(]|^[.-]",
    re.IGNORECASE,
)
"""Programs that would start what they are handed, make another file of it or send it on; and those whose name is not known."""
_OPENS = frozenset(("open", "xdg-open", "gio", "explorer", "explorer.exe"))
"""Programs that leave it to a file's kind what is done with it."""
_BEFORE = re.compile(r"^(?:(?:sudo|doas|nice|nohup|env|time)\s+(?:-\S+\s+)*)+")
"""What stands before the program that is meant."""
_INLINE = re.compile(
    r"(?:^|[\s/\\<])(?:(?:ba|z|da|k)?sh|python[\d.]*|sys\.executable|node|deno|perl|ruby|php|osascript|powershell|pwsh|cmd|lua|"
    r"Rscript)(?:\.exe)?>?(?:\s-\S+)*\s(?:-[a-zA-Z]*[cer]|-eval|eval|-enc\w*|-[cC]ommand|/[cCkK])\s<[^<>]+>\s*$"
)
"""An interpreter that is given a text of which nothing is known but where it came from."""
_FEEDS = (".communicate", ".write")
_INDEX_LAYOUT = re.compile(r"https://[^/\s]{4,80}/packages/source/\w/[\w.-]+/")
_BETWEEN = re.compile(r"[;|\n]|&&?")
_STEP = re.compile(
    r"(?:(?:ba|da|z)?sh\s+)?(?:[^\s;&|]*/)?(?:configure|config|autogen\.sh|bootstrap(?:\.sh|\.bat)?|autoreconf|buildconf|"
    r"g?make|nmake|mingw32-make|cmake|ninja|meson|scons|b2|bjam|bazel|cargo|go|gcc|g\+\+|cc|clang|tar|unzip|patch|cd|mkdir|cp)"
    r"(?:\.exe)?(?=\s|$)"
)
"""A step of a build from source, by the name of its program."""
_SPREAD = re.compile(r"[\[(,]\s*\*\w{1,40}\s*[\]),]")
"""Arguments of whatever number that are passed on."""
_REFUSES = re.compile(rb"\b(?:hexdigest\(\)\s*[!=]=|[!=]=\s*[\w.()\[\]]{1,80}hexdigest\(\)|compare_digest\()")
_COMPARES = re.compile(rb"\b(?:hashlib|sha256|sha512)\b")
_DIGEST = re.compile(rb"[\"'][0-9a-f]{64}(?:[0-9a-f]{64})?[\"']", re.IGNORECASE)


def fetched_code(call: Call) -> tuple[Taint, ...]:
    """Labels of the executed text itself, not of a namespace handed along.

    Code that is only unpacked when somebody calls for it may be looked at: what executes it is a call of its own.
    """
    if call.name in _UNPACKS and not call.phase.automatic:
        return ()
    handed = (a for k, a in call.arguments.items() if k in _CODE or (k == "1" and call.name.startswith("timeit.")))
    return tuple(dict.fromkeys(t for a in handed for t in a.taints if t.source is Source.NETWORK))


def handed_in(call: Call) -> Argument | None:
    """What a shell, or Python, is given to read."""
    return call.arguments.get("input") if _READER.fullmatch(command(call)) else None


def fetched_input(call: Call) -> tuple[Taint, ...]:
    """Labels of what a shell, or Python, is given to read."""
    text = handed_in(call)
    return text.labels(Source.NETWORK) if text else ()


def fetched_module(call: Call) -> tuple[Taint, ...]:
    """Labels of a file that this code fetched and then loads, or of a folder that it imports from."""
    ran = call.arguments.get("ran")
    return ran.labels(Source.NETWORK) if ran is not None else ()


def fetched_program(call: Call) -> tuple[Taint, ...]:
    """Labels of a program that was fetched and is started, by its file or as the whole command."""
    if call.name.endswith(_FEEDS):
        return ()  # what is handed to a program that already runs
    ran = call.arguments.get("ran")
    if ran is not None:
        return () if _only_reads(call, ran.text) else ran.labels(Source.NETWORK)
    if _INLINE.search(command(call)):
        return call.taints(Source.NETWORK)
    first = next((call.arguments[k] for k in ("0", "args", "CommandLine", "command") if k in call.arguments), None)
    whole = first is not None and first.text.startswith("<") and first.text.find(">") == len(first.text) - 1
    return first.labels(Source.NETWORK) if whole and first else ()


def _only_reads(call: Call, path: str) -> bool:
    """Whether a file that by its name is no program is handed to one that reads such files, or shown to a person."""
    if _READ.search(path) is None:
        return False
    steps = [step.split() for step in _BETWEEN.split(command(call)) if step.strip()]
    programs = [step[0].strip("\"'") for step in steps]
    shown = call.name == "os.startfile"
    return shown or (bool(programs) and not any(p.endswith(path) or _STARTS.search(p) for p in programs))


def is_handed_on(call: Call) -> bool:
    """Whether a fetched file is handed to a program that reads it, whatever it is called: a setting, a document."""
    ran = call.arguments.get("ran")
    if ran is None:
        return False
    steps = [_BEFORE.sub("", step.strip()) for step in _BETWEEN.split(command(call)) if step.strip()]
    programs = [step.partition(" ")[0] for step in steps]
    return not any(p in _OPENS or _STARTS.search(p) or p.endswith(ran.text) for p in programs)


def is_wrapped(call: Call) -> bool:
    """Whether the caller's own arguments go to the program: a package that is a way to call another's program."""
    if _SPREAD.search(call.code):
        return True
    handed = [a for k, a in call.arguments.items() if k.isdigit() or k == "args"]
    return any("<sys.argv" in a.text or any(t.source is Source.CALLER for t in a.taints) for a in handed)


def builds(call: Call) -> bool:
    """Whether nothing but steps of a build from source are started; in what was fetched, they still run it."""
    steps = [step.strip() for step in _BETWEEN.split(command(call)) if step.strip()]
    return bool(steps) and all(_STEP.match(step) for step in steps)


def is_checked(member: Member | None) -> bool:
    """Whether the source holds a digest that what it fetches is compared with: nobody exchanges it afterwards."""
    return member is not None and _COMPARES.search(member.data) is not None and _DIGEST.search(member.data) is not None


def is_pinned(member: Member | None) -> bool:
    """Whether a build compares the digest of a source archive that it fetches with one that stands in its code."""
    return is_checked(member) and member is not None and _REFUSES.search(member.data) is not None


def from_an_index(taints: tuple[Taint, ...]) -> bool:
    """Whether all of it lies where an index keeps source archives, as ``ez_setup.py`` of old sdists asks for them.

    Anybody can lay out a host like that, so it takes away the proof and none of the weight.
    """
    return bool(taints) and all(_INDEX_LAYOUT.match(t.detail) for t in taints)


def origin(taints: tuple[Taint, ...]) -> str:
    """The longest place that a label names; the size of a buffer is none."""
    return max((t.detail for t in taints if not t.detail.isdecimal()), key=len, default="") or "the network"
