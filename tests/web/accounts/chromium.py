"""A real browser, where the machine has one: driven over its debugging protocol, with a security key in software."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.support.server import environment

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--remote-debugging-port=0", "--remote-allow-origins=*", "--disable-dev-shm-usage"),
)
_KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_WAIT = "new Promise(done => {{ const look = () => ({found}) && done(true); look() || new MutationObserver(look).observe(document, {{subtree: true, childList: true, characterData: true}}); }})"  # noqa: E501
_PATIENCE = 60.0


@dataclass
class Tab:
    """A page in the browser; ``complaints`` are errors of scripts and what the policy forbade."""

    socket: aiohttp.ClientWebSocketResponse
    session: str = ""
    complaints: list[str] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _loaded: int = 0

    async def open(self, url: str) -> None:
        """Go somewhere, and wait until it is there."""
        await self.load("Page.navigate", url=url)

    async def submit(self, script: str) -> None:
        """Do something that leads to another page, and wait until that is there."""
        await self.load("Runtime.evaluate", expression=script)

    async def load(self, method: str, **values: object) -> None:
        """A command, and the page that it leads to."""
        before = self._loaded
        await self.ask(method, **values)
        while self._loaded == before:
            self._heed(await self._message())

    async def find(self, script: str) -> Any:  # noqa: ANN401  (whatever the script's value is)
        """The value of a script."""
        answer = await self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    async def until(self, found: str) -> None:
        """Wait until a script's value is true; it is looked at with each change of the page."""
        assert await self.find(_WAIT.format(found=found)) is True

    async def ask(self, method: str, **values: object) -> dict[str, Any]:
        """Send a command; its result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": values}
        await self.socket.send_json({**message, "sessionId": self.session} if self.session else message)
        while (answer := await self._message()).get("id") != number:
            self._heed(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    async def _message(self) -> dict[str, Any]:
        async with asyncio.timeout(_PATIENCE):
            message: dict[str, Any] = json.loads(await self.socket.receive_str())
        return message

    def _heed(self, event: dict[str, Any]) -> None:
        method = event.get("method")
        if method == "Page.loadEventFired":
            self._loaded += 1
        elif method == "Runtime.exceptionThrown" or (
            method == "Log.entryAdded" and event["params"]["entry"]["source"] in {"security", "javascript", "violation"}
        ):
            self.complaints.append(json.dumps(event["params"]))


@asynccontextmanager
async def tab() -> AsyncIterator[Tab]:
    """An empty page in a fresh browser that has a security key plugged in."""
    assert PROGRAM
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            *(PROGRAM, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"),
            env=environment(),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with aiohttp.ClientSession() as session, session.ws_connect(await _address(process)) as socket:
                yield await _attached(Tab(socket=socket))
        finally:
            process.kill()
            await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr
    async with asyncio.timeout(_PATIENCE):
        while line := (await process.stderr.readline()).decode("utf-8", "replace"):
            if line.startswith("DevTools listening on "):
                return line.removeprefix("DevTools listening on ").strip()
    raise RuntimeError("The browser did not start.")


async def _attached(found: Tab) -> Tab:
    target = await found.ask("Target.createTarget", url="about:blank")
    attached = await found.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
    found.session = attached["sessionId"]
    for domain in ("Page", "Runtime", "Log", "WebAuthn"):
        await found.ask(f"{domain}.enable")
    await found.ask("WebAuthn.addVirtualAuthenticator", options=_KEY)
    return found
