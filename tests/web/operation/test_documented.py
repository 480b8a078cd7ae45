"""`docs/operation.md` says what there is."""

from __future__ import annotations

import re
from pathlib import Path

from pratique.web.operation.metrics import Metrics

_ROOT = Path(__file__).parents[3]


def test_every_metric_is_explained() -> None:
    """The table names each metric of ours, those that other rooms have watched among them, and none that is gone."""
    text = (_ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    written = {name for row in re.findall(r"^\| (`pratique_[^|]+) \|", text, re.MULTILINE) for name in _spelled(row)}
    metrics = Metrics()
    metrics.watch_queue(lambda: (0, 0))
    kinds = dict(re.findall(r"^# TYPE (pratique_\w+) (\w+)$", metrics.text().decode(), re.MULTILINE))
    own = {name for name, kind in kinds.items() if not (kind == "gauge" and name.endswith("_created"))}
    assert written == own | _watched()


def _spelled(row: str) -> list[str]:
    """The names of a row, of which all but the first may be written without what they share."""
    first, *others = re.findall(r"`(\w+)`", row)
    return [first, *(first.rpartition("_")[0] + other for other in others)]


def _watched() -> set[str]:
    """What the wiring adds, where there is something to be watched."""
    wiring = (_ROOT / "src" / "pratique" / "wiring").glob("*.py")
    return {name for file in wiring for name in re.findall(r'watch\(\s*"(pratique_\w+)"', file.read_text("utf-8"))}


def test_the_service_and_the_image_use_options_that_exist() -> None:
    """What is shipped to start a server by names no option that was renamed."""
    usage = (_ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    for name in ("pratique.service", "Containerfile"):
        text = (_ROOT / "deploy" / name).read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if "serve" in line and line.startswith(("ExecStart", "ENTRY")))
        options = re.findall(r"--[a-z-]+", line)
        assert options
        assert all(f"[{option}" in usage for option in options)
