"""Code in ``.pth`` files: the lines that `site` executes at every start of Python."""

from __future__ import annotations


def code_lines(data: bytes) -> tuple[tuple[int, str], ...]:
    """Line numbers (1-based) and text of the lines that are executed.

    As ``site.addpackage`` reads them: UTF-8 with an optional mark, and every kind of line end that
    `str.splitlines` knows, not the newline alone.
    """
    text = data.decode("utf-8-sig", errors="replace")
    return tuple((n, line) for n, line in enumerate(text.splitlines(), 1) if line.startswith(("import ", "import\t")))


def as_source(data: bytes) -> bytes:
    """The executed lines as a Python module in which each keeps its line number."""
    lines = dict(code_lines(data))
    return "\n".join(lines.get(n, "") for n in range(1, max(lines, default=0) + 1)).encode()
