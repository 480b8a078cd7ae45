"""``pratique run``: what is refused before anything starts, what the command is told, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pratique.cli import main
from pratique.cli.running.child import run_child
from pratique.cli.running.clients import client_of, environment, listen_on
from pratique.cli.running.detours import refuse_detours
from pratique.cli.running.fence import Fence
from pratique.cli.running.port import free_port
from pratique.cli.running.told import Seen
from pratique.errors import BadSetting
from pratique.ports import NoObserver
from pratique.storage.database import open_store
from pratique.wiring.observing import Observers
from tests.fakes.values import an_event

_INDEX = "http://127.0.0.1:8471/simple/"
_READY = "import signal, sys; signal.signal(signal.{0}, lambda *_: sys.exit(7)); print('ready', flush=True); {1}"


@pytest.mark.parametrize(
    "words",
    [
        "pip install --index-url http://a.example.invalid/ demo",
        "pip install -i http://a.example.invalid/ demo",
        "pip install -ihttp://a.example.invalid/ demo",
        "pip install --extra=http://a.example.invalid/ demo",
        "pip install -Uqf ./wheels demo",
        "python3 -m pip install --find-links ./wheels demo",
        "/usr/bin/pip3.11 --isolated install demo",
        "pip --proxy http://a.example.invalid install demo",
        "pip install http://a.example.invalid/demo-1.0.zip",
        "pip install demo@git+https://a.example.invalid/demo",
        "uv pip install --default-index=http://a.example.invalid/ demo",
        "uvx --index http://a.example.invalid/ demo",
        "pipx install git+ssh://a.example.invalid/demo",
    ],
)
def test_what_leads_past_the_gateway_is_refused(words: str) -> None:
    """With its name, and with what to do instead."""
    with pytest.raises(BadSetting, match="nothing that comes from there is inspected") as refused:
        refuse_detours(words.split())
    assert "--allow-direct" in refused.value.remedy


@pytest.mark.parametrize(
    "words",
    [
        "pip install demo==1.0 -r requirements.txt --no-deps --pre --index-strategy x",
        "pip install -e . ./folder --target site -v -U",
        "uv pip sync requirements.txt --refresh",
        "curl http://a.example.invalid/ -i",
        "uv run grep -ni demo",
        f"uv run python -c {'x' * 5_000}",
    ],
)
def test_what_does_not_is_let_through(words: str) -> None:
    """Files of one's own, requirement files, options that look alike, and programs that are no package client."""
    refuse_detours(words.split())


@pytest.mark.parametrize(
    "words",
    [
        *("pip install -r {}", "uv pip sync {}", "pip install --requirement={}"),
        *("pip install -r{}", "pip install --req={}", "pip install -qr {}", "uv pip install --requirements {}"),
    ],
)
def test_what_a_requirement_file_adds_is_refused_too(words: str, tmp_path: Path) -> None:
    """With its line."""
    path = tmp_path / "requirements.txt"
    path.write_text("demo==1.0\n--extra-index-url http://a.example.invalid/\n")
    with pytest.raises(BadSetting, match=r"requirements\.txt:2: --extra-index-url adds another index"):
        refuse_detours(words.format(path).split())


@pytest.mark.parametrize(
    ("words", "client"),
    [
        ("pip install demo", "pip"),
        ("/a/pip3 install", "pip"),
        ("python -I -m pip install", "pip"),
        ("python3.12 -m build", ""),
        ("uv.exe sync", "uv"),
        ("make all", ""),
    ],
)
def test_a_client_is_known_by_its_name(words: str, client: str) -> None:
    """Whatever its path, and as a module of Python."""
    assert client_of(words.split())[0] == client


