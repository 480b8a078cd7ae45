"""A system call filter (seccomp, ``Documentation/userspace-api/seccomp_filter.rst`` of the kernel).

It denies what an inspection never does: sockets of any kind, programs, other processes, mounts, and
every call that changes a file. Landlock says the same of files and TCP; this holds for UDP, for sockets of
local services, for modes and owners of files, and on kernels that have no Landlock.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass

_SET_SECCOMP, _GET_SECCOMP, _MODE_FILTER = 22, 21, 2
_ALLOW, _KILL = 0x7FFF_0000, 0x8000_0000
_DENY = 0x0005_0000 | errno.EPERM
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_X32 = 0x4000_0000
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True, slots=True, kw_only=True)
class _Machine:
    """An architecture's audit number and the numbers of its system calls."""

    audit: int
    open: tuple[tuple[int, int], ...]
    """Calls that open a file, with the place of their flags among the arguments."""
    denied: tuple[int, ...]


# fmt: off
_SHARED = (425, 426, 427, 428, 429, 430, 431, 432, 433, 437, 438, 442, 452, 463, 466, 467, 469)
"""io_uring, the new mount calls, openat2, pidfd_getfd, mount_setattr, fchmodat2, setxattrat, removexattrat,
open_tree_attr, file_setattr: the same numbers everywhere."""
_X86_64 = _Machine(
    audit=0xC000_003E,
    open=((2, 1), (257, 2)),
    denied=(
        # socket connect accept sendto sendmsg bind listen socketpair accept4 sendmmsg
        41, 42, 43, 44, 46, 49, 50, 53, 288, 307,
        # execve execveat ptrace process_vm_readv process_vm_writev
        59, 322, 101, 310, 311,
        # creat truncate rename mkdir rmdir link unlink symlink mknod mkdirat mknodat unlinkat renameat linkat symlinkat
        85, 76, 82, 83, 84, 86, 87, 88, 133, 258, 259, 263, 264, 265, 266, 316,
        # chmod fchmod chown fchown lchown fchownat fchmodat utime utimes futimesat utimensat
        90, 91, 92, 93, 94, 260, 268, 132, 235, 261, 280,
        # setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
        188, 189, 190, 197, 198, 199,
        # mount umount2 pivot_root chroot unshare setns open_by_handle_at
        165, 166, 155, 161, 272, 308, 304,
        # bpf userfaultfd perf_event_open keyctl add_key request_key init_module finit_module delete_module kexec_load
        321, 323, 298, 250, 248, 249, 175, 313, 176, 246, 320,
        # shmget msgget semget mq_open
        29, 68, 64, 240,
        *_SHARED,
    ),
)
_AARCH64 = _Machine(
    audit=0xC000_00B7,
    open=((56, 2),),
    denied=(
        198, 203, 202, 206, 211, 200, 201, 199, 242, 269,
        221, 281, 117, 270, 271,
        45, 33, 34, 35, 36, 37, 38, 276,
        52, 53, 54, 55, 88,
        5, 6, 7, 14, 15, 16,
        40, 39, 41, 51, 97, 268, 265,
        280, 282, 241, 219, 217, 218, 105, 273, 106, 104, 294,
        194, 186, 190, 180,
        *_SHARED,
    ),
)
# fmt: on
_MACHINES = {"x86_64": _X86_64, "aarch64": _AARCH64}


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def available() -> bool:
    """Whether this kernel filters system calls, and we know this processor's."""
    if not sys.platform.startswith("linux") or platform.machine() not in _MACHINES or sys.byteorder != "little":
        return False
    return int(ctypes.CDLL(None).prctl(_GET_SECCOMP, 0, 0, 0, 0)) >= 0


def restrict() -> None:
    """Filter this process's system calls from now on, and its children's.

    What is denied fails with EPERM; a call by another architecture's numbers ends the process. Raises
    ``OSError`` where the kernel refuses. Needs ``no_new_privs``.
    """
    if not available():
        raise OSError("This kernel has no filter of system calls that is known here.")
    code = _compiled(_MACHINES[platform.machine()])
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _compiled(machine: _Machine) -> bytes:
    """The filter as a program for the kernel's classic BPF: jumps count the instructions that they pass over."""
    code = [_load(_ARCHITECTURE_AT), _jump(_EQUAL, machine.audit, 1, 0), _return(_KILL), _load(_NUMBER_AT)]
    code += [_jump(_AT_LEAST, _X32, 0, 1), _return(_KILL)]
    for number in dict.fromkeys(machine.denied):
        code += [_jump(_EQUAL, number, 0, 1), _return(_DENY)]
    for number, place in machine.open:
        code += [
            _jump(_EQUAL, number, 0, 4),
            _load(_ARGUMENTS_AT + 8 * place),
            _jump(_ANY_BIT, _TO_WRITE, 0, 1),
            _return(_DENY),
            _return(_ALLOW),
        ]
    return b"".join([*code, _return(_ALLOW)])


def _load(offset: int) -> bytes:
    return struct.pack("<HBBI", _LOAD, 0, 0, offset)


def _jump(test: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("<HBBI", test, if_true, if_false, value)


def _return(action: int) -> bytes:
    return struct.pack("<HBBI", _RETURN, 0, 0, action)
