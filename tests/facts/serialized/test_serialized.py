"""Pickles and byte code give up what they would do, and nothing of them is ever loaded."""

from __future__ import annotations

import importlib.util
import marshal
import pickle
import types

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pratique.facts.serialized import read_marshal, read_pickle, read_pyc


class _Runs:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (eval, ("print('never')",))


def _code() -> types.CodeType:
    return compile(
        "import os\ndef inner(a):\n    return os.getcwd() + 'héllo'\nX = (b'blob', 'text')\n", "f.py", "exec"
    )


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_reduce_is_a_call_with_its_arguments(protocol: int) -> None:
    """The global and its argument are named in every protocol, through memo and STACK_GLOBAL."""
    facts = read_pickle(pickle.dumps({"a": [1, 2, _Runs()]}, protocol))
    called = [call for call in facts.calls if call.called]
    assert [call.name.rpartition(".")[2] for call in called] == ["eval"]
    assert called[0].arguments == ("print('never')",)
    assert facts.notes == ()


def test_data_only_pickle_calls_nothing() -> None:
    """Plain containers are quiet."""
    assert read_pickle(pickle.dumps({"a": [1, (2.5, None)], "b": {"c"}}, 2 + 2)).calls == ()


def test_getattr_chain_is_resolved() -> None:
    """A function fetched through ``getattr`` is named as what it is."""
    data = b"cbuiltins\ngetattr\n(cbuiltins\nint\nVfrom_bytes\ntR(Vx\ntR."
    assert [call.name for call in read_pickle(data).calls if call.called] == ["builtins.int.from_bytes"]


def test_shared_values_do_not_explode() -> None:
    """A value that doubles with each operation is shown in bounded text."""
    data = (
        b"Vx\n" + b"2\x86" * 200 + b"\x85cbuiltins\nprint\n0" + b"cbuiltins\nprint\n" + b"Vx\n" + b"2\x86" * 200 + b"R."
    )
    assert all(len(text) <= 4000 for call in read_pickle(data).calls for text in call.arguments)


def test_many_pickles_in_a_row_are_bounded() -> None:
    """The number of operations is limited over all pickles of a file, and the limit is noted."""
    assert read_pickle(b"\x80\x04N." * 200_000).notes


def test_calls_before_damage_are_kept() -> None:
    """What ran before a broken operation would have run: it is listed, and the damage noted."""
    facts = read_pickle(pickle.dumps(_Runs(), 4)[:-1] + b"\xff")
    assert any(call.called for call in facts.calls)
    assert facts.notes


def test_second_pickle_is_read() -> None:
    """A harmless pickle in front does not hide the next one."""
    facts = read_pickle(pickle.dumps([1], 4) + pickle.dumps(_Runs(), 4))
    assert any(call.called for call in facts.calls)


def test_code_objects_of_this_python() -> None:
    """Names, constants, file and line of each code object are read."""
    facts = read_marshal(marshal.dumps(_code()))
    assert facts.notes == ()
    module, inner = facts.code
    assert (module.filename, module.name, inner.name, inner.firstlineno) == ("f.py", "<module>", "inner", 2)
    assert {"os", "inner", "X"} <= set(module.names)
    assert "getcwd" in inner.names
    assert "héllo" in inner.strings
    assert b"blob" in module.blobs


def test_byte_code_file() -> None:
    """The header is passed over, and what is no byte code is said to be none."""
    data = importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(_code())
    assert [code.name for code in read_pyc(data).code] == ["<module>", "inner"]
    assert read_pyc(b"nothing").notes


@given(st.binary(max_size=300))
@example(b"[" + b"\xff\xff\xff\x7f")
@example(b"(\x01\x00\x00\x00" * 300)
@example(b"\xdb\x02\x00\x00\x00r\x00\x00\x00\x00r\x00\x00\x00\x00")
def test_any_bytes_are_survived(data: bytes) -> None:
    """Arbitrary bytes raise nothing in any reader."""
    for read in (read_pickle, read_marshal, read_pyc):
        assert read(data).calls is not None


@given(st.integers(0, 400), st.integers(0, 255))
def test_damaged_byte_code_is_survived(position: int, value: int) -> None:
    """One wrong byte anywhere gives a note or other facts, never an exception."""
    data = bytearray(marshal.dumps(_code()))
    data[position % len(data)] = value
    assert read_marshal(bytes(data)).format == "marshal"


@given(st.lists(st.sampled_from([b"(", b"c", b"a\nb\n", b"R", b"t", b"0", b"2", b"]", b"a", b"e", b"u", b"}", b"."])))
def test_any_operations_are_survived(operations: list[bytes]) -> None:
    """Any order of operations, with marks and stacks that do not match, raises nothing."""
    assert read_pickle(b"".join(operations)).format == "pickle"
