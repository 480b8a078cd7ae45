from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace

from pratique.notices import Notice, NoticeKind
from pratique.telling.letters import letter, signature
from pratique.telling.targets import Target
from tests.fakes.values import NOON

_NOTICE = Notice(
    key="late-verdict 7",
    kind=NoticeKind.LATE,
    at=NOON,
    title="demo-1.0.tar.gz turned out bad",
    project="demo",
    version="1.0",
    filename="demo-1.0.tar.gz",
    reason="blocked: theft",
    received=3,
    clients=2,
    exposure="pratique exposure demo==1.0",
)
_SECRET = "a secret of the operator"
_HOOK = Target(name="team", url="http://127.0.0.1:9/", secret=_SECRET)


def test_a_letter_is_signed_over_id_moment_and_body() -> None:
    """A receiver that computes the HMAC by itself comes to the same; it reads every field."""
    written = letter(_HOOK, _NOTICE, identity="x-1", at=NOON)
    headers = dict(written.headers)
    assert headers["Webhook-Timestamp"] == str(int(NOON.timestamp()))
    signed = f"x-1.{headers['Webhook-Timestamp']}.".encode() + written.body
    mac = base64.b64encode(hmac.new(_SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert headers["Webhook-Signature"] == f"v1,{mac}"
    told = json.loads(written.body)
    assert (told["type"], told["id"], told["timestamp"]) == ("late-verdict", "x-1", NOON.isoformat())
    assert (told["data"]["received"], told["data"]["exposure"]) == (3, "pratique exposure demo==1.0")


def test_the_standards_own_example_is_signed_alike() -> None:
    """A secret that begins with whsec_ is base64: the key is what it stands for."""
    key = bytes(range(24))
    secret = "whsec_" + base64.b64encode(key).decode()
    mac = base64.b64encode(hmac.new(key, b"msg_1.1614265330.{}", hashlib.sha256).digest()).decode()
    assert signature(secret, identity="msg_1", stamp="1614265330", body=b"{}") == f"v1,{mac}"


def test_a_chat_gets_text_that_calls_nobody() -> None:
    """What a package wrote is text: no link, no mention, no format; and there is no signature."""
    chat = Target(name="chat", url="http://127.0.0.1:9/", form="slack")
    written = letter(
        chat, replace(_NOTICE, reason="<!channel> & <http://x.example.invalid|y> `z`"), identity="x", at=NOON
    )
    text = json.loads(written.body)["text"]
    assert "&lt;!channel&gt; &amp; &lt;http" in text
    assert "`pratique exposure demo==1.0`" in text
    assert [name for name, _ in written.headers] == ["Content-Type"]


def test_a_target_shows_neither_address_nor_secret() -> None:
    """What is written of it in an error or a log gives nothing away."""
    shown = repr(_HOOK)
    assert (_SECRET in shown, "127.0.0.1" in shown) == (False, False)
