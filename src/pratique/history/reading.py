"""From the facts of a distribution to its capabilities: nothing is read that the engine has not read already."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pratique.artifact import Member, Role
from pratique.capability import Capabilities, Capability, Kind
from pratique.facts.hooks import build_hooks
from pratique.facts.model import PackageFacts
from pratique.facts.pth import code_lines
from pratique.facts.python.catalogue.apis import look_up
from pratique.facts.python.catalogue.secrets import secret_place
from pratique.facts.python.model import Call, Does, Source
from pratique.finding import Behaviour, Finding, Phase, Severity
from pratique.history.compare import telling
from pratique.history.declared import declared
from pratique.names import Kind as File

_KINDS = (
    (Does.FETCH, Kind.NETWORK),
    (Does.SEND, Kind.NETWORK),
    (Does.RUN_PROCESS, Kind.PROCESS),
    (Does.RUN_CODE, Kind.CODE),
    (Does.LISTEN, Kind.LISTEN),
    (Does.NATIVE, Kind.MEMORY),
    (Does.REGISTRY, Kind.REGISTRY),
)
_SECRETS = (Source.SECRET, Source.ENVIRON, Source.CLIPBOARD, Source.SCREEN, Source.KEYS)
_NOT_DONE = frozenset({Behaviour.LIMIT, Behaviour.METADATA, Behaviour.IMPERSONATION})
"""Behaviours of findings that say nothing about what the code does."""
_PLACES = 5
"""Places of one and the same thing that are kept."""
_MOST = 120
"""Of one kind in all phases together; what runs by itself is kept before what is called."""
_SOURCE = (".py", ".pyw", ".pth", ".sh", ".bash", ".ps1", ".bat", ".cmd")
_HOST = re.compile(rb"https?://(?:[\w.~%-]{1,40}@)?([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})")
_LONG_LINE = 1_000
"""Bytes; people do not write such lines."""
_OPAQUE_BITS = 4.5
"""Bits per character from which on a line without blanks is no language (base64 has 6, English 4)."""
_CODE = 200
_TAGS = re.compile(r"\.(?:cpython|pypy|abi3|cp\d|pp\d)[^/]*$|-[0-9a-f]{8}(?=\.so|\.dylib|\.dll)|\.so[.\d]*$|\.pyd$")
_RANK = {kind: place for place, kind in enumerate(Kind)}
_WHEN = {phase: place for place, phase in enumerate(Phase)}


def capabilities(facts: PackageFacts, findings: Iterable[Finding] = ()) -> Capabilities:
    """What a distribution can do, in a stable order; the same thing in several places is kept a few times."""
    return _kept({*_acts(facts), *_brings(facts), *_claimed(findings)})


def essentials(facts: PackageFacts, findings: Iterable[Finding] = ()) -> Capabilities:
    """Only what would matter if it were new: a few of its capabilities, cheap to take and to keep."""
    return _kept({one for one in (*_acts(facts), *_claimed(findings)) if telling(one)})


def _kept(found: Iterable[Capability]) -> Capabilities:
    kept: list[Capability] = []
    places: Counter[tuple[Kind, Phase, str]] = Counter()
    kinds: Counter[Kind] = Counter()
    cut: set[Kind] = set()
    for one in sorted(found, key=_order):
        key = (one.kind, one.phase, one.what)
        places[key] += 1
        if places[key] > _PLACES:
            continue
        if kinds[one.kind] >= _MOST:
            cut.add(one.kind)
            continue
        kinds[one.kind] += 1
        kept.append(one)
    return Capabilities(items=tuple(kept), cut=tuple(sorted(cut, key=_RANK.__getitem__)))


def _order(one: Capability) -> tuple[int, int, str, str, int, str, tuple[str, ...]]:
    return _RANK[one.kind], _WHEN[one.phase], one.what, one.path, one.line, one.code, one.layers


def _acts(facts: PackageFacts) -> Iterator[Capability]:
    """What its code does."""
    for file in facts.python:
        for call in file.calls:
            yield from _called(file.path, call)
    for member in facts.members:
        if member.role is Role.STARTUP:
            yield from _starts_up(member)


def _brings(facts: PackageFacts) -> Iterator[Capability]:
    """What comes along."""
    for member in facts.members:
        if member.path.endswith(_SOURCE) and member.role is not Role.DATA:
            yield from _hosts(member)
            yield from _opaque(member)
    for native in facts.natives:
        yield Capability(kind=Kind.BINARY, what=_TAGS.sub("", native.path), path=native.path, code=native.format.value)
    for shell in facts.shells:
        yield Capability(kind=Kind.SCRIPT, what=shell.path, path=shell.path)
    if facts.artifact.name.kind is not File.WHEEL:
        yield from _hooks(facts)
    yield from declared(facts.metadata, facts.members)


def _claimed(findings: Iterable[Finding]) -> Iterator[Capability]:
    for one in findings:
        if one.behaviour not in _NOT_DONE and one.severity >= Severity.MEDIUM:
            yield Capability(
                kind=Kind.FINDING,
                what=one.rule,
                phase=one.phase,
                path=one.path,
                line=one.outer or one.line,
                code=_short(one.code or one.message),
                layers=one.layers,
            )


def _called(path: str, call: Call) -> Iterator[Capability]:
    api = re.split(r"\(\)", call.name)[0]
    for does, kind in _KINDS:
        if does in call.does:
            yield _at(kind, api, path, call)
    for secret in _secrets(call):
        yield _at(Kind.SECRETS, secret, path, call)


def _secrets(call: Call) -> Iterator[str]:
    """Which secrets a call reads or is given."""
    yield from (taint.source.value for taint in call.taints(*_SECRETS))
    if (gives := look_up(call.name).gives) in _SECRETS and gives is not None:
        yield gives.value
    if Does.READ in call.does and any(secret_place(argument.text) for argument in call.arguments.values()):
        yield Source.SECRET.value


def _at(kind: Kind, what: str, path: str, call: Call) -> Capability:
    return Capability(
        kind=kind,
        what=what,
        phase=call.phase,
        path=call.path or path,
        line=call.outer or call.line,
        code=_short(call.code),
        layers=call.layers,
    )


def _starts_up(member: Member) -> Iterator[Capability]:
    """A start-up module, or a ``.pth`` file with a line that is executed."""
    lines = code_lines(member.data[:100_000]) if member.path.endswith(".pth") else ()
    if member.path.endswith(".pth") and not lines:
        return
    line, code = lines[0] if lines else (0, "")
    yield Capability(
        kind=Kind.STARTUP, what=member.path, phase=Phase.STARTUP, path=member.path, line=line, code=_short(code)
    )


def _hosts(member: Member) -> Iterator[Capability]:
    data, seen = member.data, set[bytes]()
    if b"://" not in data:
        return
    for match in _HOST.finditer(data):
        if (name := match[1].lower()) not in seen:
            seen.add(name)
            start = data.rfind(b"\n", 0, match.start()) + 1
            code = data[start : start + _CODE].split(b"\n")[0].decode("utf-8", "replace")
            line = data.count(b"\n", 0, start) + 1
            yield Capability(kind=Kind.HOST, what=name.decode(), path=member.path, line=line, code=_short(code))


def _opaque(member: Member) -> Iterator[Capability]:
    """The first long line that holds no language."""
    for number, line in enumerate(member.data.split(b"\n"), 1):
        if len(line) > _LONG_LINE and line.count(b" ") * 50 < len(line) and _bits(line[:4_000]) > _OPAQUE_BITS:
            code = _short(line[:_CODE].decode("utf-8", "replace"))
            yield Capability(kind=Kind.OPAQUE, what=member.path, path=member.path, line=number, code=code)
            return


def _bits(data: bytes) -> float:
    total = len(data)
    return -sum(n / total * math.log2(n / total) for n in Counter(data).values())


def _hooks(facts: PackageFacts) -> Iterator[Capability]:
    """What a build of a source tree runs."""
    paths = [*(m.path for m in facts.members if m.role is Role.SETUP), *build_hooks(facts.index)]
    for path in dict.fromkeys(paths):
        yield Capability(kind=Kind.HOOK, what=path, phase=Phase.INSTALL, path=path)


def _short(text: str) -> str:
    return " ".join(text.split())[:_CODE]
