"""Landlock (Linux 5.13 and newer): a process gives up rights over files and network for ever.

No library: those on the index are pre-releases or little used, and this is three system calls
(``Documentation/userspace-api/landlock.rst`` of the kernel).
"""

from __future__ import annotations

import ctypes
import os
import sys

_CREATE_RULESET, _RESTRICT_SELF = 444, 446
"""The same on every architecture."""
_GIVE_VERSION = 1
_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_REMOVE_AND_MAKE = 0b1_1111_1111 << 4  # folders, files, devices, sockets, pipes, symbolic links
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_BIND_TCP, _CONNECT_TCP = 1 << 0, 1 << 1
_ABSTRACT_UNIX_SOCKET, _SIGNAL = 1 << 0, 1 << 1


class _Ruleset(ctypes.Structure):
    """``struct landlock_ruleset_attr``: what is handled is denied, since no rule allows any of it."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def version() -> int:
    """The version of Landlock's interface that this kernel offers; 0 is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _GIVE_VERSION)))


def restrict() -> None:
    """Give up, for this process and its children, whatever this kernel lets one give up.

    No file is made, written, removed or executed from now on, wherever it lies; files that are open stay
    so. No TCP (from version 4), no abstract sockets and signals of others (from version 6). Raises
    ``OSError`` where the kernel refuses. Needs ``no_new_privs``.
    """
    offered = version()
    if not offered:
        raise OSError("This kernel has no Landlock.")
    rules = _ruleset(offered)
    handle = _checked(_libc().syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(_size(offered)), 0))
    try:
        _checked(_libc().syscall(_RESTRICT_SELF, handle, 0))
    finally:
        os.close(handle)


def _ruleset(offered: int) -> _Ruleset:
    files = _EXECUTE | _WRITE_FILE | _REMOVE_AND_MAKE
    for first, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        files |= right if offered >= first else 0
    network = _BIND_TCP | _CONNECT_TCP if offered >= 4 else 0
    scoped = _ABSTRACT_UNIX_SOCKET | _SIGNAL if offered >= 6 else 0
    return _Ruleset(files, network, scoped)


def _size(offered: int) -> int:
    """How much of the structure that version knows, in bytes."""
    return 8 * (1 + (offered >= 4) + (offered >= 6))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
