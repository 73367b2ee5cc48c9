"""Windows' job objects: they hold a process to its memory, and end children with the process they serve.

Elsewhere than on Windows nothing here does anything: `resource` and signals do it there.
"""

from __future__ import annotations

import sys
from struct import calcsize, pack

PROCESS_MEMORY = 0x100
"""A process in the job may not commit more memory than the limit says."""

DIE_ON_UNHANDLED_EXCEPTION = 0x400
"""A process in the job that crashes is gone at once: no dialog, and no report with its memory to anyone."""

KILL_ON_JOB_CLOSE = 0x2000
"""What is in the job ends with the last handle to it: with the process that holds it, however that ends."""

_LIMITS = "<2q I4x 2Q I4x Q 2I 6Q 4Q"
"""JOBOBJECT_EXTENDED_LIMIT_INFORMATION of 64 bits: the flags are its third field, and the memory of each
process the sixteenth."""

_COUNTERS = "<2I 8Q"
"""PROCESS_MEMORY_COUNTERS of 64 bits: its size comes first, what is committed is its ninth field."""

_EXTENDED_LIMITS = 9
"""The number of JobObjectExtendedLimitInformation."""


def limits(flags: int, memory: int = 0) -> bytes:
    """A job's limits as Windows takes them.

    Args:
        flags: which of them count.
        memory: bytes that each process may commit, with PROCESS_MEMORY.
    """
    return pack(_LIMITS, 0, 0, flags, 0, 0, 0, 0, 0, 0, *[0] * 6, memory, 0, 0, 0)


if sys.platform == "win32":
    import ctypes
    from struct import unpack

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _Handle = ctypes.c_void_p
    _kernel.CreateJobObjectW.restype = _kernel.GetCurrentProcess.restype = _Handle
    _kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, ctypes.c_wchar_p)
    _kernel.SetInformationJobObject.argtypes = (_Handle, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)
    _kernel.AssignProcessToJobObject.argtypes = (_Handle, _Handle)
    _kernel.K32GetProcessMemoryInfo.argtypes = (_Handle, ctypes.c_char_p, ctypes.c_uint32)
    _kernel.CloseHandle.argtypes = (_Handle,)

    _ours: int | None = None
    """The job of the processes that end with this one, once there is any; never closed."""

    def hold_to(allowance: int) -> bool:
        """Let this process commit `allowance` bytes of memory more than it has; False if Windows will not."""
        counters = ctypes.create_string_buffer(calcsize(_COUNTERS).to_bytes(4, "little"), calcsize(_COUNTERS))
        this = _kernel.GetCurrentProcess()
        if not _kernel.K32GetProcessMemoryInfo(this, counters, calcsize(_COUNTERS)):
            return False
        committed = int(unpack(_COUNTERS, counters.raw)[8])
        # The process in it keeps the job, though nobody holds a handle to it.
        job = _job(limits(PROCESS_MEMORY | DIE_ON_UNHANDLED_EXCEPTION, committed + allowance))
        if job is None:
            return False
        held = bool(_kernel.AssignProcessToJobObject(job, this))
        _kernel.CloseHandle(job)
        return held

    def end_with_us(process: int) -> bool:
        """Have the process behind a handle end when this one does, however; False if Windows will not."""
        global _ours
        if _ours is None:
            _ours = _job(limits(KILL_ON_JOB_CLOSE))
        return _ours is not None and bool(_kernel.AssignProcessToJobObject(_ours, process))

    def _job(limits: bytes) -> int | None:
        job: int | None = _kernel.CreateJobObjectW(None, None)
        if job is not None and not _kernel.SetInformationJobObject(
            job, _EXTENDED_LIMITS, limits, len(limits)
        ):
            _kernel.CloseHandle(job)
            return None
        return job

else:

    def hold_to(allowance: int) -> bool:
        """False: this is not Windows."""
        return False

    def end_with_us(process: int) -> bool:
        """False: this is not Windows."""
        return False
