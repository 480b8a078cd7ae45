"""Who built a release, told to real clients by the real server, which verifies it by a trust root of our own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.provenance.signing import TrustRoot
from tests.support.distributions import Built, make_wheel
from tests.support.server import Server, environment, serving
from tests.support.upstream_server import Listed, LocalIndex

_UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
_FIRST, _NEXT = (make_wheel("honest-demo", version, {"demo.py": "x = 1\n"}) for version in ("1.0", "1.1"))


def _signed(trust: TrustRoot, built: Built, repository: str = "owner/demo") -> Listed:
    return Listed(built=built, provenance=trust.provenance(built.filename, built.sha256, repository=repository))


def _install(server: Server, client: str, requirement: str, folder: Path) -> tuple[int, str]:
    command = {
        "pip": [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", server.index],
        "uv": [_UV, "pip", "install", "--no-cache", "--no-config", "--default-index", server.index],
    }[client]
    done = subprocess.run(
        [*command, "--target", str(folder / "site"), "--upgrade", requirement],
        env=environment(),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_a_release_by_somebody_else_is_held_until_it_is_the_owners(
    client: str, trust: TrustRoot, tmp_path: Path
) -> None:
    """Lost, or a stranger's, it is held, and the client says why; signed by the same workflow it is installed."""
    policy = tmp_path / "policy.toml"
    policy.write_text('[actions]\nprovenance = "quarantine"\n', encoding="utf-8")
    for number, (listed, told) in enumerate(
        (
            (Listed(built=_NEXT), "does not say who built it, as 1.0 did"),
            (_signed(trust, _NEXT, "stranger/demo"), "was published by GitHub stranger/demo,"),
            (_signed(trust, _NEXT), ""),
        )
    ):
        behind = LocalIndex()
        behind.put(_signed(trust, _FIRST))
        behind.put(listed)
        data = tmp_path / f"data-{number}"
        with behind.serving_in_thread() as url, serving(data, url, "--policy", str(policy)) as server:
            status, printed = _install(server, client, "honest-demo==1.1", tmp_path)
        assert (status == 0) is (not told), printed
        assert told in printed
