"""Memory that a step of detection has done with, given back to the system before the next one takes its own."""

from __future__ import annotations

import ctypes
from functools import cache


def release() -> None:
    """Give back what was freed, where the C library can: glibc does.

    What is made on the way is arrays, and what stays is small objects, which Python takes elsewhere.  So the gaps that
    the arrays of one step leave in the heap of C are of no use to the next, and C by itself only gives back its end.
    """
    library = _library()
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)
