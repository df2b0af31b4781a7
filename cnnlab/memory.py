"""Memory goes back to the system when it is no longer needed: what glibc does not do by itself.

Each thread of a server gets an arena of its own, up to eight for each core, and what lies free
in them is kept for later: after forty large pictures at once the server kept over a gigabyte.
Source: mallopt(3), malloc_trim(3).
"""

import ctypes
import sys

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # M_ARENA_MAX and M_MMAP_THRESHOLD in malloc.h
ARENAS = 2
LARGE_BYTES = 256 * 1024  # from here on memory is asked of the system, and given back when freed


def keep_little() -> None:
    """Let this process share few arenas and ask the system for every large piece anew."""
    libc = _libc()
    if libc:
        libc.mallopt(_ARENA_MAX, ARENAS)
        libc.mallopt(_MMAP_THRESHOLD, LARGE_BYTES)


def give_back() -> None:
    """Return what lies free in all arenas; takes some milliseconds."""
    libc = _libc()
    if libc:
        libc.malloc_trim(0)


def _libc() -> ctypes.CDLL | None:
    """glibc; None on systems whose allocator has no such calls."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
