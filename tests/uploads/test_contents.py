from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.names import distribution_name
from pratique.uploads.contents import read_contents
from pratique.uploads.limits import UploadLimits
from pratique.uploads.refusal import UploadRefused
from tests.support.distributions import Built, make_sdist, make_wheel

_INFO = "demo-1.0.dist-info"
WHEEL = make_wheel("demo", "1.0", {"demo/__init__.py": "VALUE = 1\n"})
SDIST = make_sdist("demo", "1.0", {"demo/__init__.py": "VALUE = 1\n"})
BASE = {
    "demo.py": b"x = 1\n",
    f"{_INFO}/METADATA": WHEEL.metadata,
    f"{_INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


def read(data: bytes, filename: str = WHEEL.filename) -> bytes:
    """The metadata of what passes."""
    return read_contents(io.BytesIO(data), distribution_name(filename), UploadLimits().unpacking).metadata


def objection(data: bytes, filename: str = WHEEL.filename) -> str:
    """What is said of what does not."""
    with pytest.raises(UploadRefused) as refused:
        read(data, filename)
    return str(refused.value)


def recorded(files: Mapping[str, bytes]) -> bytes:
    """A true RECORD of these files."""
    rows = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for path, data in files.items()
    ]
    return "".join([*rows, f"{_INFO}/RECORD,,\n"]).encode()


