from __future__ import annotations

import tomllib
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pratique.policy.positions import Path, Place, positions

_KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,5}", fullmatch=True), st.just('"a.b #"'), st.just("'q]'"))
_PLAIN = st.sampled_from(
    [
        "1",
        "-1.5e3",
        '"x # [y]"',
        "'''a\n]b'''",
        '"""q\\"""" "\nz"""',
        "true",
        "2027-01-01",
        "2027-01-01 10:00:00",
        "'it, s'",
    ]
)
_VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ", # c ]\n ".join([*items, ""]) + "\n]"),
        st.dictionaries(_KEYS, inner.filter(lambda text: "\n" not in text), max_size=3).map(
            lambda items: "{" + ", ".join(f"{key} = {value}" for key, value in items.items()) + "}"
        ),
    ),
    max_leaves=6,
)
_HEADERS = st.tuples(st.booleans(), st.lists(_KEYS, min_size=1, max_size=3))


def _paths(value: object, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, (*path, key))
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _paths(item, (*path, number))


def test_places_of_keys_tables_and_elements() -> None:
    """Each is where a person would look for it, counted from 1."""
    text = 'a = 1\n[[b]]\n  c.d = [\n  1, # ]\n  "x"]\n[[b]]\n["e f"]\ng = {h = 2}\n'
    found = positions(text)
    assert found[("a",)] == Place(line=1, column=1)
    assert found[("b", 0)] == Place(line=2, column=1)
    assert found[("b", 0, "c", "d")] == Place(line=3, column=3)
    assert found[("b", 0, "c", "d", 1)] == Place(line=5, column=3)
    assert found[("b", 1)] == Place(line=6, column=1)
    assert found[("e f", "g", "h")] == Place(line=8, column=6)


@given(
    st.lists(st.tuples(_KEYS, _VALUES), max_size=4),
    st.lists(st.tuples(_HEADERS, st.lists(st.tuples(_KEYS, _VALUES), max_size=3)), max_size=4),
)
def test_every_value_of_a_valid_document_has_a_place(
    first: list[tuple[str, str]], tables: list[tuple[tuple[bool, list[str]], list[tuple[str, str]]]]
) -> None:
    """Whatever the parser finds, the scan finds, and nothing that is not there."""
    lines = [f"{key} = {value}" for key, value in first]
    for (array, keys), pairs in tables:
        name = " . ".join(keys)
        lines += [f"[[{name}]]" if array else f"[{name}]", *(f"{key} = {value}" for key, value in pairs)]
    text = "\n".join(lines)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    there = set(_paths(data)) - {()}
    found = positions(text)
    assert set(found) <= there
    leaves = {path for path in there if path[:1]}
    missing = {path for path in leaves - set(found) if not any(other[: len(path)] == path for other in found)}
    assert missing == set()
