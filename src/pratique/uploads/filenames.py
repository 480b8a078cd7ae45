"""File names: exactly as the specifications build them, so that one file has one name."""

from __future__ import annotations

import re
import unicodedata

from pratique.errors import BadName
from pratique.names import DistributionName, Kind, distribution_name
from pratique.printable import printable
from pratique.uploads.form import Form
from pratique.uploads.refusal import UploadRefused

_EXTENSIONS = {"bdist_wheel": ".whl", "sdist": ".tar.gz"}
_KINDS = {"bdist_wheel": Kind.WHEEL, "sdist": Kind.SDIST}


def check_filename(form: Form) -> DistributionName:
    """The name taken apart, once it is what the form's name and version lead to (PEP 427, PEP 625).

    Raises `UploadRefused` otherwise, and for one that could leave its folder or a header line.
    """
    filename = form.filename
    if "/" in filename or "\\" in filename or any(unicodedata.category(c).startswith("C") for c in filename):
        raise UploadRefused(
            f"The file name {_shown(filename)} holds a separator or a control character.",
            remedy="Upload it under the name that the build tool gave it.",
        )
    extension = _EXTENSIONS[form.filetype]
    if not filename.endswith(extension):
        raise UploadRefused(
            f"The file name {_shown(filename)} does not end in {extension}, as a {form.filetype} does.",
            remedy="Upload wheels (.whl) and sdists (.tar.gz).",
        )
    try:
        name = distribution_name(filename)
    except BadName as error:
        raise UploadRefused(error.message, remedy=error.remedy) from error
    stem = f"{form.declared.project.replace('-', '_')}-{form.declared.version}"
    expected = re.escape(stem) + (
        r"(-[0-9][A-Za-z0-9_]*)?(-[A-Za-z0-9_.]+){3}\.whl" if extension == ".whl" else r"\.tar\.gz"
    )
    if name.kind is not _KINDS[form.filetype] or not re.fullmatch(expected, filename, re.ASCII):
        more = "-<python>-<abi>-<platform>" if extension == ".whl" else ""
        raise UploadRefused(
            f"The file name {_shown(filename)} is not that of {form.declared.project} {form.declared.version}.",
            remedy=f"It should be {stem}{more}{extension}; update the build tool if that made the name.",
        )
    return name


def _shown(filename: str) -> str:
    return repr(printable(filename, limit=100))
