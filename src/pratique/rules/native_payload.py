"""Native payload: programs where none belong, and native code that hides what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.native import NativeFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.rule import Example, Rule

_ID = "native-payload"
_LOADS = re.compile(rb"\b(?:CDLL|WinDLL|OleDLL|PyDLL|LoadLibrary|dlopen|ExtensionFileLoader)\b")
_LINKED = b"\0\1WriteProcessMemory\0\0\2CreateRemoteThread\0"
_PE = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(40)


def _check(facts: PackageFacts) -> Iterator[Finding]:
    pure = not facts.artifact.name.filename.endswith(".whl") or facts.artifact.name.filename.endswith("-none-any.whl")
    loaded = {n.path for n in facts.natives if n.disguised and _is_loaded(n, facts)}
    weighed = [(w, n) for n in facts.natives if (w := _weight(n, pure=pure, loaded=n.path in loaded))]
    if weighed:
        (severity, confidence, what), native = max(weighed, key=lambda pair: (pair[0][0], pair[0][1]))
        others = f" ({len(weighed) - 1} more such files)" if len(weighed) > 1 else ""
        yield Finding(
            rule=_ID,
            behaviour=Behaviour.NATIVE,
            severity=severity,
            confidence=confidence,
            phase=Phase.NONE,
            path=native.path,
            line=0,
            message=f"{native.format} {what}{others}",
        )


def _is_loaded(native: NativeFacts, facts: PackageFacts) -> bool:
    """Whether a source that loads native code names the file."""
    name = native.path.rpartition("/")[2].encode("utf-8", "surrogateescape")
    sources = (m.data for m in facts.members if m.path.endswith((".py", ".pth")))
    return any(name in data and _LOADS.search(data) for data in sources)


def _weight(native: NativeFacts, *, pure: bool, loaded: bool) -> tuple[Severity, Confidence, str] | None:
    telling = tuple(dict.fromkeys((*native.strings, *native.imports)))
    inside = f" with {', '.join(telling)} inside" if telling else ""
    if loaded:
        return Severity.CRITICAL, Confidence.HIGH, f"code is loaded under a name that says it is something else{inside}"
    if native.disguised:
        return Severity.HIGH, Confidence.HIGH, f"code under a name that says it is something else{inside}"
    if not (pure and native.program):
        return None
    if native.strings:
        return Severity.HIGH, Confidence.MEDIUM, f"program in a distribution without native code of its own{inside}"
    if native.imports:  # debuggers and profilers bring such programs along
        return Severity.MEDIUM, Confidence.MEDIUM, f"program in a distribution without native code of its own{inside}"
    if native.packed:
        return (
            Severity.MEDIUM,
            Confidence.MEDIUM,
            "program that is packed, in a distribution without native code of its own",
        )
    return Severity.LOW, Confidence.MEDIUM, "program in a distribution without native code of its own"


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.NATIVE,
    summary="Native code lies where none is expected, or hides behind another extension.",
    gain="A ready-made program is delivered where nobody reads source.",
    honest="Launchers and test binaries of security tools are programs, too: alone they only add to the score.",
    check=_check,
    loud=(
        Example(
            title="a Windows program named as an image",
            files={"example_pkg/__init__.py": "", "example_pkg/logo.png": _PE},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="a library loaded as a picture",
            files={
                "example_pkg/__init__.py": "import ctypes\nctypes.CDLL('example_pkg/logo.png')\n",
                "example_pkg/logo.png": b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + bytes(40),
            },
        ),
        Example(
            title="a program in a pure wheel",
            files={"example_pkg/__init__.py": "", "example_pkg/helper.exe": _PE},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="a program that links to what injects into others",
            files={"example_pkg/__init__.py": "", "example_pkg/data/run.bin": _PE + _LINKED},
        ),
    ),
    quiet=(
        Example(
            title="a text that begins with the letters MZ",
            files={"example_pkg/__init__.py": "", "example_pkg/names.txt": "MZ is a country code\n"},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="an extension module in a wheel for one platform",
            files={"example_pkg/__init__.py": "", "example_pkg/fast.pyd": _PE},
            filename="example_pkg-1.0-cp311-cp311-win_amd64.whl",
        ),
    ),
)
