"""What is fuzzed: each target takes any bytes, and whatever it raises but `PratiqueError` is a fault."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from hashlib import sha256

from pratique.artifact import Member, Role
from pratique.errors import BadArchive
from pratique.facts.metadata import read_metadata
from pratique.facts.native import read_native
from pratique.facts.python.reader import read_python
from pratique.facts.serialized import read_marshal, read_pickle, read_pyc
from pratique.facts.shell import read_shell_member
from pratique.names import Sha256, distribution_name
from pratique.rules.catalogue import RULES
from pratique.unpack import Limits, unpack

_WHEEL = distribution_name("example_pkg-1.0-py3-none-any.whl")
_SDIST = distribution_name("example_pkg-1.0.tar.gz")
_SMALL = Limits(
    members=500, total_bytes=8_000_000, memory_bytes=2_000_000, member_bytes_in_memory=500_000, nested_bytes=500_000
)


def _unpack(data: bytes) -> None:
    for name in (_WHEEL, _SDIST):
        try:
            unpacked = unpack(io.BytesIO(data), name=name, limits=_SMALL)
        except BadArchive:
            continue
        held = sum(len(m.data) for m in unpacked.members)
        if len(unpacked.members) > _SMALL.members or held > _SMALL.memory_bytes + 4096 * _SMALL.members:
            raise AssertionError("a limit was passed over")


def _python(data: bytes) -> None:
    read_python(_member("example_pkg/__init__.py", data, Role.MODULE))


def _shell(data: bytes) -> None:
    read_shell_member(_member("example_pkg/run.sh", data, Role.SCRIPT))


def _serialized(data: bytes) -> None:
    read_pickle(data)
    read_marshal(data)
    read_pyc(data)


def _other(data: bytes) -> None:
    read_native(_member("example_pkg/a.txt", data, Role.DATA))
    read_metadata(_member("PKG-INFO", data, Role.DATA))


def _member(path: str, data: bytes, role: Role) -> Member:
    return Member(path=path, data=data, sha256=Sha256(sha256(data).hexdigest()), size=len(data), role=role)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "unpack": _unpack,
    "python": _python,
    "serialized": _serialized,
    "shell": _shell,
    "other": _other,
}


def seeds(target: str) -> Iterable[bytes]:
    """What to begin with: the examples that prove the rules, packed or as they are."""
    files = [(path, _bytes(body)) for r in RULES for e in (*r.loud, *r.quiet) for path, body in e.files.items()]
    if target == "unpack":
        return _archives(files[:8])
    if target == "serialized":
        import marshal
        import pickle

        code = compile("import os\nA = [1, 'x', b'y', 2.5, 1j, None]\ndef f(a, *b): return a", "a.py", "exec")
        return [*(pickle.dumps([1, {"a": (b"x", 2.5, None)}], p) for p in range(6)), marshal.dumps(code), b""]
    wanted = {"python": ".py", "shell": ".sh"}.get(target, "PKG-INFO")
    return [body for path, body in files if path.endswith(wanted)] or [b"echo x | sh\n"]


def _archives(files: list[tuple[str, bytes]]) -> list[bytes]:
    import tarfile
    import zipfile

    zipped, tarred = io.BytesIO(), [io.BytesIO() for _ in range(4)]
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in files:
            archive.writestr(path, body)
    for out, packing in zip(tarred, ("", "gz", "bz2", "xz"), strict=True):
        with tarfile.open(fileobj=out, mode=f"w:{packing}") as tar:  # type: ignore[call-overload]
            for path, body in files:
                info = tarfile.TarInfo(path)
                info.size = len(body)
                tar.addfile(info, io.BytesIO(body))
    return [zipped.getvalue(), *(out.getvalue() for out in tarred)]


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body
