"""Servers to measure, each a process of its own over the same upstream index."""

from __future__ import annotations

import contextlib
import contextvars
import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

_PATIENCE = 60.0
_RUNNING: dict[int, int] = {}
"""Process ids by port."""
PINNED = contextvars.ContextVar("PINNED", default=False)
"""Whether servers have the first core alone: whatever asks them has to keep to the others."""
_BARE = """
import sys
from aiohttp import web
app = web.Application()
app.router.add_static("/", sys.argv[2])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
"""
_NGINX = """
user {user}; worker_processes 1; daemon off; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; default_type application/octet-stream; keepalive_requests 1000000;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


@contextlib.contextmanager
def pratique(folder: Path, upstream: str) -> Iterator[str]:
    """Our own gateway; gives the index's URL."""
    port = _free_port()
    command = [sys.executable, "-m", "pratique", "serve", "--listen", f"127.0.0.1:{port}"]
    with _running([*command, "--data", str(folder / "pratique"), "--upstream", upstream], folder, port):
        yield f"http://127.0.0.1:{port}/simple/"


@contextlib.contextmanager
def bare(folder: Path, root: Path) -> Iterator[str]:
    """The HTTP library that we stand on, serving files from a folder and doing nothing else; gives the root's URL."""
    port = _free_port()
    with _running([sys.executable, "-c", _BARE, str(port), str(root)], folder, port):
        yield f"http://127.0.0.1:{port}/"


@contextlib.contextmanager
def nginx(program: str, folder: Path, root: Path) -> Iterator[str]:
    """The server that others are measured by, with one worker; gives the root's URL."""
    port = _free_port()
    user = getpass.getuser()
    (folder / "nginx.conf").write_text(_NGINX.format(user=user, folder=folder, root=root, port=port), encoding="utf-8")
    with _running([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], folder, port):
        yield f"http://127.0.0.1:{port}/"


@contextlib.contextmanager
def devpi(environment: Path, folder: Path, upstream: str) -> Iterator[str]:
    """A devpi-server with a mirror of the upstream; gives the mirror's URL."""
    data, port = str(folder / "devpi"), _free_port()
    init = [str(environment / "bin" / "devpi-init"), "--serverdir", data, "--no-root-pypi", "--root-passwd", "x"]
    subprocess.run(init, check=True, capture_output=True)
    server = [str(environment / "bin" / "devpi-server"), "--serverdir", data, "--port", str(port)]
    with _running(server, folder, port):
        base = f"http://127.0.0.1:{port}"
        login = _send("POST", f"{base}/+login", {"user": "root", "password": "x"}, "")
        given = login["result"]
        assert isinstance(given, dict)  # noqa: S101
        mirror = {"type": "mirror", "mirror_url": upstream, "mirror_use_external_urls": False}
        _send("PUT", f"{base}/root/up", mirror, _basic(f"root:{given['password']}"))
        yield f"{base}/root/up/+simple/"


@contextlib.contextmanager
def proxpi(environment: Path, folder: Path, upstream: str) -> Iterator[str]:
    """A proxpi behind gunicorn, as its own image runs it; gives the index's URL."""
    port = _free_port()
    command = [str(environment / "bin" / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--threads", "8"]
    settings = {"PROXPI_INDEX_URL": upstream, "PROXPI_CACHE_DIR": str(folder / "proxpi")}
    with _running([*command, "proxpi.server:app"], folder, port, **settings):
        yield f"http://127.0.0.1:{port}/index/"


@contextlib.contextmanager
def pypiserver(environment: Path, folder: Path, packages: Path) -> Iterator[str]:
    """A pypiserver over a folder of distributions, since it mirrors nobody; gives the index's URL."""
    port = _free_port()
    command = [str(environment / "bin" / "pypi-server"), "run", "-i", "127.0.0.1", "-p", str(port)]
    with _running([*command, "--server", "gunicorn", "--log-stream", "none", str(packages)], folder, port):
        yield f"http://127.0.0.1:{port}/simple/"


@contextlib.contextmanager
def simple_repository(environment: Path, folder: Path, upstream: str) -> Iterator[str]:
    """A simple-repository-server in front of an index; gives the index's URL."""
    port = _free_port()
    program = str(environment / "bin" / "simple-repository-server")
    command = [program, "--host", "127.0.0.1", "--port", str(port), "--stream-http-resources", upstream]
    with _running(command, folder, port):
        yield f"http://127.0.0.1:{port}/simple/"


@contextlib.contextmanager
def _running(command: list[str], folder: Path, port: int, **settings: str) -> Iterator[None]:
    environment = {**os.environ, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1", **settings}
    name = Path(command[0]).name
    if PINNED.get() and (taskset := shutil.which("taskset")):
        command = [taskset, "-c", "0", *command]
    with (
        (folder / f"{name}-{port}.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder) as process,
    ):
        try:
            _until(lambda: _listens(port), process)
            _RUNNING[port] = process.pid
            yield
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{process.args!r} did not start")
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _basic(pair: str) -> str:
    import base64

    return base64.b64encode(pair.encode()).decode()


def _send(method: str, url: str, document: object, auth: str) -> dict[str, object]:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if auth:
        headers["X-Devpi-Auth"] = auth
    request = urllib.request.Request(url, json.dumps(document).encode(), headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
        found = json.loads(answer.read())
    assert isinstance(found, dict)  # noqa: S101
    return found


def resident(port: int) -> tuple[float, float]:
    """Megabytes in memory now, and at most so far, of the process that listens on ``port`` (proc_pid_status(5))."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{_RUNNING[port]}/status").read_text().splitlines())
    now, most = (int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, most


def processor_seconds(port: int) -> float:
    """Processor time so far, user and system, of the process that listens on ``port`` and of all below it."""
    return sum(_used(pid) for pid in _family(_RUNNING[port]))


def _family(root: int) -> set[int]:
    found = {root}
    parents = {int(path.name): _stat(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    while more := {pid for pid, stat in parents.items() if stat and int(stat[1]) in found} - found:
        found |= more
    return found


def _used(pid: int) -> float:
    stat = _stat(Path(f"/proc/{pid}"))
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK") if stat else 0.0


def _stat(process: Path) -> list[str]:
    """The fields after the command's name (proc_pid_stat(5)); none for a process that has ended."""
    try:
        return (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []
