"""Where an upstream may lead us. Names are resolved by a table: nothing is asked of any network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from pratique.errors import BadSetting, UpstreamError
from pratique.names import ProjectName
from pratique.ports import ProjectPage
from pratique.upstream import HttpUpstream
from pratique.upstream.addresses import Origin
from pratique.upstream.reach import Reach

_PUBLIC = "8.8.8.8"
_HOME = ("https", "index.example.invalid", 443)
_NAMES = {
    "public.example.invalid": [_PUBLIC],
    "inside.example.invalid": ["10.0.0.5"],
    "mixed.example.invalid": ["10.0.0.5", _PUBLIC],
    "2130706433": ["127.0.0.1"],
    "mapped.example.invalid": ["::ffff:127.0.0.1"],
    "translated.example.invalid": ["64:ff9b::a9fe:a9fe"],
    "local.example.invalid": ["fe80::1%eth0"],
    "example.example.invalid": ["192.0.2.7"],
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


async def _found(host: str, port: int = 443, *origins: Origin) -> list[str]:
    reach = Reach((_HOME, *origins), inner=_Table())
    return [result["host"] for result in await reach.resolve(host, port)]


def _reach(*allowed: str) -> Reach:
    return Reach([_HOME], allowed=allowed, inner=_Table())


@contextmanager
def _refused(why: str) -> Iterator[None]:
    with pytest.raises(UpstreamError, match=why) as caught:
        yield
    assert caught.value.remedy


@pytest.mark.parametrize(
    "host", sorted(set(_NAMES) - {"public.example.invalid", "mixed.example.invalid"} - {"example.example.invalid"})
)
async def test_a_page_leads_to_no_private_address(host: str) -> None:
    """Whatever the name and however the address is written, no page can point us at our own network."""
    with pytest.raises(OSError, match="private address"):
        await _found(host)


async def test_public_addresses_are_left() -> None:
    """Of several addresses the public ones are used; those of documentation are nobody's inside."""
    assert await _found("mixed.example.invalid") == [_PUBLIC]
    assert await _found("example.example.invalid") == ["192.0.2.7"]


async def test_only_a_configured_origin_may_stand_inside() -> None:
    """Its host on another port is not it, nor is another name of the same address."""
    inside: Origin = ("https", "inside.example.invalid", 443)
    assert await _found("inside.example.invalid", 443, inside) == ["10.0.0.5"]
    with pytest.raises(OSError, match="private address"):
        await _found("inside.example.invalid", 8443, inside)
    with pytest.raises(OSError, match="private address"):
        await _found("2130706433", 443, inside)


async def test_a_proxy_of_this_machine_may_stand_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the machine's own setting, not the upstream's word; no page may lead to it."""
    monkeypatch.setenv("https_proxy", "http://inside.example.invalid:3128")
    assert await _found("inside.example.invalid", 3128) == ["10.0.0.5"]
    with pytest.raises(OSError, match="private address"):
        await _found("inside.example.invalid", 443)
    with _refused("private address"):
        _reach().check(("http", "inside.example.invalid", 3128))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "169.254.169.254", "[::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "0.0.0.0", "100.64.0.1"),
        *("localhost", "LOCALHOST.", "a.localhost", "2130706433", "127.1"),
    ],
)
async def test_no_address_in_numbers_is_asked(host: str) -> None:
    """Links are checked before a connection is made, so that this test needs none."""

    def parse(*_: object, project: ProjectName, **__: object) -> ProjectPage:
        return ProjectPage(project=project, files=())

    async with HttpUpstream(f"https://{_PUBLIC}/simple/", parse=parse) as upstream:
        with pytest.raises(UpstreamError, match=r"private address|cannot be reached"):
            async with upstream.fetch(f"http://{host}:1/demo-1.0.tar.gz"):
                pass


@pytest.mark.parametrize("host", ["files.example.invalid", "a.mirror.example.invalid", "index.example.invalid"])
def test_hosts_on_the_allow_list_are_asked(host: str) -> None:
    """By name, by domain; the index itself needs no entry."""
    _reach("files.example.invalid", "*.mirror.example.invalid").check(("https", host, 443))


@pytest.mark.parametrize("host", ["other.example.invalid", "mirror.example.invalid", "xfiles.example.invalid", _PUBLIC])
def test_no_other_host_is_asked_where_there_is_an_allow_list(host: str) -> None:
    """The remedy names the option."""
    with _refused("not among the allowed hosts"):
        _reach("files.example.invalid", "*.mirror.example.invalid").check(("https", host, 443))


def test_the_allow_list_opens_nothing_inside() -> None:
    """It narrows what may be reached; what stands inside has to be an origin."""
    with _refused("private address"):
        _reach("127.0.0.1").check(("http", "127.0.0.1", 80))


@pytest.mark.parametrize("entry", ["", "https://files.example.invalid/", "*", "*.*.example.invalid"])
def test_what_is_no_host_is_no_entry(entry: str) -> None:
    """Better no start than a list that means something else."""
    with pytest.raises(BadSetting, match="--allow-host"):
        _reach(entry)


@dataclass
class _Rebinding(AbstractResolver):
    """Public at the first look, inside at each later one."""

    looks: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = "127.0.0.1" if self.looks else _PUBLIC
        self.looks.append(address)
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing to close."""


async def test_a_name_that_changes_its_address_gains_nothing() -> None:
    """What was checked is what is connected to: there is no second look, and each look is checked (DNS rebinding)."""
    reach = Reach([_HOME], inner=_Rebinding())
    reach.check(("https", "rebinding.example.invalid", 443))
    assert [one["host"] for one in await reach.resolve("rebinding.example.invalid", 443)] == [_PUBLIC]
    with pytest.raises(OSError, match="private address"):
        await reach.resolve("rebinding.example.invalid", 443)
