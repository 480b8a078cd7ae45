"""A hijacked release of a project that clients have installed before: the real server, real pip, real uv."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.distributions import make_wheel
from tests.support.server import environment, serving
from tests.support.upstream_server import LocalIndex

_UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
_HONEST = {"honest_demo/__init__.py": "import subprocess\ndef run(args):\n    return subprocess.run(args)\n"}
_HIJACKED = {"honest_demo/__init__.py": "import subprocess\nsubprocess.run(['sh', '-c', 'make all'])\n"}


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_a_release_that_has_learnt_something_is_held_and_the_client_says_why(client: str, tmp_path: Path) -> None:
    """Nothing is found in it, yet its predecessor did no such thing; unpinned, the client takes that one again."""
    behind = LocalIndex()
    behind.add(make_wheel("honest-demo", "1.4.2", _HONEST))
    behind.add(make_wheel("honest-demo", "1.4.3", _HIJACKED))
    with behind.serving_in_thread() as url, serving(tmp_path / "data", url) as server:

        def install(requirement: str) -> tuple[int, str]:
            command = {
                "pip": [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", server.index],
                "uv": [_UV, "pip", "install", "--no-cache", "--no-config", "--default-index", server.index],
            }[client]
            done = subprocess.run(
                [*command, "--target", str(tmp_path / "site"), "--upgrade", requirement],
                env=environment(),
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=180,
                check=False,
            )
            return done.returncode, " ".join((done.stdout + done.stderr).split())

        status, printed = install("honest-demo==1.4.2")
        assert status == 0, printed
        status, printed = install("honest-demo==1.4.3")
        assert status != 0
        assert "quarantined: honest-demo 1.4.3 starts a program when" in printed
        status, printed = install("honest-demo")
        assert status == 0, printed
        assert (tmp_path / "site" / "honest_demo-1.4.2.dist-info").is_dir()
