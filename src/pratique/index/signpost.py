"""A page for installers, where nothing is given of a project: its one entry leads to the answer that says why.

No installer says why a page is missing or empty; all of them show the answer to the file that they chose. Where a
requirement leaves nothing to choose, pip and uv show the versions that there are: the label is written for that.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from pratique.names import ProjectName
from pratique.ports import IndexFile, ProjectPage

_LONG_AGO = "1970-01-01T00:00:00.000000Z"
"""No client's own waiting time for new releases hides the entry."""

_OF_NOTHING = (("sha256", hashlib.sha256().hexdigest()),)
"""Metadata are announced, since pip says the reason alone only where it asks for them first. Those of a digest that no
answer has: PDM takes what it is given for metadata where none is promised."""
_NAME = re.compile(r".+-0\+[a-z]+(?:\.[a-z]+)+-py3-none-any\.whl")


def is_signpost(filename: str) -> bool:
    """Whether a file name is that of an entry as `signpost` makes them: no file has it, though it was asked for."""
    return _NAME.fullmatch(filename) is not None


@lru_cache(maxsize=1_000)
def signpost(project: ProjectName, label: str) -> ProjectPage:
    """A page whose one version is lower than any release; the same object each time, so that it is rendered once.

    ``label`` is words with dots between them, the local part of that version (PEP 440). The status is active: a page
    in quarantine offers no file (PEP 792), and who asks for none is told nothing.
    """
    version = f"0+{label}"
    entry = IndexFile(
        filename=f"{project.replace('-', '_')}-{version}-py3-none-any.whl",
        url="urn:pratique:signpost",
        size=0,
        upload_time=_LONG_AGO,
        core_metadata=_OF_NOTHING,
    )
    return ProjectPage(project=project, files=(entry,), versions=(version,))
