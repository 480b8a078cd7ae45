"""Whatever the bytes are there is a tree, and what was odd is noted."""

from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.facts.python.source.parse import parse, parse_text
from pratique.facts.python.source.recovery.recover import recover


def _kinds(data: bytes) -> set[str]:
    return {note.kind for note in parse(data).notes}


def _depth(tree: ast.AST) -> int:
    deepest = 0
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return deepest


def _calls(tree: ast.AST) -> list[str]:
    return [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]


def test_honest_source_has_no_notes() -> None:
    """Plain modern code is parsed by this Python and nothing is odd about it."""
    parsed = parse('"""Über uns."""\nimport os\n\n\nprint("\\d", os.name)\n'.encode())
    assert not parsed.recovered
    assert parsed.notes == ()
    assert len(parsed.tree.body) == 3


@pytest.mark.parametrize("codec", ["utf-7", "unicode_escape", "raw_unicode_escape", "rot13", "cp037"])
def test_odd_codec_is_read_through(codec: str) -> None:
    """Code that hides behind a declared codec is read as Python would, and the codec is noted."""
    hidden = {
        "utf-7": b"+AGUAeABlAGM-(1)",
        "unicode_escape": b"\\x65xec(1)",
        "raw_unicode_escape": b"\\u0065xec(1)",
        "rot13": b"rkrp(1)",
        "cp037": "exec(1)".encode("cp037"),
    }[codec]
    newline = "\n".encode("cp037") if codec == "cp037" else b"\n"
    parsed = parse(b"# coding: " + codec.encode() + newline + b"\n" + hidden + b"\n")
    assert "encoding" in {note.kind for note in parsed.notes}
    assert "exec(1)" in parsed.text


@pytest.mark.parametrize("codec", ["latin-1", "cp1252", "gbk", "shift_jis", "euc-kr", "utf-8", "koi8-r"])
def test_honest_codec_is_no_note(codec: str) -> None:
    """Regional codecs are an honest declaration."""
    assert _kinds(f"# -*- coding: {codec} -*-\nx = 1\n".encode(codec)) == set()


def test_undecodable_and_unknown_codecs_still_give_code() -> None:
    """A wrong declaration hides nothing."""
    for data in (b"# coding: no-such-codec\nexec(1)\n", b"x = '\xff'\nexec(1)\n", b"# coding: zlib\nexec(1)\n"):
        parsed = parse(data)
        assert _calls(parsed.tree) == ["exec"]
        assert "encoding" in {note.kind for note in parsed.notes}


def test_byte_order_marks() -> None:
    """UTF-8's mark is honest; UTF-16 is read and noted."""
    assert _kinds(codecs.BOM_UTF8 + b"x = 1\n") == set()
    parsed = parse("exec(1)\n".encode("utf-16"))
    assert _calls(parsed.tree) == ["exec"]
    assert {note.kind for note in parsed.notes} == {"encoding"}


def test_nul_does_not_hide_code() -> None:
    """Code behind a NUL is in the tree."""
    parsed = parse(b"x = 1\0\nexec(1)\n")
    assert "nul" in {note.kind for note in parsed.notes}
    assert _calls(parsed.tree) == ["exec"]


def test_too_large_is_noted() -> None:
    """Only the limit's bytes are read, up to a whole line."""
    parsed = parse(b"x = 1\n" * 100, max_bytes=50)
    assert len(parsed.tree.body) == 8
    assert {note.kind for note in parsed.notes} == {"too-large"}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("x = 1 # \u202e gnp", "bidi"),
        ("x\u200b = 1", "zero-width"),
        ("\U0001d41exec('1')", "homoglyph"),
        ("import os;" + " " * 200 + "exec('1')", "off-screen"),
        ("import os" + "\t" * 40 + ";exec('1')", "off-screen"),
    ],
)
def test_tricks_on_a_reader(source: str, kind: str) -> None:
    """Invisible, reordered, look-alike and off-screen code is noted with its line."""
    notes = [note for note in parse(("y = 0\n" + source + "\n").encode()).notes if note.kind == kind]
    assert [note.line for note in notes] == [2]


@pytest.mark.parametrize(
    "source",
    ["x = '👩\u200d🚀'", "x = [1,\n" + " " * 40 + "2]", "x = 1" + " " * 200 + "# why", "x = ['\u212f', '\uff45xec']"],
)
def test_honest_layout_is_no_trick(source: str) -> None:
    """Emoji, alignment and far comments are no trick."""
    assert _kinds(source.encode()) == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("print 'a' % b, c", "print('a' % b, c)"),
        ("exec code in names", "exec(code, names)"),
        ("print 1\nraise X, 'm'", "print(1)\nraise X('m')"),
        ("print 1\nx = 0777 + 10L", "print(1)\nx = 511 + 10"),
        ("print 1\nx = `y`", "print(1)\nx = repr(y)"),
        ("print 1\nif a <> b: c()", "print(1)\nif a != b:\n    c()"),
        ("print 1\nx = ur'a'", "print(1)\nx = 'a'"),
    ],
)
def test_python_2_reads_as_python_3(source: str, expected: str) -> None:
    """Python 2's own syntax becomes the nodes of its modern equivalent."""
    parsed = parse(source.encode())
    assert parsed.recovered
    assert ast.unparse(ast.fix_missing_locations(parsed.tree)) == expected


