"""Serialized payload: pickles that do more than rebuild data when they are loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.artifact import Member
from pratique.facts.model import PackageFacts
from pratique.facts.pickles import pickle_of
from pratique.facts.serialized import SerializedCall, read_pickle
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.claims import is_aside
from pratique.rules.rule import Example, Rule

_ID = "pickle-payload"
_EXTENSIONS = (
    ".pkl",
    ".pickle",
    ".joblib",
    ".dill",
    ".p",
    ".pkl.gz",
    ".pkl.z",
    ".pkl.bz2",
    ".pkl.xz",
    ".joblib.gz",
    ".joblib.z",
)
_ARRAY = b"\x93NUMPY"
_READ = 4_000_000
_AT_MOST = 3
_DATA = frozenset(
    (
        "numpy",
        "scipy",
        "pandas",
        "sklearn",
        "torch",
        "joblib",
        "xgboost",
        "lightgbm",
        "networkx",
        "nltk",
        "collections",
        "copyreg",
        "copy_reg",
        "datetime",
        "decimal",
        "fractions",
        "uuid",
        "pathlib",
        "enum",
        "array",
        "_codecs",
        "re",
        "ipaddress",
        "zoneinfo",
        "pytz",
        "dateutil",
        "ordereddict",
    )
)
"""Top-level modules whose names only rebuild values."""
_PLAIN = frozenset(
    (
        "object",
        "set",
        "frozenset",
        "list",
        "dict",
        "tuple",
        "bytes",
        "bytearray",
        "int",
        "float",
        "complex",
        "str",
        "bool",
        "slice",
        "range",
        "xrange",
        "unicode",
        "long",
    )
)
"""Built-ins that only rebuild values."""
_BUILTINS = frozenset(("builtins", "__builtin__"))
_DANGEROUS = frozenset(
    (
        "os",
        "posix",
        "nt",
        "subprocess",
        "commands",
        "runpy",
        "importlib",
        "pty",
        "socket",
        "shutil",
        "ctypes",
        "sys",
        "urllib",
        "urllib2",
        "requests",
        "webbrowser",
        "code",
        "pip",
        "asyncio",
        "marshal",
        "pickle",
        "pydoc",
        "timeit",
        "bdb",
        "pdb",
        "cProfile",
        "profile",
        "zipimport",
        "multiprocessing",
        "tempfile",
    )
)
"""Top-level modules through which a pickle reaches processes, code, files or the network."""

_RUNS = frozenset(("os", "posix", "nt", "subprocess", "commands", "runpy", "pty", "builtins", "__builtin__"))
"""Modules of which a pickle has nothing to call but processes and code."""
_OLDEST = re.compile(rb"[(\]}]{0,3}c[\w.]{1,80}\n[\w.]{1,80}\n[(\])}VSXq]")
"""How the oldest protocol, which has no mark, begins: a name, then an argument."""
_TESTS = re.compile(r"(^|/)tests?/")
_REACHING = frozenset(
    ("runstring", "load", "loads", "load_module", "exec_module", "read_pickle", "exec_command", "eval", "query", "open")
)
"""Last words of names in modules of data that run text or load further files all the same."""


def _check(facts: PackageFacts) -> Iterator[Finding]:
    own = {member.path.removeprefix("src/").split("/")[0].removesuffix(".py") for member in facts.members}
    found: list[Finding] = []
    for member in facts.members:
        if _is_pickle(member):
            data = pickle_of(member.data[:_READ])
            judged = [(w, call) for call in read_pickle(data).calls if (w := _weight(call, own))]
            if judged:
                (severity, confidence, what), call = max(judged, key=lambda pair: pair[0][0] * pair[0][1])
                if severity is Severity.CRITICAL and _TESTS.search(member.path):
                    severity, confidence = (
                        Severity.HIGH,
                        Confidence.LOW if is_aside(facts, member.path) else Confidence.MEDIUM,
                    )
                found.append(_finding(member, call, severity, confidence, what))
    yield from sorted(found, key=lambda f: (-f.severity * f.confidence, f.path))[:_AT_MOST]


def _is_pickle(member: Member) -> bool:
    """By the mark of protocols 2 to 5, or by extension (older protocols have no mark)."""
    marked = member.data[:1] == b"\x80" and member.data[1:2] in b"\x02\x03\x04\x05"
    return (
        marked
        or member.path.endswith(_EXTENSIONS)
        or member.data.startswith(_ARRAY)
        or _OLDEST.match(member.data[:200]) is not None
    )


def _weight(call: SerializedCall, own: set[str]) -> tuple[Severity, Confidence, str] | None:
    top, _, rest = call.name.partition(".")
    reaching = top in _DATA and rest.rpartition(".")[2] in _REACHING
    if top in _BUILTINS and rest in _PLAIN:
        return None
    if call.called and top in _RUNS:  # before asking whose module it is: anybody can name a folder `os`
        return Severity.CRITICAL, Confidence.HIGH, f"calls {call.name}"
    if (top in _DATA and not reaching) or (top in own and top not in _DANGEROUS):
        return None
    if reaching or top in _DANGEROUS or top in _BUILTINS:
        if call.called:
            return Severity.HIGH, Confidence.MEDIUM, f"calls {call.name}"
        return Severity.MEDIUM, Confidence.LOW, f"reaches for {call.name}"
    return Severity.LOW, Confidence.LOW, f"needs {call.name}, which is not known to be plain data"


def _finding(member: Member, call: SerializedCall, severity: Severity, confidence: Confidence, what: str) -> Finding:
    return Finding(
        rule=_ID,
        behaviour=Behaviour.EXECUTION,
        severity=severity,
        confidence=confidence,
        phase=Phase.NONE,
        path=member.path,
        line=0,
        message=f"loading this pickle {what[:200]} (at byte {call.offset})",
        layers=("pickle",),
        code=", ".join(call.arguments)[:400],
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
