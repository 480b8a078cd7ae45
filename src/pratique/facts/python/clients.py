"""Client libraries, by shape: what a method of an object of one of them does, read off its last word.

A store, a mail box, a queue or a chain of blocks is as good a dead drop as a web page, so what arrives
from one is labelled as received, and what is handed to one as sent.
"""

from __future__ import annotations

from functools import lru_cache

_ROOTS_WORDS = (
    "redis pymongo motor web3 telebot telethon pyrogram imaplib poplib nntplib telnetlib websocket "
    "websockets slack_sdk slackclient paho httplib2 mechanize mechanicalsoup robobrowser pika zmq gspread "
    "praw tweepy boto3 minio pysftp asyncssh fsspec smart_open pooch geventhttpclient xmlrpc xmlrpclib "
    "zeep"
)
_ROOTS = frozenset(_ROOTS_WORDS.split())
_MODULES = (
    "tornado.httpclient",
    "multiprocessing.connection",
    "setuptools.package_index",
    "requests_toolbelt",
    "urllib.request.FancyURLopener",
)
_FETCHES_WORDS = (
    "get recv read fetch fetchone retr body find_one get_object get_transaction get_updates read_all "
    "read_until read_very_eager read_eager urlopen open open_url request retrieve download recv_json "
    "recv_string recv_bytes get_file get_contents cat cat_file hget lrange basic_get get_all_values"
)
_FETCHES = frozenset(_FETCHES_WORDS.split())
_SENDS_WORDS = (
    "send publish put set put_object sendall single multiple chat_postMessage files_upload send_message "
    "send_document send_photo insert_one insert_many write upload upload_file append lpush rpush hset "
    "send_bytes send_json send_string basic_publish fput_object"
)
_SENDS = frozenset(_SENDS_WORDS.split())
_PARTS = ("http.client.HTTPConnection().", "http.client.HTTPSConnection().")
"""Requests that are put together step by step."""
_PART_SENDS = frozenset(("putrequest", "putheader", "endheaders", "send"))


_PROXY = "xmlrpc.client.ServerProxy()."
"""Its methods are whatever the other side calls them."""


def client_sends(name: str) -> bool:
    """Whether a call, by its resolved name, hands its arguments to another machine through a client library."""
    last = name.rpartition(".")[2]
    return (last in _PART_SENDS and name.startswith(_PARTS)) or (last in _SENDS and _is_client(name))


def client_gives(name: str) -> bool:
    """Whether a call returns what another machine sent.

    Unlike a web request it is no sign by itself: programs talk to their own stores. What becomes of it counts.
    """
    return name.startswith(_PROXY) or (name.rpartition(".")[2] in _FETCHES and _is_client(name))


@lru_cache(maxsize=4096)
def _is_client(name: str) -> bool:
    return name.partition(".")[0].removesuffix("()") in _ROOTS or name.startswith(_MODULES)
