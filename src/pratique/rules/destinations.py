"""Where a network call goes, and whether that is hidden."""

from __future__ import annotations

import re

from pratique.facts.python.model import Argument, Call, Does, Source, Taint

HIDDEN_PLACE = re.compile(
    r"https?://(?!127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0)(\d{1,3}(\.\d{1,3}){3}|0x[0-9a-f]+|\d{8,})|"
    r"pastebin|paste\.|hastebin|rentry|transfer\.sh|anonfiles|gofile|"
    r"discord(app)?\.com/api/webhooks|api\.telegram\.org|ngrok|trycloudflare|pipedream|webhook\.site|requestbin|"
    r"interact\.sh|oast\.|burpcollaborator|serveo|\.onion|cdn\.discordapp|file\.io|catbox\.moe|temp\.sh|bashupload|"
    r"oastify|beeceptor|canarytokens|localhost\.run|duckdns",
    re.IGNORECASE,
)
"""Destinations that nobody can hold to account: raw addresses, pastes, tunnels, chat hooks, request catchers.

Addresses of the machine itself and of private networks (RFC 1918) lead to nobody outside.
"""

_HOST = re.compile(r"(?:^|, )Host: ([\w-]+(?:\.[\w-]+)+)(?:$|[,:])", re.IGNORECASE)
"""In the headers of a request (RFC 9110, 7.2), as `Argument.text` shows a table."""
_ADDRESSED = re.compile(r"https?://([\w.-]+)(?=[/:?#]|$)", re.IGNORECASE)
_NUMBERED = re.compile(r"\d\.\d{1,10}\.\d{1,10}\.\d")
"""An address in numbers."""
_READABLE = frozenset({"json", "literal"})
_PACKED = frozenset({"gzip", "bz2", "lzma"})
"""How programs are packed for the way: whoever unpacks what they fetched hides nothing by it."""


LOCAL_PLACE = re.compile(
    r"^https?://(localhost|127\.|169\.254\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)", re.IGNORECASE
)
"""The machine itself, its own network, and the metadata service: whoever asks these sends nothing away."""


def destination(call: Call) -> str:
    """Where a network call goes, as far as it is known."""
    for key in ("url", "0", "1"):
        text = call.arguments.get(key, Argument(text="")).text
        if "://" in text or (text.count(".") > 2 and _NUMBERED.search(text)):
            return text[:160]
    return ""


def hidden(call: Call, text: str) -> bool:
    """Whether a destination is hidden: decoded, a raw address, a paste, a chat, a tunnel."""
    if obscure(call, text):
        return True
    readable = _READABLE | (_PACKED if Does.RUN_PROCESS in call.does and call.taints(Source.NETWORK) else frozenset())
    return not LOCAL_PLACE.search(text) and any(
        t.source is Source.DECODED and _hides(t, readable) for a in _leading(call, text) for t in a.taints
    )


def obscure(call: Call, text: str) -> bool:
    """Whether nobody answers for a destination, or the code that leads there was hidden."""
    return not LOCAL_PLACE.search(text) and (
        bool(call.layers) or bool(HIDDEN_PLACE.search(text)) or _is_fronted(call, text)
    )


def _is_fronted(call: Call, text: str) -> bool:
    """Whether a request is addressed to one host and asks a shared front end for another one."""
    headers = call.arguments.get("headers")
    asked = _HOST.search(headers.text) if headers is not None else None
    addressed = _ADDRESSED.match(text) if asked is not None else None
    return asked is not None and addressed is not None and asked[1].lower() != addressed[1].lower()


def _leading(call: Call, text: str) -> list[Argument]:
    """The arguments that say where to: of a message, what it carries does not hide its destination."""
    if call.does & {Does.SEND, Does.FETCH} and text:
        return [a for k, a in call.arguments.items() if k == "url" or a.text[:160] == text]
    return list(call.arguments.values())


def _hides(taint: Taint, readable: frozenset[str]) -> bool:
    """JSON and literals are decoded too, but everybody can read them."""
    return not readable.issuperset(taint.decoders)
