"""What the files beside the code announce: commands that can be made, and licences that are there."""

from __future__ import annotations

import configparser
import re
from collections.abc import Container, Iterator
from email.parser import BytesParser

from packaging.version import InvalidVersion, Version

from pratique.artifact import Member
from pratique.printable import printable

_REFERENCE = re.compile(r"\w+(\.\w+)*\s*(:\s*\w+(\.\w+)*)?\s*(\[[^\[\]]*\])?")
"""An object reference (entry points specification), with or without extras."""
_NAME = re.compile(r"[^\s=\[\]/\\\x00-\x1f\x7f]([^=\[\]/\\\x00-\x1f\x7f]*[^\s=\[\]/\\\x00-\x1f\x7f])?")
"""A name that is a file's name as well: installers make a script that is called so."""
_LICENSES = Version("2.4")
"""The core metadata since which the path of a licence file is fixed (PEP 639)."""


class _CaseKept(configparser.ConfigParser):
    """Names of commands are as they were written."""

    def optionxform(self, optionstr: str) -> str:
        """As it is."""
        return optionstr


def entry_point_problems(member: Member) -> Iterator[str]:
    """What an installer could not make a command of, or would make it of somewhere else."""
    if not member.whole:
        yield f"{printable(member.path, limit=120)} is too large."
        return
    parser = _CaseKept(delimiters=("=",), interpolation=None)
    try:
        parser.read_string(member.data.decode())
    except (configparser.Error, UnicodeDecodeError):
        yield f"{printable(member.path, limit=120)} cannot be read."
        return
    for group in parser.sections():
        for name, target in parser.items(group):
            if not _NAME.fullmatch(name) or name in {".", ".."} or not _REFERENCE.fullmatch(target.strip()):
                said = printable(f"{name} = {target}", limit=120)
                yield f"{printable(member.path, limit=120)}: {said} is no entry point."


def license_problems(metadata: bytes, there: Container[str], folder: str) -> Iterator[str]:
    """Licence files that the metadata name, and that are not there in ``folder``."""
    message = BytesParser().parsebytes(metadata, headersonly=True)
    try:
        fixed = Version(str(message["Metadata-Version"])) >= _LICENSES
    except InvalidVersion:
        return  # told where the metadata are read
    for path in message.get_all("License-File") or [] if fixed else []:
        if f"{folder}{path}" not in there:
            yield f"The metadata name the licence file {printable(str(path), limit=120)}, which is not in the archive."