def test_every_client_is_pointed_at_the_gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Other indexes are taken away, also those of pip's configuration; what else it says goes on to hold."""
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nextra-index-url = http://a.example.invalid/\nonly-binary = :all:\nproxy = x\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    ours = {"PATH": "/bin", "PIP_EXTRA_INDEX_URL": "x", "UV_FIND_LINKS": "x", "no_proxy": "a.example.invalid"}
    told = environment(ours, _INDEX, "http://127.0.0.1:9")
    assert {told[name] for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "PDM_PYPI_URL")} == {_INDEX}
    assert not {"PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS", "PIP_PROXY"} & set(told)
    assert (told["PIP_CONFIG_FILE"], told["PIP_ONLY_BINARY"], told["PATH"]) == (os.devnull, ":all:", "/bin")
    assert told["https_proxy"] == told["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert told["no_proxy"] == told["NO_PROXY"] == "127.0.0.1,localhost"
    assert environment(ours, _INDEX, "")["no_proxy"] == "a.example.invalid,127.0.0.1,localhost"


def test_a_project_s_own_address_is_listened_on(tmp_path: Path) -> None:
    """From a folder below it as well; a damaged pyproject.toml names none."""
    below = tmp_path / "src"
    below.mkdir()
    project = tmp_path / "pyproject.toml"
    project.write_text(f'[project]\nname = "x"\n[[tool.uv.index]]\nurl = "{_INDEX}"\ndefault = true\n')
    assert listen_on(["uv", "sync"], below) == 8471
    assert listen_on(["uv", "pip", "sync"], below) == 0
    assert listen_on(["uv", "run", "--no-project", "x"], below) == 0
    with pytest.raises(BadSetting, match="from pyproject"):
        listen_on(["poetry", "install"], below)
    project.write_text("[")
    assert listen_on(["uv", "sync"], below) == 0


def test_the_port_is_that_of_last_time(tmp_path: Path) -> None:
    """Where it is free; a wanted one that is taken is told, with what may listen there."""
    port = free_port(tmp_path, 0)
    assert free_port(tmp_path, 0) == port
    with socket.create_server(("127.0.0.1", port)):
        assert free_port(tmp_path, 0) not in {0, port}
        with pytest.raises(BadSetting, match="something listens there"):
            free_port(tmp_path, port)


async def test_the_fence_says_no_and_remembers_to_whom() -> None:
    """A tunnel, a plain request, and what is neither."""
    async with Fence().standing() as fence:
        for line in ("CONNECT a.example.invalid:443 HTTP/1.1", "GET http://b.example.invalid/x HTTP/1.1", "x"):
            host, port = fence.url.removeprefix("http://").split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(f"{line}\r\nHost: x\r\n\r\n".encode())
            assert (await reader.readline()).startswith(b"HTTP/1.1 403 not behind the gateway")
            writer.close()
        assert list(fence.asked) == ["a.example.invalid", "b.example.invalid", "a host without a name"]


async def test_the_status_is_that_of_the_command() -> None:
    """Its own, or 128 and the number of the signal that ended it."""
    assert await run_child([sys.executable, "-c", "raise SystemExit(3)"], os.environ) == 3
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert await run_child([sys.executable, "-c", kill], os.environ) == 128 + signal.SIGKILL
    with pytest.raises(BadSetting, match="cannot be started"):
        await run_child(["/nowhere/at/all"], os.environ)


def test_there_is_nothing_to_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command the usage is shown in the next step; one that is not there is told at once."""
    assert main(["run"]) == 2
    assert "pratique run -- pip install flask" in capsys.readouterr().err
    assert main(["run", "--", "no-such-program-at-all"]) == 2
    assert "there is no such program. Check its spelling" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_goes_to_the_command(number: signal.Signals, tmp_path: Path) -> None:
    """And the command's answer to it is the answer."""
    code = _READY.format(number.name, "signal.pause()")
    command = [sys.executable, "-m", "pratique", "run", "--data", str(tmp_path), "--upstream", "http://127.0.0.1:9/"]
    with subprocess.Popen(
        [*command, "--", sys.executable, "-c", code], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(60) == 7


async def test_two_at_once_are_told_of_their_own(tmp_path: Path) -> None:
    """They share what is kept, and neither's end speaks of what the other was refused."""
    ours, others = Seen(), Seen()
    url = f"sqlite:///{tmp_path / 'db'}"
    for seen, number in ((ours, 1), (others, 2)):
        store = await open_store(url, observer=Observers(NoObserver(), seen))
        await store.record([an_event(number), an_event(number)])
        await store.close()
    assert [one.filename for one in ours.happened.refused] == ["demo-1.tar.gz"]
    assert [one.filename for one in others.happened.refused] == ["demo-2.tar.gz"]
