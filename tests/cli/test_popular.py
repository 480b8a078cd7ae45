"""`pratique popular`: what names are compared with, by the command line and by a server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pratique.cli import main
from pratique.identity import default_popular
from pratique.names import sha256_digest
from pratique.wiring import default_engine, popular_in
from tests.support.distributions import make_wheel

_NAMES = [*default_popular().names[:1_500], "acme-widgets"]
_SQUAT = make_wheel("acme-wdigets", "1.0", {"acme_wdigets.py": "x = 1\n"})


@contextmanager
def _serving(document: bytes) -> Iterator[str]:
    """The address of a document on loopback."""

    class Handler(BaseHTTPRequestHandler):
        """Answers everything with it."""

        def do_GET(self) -> None:
            """Answer."""
            self.send_response(200)
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/top.json"
        finally:
            server.shutdown()
            thread.join()


def _imported(data: Path, names: list[str]) -> int:
    rows = [{"project": name, "download_count": 1} for name in names]
    with _serving(json.dumps({"rows": rows}).encode()) as url:
        return main(["popular", "import", url, "--data", str(data)])


def test_a_list_from_an_address_is_in_force_and_says_its_age(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Import, status in both forms, and back to the list that ships."""
    assert main(["popular", "status", "--data", str(tmp_path)]) == 0
    assert "as shipped" in capsys.readouterr().out
    assert _imported(tmp_path, _NAMES) == 0
    assert "1,501 names from http://127.0.0.1" in capsys.readouterr().out
    assert main(["popular", "status", "--data", str(tmp_path)]) == 0
    assert "taken today" in capsys.readouterr().out
    assert main(["popular", "status", "--data", str(tmp_path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["names"], told["shipped"]) == (1_501, False)
    assert main(["popular", "reset", "--data", str(tmp_path)]) == 0
    assert popular_in(tmp_path).popular is default_popular()


@pytest.mark.parametrize("document", [b"", b"<html>down for maintenance</html>", b"[1, 2", b'{"rows": []}'])
def test_bad_input_loses_nothing(document: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no list is refused with the reason; the one before it is in force, byte for byte."""
    assert _imported(tmp_path, _NAMES) == 0
    before = (tmp_path / "popular-projects.txt").read_bytes()
    with _serving(document) as url:
        assert main(["popular", "import", url, "--data", str(tmp_path)]) == 2
    assert "is not used" in capsys.readouterr().err
    assert (tmp_path / "popular-projects.txt").read_bytes() == before


def test_screen_goes_by_the_list_of_its_data_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name close to one that only the newer list has is found with that list alone."""
    path = tmp_path / _SQUAT.filename
    path.write_bytes(_SQUAT.data)
    found = {}
    for data in ("fresh", "shipped"):
        if data == "fresh":
            assert _imported(tmp_path / data, _NAMES) == 0
            capsys.readouterr()
        main(["screen", str(path), "--data", str(tmp_path / data), "--format", "jsonl"])
        line = json.loads(capsys.readouterr().out)
        found[data] = [one["message"] for one in line["findings"] if one["rule"] == "look-alike"]
    assert found == {
        "fresh": ["the name acme-wdigets could be taken for acme-widgets (transposition)"],
        "shipped": [],
    }


def test_a_server_goes_by_the_list_of_its_data_folder(tmp_path: Path) -> None:
    """Its engine compares with that list and is another version, so that no report by another list is reused."""
    assert _imported(tmp_path, _NAMES) == 0
    engine = default_engine(tmp_path)
    path = tmp_path / _SQUAT.filename
    path.write_bytes(_SQUAT.data)
    report = engine.task(path, filename=_SQUAT.filename, sha256=sha256_digest(_SQUAT.sha256))
    assert "look-alike" in {finding.rule for finding in report.findings}
    assert engine.version != default_engine().version
    assert default_engine(tmp_path / "elsewhere").version == default_engine().version


def test_a_damaged_list_stops_whoever_would_go_by_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither screen nor status goes on as if nothing were to be compared with; an import mends it."""
    (tmp_path / "popular-projects.txt").write_bytes(b"torn")
    path = tmp_path / _SQUAT.filename
    path.write_bytes(_SQUAT.data)
    assert main(["screen", str(path), "--data", str(tmp_path)]) == 2
    assert "damaged" in capsys.readouterr().err
    assert main(["popular", "status", "--data", str(tmp_path)]) == 2
    assert _imported(tmp_path, _NAMES) == 0
    assert main(["popular", "status", "--data", str(tmp_path)]) == 0


def test_check_says_for_whom_names_could_be_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Strong likenesses make the status 1; a name that resembles nobody's does not."""
    data = ["--data", str(tmp_path)]
    assert main(["popular", "check", "reqeusts", "requests", *data]) == 1
    out = capsys.readouterr().out
    assert "strong  requests (transposition)" in out
    assert "requests  is popular itself" in out
    assert main(["popular", "check", "zqxjkv-wholly-its-own", *data, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "zqxjkv-wholly-its-own", "popular": False, "resembles": []}]
    assert main(["popular", "check", "not a name", *data]) == 2
