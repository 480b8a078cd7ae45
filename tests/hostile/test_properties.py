"""Whatever bytes the readers get, they give facts of bounded size: nothing escapes but our own errors."""

from __future__ import annotations

import marshal
import pickle
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.artifact import Member, Role
from pratique.facts.bytecode import read_bytecode
from pratique.facts.decode import DECODERS, Budget, BudgetExceeded, Undecodable, guess
from pratique.facts.metadata import read_build, read_metadata
from pratique.facts.native import read_native
from pratique.facts.notebook import code_of
from pratique.facts.pth import as_source
from pratique.facts.python.reader import read_python
from pratique.facts.serialized import read_marshal, read_pickle, read_pyc
from pratique.facts.shell import read_shell
from pratique.names import Sha256
from pratique.screen import screen_bytes
from pratique.verdict import Verdict
from tests.unpack.archives import zipped

_TEXT = 20_000
"""Characters of any one text in the facts; the longest kept anywhere is shorter."""
_unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

_NAMES = st.sampled_from(["a", "b", "c", "os", "requests", "exec", "eval", "getattr", "f", "self"])
_LITERALS = st.sampled_from(
    [
        "0",
        "-1",
        "10 ** 9",
        "2 ** 99",
        "1.5",
        "1j",
        "''",
        "'a'",
        "b'a'",
        "'aGk='",
        "None",
        "True",
        "...",
        "[]",
        "{}",
        "()",
    ]
)


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions made of expressions, of every kind that the evaluator computes."""
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(
            pairs, st.sampled_from(["+", "*", "%", "-", "/", "//", "**", "<<", ">>", "&", "|", "^", "@", "<", "in"])
        ).map(lambda t: f"({t[0][0]} {t[1]} {t[0][1]})"),
        pairs.map(lambda p: f"{p[0]}[{p[1]}]"),
        pairs.map(lambda p: f"{p[0]}[::{p[1]}]"),
        pairs.map(lambda p: f"[{p[0]} for a in {p[1]}]"),
        pairs.map(lambda p: f"{{{p[0]}: {p[1]}}}"),
        pairs.map(lambda p: f"({p[0]} if {p[1]} else a)"),
        pairs.map(lambda p: f"{p[0]}({p[1]}, *{p[1]}, **{p[0]})"),
        pairs.map(lambda p: f"''.join(map({p[0]}, {p[1]}))"),
        inner.map(lambda e: f"(lambda a, *b: {e})(a)"),
        inner.map(lambda e: f"f'{{{e.replace(chr(39), chr(34)).replace(chr(92), '')}!r:>9}}'"),
        st.tuples(
            inner,
            st.sampled_from(
                [
                    *(
                        "join",
                        "format",
                        "replace",
                        "decode",
                        "encode",
                        "split",
                        "append",
                        "get",
                        "strip",
                        "zfill",
                        "translate",
                    ),
                    *("system", "post", "text", "__class__", "__dict__", "pop", "update", "items", "hex", "to_bytes"),
                ]
            ),
            inner,
        ).map(lambda t: f"{t[0]}.{t[1]}({t[2]}, {t[2]})"),
        st.tuples(
            st.sampled_from(
                [
                    *(
                        "exec",
                        "eval",
                        "chr",
                        "bytes",
                        "bytearray",
                        "str",
                        "int",
                        "list",
                        "dict",
                        "range",
                        "map",
                        "zip",
                        "len",
                    ),
                    *(
                        "sorted",
                        "reversed",
                        "sum",
                        "getattr",
                        "__import__",
                        "base64.b64decode",
                        "zlib.decompress",
                        "compile",
                    ),
                    *("bytes.fromhex", "codecs.decode", "marshal.loads", "open", "type", "vars", "os.environ.get"),
                ]
            ),
            inner,
        ).map(lambda t: f"{t[0]}({t[1]})"),
    )


_EXPRESSIONS = st.recursive(st.one_of(_NAMES, _LITERALS), _compound, max_leaves=12)
_STATEMENTS = st.one_of(
    st.tuples(_NAMES, _EXPRESSIONS).map(lambda t: f"{t[0]} = {t[1]}"),
    st.tuples(_NAMES, _EXPRESSIONS).map(lambda t: f"{t[0]} += {t[1]}"),
    st.tuples(_NAMES, _EXPRESSIONS).map(lambda t: f"for {t[0]} in {t[1]}: {t[0]} += {t[0]}"),
    st.tuples(_NAMES, _EXPRESSIONS).map(lambda t: f"def {t[0]}(a=1, *b, **c): return {t[1]}"),
    st.tuples(_NAMES, _EXPRESSIONS).map(lambda t: f"class {t[0]}({t[1]}): b = {t[1]}"),
    st.tuples(_EXPRESSIONS, _NAMES).map(lambda t: f"with {t[0]} as {t[1]}: {t[1]}({t[1]})"),
    _EXPRESSIONS.map(lambda e: f"while {e}: a = [a, {e}]"),
    _EXPRESSIONS.map(lambda e: f"try: {e}\nexcept {e}: raise {e}"),
    st.sampled_from(
        ["from . import *", "import os as a, base64", "from b import a as c", "global a", "del a", "import b.c"]
    ),
    _EXPRESSIONS,
)


def _member(path: str, data: bytes, role: Role = Role.MODULE) -> Member:
    return Member(path=path, data=data, sha256=Sha256(sha256(data).hexdigest()), size=len(data), role=role)


def _bounded(data: bytes, role: Role) -> None:
    facts = read_python(_member("example_pkg/__init__.py", data, role))
    assert len(facts.calls) < 100_000
    for call in facts.calls:
        assert len(call.code) <= _TEXT
        assert all(len(argument.text) <= _TEXT for argument in call.arguments.values())


@_unhurried
@given(st.lists(_STATEMENTS, max_size=12), st.sampled_from(Role))
def test_any_program_gives_bounded_facts(statements: list[str], role: Role) -> None:
    """Programs over everything that is evaluated, whether they make sense or not."""
    _bounded("\n".join(statements).encode(), role)


@_unhurried
@given(st.lists(_STATEMENTS, max_size=5), st.data())
def test_any_broken_program_gives_bounded_facts(statements: list[str], draw: st.DataObject) -> None:
    """The same with bytes changed, so that it is read around what is broken."""
    data = bytearray("\n".join(statements).encode())
    for _ in range(draw.draw(st.integers(1, 5))):
        at = draw.draw(st.integers(0, len(data)))
        data[at : at + draw.draw(st.integers(0, 3))] = draw.draw(st.binary(max_size=3))
    _bounded(bytes(data), Role.MODULE)


@_unhurried
@given(st.binary(max_size=2_000), st.sampled_from(Role))
def test_any_bytes_as_source_give_bounded_facts(data: bytes, role: Role) -> None:
    """What is no program at all."""
    _bounded(data, role)


@_unhurried
@given(st.text(max_size=2_000))
def test_any_start_up_lines_give_bounded_facts(text: str) -> None:
    """A .pth file with anything in it."""
    _bounded(as_source(text.encode("utf-8", "surrogatepass")), Role.STARTUP)


_SHELL_WORDS = st.sampled_from(
    [
        *(
            "curl -s http://a.example.invalid/x",
            "wget -qO- ",
            "| sh",
            "| bash",
            "sh -c '",
            '"',
            "'",
            "$(",
            "`",
            ")",
            "&&",
            ";",
        ),
        *(
            "base64 -d",
            "echo aGk=",
            "<<EOF\n",
            "EOF\n",
            "python3 -c ",
            "eval ",
            "${a}",
            "$a",
            "\\\n",
            "\n",
            "a=",
            ">/dev/tcp/",
        ),
        *(
            "powershell -enc ",
            "IEX(",
            "certutil -decode ",
            "%PATH%",
            "^",
            "chmod +x x",
            "./x",
            "crontab -",
            "\0",
            "\ufeff",
        ),
    ]
)


@_unhurried
@given(st.lists(st.one_of(_SHELL_WORDS, st.text(max_size=5)), max_size=60).map(" ".join))
def test_any_script_gives_bounded_facts(text: str) -> None:
    """Shell, PowerShell and batch, whole or in pieces."""
    facts = read_shell(text)
    assert len(facts.code) <= _TEXT
    assert len(facts.downloads) + len(facts.sends) + len(facts.layers) < 5_000


_OBJECTS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.binary(max_size=9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.tuples(inner, inner), st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=20,
)


def _changed(draw: st.DataObject, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(draw.draw(st.integers(0, 6))):
        at = draw.draw(st.integers(0, len(made)))
        made[at : at + draw.draw(st.integers(0, 2))] = draw.draw(st.binary(max_size=4))
    return bytes(made)


def _small(facts: object) -> None:
    assert len(repr(facts)) < 5_000_000


@_unhurried
@given(_OBJECTS, st.integers(0, 5), st.data())
def test_any_pickle_gives_bounded_facts(value: object, protocol: int, draw: st.DataObject) -> None:
    """Real pickles with bytes changed: followed, never loaded."""
    _small(read_pickle(_changed(draw, pickle.dumps(value, protocol))))


def _marshalled(value: Any, version: int) -> bytes:  # noqa: ANN401
    return marshal.dumps(value, version)


@_unhurried
@given(_OBJECTS, st.integers(0, 4), st.data())
def test_any_marshalled_object_gives_bounded_facts(value: object, version: int, draw: st.DataObject) -> None:
    """Real marshalled objects with bytes changed."""
    _small(read_marshal(_changed(draw, _marshalled(value, version))))


_PROGRAM = compile(
    "import os\nA = [1, 'x', b'y', 2.5]\ndef f(a, *b):\n  return [a for a in b]\nclass C(f): x = f\n", "a.py", "exec"
)


@_unhurried
@given(st.data())
def test_any_byte_code_gives_bounded_facts(draw: st.DataObject) -> None:
    """Byte code of this Python with bytes changed: its structure is read, nothing of it is run."""
    data = _changed(draw, b"\xa7\r\r\n" + bytes(12) + marshal.dumps(_PROGRAM))
    _small(read_pyc(data))
    member = _member("example_pkg/a.pyc", data)
    _small(read_bytecode(member, index={member.path: member}))


@_unhurried
@given(
    st.sampled_from([b"\x7fELF\2\1\1", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b""]),
    st.binary(max_size=3_000),
    st.sampled_from(["a.so", "a.txt", "a", "a.py", "a.exe"]),
)
def test_any_native_file_gives_bounded_facts(magic: bytes, data: bytes, path: str) -> None:
    """Files that begin as native code does, and go on as anything."""
    _small(read_native(_member(path, magic + data, Role.DATA)))


@_unhurried
@given(st.one_of(st.binary(max_size=2_000), st.text(max_size=2_000).map(lambda t: t.encode("utf-8", "surrogatepass"))))
def test_any_metadata_gives_bounded_facts(data: bytes) -> None:
    """Core metadata, build configuration and notebooks that are none."""
    _small(read_metadata(_member("PKG-INFO", data, Role.DATA)))
    _small(read_metadata(_member("a-1.dist-info/METADATA", data, Role.DATA)))
    _small(read_build(_member("pyproject.toml", data, Role.DATA)))
    _small(code_of(_member("a.ipynb", data, Role.DATA)))


@pytest.mark.parametrize("name", sorted(DECODERS))
@settings(_unhurried, max_examples=30)
@given(data=st.one_of(st.binary(max_size=500), st.text(max_size=500)), more=st.one_of(_OBJECTS, st.just("utf-8")))
def test_any_decoder_stays_within_its_budget(name: str, data: bytes | str, more: object) -> None:
    """A decoder gives something, or says that it cannot, or that it would be too much."""
    budget = Budget(layer_bytes=10_000, total_bytes=20_000)
    for arguments in ((data,), (data, more), (more, data), ()):
        try:
            made = DECODERS[name](arguments, {}, budget)
        except (Undecodable, BudgetExceeded):
            continue
        assert not isinstance(made, bytes | str) or len(made) <= 10_000


@_unhurried
@given(st.one_of(st.binary(max_size=500), st.text(max_size=500)))
def test_any_literal_is_guessed_within_its_budget(data: bytes | str) -> None:
    """What a literal may stand for is never more than the budget allows."""
    try:
        found = guess(data, Budget(layer_bytes=10_000, total_bytes=20_000))
    except BudgetExceeded:
        return
    assert sum(len(made) for _, made in found) <= 20_000


_PATHS = (
    "example_pkg/__init__.py",
    "a.pth",
    "x.sh",
    "a-1.dist-info/METADATA",
    "setup.py",
    "a.ipynb",
    "b.pkl",
    "a.pyc",
    "n.so",
)


@settings(_unhurried, max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(_PATHS), st.one_of(st.binary(max_size=400), _EXPRESSIONS.map(str.encode)), max_size=6
    )
)
def test_any_distribution_is_judged(files: dict[str, bytes]) -> None:
    """From bytes to verdict: no reader and no rule fails on anything."""
    for filename in ("example_pkg-1.0-py3-none-any.whl", "example_pkg-1.0.tar.gz"):
        report = screen_bytes(zipped(files), filename=filename)
        assert report.verdict in Verdict
        assert report.error == ""
