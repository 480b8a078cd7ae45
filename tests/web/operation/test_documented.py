"""`docs/operation.md` says what there is."""

from __future__ import annotations

import re
from pathlib import Path

from pratique.web.operation.metrics import Metrics

_ROOT = Path(__file__).parents[3]


def test_every_metric_is_explained() -> None:
    """The table names each metric of ours with its labels, and none that is gone."""
    text = (_ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    written = set(re.findall(r"^\| `(pratique_\w+)` \|", text, re.MULTILINE))
    metrics = Metrics()
    metrics.watch_queue(lambda: (0, 0))
    kinds = dict(re.findall(r"^# TYPE (pratique_\w+) (\w+)$", metrics.text().decode(), re.MULTILINE))
    assert written == {name for name, kind in kinds.items() if not (kind == "gauge" and name.endswith("_created"))}


def test_the_service_and_the_image_use_options_that_exist() -> None:
    """What is shipped to start a server by names no option that was renamed."""
    usage = (_ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    for name in ("pratique.service", "Containerfile"):
        text = (_ROOT / "deploy" / name).read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if "serve" in line and line.startswith(("ExecStart", "ENTRY")))
        options = re.findall(r"--[a-z-]+", line)
        assert options
        assert all(f"[{option}" in usage for option in options)
