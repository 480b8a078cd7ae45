"""Where an upstream may lead us. Names are resolved by a table: nothing is asked of any network."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from pratique.errors import UpstreamError
from pratique.names import ProjectName
from pratique.ports import ProjectPage
from pratique.upstream import HttpUpstream
from pratique.upstream.reach import Reach

_PUBLIC = "8.8.8.8"
_NAMES = {
    "public.example.invalid": [_PUBLIC],
    "inside.example.invalid": ["10.0.0.5"],
    "mixed.example.invalid": ["10.0.0.5", _PUBLIC],
    "2130706433": ["127.0.0.1"],
    "mapped.example.invalid": ["::ffff:127.0.0.1"],
    "translated.example.invalid": ["64:ff9b::a9fe:a9fe"],
    "local.example.invalid": ["fe80::1%eth0"],
}


@dataclass
class _Table(AbstractResolver):
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in _NAMES:
            raise OSError(None, "unknown")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in _NAMES[host]
        ]

    async def close(self) -> None:
        """Nothing to close."""


async def _found(home: str, host: str) -> list[str]:
    return [result["host"] for result in await Reach(home, _Table()).resolve(host)]


@pytest.mark.parametrize("host", sorted(_NAMES.keys() - {"public.example.invalid", "mixed.example.invalid"}))
@pytest.mark.parametrize("home", ["public.example.invalid", _PUBLIC, "unknown.example.invalid"])
async def test_a_public_index_leads_to_no_private_address(home: str, host: str) -> None:
    """Whatever the name and however the address is written, a public index cannot point us at our own network."""
    with pytest.raises(OSError, match="private address"):
        await _found(home, host)


async def test_public_addresses_are_left() -> None:
    """Of several addresses the public ones are used."""
    assert await _found("public.example.invalid", "mixed.example.invalid") == [_PUBLIC]


@pytest.mark.parametrize("home", ["inside.example.invalid", "127.0.0.1", "10.1.1.1", "::1"])
async def test_an_index_inside_may_lead_anywhere(home: str) -> None:
    """Its files may lie on other hosts of the same network."""
    assert await _found(home, "inside.example.invalid") == ["10.0.0.5"]
    await Reach(home, _Table()).check("192.168.1.1")


async def test_a_proxy_of_this_machine_may_stand_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the machine's own setting, not the upstream's word."""
    monkeypatch.setenv("https_proxy", "http://inside.example.invalid:3128")
    assert await _found("public.example.invalid", "inside.example.invalid") == ["10.0.0.5"]


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "0.0.0.0"])
async def test_no_address_in_numbers_is_asked_for_a_public_index(host: str) -> None:
    """Links are checked before a connection is made, so that this test needs none."""

    def parse(*_: object, project: ProjectName, **__: object) -> ProjectPage:
        return ProjectPage(project=project, files=())

    async with HttpUpstream(f"https://{_PUBLIC}/simple/", parse=parse) as upstream:
        with pytest.raises(UpstreamError, match="private address"):
            async with upstream.fetch(f"http://{host}:1/demo-1.0.tar.gz"):
                pass
