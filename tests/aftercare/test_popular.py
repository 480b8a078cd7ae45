"""A newer list of popular projects, from a file or an address."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.advisories.outside import Fetched
from pratique.aftercare.popular import fresh_list
from pratique.errors import BadSetting, NotFound
from pratique.identity import Popular
from pratique.identity.listing import BadListing

_NAMES = [f"project-{number}" for number in range(1_200)]
_NOW = datetime(2026, 11, 24, tzinfo=UTC)
_IN_FORCE = Popular.of(_NAMES[:1_100])
_URL = "https://user:hunter2@lists.example.invalid/top.txt"


class _Feed:
    """`Feed` with one file."""

    async def fetch(self, url: str, *, etag: str, into: Path) -> Fetched | None:
        """Nothing asks for collections here."""
        raise NotFound(f"There is nothing at {url}, {etag}, {into}.")

    async def read(self, url: str, *, limit: int) -> bytes:
        """The list, if it is asked for."""
        if url != _URL:
            raise NotFound("There is nothing there.")
        return "\n".join(_NAMES).encode()[:limit]


async def test_from_an_address_without_its_password() -> None:
    """What was fetched says where it is from, not how to get in there; and what has changed."""
    found = await fresh_list(_URL, feed=_Feed(), now=_NOW, in_force=_IN_FORCE)
    assert len(found.listing.names) == 1_200
    assert (found.added, found.gone, found.listing.taken) == (100, 0, _NOW)
    assert "lists.example.invalid/top.txt" in found.listing.source
    assert "hunter2" not in found.listing.source


async def test_from_a_file(tmp_path: Path) -> None:
    """A path is remembered whole: whoever reads it later stands elsewhere."""
    path = tmp_path / "top.txt"
    path.write_text("\n".join(_NAMES[50:]), encoding="utf-8")
    found = await fresh_list(str(path), feed=_Feed(), now=_NOW, in_force=_IN_FORCE)
    assert found.listing.source == str(path)
    assert (found.added, found.gone) == (100, 50)


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("/nowhere/top.txt", BadSetting),
        ("ftp://lists.example.invalid/top.txt", BadSetting),
        ("https://lists.example.invalid/other.txt", NotFound),
    ],
)
async def test_what_cannot_be_had_is_told(where: str, kind: type[Exception]) -> None:
    """A path to nothing, another kind of address, nothing at an address."""
    with pytest.raises(kind):
        await fresh_list(where, feed=_Feed(), now=_NOW, in_force=_IN_FORCE)


async def test_another_list_only_when_it_is_meant(tmp_path: Path) -> None:
    """A list of other projects is refused by name of its source, unless it is wanted anyway."""
    path = tmp_path / "other.txt"
    path.write_text("\n".join(f"other-{number}" for number in range(1_000)), encoding="utf-8")
    with pytest.raises(BadListing, match=r"other\.txt is not used") as caught:
        await fresh_list(str(path), feed=_Feed(), now=_NOW, in_force=_IN_FORCE)
    assert "--anyway" in caught.value.remedy
    found = await fresh_list(str(path), feed=_Feed(), now=_NOW, in_force=_IN_FORCE, anyway=True)
    assert found.gone == 1_100
