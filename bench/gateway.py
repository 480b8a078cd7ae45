"""The gateway's bars in one run: what a warm server bears, cold pages, an application's installation, and memory.

python bench/gateway.py [--only PART...] [--seconds N] [--peers FOLDER] [--nginx PROGRAM] [--wrk PROGRAM]

PART is rates, cold, install or memory. FOLDER has an environment for each of devpi-server, proxpi, pypiserver and
simple-repository-server, under those names; what is not there is left out. The servers have one core, whatever asks
them the others, but for installations: there both have all. `rates` and `memory` are on loopback; `cold` and `install`
ask the upstream that pip is configured with. Each measurement ends by itself.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import gateway_cold
import gateway_install
import gateway_memory
import gateway_rates
from peers import PINNED
from peers_found import Peers

_PARTS = {
    "rates": gateway_rates.report,
    "cold": gateway_cold.report,
    "install": gateway_install.report,
    "memory": gateway_memory.report,
}
_BOTH_ON_ALL_CORES = {"install"}


def main() -> int:
    """Print a table for each part; 1 if one of our answers was none."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end as well
    sys.path.insert(0, str(Path(__file__).parents[1]))
    peers = Peers(folder=arguments.peers, nginx=arguments.nginx, wrk=arguments.wrk, seconds=arguments.seconds)
    cores = os.sched_getaffinity(0)
    failed = False
    for name in arguments.only or _PARTS:
        apart = name not in _BOTH_ON_ALL_CORES and len(cores) > 1
        PINNED.set(apart)
        os.sched_setaffinity(0, cores - {0} if apart else cores)
        with tempfile.TemporaryDirectory(prefix="pratique-gateway-") as folder:
            before = os.getloadavg()[0]
            text, good = _PARTS[name](peers, Path(folder))
        print(f"{name}, load {before:.1f} before and {os.getloadavg()[0]:.1f} after\n{text}\n", flush=True)
        failed = failed or not good
    return int(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=list(_PARTS), default=[])
    parser.add_argument("--seconds", type=float, default=10, help="of load, for each thing that is asked for")
    parser.add_argument("--peers", type=Path, default=Path(os.devnull), help="a folder of environments")
    parser.add_argument("--nginx", default=shutil.which("nginx"), help="its program")
    parser.add_argument("--wrk", default=shutil.which("wrk"), help="its program; without it a slower client asks")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
