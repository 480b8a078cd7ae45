"""A gateway, its site, and surroundings in memory that tests command."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from pratique.artifact import Artifact
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.gateway.gateway import Gateway, Ports, Rules
from pratique.names import distribution_name, project_name
from pratique.ports import Ticket
from pratique.storage.database import SqlStore, open_store
from pratique.storage.disk import DiskBlobs
from pratique.verdict import Report, weigh
from pratique.web.app import application
from pratique.web.console import templates
from pratique.web.keys import Site
from tests.fakes.memory import FakeClock, FakeInspector
from tests.fakes.upstream import FakeUpstream

BAD = b"would drop a second stage"
DEMO = project_name("demo")
_FOUND = Finding(
    rule="dropper",
    behaviour=Behaviour.SECOND_STAGE,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    phase=Phase.INSTALL,
    path="setup.py",
    line=3,
    message="fetches a program and runs it",
    proven=True,
)


def wheel(version: str) -> str:
    """A wheel's file name."""
    return f"demo-{version}-py3-none-any.whl"


def metadata(version: str, *requires: str) -> bytes:
    """Core metadata of that wheel."""
    lines = ["Metadata-Version: 2.1", "Name: demo", f"Version: {version}", *(f"Requires-Dist: {r}" for r in requires)]
    return "".join(f"{line}\n" for line in lines).encode()


def wheel_bytes(version: str, source: bytes = b"x = 1\n") -> bytes:
    """That wheel, which clients can install; the same arguments give the same bytes."""
    into = io.BytesIO()
    info = f"demo-{version}.dist-info"
    members = {
        "demo.py": source,
        f"{info}/METADATA": metadata(version),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"demo.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n".encode(),
    }
    with zipfile.ZipFile(into, "w") as archive:
        for path, data in members.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return into.getvalue()


def judge(ticket: Ticket, data: bytes) -> Report:
    """Malicious if `BAD` is inside."""
    findings = (_FOUND,) if BAD in data else ()
    judgement = weigh(findings)
    artifact = Artifact(name=distribution_name(ticket.filename), sha256=ticket.sha256, size=ticket.size)
    return Report(artifact=artifact, verdict=judgement.verdict, score=judgement.score, findings=findings)


@dataclass
class World:
    """A gateway and its surroundings; all of them work until told otherwise."""

    upstream: FakeUpstream
    inspector: FakeInspector
    clock: FakeClock
    store: SqlStore
    ports: Ports
    gateway: Gateway

    def site(self) -> web.Application:
        """The site before the gateway."""
        return application(
            Site(
                gateway=self.gateway,
                store=self.store,
                templates=templates(),
                hosts=frozenset({"127.0.0.1"}),
                instance="instance",
            )
        )


@asynccontextmanager
async def world(folder: Path, files: Mapping[str, bytes], rules: Rules | None = None) -> AsyncIterator[World]:
    """A gateway before an upstream that has these files of one project."""
    upstream, inspector, clock = FakeUpstream(project=DEMO, files=dict(files)), FakeInspector(judge=judge), FakeClock()
    store, blobs = await open_store(f"sqlite:///{folder / 'db'}"), DiskBlobs(folder / "blobs")
    ports = Ports(store=store, blobs=blobs, upstream=upstream, inspector=inspector, clock=clock)
    gateway = Gateway(ports, rules or Rules())
    try:
        yield World(upstream=upstream, inspector=inspector, clock=clock, store=store, ports=ports, gateway=gateway)
    finally:
        await gateway.close()
        await store.close()
        blobs.close()
