"""Serialized payload: pickles that do more than rebuild data when they are loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pratique.artifact import Member
from pratique.facts.model import PackageFacts
from pratique.facts.pickles import pickle_of
from pratique.facts.serialized import SerializedCall, read_pickle
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.claims import is_aside
from pratique.rules.rule import Example, Rule


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ID = "pickle-payload"
_EXTENSIONS = (
    *(".pkl", ".pickle", ".joblib", ".dill", ".p"),
    *(".pkl.gz", ".pkl.z", ".pkl.bz2", ".pkl.xz", ".joblib.gz", ".joblib.z"),
)
_ARRAY = b"\x93NUMPY"
_READ = 4_000_000
"""Bytes of a pickle that are followed."""
_AT_MOST = 3
"""Findings of a distribution: the weightiest."""
_DATA = _words(
    "numpy scipy pandas sklearn torch joblib xgboost lightgbm networkx nltk collections copyreg copy_reg datetime "
    "decimal fractions uuid pathlib enum array _codecs re ipaddress zoneinfo pytz dateutil ordereddict"
)
"""Top-level modules whose names only rebuild values."""
_PLAIN = _words(
    "object set frozenset list dict tuple bytes bytearray int float complex str bool slice range xrange unicode long"
)
"""Built-ins that only rebuild values."""
_BUILTINS = frozenset(("builtins", "__builtin__"))
_DANGEROUS = _words(
    "os posix nt subprocess commands runpy importlib pty socket shutil ctypes sys urllib urllib2 requests "
    "webbrowser code pip asyncio marshal pickle pydoc timeit bdb pdb cProfile profile zipimport multiprocessing "
    "tempfile"
)
"""Top-level modules through which a pickle reaches processes, code, files or the network."""
_RUNS = frozenset(("os", "posix", "nt", "subprocess", "commands", "runpy", "pty", "builtins", "__builtin__"))
"""Modules of which a pickle has nothing to call but processes and code."""
_OLDEST = re.compile(rb"[(\]}]{0,3}c[\w.]{1,80}\n[\w.]{1,80}\n[(\])}VSXq]")
"""How the oldest protocol, which has no mark, begins: a name, then an argument."""
_TESTS = re.compile(r"(^|/)tests?/")
_REACHING = _words("runstring load loads load_module exec_module read_pickle exec_command eval query open")
"""Last words of names in modules of data that run text or load further files all the same."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a call of a pickle is, and how bad that is."""

    call: SerializedCall
    what: str
    severity: Severity
    confidence: Confidence

    @property
    def weight(self) -> float:
        """By which the worst is found."""
        return self.severity * self.confidence


def _check(facts: PackageFacts) -> Iterator[Finding]:
    own = {member.path.removeprefix("src/").split("/")[0].removesuffix(".py") for member in facts.members}
    worst = ((member, _worst(facts, member, own)) for member in facts.members if _is_pickle(member))
    found = [_finding(member, judged) for member, judged in worst if judged is not None]
    yield from sorted(found, key=lambda f: (-f.severity * f.confidence, f.path))[:_AT_MOST]


def _worst(facts: PackageFacts, member: Member, own: set[str]) -> _Judged | None:
    """The worst that loading a pickle does; among tests a scanner keeps hostile ones."""
    calls = read_pickle(pickle_of(member.data[:_READ])).calls
    judged = [one for call in calls if (one := _judged(call, own)) is not None]
    worst = max(judged, key=lambda one: one.weight, default=None)
    if worst is not None and worst.severity is Severity.CRITICAL and _TESTS.search(member.path):
        confidence = Confidence.LOW if is_aside(facts, member.path) else Confidence.MEDIUM
        return replace(worst, severity=Severity.HIGH, confidence=confidence)
    return worst


def _is_pickle(member: Member) -> bool:
    """By the mark of protocols 2 to 5, or by extension (older protocols have no mark)."""
    marked = member.data[:1] == b"\x80" and member.data[1:2] in b"\x02\x03\x04\x05"
    return (
        marked
        or member.path.endswith(_EXTENSIONS)
        or member.data.startswith(_ARRAY)
        or _OLDEST.match(member.data[:200]) is not None
    )


def _judged(call: SerializedCall, own: set[str]) -> _Judged | None:
    top, _, rest = call.name.partition(".")
    if top in _BUILTINS and rest in _PLAIN:
        return None
    if call.called and top in _RUNS:  # before asking whose module it is: anybody can name a folder `os`
        return _Judged(call, f"calls {call.name}", Severity.CRITICAL, Confidence.HIGH)
    reaching = top in _DATA and rest.rpartition(".")[2] in _REACHING
    if (top in _DATA and not reaching) or (top in own and top not in _DANGEROUS):
        return None
    if not (reaching or top in _DANGEROUS or top in _BUILTINS):
        what = f"needs {call.name}, which is not known to be plain data"
        return _Judged(call, what, Severity.LOW, Confidence.LOW)
    if call.called:
        return _Judged(call, f"calls {call.name}", Severity.HIGH, Confidence.MEDIUM)
    return _Judged(call, f"reaches for {call.name}", Severity.MEDIUM, Confidence.LOW)


def _finding(member: Member, judged: _Judged) -> Finding:
    return Finding(
        rule=_ID,
        behaviour=Behaviour.EXECUTION,
        severity=judged.severity,
        confidence=judged.confidence,
        phase=Phase.NONE,
        path=member.path,
        line=0,
        message=f"loading this pickle {judged.what[:200]} (at byte {judged.call.offset})",
        layers=("pickle",),
        code=", ".join(judged.call.arguments)[:400],
    )


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.EXECUTION,
    summary="A pickle calls more than it needs to rebuild its values.",
    gain="Whoever loads the file runs the attacker's code.",
    honest="Models and data sets name array and container types, and classes of their own package: "
    "those are known to be data. Scanners carry hostile pickles as tests: there this only adds to the score.",
    check=_check,
    loud=(
        Example(
            title="a command behind an array's extension",
            files={
                "example_pkg/__init__.py": "",
                "example_pkg/model.bin": b"\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.",
            },
        ),
        Example(
            title="evaluated text, oldest protocol",
            files={"example_pkg/__init__.py": "", "example_pkg/x.pkl": b"c__builtin__\neval\n(S'1'\ntR."},
        ),
        Example(
            title="a command in an array of objects",
            files={
                "example_pkg/__init__.py": "",
                "example_pkg/a.npy": b"\x93NUMPY\x01\x00\x0e\x00{'descr':'|O'}\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.",
            },
        ),
        Example(
            title="a command in a compressed dump",
            files={
                "example_pkg/__init__.py": "",
                "example_pkg/m.joblib": b"x\x9ck`J.\xc8/\xce\xac\xe0*\xae,.I\xcd\xe5\x8a`a``()*Mm\r\xd2\x03\x00\x88f\x08\xf3",
            },
        ),
    ),
    quiet=(
        Example(
            title="an array of numbers",
            files={
                "example_pkg/__init__.py": "",
                "example_pkg/a.npy": b"\x93NUMPY\x01\x00\x0e\x00{'descr':'<f8'}cos\nsystem\n(R.",
            },
        ),
        Example(
            title="an ordered dictionary",
            files={"example_pkg/__init__.py": "", "example_pkg/x.pkl": b"\x80\x02ccollections\nOrderedDict\n)R."},
        ),
        Example(
            title="an instance of the package's own class",
            files={"example_pkg/__init__.py": "", "example_pkg/x.pkl": b"\x80\x02cexample_pkg.model\nModel\n)R."},
        ),
    ),
)
