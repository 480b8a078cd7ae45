"""Which index and certificates pip is configured with."""

from __future__ import annotations

import os
from pathlib import Path

import pypi_simple
import pytest

from pratique.errors import BadSetting
from pratique.upstream import default_upstream
from pratique.upstream.configured import certificates

_HERE = "https://here.example.invalid/simple/"
_THERE = "https://there.example.invalid/simple/"


def _conf(path: Path, url: str, section: str = "global", key: str = "index-url") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[{section}]\n{key} = {url}\nextra-index-url = https://extra.example.invalid/\n", encoding="utf-8")


def test_without_settings_it_is_the_default_of_pip() -> None:
    """The public index's address comes from a library, never from us."""
    assert default_upstream() == pypi_simple.PYPI_SIMPLE_ENDPOINT


def test_the_environment_goes_before_the_files(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with pip."""
    _conf(machine / ".config" / "pip" / "pip.conf", _THERE)
    monkeypatch.setenv("PIP_INDEX_URL", _HERE)
    assert default_upstream() == _HERE


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("xdg/pip/pip.conf", "etc/pip.conf"),
        ("etc/pip.conf", ".pip/pip.conf"),
        (".pip/pip.conf", ".config/pip/pip.conf"),
        (".config/pip/pip.conf", "venv/pip.conf"),
    ],
)
def test_the_nearer_file_wins(machine: Path, earlier: str, later: str) -> None:
    """Machine, user, environment: each overrides the one before."""
    _conf(machine / earlier, _THERE)
    assert default_upstream() == _THERE
    _conf(machine / later, _HERE)
    assert default_upstream() == _HERE


def test_the_section_of_the_command_wins(machine: Path) -> None:
    """``[install]`` overrides ``[global]``, whichever file it stands in; underscores are hyphens."""
    _conf(machine / "etc" / "pip.conf", _HERE, "install", "index_url")
    _conf(machine / "venv" / "pip.conf", _THERE)
    assert default_upstream() == _HERE


def test_a_named_file_replaces_the_users(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``PIP_CONFIG_FILE`` is read last; the null device turns all files off."""
    _conf(machine / ".config" / "pip" / "pip.conf", _THERE)
    _conf(machine / "own.conf", _HERE)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(machine / "own.conf"))
    assert default_upstream() == _HERE
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert default_upstream() == pypi_simple.PYPI_SIMPLE_ENDPOINT


def test_a_file_that_cannot_be_read_as_settings_is_named(machine: Path) -> None:
    """Going on with another index than the one meant would be worse than stopping."""
    path = machine / "venv" / "pip.conf"
    path.parent.mkdir()
    path.write_text("index-url without a section", encoding="utf-8")
    with pytest.raises(BadSetting, match="venv"):
        default_upstream()


@pytest.mark.parametrize("name", ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_certificates_that_are_not_there_are_said(name: str, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each setting is read, and a wrong one is not passed over in silence."""
    monkeypatch.setenv(name, str(machine / "missing.pem"))
    with pytest.raises(BadSetting, match=r"missing\.pem"):
        certificates()
