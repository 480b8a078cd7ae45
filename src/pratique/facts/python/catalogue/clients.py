"""Client libraries, by shape: what a method of an object of one of them does, read off its name.

A store, a mail box, a queue or a chain of blocks is as good a dead drop as a web page, so what arrives
from one is labelled as received, and what is handed to one as sent. Which method it is that brings it
is not asked: whatever an object says that stands for another machine, that machine said.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_REMOTE = _words(  # mail, files, names, terminals
    "imaplib poplib nntplib telnetlib ftplib smtplib dns aiodns pycares aioftp aioimaplib paramiko pysftp "
    "asyncssh fabric spur smb smbclient smbprotocol webdav3 webdav4 ldap ldap3 pysnmp ntplib whois "
    # stores and queues
    "redis aioredis pymongo motor psycopg psycopg2 pymysql MySQLdb aiomysql asyncpg pymssql oracledb cx_Oracle "
    "cassandra clickhouse_driver clickhouse_connect elasticsearch opensearchpy etcd3 consul kafka confluent_kafka "
    "aiokafka pika aio_pika kombu stomp nats zmq paho aiomqtt gmqtt memcache pymemcache couchdb arango neo4j "
    "influxdb_client "
    # clouds, forges, networks of people, chains
    "minio firebase_admin firebase pyrebase supabase dropbox github gitlab wikipedia wikipediaapi feedparser praw "
    "asyncpraw tweepy mastodon atproto instagrapi gspread telebot telethon pyrogram telegram aiogram discord "
    "nextcord disnake slack_sdk slackclient slack_bolt notion_client pyairtable trello jira web3 solana "
    "ipfshttpclient libtorrent "
    # web, browsers, calls of procedures
    "websocket websockets socketio httplib2 mechanize mechanicalsoup robobrowser selenium seleniumwire playwright "
    "splinter geventhttpclient xmlrpclib zeep suds gql grpc rpyc Pyro4 Pyro5 scapy googleapiclient newspaper"
)
"""Libraries whose every object stands for another machine."""
_PARTLY = (
    "boto3.client().",
    "boto3.resource().",
    "botocore.client.",
    "google.cloud.",
    "azure.",
    "mysql.connector.",
    "xmlrpc.client.ServerProxy()",
    "multiprocessing.connection.Client()",
    "multiprocessing.managers.BaseManager()",
    "setuptools.package_index.",
    "requests_toolbelt.",
    "urllib.request.FancyURLopener",
    "urllib.request.BaseHandler()",
    "urllib.error.",
    "socketserver.",
    "http.server.",
    "asyncore.",
    "asynchat.",
    "asyncio.StreamReader",
    "asyncio.start_server",
    "asyncio.start_unix_server",
    "asyncio.Protocol()",
    "asyncio.BufferedProtocol()",
    "asyncio.DatagramProtocol()",
    "twisted.web.client.",
    "twisted.internet.protocol.",
    "twisted.protocols.",
    "tornado.httpclient.",
    "tornado.tcpclient.",
    "tornado.websocket.websocket_connect",
    "tornado.iostream.",
    "trio.open_tcp_stream",
    "trio.open_ssl_over_tcp_stream",
    "anyio.connect_tcp",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
    "socket.socket().fileno",
    "socket.create_connection().fileno",
    "ssl.get_server_certificate",
    "ssl.SSLContext().",
    "ssl.create_default_context().",
    "pycurl.Curl().",
    "ctypes.windll.wininet.",
    "ctypes.windll.winhttp.",
)
"""Parts of libraries that do, by the beginning of a name."""
_NEVER = _words("__init__ close quit login connect authenticate auth starttls select_folder logout")
_STORES = frozenset(("boto3", "fsspec", "smart_open", "pooch", "xmlrpc"))
"""Libraries whose objects may as well lie on this machine: what they are asked decides."""
_SENDERS = _STORES | _words(
    "redis pymongo motor web3 telebot telethon pyrogram imaplib poplib nntplib telnetlib websocket websockets "
    "slack_sdk slackclient paho httplib2 mechanize mechanicalsoup robobrowser pika zmq gspread praw tweepy minio "
    "pysftp asyncssh geventhttpclient xmlrpclib zeep nats aio_pika kafka kombu stomp socketio ftplib aiogram"
)
_FETCHES = _words(
    "get recv read fetch fetchone retr body find_one get_object get_transaction get_updates read_all read_until "
    "read_very_eager read_eager urlopen open open_url request retrieve download recv_json recv_string recv_bytes "
    "get_file get_contents cat cat_file hget lrange basic_get get_all_values"
)
_FROM_SOCKETS = _words(
    "recv recvmsg recvfrom recv_into recvmsg_into recvfrom_into sock_recv sock_recv_into sock_recvfrom receive "
    "receive_some recv_bytes"
)
"""Methods of that name receive, whatever they belong to."""
_SENDS = _words(
    "send publish put set put_object sendall single multiple chat_postMessage files_upload send_message "
    "send_document send_photo insert_one insert_many write upload upload_file append lpush rpush hset send_bytes "
    "send_json send_string basic_publish fput_object"
)
_ASKED_PARTS = ("tornado.httpclient", "multiprocessing.connection", "setuptools.package_index", "requests_toolbelt")
_PARTS = ("http.client.HTTPConnection().", "http.client.HTTPSConnection().")
"""Requests that are put together step by step."""
_PART_SENDS = frozenset(("putrequest", "putheader", "endheaders", "send"))
_DOWNLOADS = re.compile(r"(?:^|_)downloads?(?:$|_)|^snapshot_download$")
"""Functions of that name receive, whatever they belong to."""
_QUIET = frozenset({"pip", "setuptools", "distutils", "nltk", "spacy"})
"""But for those that download what they themselves make use of."""
_LOCAL = (
    "multiprocessing.",
    "multiprocess.",
    "billiard.",
    "socket.socketpair",
    "trio.open_memory",
    "anyio.create_memory",
)
"""Pipes between processes of one program."""


def client_sends(name: str) -> bool:
    """Whether a call, by its resolved name, hands its arguments to another machine through a client library."""
    last = name.rpartition(".")[2]
    return (last in _PART_SENDS and name.startswith(_PARTS)) or (last in _SENDS and _is_among(name, _SENDERS))


@lru_cache(maxsize=8192)
def client_gives(name: str) -> bool:
    """Whether a call returns what another machine sent, or an object that stands for one.

    Unlike a web request it is no sign by itself: programs talk to their own stores. What becomes of it counts.
    """
    last = name.rpartition(".")[2]
    if is_remote(name):
        return last not in _NEVER
    if _DOWNLOADS.search(last) and name.partition(".")[0] not in _QUIET:
        return True
    if last in _FROM_SOCKETS and "()." in name:
        return not name.startswith(_LOCAL) or name.startswith("multiprocessing.connection.Client")
    return last in _FETCHES and _is_among(name, _STORES)


@lru_cache(maxsize=8192)
def is_remote(name: str) -> bool:
    """Whether a name belongs to what stands for another machine."""
    return _root(name) in _REMOTE or name.startswith(_PARTLY)


def _is_among(name: str, roots: frozenset[str]) -> bool:
    return _root(name) in roots or name.startswith(_ASKED_PARTS)


def _root(name: str) -> str:
    return name.partition(".")[0].removesuffix("()")