def zipped(files: Mapping[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", packing) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data, packing)
    return into.getvalue()


def wheel_of(files: Mapping[str, bytes], record: bytes | None = None) -> bytes:
    """A wheel of these files, with a true RECORD unless one is given."""
    return zipped({**files, f"{_INFO}/RECORD": recorded(files) if record is None else record})


def tarred(files: Mapping[str, bytes | tarfile.TarInfo]) -> bytes:
    """A gzipped tar of these files, or of members as they are given."""
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, data in files.items():
            member = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(path)
            member.size = len(data) if isinstance(data, bytes) else 0
            archive.addfile(member, io.BytesIO(data if isinstance(data, bytes) else b""))
    return gzip.compress(into.getvalue(), mtime=0)


@pytest.mark.parametrize("built", [WHEEL, SDIST], ids=["wheel", "sdist"])
def test_honest_archives_pass(built: Built) -> None:
    """What build tools make is taken, and its own metadata are found."""
    assert read(built.data, built.filename) == built.metadata


def _commands(line: str) -> bytes:
    return wheel_of({**BASE, f"{_INFO}/entry_points.txt": f"[console_scripts]\n{line}\n".encode()})


def _licensed(version: str, name: str, *, at: str = "") -> bytes:
    told = f"Metadata-Version: {version}\nName: demo\nVersion: 1.0\nLicense-File: {name}\n".encode()
    return wheel_of({**BASE, f"{_INFO}/METADATA": told, **({at: b"MIT"} if at else {})})


def _commented() -> bytes:
    into = io.BytesIO(wheel_of(BASE))
    with zipfile.ZipFile(into, "a") as archive:
        archive.comment = b"built by hand"
    return into.getvalue()


class _Pipe(io.RawIOBase):
    """What cannot be sought in, so that sizes come behind."""

    def __init__(self) -> None:
        super().__init__()
        self.data = bytearray()

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  (any buffer)
        """Keep it."""
        self.data += bytes(data)
        return len(data)


def _streamed() -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for path, data in {**BASE, f"{_INFO}/RECORD": recorded(BASE)}.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return bytes(pipe.data)


@pytest.mark.parametrize(
    "data",
    [
        _commands("demo = demo:main"),
        _commands("Demo-2.x = demo.cli:App.main [extra, more]"),
        wheel_of({**BASE, f"{_INFO}/entry_points.txt": b"[plug.in]\na b : c = demo\n"}),
        _licensed("2.4", "LICENSES/MIT.txt", at=f"{_INFO}/licenses/LICENSES/MIT.txt"),
        _licensed("2.1", "LICENSE"),
    ],
    ids=["command", "command with extras", "plug-in", "licence", "licence of before"],
)
def test_what_honest_wheels_announce_is_taken(data: bytes) -> None:
    """Commands, plug-ins whose names have blanks and colons, licences where the metadata's version wants them."""
    assert b"Name: demo" in read(data)


WRONG: list[tuple[str, bytes, str]] = [
    ("tar as wheel", SDIST.data, "zip archive"),
    ("text as wheel", b"hello" * 100, "zip archive"),
    ("empty zip", zipped({}), "zip archive"),
    ("cut off", WHEEL.data[:-30], "cannot be read"),
    ("script before the zip", b"#!/bin/sh\n" + WHEEL.data, "zip archive"),
    ("data behind the zip", WHEEL.data + b"more", "follows after"),
    ("another zip before", zipped({"a.py": b""}) + WHEEL.data, ""),
    ("no RECORD", zipped(BASE), "RECORD is missing"),
    ("wrong digest", wheel_of(BASE, recorded({**BASE, "demo.py": b"x = 2\n"})), "RECORD announces"),
    ("not in RECORD", wheel_of(BASE, recorded({k: v for k, v in BASE.items() if k != "demo.py"})), "not listed"),
    ("only in RECORD", wheel_of(BASE, recorded({**BASE, "gone.py": b""})), "gone.py"),
    ("no digest in RECORD", wheel_of(BASE, recorded({}) + b"".join(f"{p},,\n".encode() for p in BASE)), "digest"),
    ("md5 in RECORD", wheel_of(BASE, recorded(BASE).replace(b"sha256=", b"md5=")), "digest"),
    ("RECORD that is no text", wheel_of(BASE, b"\xff\xfe,,\n"), "RECORD"),
    ("no METADATA", wheel_of({k: v for k, v in BASE.items() if "METADATA" not in k}), "METADATA is missing"),
    ("no WHEEL", wheel_of({k: v for k, v in BASE.items() if not k.endswith("WHEEL")}), "WHEEL is missing"),
    ("two dist-infos", wheel_of({**BASE, "other-1.0.dist-info/METADATA": b"Name: other\n"}), "alone should be"),
    ("other's dist-info", zipped({p.replace("demo-1.0", "demo-2.0"): d for p, d in BASE.items()}), "alone should be"),
    ("climbs out", wheel_of({**BASE, "../evil.py": b""}), "leads out"),
    ("absolute", wheel_of({**BASE, "/etc/evil.py": b""}), "absolute"),
    ("command that leads out", _commands("../../bin/pip = demo:main"), "../../bin/pip = demo:main is no entry point"),
    ("command that is code", _commands("pip = demo:main; import os"), "is no entry point"),
    ("commands that are none", _commands("pip"), "cannot be read"),
    ("licence that is not there", _licensed("2.4", "LICENSE"), "licence file LICENSE"),
    ("licence elsewhere", _licensed("2.4", "LICENSE", at="LICENSE"), "licence file LICENSE"),
    ("comment behind the zip", _commented(), "ends with a comment"),
    ("streamed", _streamed(), "its size stands behind it"),
    ("packed in bzip2", zipped({**BASE, f"{_INFO}/RECORD": recorded(BASE)}, packing=zipfile.ZIP_BZIP2), "packed"),
]


@pytest.mark.parametrize(("data", "said"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_wheels_that_readers_could_disagree_on_are_refused(data: bytes, said: str) -> None:
    """Whatever is odd about a wheel is said, with the member's name; an honest build tool makes none of it."""
    assert said in objection(data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_members_are_refused() -> None:
    """Of two members of one name some readers take the first and some the last."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for path, data in [*BASE.items(), ("demo.py", BASE["demo.py"]), (f"{_INFO}/RECORD", recorded(BASE))]:
            archive.writestr(zipfile.ZipInfo(path), data)
    assert "demo.py: it is there 2 times" in objection(into.getvalue())


def _link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


TREE: dict[str, bytes] = {"demo-1.0/PKG-INFO": SDIST.metadata, "demo-1.0/pyproject.toml": b"[project]\n"}


def _again(name: str) -> tarfile.TarInfo:
    """An empty file once more."""
    return tarfile.TarInfo(name)


WRONG_SDISTS: list[tuple[str, bytes, str]] = [
    ("zip as sdist", WHEEL.data, "tar archive"),
    ("gzip of no tar", gzip.compress(b"hello" * 1000), "cannot be read"),
    ("other folder", tarred({p.replace("demo-1.0", "demo-2.0"): d for p, d in TREE.items()}), "demo-1.0/"),
    ("two folders", tarred({**TREE, "other/setup.py": b""}), "demo-1.0/"),
    ("no folder", tarred({p.partition("/")[2]: d for p, d in TREE.items()}), "demo-1.0/"),
    ("no PKG-INFO", tarred({"demo-1.0/pyproject.toml": b""}), "PKG-INFO is missing"),
    ("nothing to build", tarred({"demo-1.0/PKG-INFO": SDIST.metadata}), "nothing could be built"),
    ("climbs out", tarred({**TREE, "demo-1.0/../../evil.py": b""}), "leads out"),
    ("link out", tarred({**TREE, "x": _link("demo-1.0/x", "/etc/passwd")}), "link"),
    ("other content twice", tarred({**TREE, "x": _again("demo-1.0/pyproject.toml")}), "twice"),
    ("device", tarred({**TREE, "x": _link("demo-1.0/x", "", tarfile.CHRTYPE)}), "device"),
    ("data behind", SDIST.data + b"more", ""),
]


@pytest.mark.parametrize(("data", "said"), [w[1:] for w in WRONG_SDISTS], ids=[w[0] for w in WRONG_SDISTS])
def test_sdists_are_one_folder_of_plain_files(data: bytes, said: str) -> None:
    """PEP 625: one folder named as the file is; no links, no devices, nothing outside."""
    assert said in objection(data, SDIST.filename)


HONEST_SDISTS: list[tuple[str, dict[str, bytes | tarfile.TarInfo]]] = [
    ("link inside", {"x": _link("demo-1.0/docs/README", "../PKG-INFO")}),
    ("hard link inside", {"x": _link("demo-1.0/copy", "demo-1.0/PKG-INFO", tarfile.LNKTYPE)}),
    ("same content twice", {"a": tarfile.TarInfo("demo-1.0/empty"), "b": tarfile.TarInfo("demo-1.0/empty")}),
    ("archive inside", {"demo-1.0/tests/data.zip": zipped({"../x": b""})}),
    ("large source", {"demo-1.0/table.py": b"x = 1\n" * 1_000_000}),
]


@pytest.mark.parametrize("more", [h[1] for h in HONEST_SDISTS], ids=[h[0] for h in HONEST_SDISTS])
def test_what_honest_sdists_hold_is_taken(more: dict[str, bytes | tarfile.TarInfo]) -> None:
    """Links inside, doubles, test data and large tables are in many projects, and mean one thing only."""
    assert read(tarred({**TREE, **more}), SDIST.filename) == SDIST.metadata


def test_the_folder_of_an_sdist_may_be_spelled_as_it_was() -> None:
    """Build tools of all ages write the project's name into it as its author does."""
    tree = {path.replace("demo-1.0", "De.mo-1.0"): data for path, data in TREE.items()}
    assert read(tarred(tree), "de_mo-1.0.tar.gz") == SDIST.metadata


def test_bombs_are_refused_without_being_unpacked_whole() -> None:
    """A member that grows a thousandfold is refused by its ratio."""
    bomb = wheel_of({**BASE, "zeros.bin": bytes(80 << 20)})
    assert "times its size" in objection(bomb)


@given(st.binary(max_size=300), st.integers(0, 2000), st.sampled_from([WHEEL, SDIST]))
def test_damaged_archives_are_refused_or_read_never_worse(noise: bytes, at: int, built: Built) -> None:
    """Whatever bytes arrive, the answer is the metadata or a refusal that says why."""
    data = bytearray(built.data)
    data[at % len(data) : at % len(data) + len(noise)] = noise
    try:
        said = read(bytes(data), built.filename).decode("latin-1")
    except UploadRefused as refused:
        said = refused.message
    assert said
