"""The scanner reads the sieve's character classes as they are written."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
import yara_x

_SIEVE = files("pratique.facts").joinpath("sieve.yar").read_text("utf-8")
_CLASSES = sorted(set(re.findall(r"(?<!\\)\[(?:\\.|[^\]\\])+\]", _SIEVE)))


@pytest.mark.parametrize("written", _CLASSES)
def test_a_class_holds_the_bytes_that_it_names_and_no_other(written: str) -> None:
    """YARA-X 1.23 takes some sets of four bytes for a mask: ``[ '",]`` held ``$`` and no quote."""
    scanner = yara_x.Scanner(yara_x.compile(f"rule a {{ strings: $a = /QQ{written}ZZ/ condition: $a }}"))
    here = re.compile(written.encode(), re.DOTALL)
    held = {byte for byte in range(256) if scanner.scan(b"QQ" + bytes([byte]) + b"ZZ").matching_rules}
    assert held == {byte for byte in range(256) if here.match(bytes([byte]))}
