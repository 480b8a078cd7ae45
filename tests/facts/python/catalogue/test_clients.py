"""Client libraries: what arrives from one is received, what is handed to one is sent."""

from __future__ import annotations

import pytest

from pratique.facts.python.catalogue.apis import canonical, look_up
from pratique.facts.python.model import Does, Source


@pytest.mark.parametrize(
    "name",
    [
        "redis.Redis().get",
        "pymongo.MongoClient().a.b.find_one",
        "imaplib.IMAP4_SSL().fetch",
        "xmlrpc.client.ServerProxy().anything",
        "websocket.create_connection().recv",
        "tornado.httpclient.HTTPClient().fetch",
        "fsspec.open",
        "redis.Redis",
        "kafka.KafkaConsumer().anything",
        "socket.socket().recvmsg",
    ],
)
def test_what_a_client_returns_was_received(name: str) -> None:
    """A store or a mail box is as good a dead drop as a web page."""
    assert look_up(name).gives is Source.NETWORK


@pytest.mark.parametrize(
    "name",
    [
        "redis.Redis().set",
        "slack_sdk.WebClient().chat_postMessage",
        "paho.mqtt.publish.single",
        "http.client.HTTPSConnection().putheader",
        "socket.create_connection().makefile().write",
    ],
)
def test_what_a_client_is_handed_is_sent(name: str) -> None:
    """Data leave by any client, not by web requests alone."""
    assert Does.SEND in look_up(name).does


@pytest.mark.parametrize(
    "name",
    [
        "redis_like.Redis",
        "multiprocessing.Pipe().recv",
        "collections.deque().append",
        "json.loads().get",
        "io.BytesIO().read",
    ],
)
def test_what_is_no_client_does_nothing(name: str) -> None:
    """The last word alone says nothing."""
    assert not look_up(name).does
    assert look_up(name).gives is None


def test_other_spellings_are_one_name() -> None:
    """Vendored, renamed and compatibility modules lead to what they wrap."""
    assert canonical("six.moves.urllib.request.urlopen") == "urllib.request.urlopen"
    assert canonical("gevent.subprocess.run") == "subprocess.run"
    assert canonical("asyncio.subprocess.create_subprocess_shell") == "asyncio.create_subprocess_shell"
