"""Decoded code: what a decoder gave is executed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does, PythonFacts, Source, Taint
from pratique.facts.templates import is_plain
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.claims import claim, when
from pratique.rules.decoded import READABLE, chain_of, hidden_in, hiding, in_words, is_spelled, opaque
from pratique.rules.rule import Example, Rule

_ID = "decoded-code"
_DATA = re.compile(
    r"\.(txt|md|rst|json|csv|ya?ml|xml|log|dat|data|bin|db|pkl|png|jpe?g|gif|ico|bmp|svg|wav|mp3|ogg|ttf|woff2?|pdf|zip|gz|"
    r"sqlite\d?|npy|npz|webp|flac|otf|plist|mo|tgz|xz|toml|xlsx?|docx?)>?$|(?:^|/)(?:LICENSE|COPYING|NOTICE|AUTHORS|README)$",
    re.IGNORECASE,
)
_TEXTUAL = (".txt", ".md", ".rst", ".cfg", ".ini", ".tmpl", ".tpl", ".in", ".template", ".dat")
"""Names of files that a person opens to read them."""
_AS_IT_IS = re.compile(r"(?:\.read(?:_text|_bytes)?|get_data)\(\)(?:\.(?:decode|format|strip)\(\)){0,3}>$")
"""What a reading gave, unchanged but for the fields of a template."""
_LOADERS = ("pickle", "joblib", "pandas", "jsonpickle")
"""What they are given is data, and judged as such."""
_TOOL = re.compile(
    r"exec|eval|compile|getattr|setattr|globals|locals|vars|__builtins__|builtins|__import__(?:\(.{0,40}\)(?:\.\w+)?)?"
)
_ARRANGES = frozenset({"reverse", "replace", "shuffle", "slice", "percent"})
"""Decoders that alone hide nothing: lists are turned round and templates filled in everywhere."""
_SPELLS = _ARRANGES | {"chr"}
"""Modules that make code of what they are given put it together letter by letter, when they are imported too."""
_CIPHERS = frozenset({"xor", "fernet", "aes", "table"})
"""Decoders with a key: code that nobody is to read, whatever it does."""
_PACKER = "__pyarmor__"
"""The one call in a file of PyArmor, a packer whose native library alone can read the rest."""
_PROGRAMS = ("MZ", "\x7fELF")
_DEEP = 3
"""So many different decoders around one text are there to hide it, whatever it is."""
_REACHES = {Does.RUN_PROCESS, Does.FETCH, Does.SEND, Does.NATIVE, Does.REGISTRY, Does.LISTEN, Does.DELETE, Does.WRITE}


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for file in facts.python:
        for call in file.calls:
            if call.phase.automatic:
                yield from _hidden(file, call)
            if Does.RUN_CODE in call.does and not call.name.startswith(_LOADERS):
                yield from _executed(facts, file, call)


def _hidden(file: PythonFacts, call: Call) -> Iterator[Finding]:
    """What runs by itself and nobody can read: a command, a program, a file that a packer has sealed."""
    if Does.RUN_PROCESS in call.does:
        yield from _dropped(file, call) if call.layers[-1:] == ("dropped file",) else _command(file, call)
    if call.name.endswith(_PACKER):
        yield _claimed(file, call, f"the whole file is packed: nobody can read what runs {when(call.phase)}")


def _dropped(file: PythonFacts, call: Call) -> Iterator[Finding]:
    """A program that is written to a file and started."""
    program = call.first is not None and call.first.text.startswith(_PROGRAMS)
    if call.name.lower().endswith(".exe"):
        yield _claimed(file, call, f"a program is written and started {when(call.phase)}", proven=program)
    if taints := hidden_in(call.first):
        message = f"{'a program' if program else 'a file'} that {in_words(taints)} hid is written and started"
        yield _claimed(file, call, f"{message} {when(call.phase)}", taints, proven=program)
    else:
        yield from _command(file, call)


def _command(file: PythonFacts, call: Call) -> Iterator[Finding]:
    if "ran" not in call.arguments and (taints := hidden_in(call.first or call.arguments.get("args"))):
        yield _claimed(file, call, f"a command that {in_words(taints)} hid is run {when(call.phase)}", taints)


def _executed(facts: PackageFacts, file: PythonFacts, call: Call) -> Iterator[Finding]:
    """Code that a decoder hid; by itself also what is spelled in numbers, or lies in a file of data."""
    if taints := hiding(call):
        yield _decoded(file, call, taints)
    elif call.phase.automatic and is_spelled(call):
        message = f"code that is written letter by letter, as numbers, is executed {when(call.phase)}"
        yield _claimed(file, call, message)
    elif call.phase.automatic and (data := _from_data(call)):
        plain = _AS_IT_IS.search(call.arguments["0"].text) is not None and _lies_open(facts, data)
        yield _of_data(file, call, data, plain=plain)


def _claimed(
    file: PythonFacts, call: Call, message: str, taints: tuple[Taint, ...] = (), *, proven: bool = False
) -> Finding:
    return claim(
        _ID,
        Behaviour.OBFUSCATION,
        file.path,
        call,
        message,
        severity=Severity.CRITICAL,
        taints=taints,
        proven=proven,
    )


def _from_data(call: Call) -> tuple[Taint, ...]:
    """Labels of a file that by its name holds anything but code."""
    return tuple(t for t in call.first.labels(Source.FILE) if _DATA.search(t.detail)) if call.first is not None else ()


def _lies_open(facts: PackageFacts, taints: tuple[Taint, ...]) -> bool:
    """Whether it is a text of the distribution in which everybody reads the code, or a template of it."""
    names = {t.detail.rpartition("/")[2].rstrip(">") for t in taints}
    ran = [r.path for r in facts.reached if r.does is Does.RUN_CODE and r.certain]
    texts = [facts.index[p] for p in ran if p in facts.index and p.rpartition("/")[2] in names]
    return bool(texts) and all(
        m.path.lower().endswith(_TEXTUAL) and is_plain(m.data.decode("utf-8", "replace")) for m in texts
    )


def _of_data(file: PythonFacts, call: Call, taints: tuple[Taint, ...], *, plain: bool) -> Finding:
    return claim(
        _ID,
        Behaviour.OBFUSCATION,
        file.path,
        call,
        f"what lies in the data file {taints[0].detail} is executed {when(call.phase)}",
        severity=Severity.MEDIUM if plain else Severity.CRITICAL,
        taints=taints,
    )


def _decoded(file: PythonFacts, call: Call, taints: tuple[Taint, ...]) -> Finding:
    chain = chain_of(taints)
    inner = [c for c in file.calls if len(c.layers) > len(call.layers) and (c.does & _REACHES or opaque(c))]
    known = call.first is not None and call.first.known
    automatic = call.phase.automatic
    tired = any(note.rule == "evaluation-limit" for note in file.notes)
    unread = not known or (automatic and tired)
    spelled_at_most = _ARRANGES if known or tired or call.phase is not Phase.IMPORT else _SPELLS
    deep = len(set(chain) - _ARRANGES - READABLE) >= _DEEP
    ciphered = automatic and not _CIPHERS.isdisjoint(chain)
    telling = inner or unread or deep or ciphered or _names_a_tool(call)
    several = len(set(chain)) > 1 or bool(call.layers)
    ends = f"; it calls {inner[0].name}" if inner else ""
    return claim(
        _ID,
        Behaviour.OBFUSCATION,
        file.path,
        call,
        f"what {in_words(taints)} hid is executed {when(call.phase)}{ends}",
        severity=Severity.CRITICAL if telling and not spelled_at_most.issuperset(chain) else Severity.MEDIUM,
        confidence=Confidence.HIGH if automatic or deep else Confidence.LOW,
        proven=automatic and bool(inner) and several,
        taints=taints,
    )


def _names_a_tool(call: Call) -> bool:
    """Whether what was hidden is nothing but the name of what executes, imports or looks up names."""
    return call.first is not None and _TOOL.fullmatch(call.first.text.strip()) is not None


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.OBFUSCATION,
    summary="Text that came out of a decoder is executed as code.",
    gain="Nobody who reads the source sees what it does.",
    honest="Packed data is decoded but not executed; templates make code of text that stands in the file readably.",
    blocks="When it happens by itself, through two or more different decoders, and what they hid reaches processes, the network, native code or files, or cannot be computed; or when they hid a program, which is written to a file and started.",
    check=_check,
    loud=(
        Example(
            title="two layers around a command",
            files={
                "setup.py": "import base64 as b, codecs\n"
                "exec(b.b64decode(codecs.decode('nJ1jo3W0VT9mB29mYaA5p3EyoFtaqTW2LJ1cWlx=', 'rot13')))\n"
            },
        ),
        Example(
            title="the name of what executes, letter by letter",
            files={"setup.py": "eval(''.join(map(chr, [101, 120, 101, 99])))('print(1)')\n"},
        ),
        Example(
            title="a command, in the class that installs",
            files={
                "setup.py": "import base64, os\nfrom setuptools import setup\nfrom setuptools.command.install import install\n"
                "class I(install):\n    def run(self):\n        getattr(os, 'sys' + 'tem')(base64.b64decode('ZGlyID4gYS50eHQ=').decode())\n"
                "setup(name='a', cmdclass={'install': I})\n"
            },
        ),
        Example(
            title="a name in escapes",
            files={
                "pkg/__init__.py": "import codecs\nmagic = codecs.decode('cevag(1)', 'rot13')\neval('\\x6d\\x61\\x67\\x69\\x63')\n"
            },
        ),
        Example(
            title="a file that a packer has sealed",
            files={
                "pkg/__init__.py": "from pytransform import pyarmor_runtime\npyarmor_runtime()\n"
                "__pyarmor__(__name__, __file__, b'\\x50\\x59\\x41\\x52\\x4d\\x4f\\x52\\x00\\x00', 1)\n"
            },
        ),
        Example(
            title="a program, written and started",
            files={
                "pkg/__init__.py": "import base64, subprocess as s\nopen('a.exe', 'wb').write(base64.b64decode('TVqQAAMAAAA='))\n"
                "s.Popen('a.exe', shell=True)\n"
            },
        ),
        Example(
            title="code in a picture",
            files={
                "setup.py": "import os\nexec(open(os.path.join(os.path.dirname(__file__), 'logo.png'), 'rb').read()[8:])\n"
            },
        ),
        Example(
            title="through getattr and an unknown key",
            files={
                "pkg/__init__.py": "import zlib\nfrom .k import K\ngetattr(__import__('builtins'), 'exec')(zlib.decompress(K))\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="a command whose output is decoded",
            files={
                "setup.py": "import base64, subprocess\nv = subprocess.check_output(['git', 'describe']).decode().strip()\n"
                "subprocess.check_call(['git', 'archive', v])\n"
            },
        ),
        Example(
            title="a program that is written when its user asks for it",
            files={
                "pkg/__init__.py": "import base64, subprocess as s\ndef run():\n"
                "    open('a.exe', 'wb').write(base64.b64decode('TVqQAAMAAAA='))\n    s.Popen('a.exe', shell=True)\n"
            },
        ),
        Example(
            title="an embedded image",
            files={"pkg/__init__.py": "import base64\nICON = base64.b64decode('iVBORw0KGgo=')\n"},
        ),
    ),
)
