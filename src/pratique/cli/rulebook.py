"""The rules as Markdown pages: `docs/rules/` is written by `pratique rules --markdown`, and a test keeps it true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pratique.errors import BadSetting
from pratique.printable import printable
from pratique.rules.catalogue import RULES
from pratique.rules.explained import sections
from pratique.rules.notes import NOTES
from pratique.rules.rule import Example, Rule

_MARK = "<!-- Written by `make docs` from the rules themselves: change them there. -->"
_ABOUT = (
    "Each rule is proved by its own examples. `pratique rules` lists them, `pratique rules ID` explains one; "
    "[verdicts](../verdicts.md) says how findings become a verdict."
)
_ABOUT_CHAINS = (
    "A finding blocks when it is a proven chain: source, flow, sink and phase were all seen. Every other finding of "
    "these rules, and every finding of the others, adds to the score."
)
_ABOUT_NOTES = (
    "What unpacking and reading come upon by themselves. None blocks; one of behaviour `limit` that left something "
    "unread makes the verdict `error`, which is held."
)


def pages() -> dict[str, str]:
    """File names to texts: one per rule, one for the notes, and the list of all."""
    return {"README.md": _index(), "notes.md": _notes(), **{f"{r.id}.md": _page(r) for r in RULES}}


def write(folder: Path) -> int:
    """Write the pages into ``folder`` and remove pages of rules that are gone; return how many there are.

    Raises `BadSetting` where the folder cannot be written.
    """
    texts = pages()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        for old in folder.glob("*.md"):
            if old.name not in texts and _MARK in old.read_text(encoding="utf-8"):
                old.unlink()
    except OSError as error:
        raise BadSetting(f"{folder} cannot be written: {error}.", remedy="Give a folder of your own.") from error
    return len(texts)


def _index() -> str:
    rows = [f"| [{r.id}]({r.id}.md) | {r.behaviours} | {'yes' if r.blocks else 'no'} | {r.summary} |" for r in RULES]
    chains = [f"| [{r.id}]({r.id}.md) | {r.blocks} |" for r in RULES if r.blocks]
    lines = [
        "# Rules",
        _MARK,
        f"{len(RULES)} rules and [{len(NOTES)} notes](notes.md). {_ABOUT}",
        "\n".join(["| rule | behaviour | can block alone | what it sees |", "| --- | --- | --- | --- |", *rows]),
        "## What blocks",
        _ABOUT_CHAINS,
        "\n".join(["| rule | a proven chain |", "| --- | --- |", *chains]),
    ]
    return _joined(lines)


def _notes() -> str:
    rows = [f"| `{n.id}` | {n.behaviour.value} | {n.summary} | {n.gain} |" for n in NOTES]
    lines = [
        "# Notes",
        _MARK,
        _ABOUT_NOTES,
        "\n".join(["| note | behaviour | what it says | what an attacker gains |", "| --- | --- | --- | --- |", *rows]),
        "[All rules](README.md)",
    ]
    return _joined(lines)


def _page(rule: Rule) -> str:
    blocks = "can block alone" if rule.blocks else "never blocks alone"
    lines = [f"# {rule.id}", _MARK, f"Behaviour: {rule.behaviours} · {blocks}"]
    for heading, text in sections(rule):
        lines += [f"## {heading}", text]
    lines += ["## It fires on", *(part for e in rule.loud for part in _example(e))]
    lines += ["## It stays quiet on", *(part for e in rule.quiet for part in _example(e))]
    return _joined([*lines, "[All rules](README.md)"])


def _example(example: Example) -> Iterator[str]:
    yield f"**{example.title[:1].upper()}{example.title[1:]}** in `{example.filename}`:"
    for path, content in example.files.items():
        text = content_of(content)
        fence = "`" * 4
        kind = "python" if path.endswith(".py") and text else "text"
        yield f"`{path}`" + ("" if text else " (empty)")
        if text:
            yield f"{fence}{kind}\n{text}\n{fence}"


def content_of(content: str | bytes) -> str:
    """An example's file as lines that can be shown anywhere."""
    if isinstance(content, bytes):
        return f"{len(content)} bytes: {printable(content[:48].decode('latin-1'))}{' ...' if len(content) > 48 else ''}"
    return "\n".join(printable(line) for line in content.rstrip("\n").split("\n")).strip()


def _joined(lines: list[str]) -> str:
    return "\n\n".join(lines) + "\n"
