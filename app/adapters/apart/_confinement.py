"""What a process that reads strangers' files gives up before it begins: memory, time, network, children.

None of it takes the rights of an administrator. The limits hold on every Unix; the list of refused system
calls (seccomp) on Linux on the processors named below, elsewhere the process could still open a connection.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys

MEGABYTE = 1024 * 1024
MOST_OPEN_FILES = 32

# Numbers of system calls: connections, other programmes, children, and what reaches into other processes.
REFUSED_CALLS = {
    "x86_64": (
        41, 42, 49, 50, 53, 56, 57, 58, 59, 62, 101, 129, 200, 234, 297, 310, 311, 322, 425, 434, 435,
    ),
    "aarch64": (
        117, 129, 130, 131, 138, 198, 199, 200, 201, 203, 220, 221, 240, 270, 271, 281, 425, 434, 435,
    ),
}  # fmt: skip
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# The words of the filter's little language (linux/bpf_common.h, linux/seccomp.h, linux/prctl.h).
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, ANSWER = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 13
OFFSET_OF_CALL, OFFSET_OF_ARCHITECTURE = 0, 4
FOREIGN_CALLS = 0x40000000
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def confine(seconds: int, megabytes: int) -> None:
    """From now on this process has so much time and memory, and neither network nor children."""
    limits = {
        resource.RLIMIT_AS: megabytes * MEGABYTE,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: MOST_OPEN_FILES,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in limits.items():
        resource.setrlimit(which, (most, most))
    # At the first limit SIGXCPU says why the process ends, at the second SIGKILL ends who does not listen.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if sys.platform == "linux":
        _refuse_calls(platform.machine())


def _refuse_calls(machine: str) -> None:
    if machine not in REFUSED_CALLS:
        return
    filters = _filter(ARCHITECTURES[machine], REFUSED_CALLS[machine])
    instructions = ctypes.create_string_buffer(filters)
    program = _Program(len(filters) // 8, ctypes.addressof(instructions))
    control = ctypes.CDLL(None).prctl
    control.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    control(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    control(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program), 0, 0)


def _filter(architecture: int, calls: tuple[int, ...]) -> bytes:
    """A filter that answers the calls, and all of another architecture, with “permission denied”."""
    refuse = len(calls) + 2  # how many instructions further on the refusal stands, from the second test
    lines = [
        (LOAD, 0, 0, OFFSET_OF_ARCHITECTURE),
        (JUMP_IF_EQUAL, 0, refuse + 1, architecture),
        (LOAD, 0, 0, OFFSET_OF_CALL),
        (JUMP_IF_AT_LEAST, refuse - 1, 0, FOREIGN_CALLS),
        *((JUMP_IF_EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)),
        (ANSWER, 0, 0, ALLOW),
        (ANSWER, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
