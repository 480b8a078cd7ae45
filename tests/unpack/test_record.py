from __future__ import annotations

import base64
import hashlib

from pratique.finding import Severity
from tests.unpack.archives import notes, opened, zipped


def _wheel(listed: dict[str, bytes], real: dict[str, bytes]) -> bytes:
    rows = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
        for path, data in listed.items()
    ]
    record = "\n".join([*rows, "pkg-1.0.dist-info/RECORD,,", ""])
    return zipped({**real, "pkg-1.0.dist-info/RECORD": record.encode()})


def test_an_honest_record_is_quiet() -> None:
    """Everything is listed with its digest."""
    files = {"pkg/a.py": b"A = 1\n", "pkg/with space.txt": b""}
    assert opened(_wheel(files, files)).notes == ()


def test_content_that_differs_from_the_record_is_found() -> None:
    """A file that was changed after the wheel was built."""
    found = notes(opened(_wheel({"pkg/a.py": b"A = 1\n"}, {"pkg/a.py": b"A = 2\n"})), "wheel-record")
    assert [(f.severity, f.path) for f in found] == [(Severity.MEDIUM, "pkg/a.py")]


def test_unlisted_files_make_one_finding() -> None:
    """A file that was added after the wheel was built; code weighs more than data."""
    listed = {"pkg/a.py": b""}
    code = notes(opened(_wheel(listed, {**listed, "pkg/b.py": b"", "pkg/c.py": b""})), "wheel-record")
    data = notes(opened(_wheel(listed, {**listed, "pkg/b.txt": b""})), "wheel-record")
    assert [(f.severity, f.path) for f in code] == [(Severity.MEDIUM, "pkg/b.py")]
    assert [(f.severity, f.path) for f in data] == [(Severity.LOW, "pkg/b.txt")]
