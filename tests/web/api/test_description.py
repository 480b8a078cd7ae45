from __future__ import annotations

import re
from pathlib import Path

import msgspec
from jsonschema import Draft202012Validator

from pratique.web.api import ENDPOINTS, routes
from pratique.web.api.description import PARTS, describe
from tests.web.api.place import Place

_DOCS = Path(__file__).parents[3] / "docs" / "api.md"


async def test_the_description_is_served_to_anybody(site: Place) -> None:
    """It is OpenAPI 3.1, and the same each time."""
    answer = await site.ask("GET", "/openapi.json")
    assert (answer.status, answer.kind) == (200, "application/json")
    assert str(answer.of("openapi")).startswith("3.1.")
    assert answer.document == msgspec.json.decode(describe(ENDPOINTS))


def test_every_route_is_described_and_nothing_else() -> None:
    """What is served and what is described are made from the same list."""
    document = msgspec.json.decode(describe(ENDPOINTS))
    described = {
        (method.upper(), f"/api/v1{path}")
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    served = {(route.method, route.path) for route in routes()}
    assert served - described == {("GET", "/api/v1/openapi.json")}
    assert described <= served
    names = [endpoint.name for endpoint in ENDPOINTS]
    assert len(set(names)) == len(names)


def test_every_schema_is_one_and_every_part_of_a_path_is_explained() -> None:
    """References lead somewhere, and each schema keeps to JSON Schema 2020-12 (OpenAPI 3.1, section 4.8.24)."""
    document = msgspec.json.decode(describe(ENDPOINTS))
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    wanted = set(re.findall(r"#/components/schemas/(\w+)", describe(ENDPOINTS).decode()))
    assert wanted == set(schemas)
    assert {part for path in document["paths"] for part in re.findall(r"{(\w+)}", path)} == set(PARTS)


def test_the_page_lists_every_operation() -> None:
    """docs/api.md has a line for each: method, path, scopes and summary."""
    text = _DOCS.read_text(encoding="utf-8")
    for one in ENDPOINTS:
        scopes = ", ".join(f"`{scope}`" for scope in one.scopes) if len(one.scopes) not in {0, 4} else "any token"
        line = f"| `{one.method} {one.path}` | {scopes if one.scopes else 'nobody is asked'} | {one.summary} |"
        assert line in text, line
