from __future__ import annotations

from pathlib import Path

from pratique.wiring.people import accounts_in
from pratique.wiring.settings import AccountSettings

_TRUSTED = ("github=https://issuer.example.invalid",)


async def _audience(data: Path, public_url: str = "") -> str:
    settings = AccountSettings(trusted_issuers=_TRUSTED, public_url=public_url)
    async with accounts_in(data, settings) as accounts:
        assert accounts.publishing
        return accounts.publishing.audience


async def test_what_was_made_for_one_installation_publishes_nothing_in_another(tmp_path: Path) -> None:
    """Each has its own audience, the same after a restart; by its public address where that is known."""
    first, second = await _audience(tmp_path / "one"), await _audience(tmp_path / "two")
    assert first.startswith("pratique-")
    assert first != second
    assert await _audience(tmp_path / "one") == first
    assert await _audience(tmp_path / "one", "https://packages.example.invalid") == "packages.example.invalid"
