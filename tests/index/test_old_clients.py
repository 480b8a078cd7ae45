"""What clients of older years need of a page."""

from __future__ import annotations

import json

from pratique.index.negotiate import JSON, LEGACY
from pratique.index.serialize import serialize
from pratique.names import project_name
from pratique.ports import IndexFile, ProjectPage


def test_json_never_has_the_old_metadata_key() -> None:
    """Pip 22.3 to 23.1, which new environments of Python 3.11 begin with, raise `TypeError` on it (PEP 714).

    In HTML they understand the old attribute, so that stays.
    """
    file = IndexFile(filename="demo-1.0.tar.gz", url="", core_metadata=(("sha256", "0" * 64),))
    page = ProjectPage(project=project_name("demo"), files=(file,))
    listed = json.loads(serialize(page, JSON, link=lambda _: "x"))["files"][0]
    assert "core-metadata" in listed
    assert not {"dist-info-metadata", "data-dist-info-metadata"} & set(listed)
    assert b"data-dist-info-metadata" in serialize(page, LEGACY, link=lambda _: "x")
