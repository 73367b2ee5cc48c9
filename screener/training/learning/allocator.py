"""The C library's memory, kept for the next step of a training rather than given back after each."""

import ctypes
import sys

# Of glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
_MOST = 2**31 - 1
_PAD = 256 * 2**20


def keep_freed_memory() -> bool:
    """Let this process keep the memory that it frees; returns whether the C library was told so.

    Every step of a training on the CPU asks for the same large blocks and frees them. glibc takes blocks of
    that size from the system and gives them back each time, and the system clears every page anew. Kept,
    they cost nothing the second time. Peak memory is the same but for what lies unused between blocks.

    Elsewhere than on Linux with glibc it does nothing. Source: the GNU C Library's manual, Malloc Tunable
    Parameters.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
        # Known by glibc alone; musl has mallopt too, where it does nothing.
        _ = ctypes.CDLL(None).gnu_get_libc_version
    except AttributeError:
        return False
    wishes = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _MOST), (_TOP_PAD, _PAD))
    return all(mallopt(wish, value) == 1 for wish, value in wishes)