def test_except_with_comma() -> None:
    """Python 2's ``except A, e`` binds a name and keeps its body."""
    parsed = parse(b"try:\n    a()\nexcept A, e:\n    b(e)\n")
    assert _calls(parsed.tree) == ["a", "b"]
    handlers = [node for node in ast.walk(parsed.tree) if isinstance(node, ast.ExceptHandler)]
    assert [handler.name for handler in handlers] == ["e"]


@pytest.mark.parametrize("broken", ["def (:", "x = = 1", "))))", "class", "f(a, b", "'unclosed", "if x\n  y()", "§"])
def test_code_after_a_broken_piece_is_read(broken: str) -> None:
    """A syntax error does not hide the code before it."""
    parsed = parse(f"import os\nbefore(1)\n{broken}\n".encode())
    assert parsed.recovered
    assert "syntax" in {note.kind for note in parsed.notes}
    assert "before" in _calls(parsed.tree)


_DEEP = {
    "unary": "-" * 3000 + "found()",
    "not": "not " * 3000 + "found()",
    "sum": "+".join(["x"] * 3000) + "+found()",
    "brackets": "[" * 3000 + "found()" + "]" * 3000,
    "lambda": "lambda: " * 3000 + "found()",
    "elif": "if x: pass\n" + "elif y: pass\n" * 3000 + "else: found()\n",
    "attributes": "found()" + ".a" * 3000,
}


@pytest.mark.parametrize("kind", _DEEP)
def test_depth_is_bounded_and_hides_nothing(kind: str) -> None:
    """Nesting beyond the limit is noted, the tree stays shallow, and what was deepest is still in it."""
    parsed = parse(_DEEP[kind].encode())
    assert "too-deep" in {note.kind for note in parsed.notes} or kind == "elif"
    assert _depth(parsed.tree) <= 510
    assert "found" in _calls(parsed.tree)


def test_statements_around_a_broken_one_are_exact() -> None:
    """What this Python can parse is parsed by it, at its own lines, although the file as a whole cannot be."""
    parsed = parse(b"match x:\n    case [1, *rest]: found(rest)\nprint 'a'\nx = 1\n")
    assert isinstance(parsed.tree.body[0], ast.Match)
    assert [statement.lineno for statement in parsed.tree.body] == [1, 3, 4]


def test_a_reading_that_ends_early_says_so() -> None:
    """The cost of reading around errors is bounded, and the bound is no silence."""
    assert recover("print 1, 2, 3\n" * 100, max_nodes=50).hit_limit
    assert not recover("print 1, 2, 3\n", max_nodes=50).hit_limit


def test_long_chains_of_literals_are_one_literal() -> None:
    """A payload assembled from thousands of literals is whole."""
    parsed = parse(("exec(" + "+".join(["'ab'"] * 5000) + ")").encode())
    values = [node.value for node in ast.walk(parsed.tree) if isinstance(node, ast.Constant)]
    assert values == ["ab" * 5000]


def test_invalid_escapes_do_not_warn() -> None:
    """Warnings are errors in this run: the author's invalid escapes raise none."""
    assert parse(b"x = '\\d'\ny = 1if x else 2\n").notes == ()


def test_fragments_of_decoded_layers() -> None:
    """An indented block is a module of its own."""
    assert _calls(parse_text("    exec(1)\n    print(2)\n").tree) == ["exec", "print"]


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_tree(data: bytes) -> None:
    """No input raises."""
    assert isinstance(parse(data).tree, ast.Module)


_TOKENS = [
    "def",
    "class",
    "if",
    "else",
    ":",
    "\n",
    "",
    "",
    "",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "=",
    "==",
    "lambda",
    "x",
    "print",
    "exec",
    "'a'",
    "f'{x}'",
    "`x`",
    "@",
    "->",
    "in",
    "for",
    "import",
    ".",
    "*",
    "**",
    "0777",
    "try",
    "except",
    "as",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_TOKENS), max_size=40))
def test_any_words_give_located_nodes(tokens: list[str]) -> None:
    """Half-written code gives nodes that all know their line."""
    tree = parse(" ".join(tokens).encode()).tree
    for node in ast.walk(tree):
        if isinstance(node, (ast.expr, ast.stmt)):
            assert node.lineno >= 1
