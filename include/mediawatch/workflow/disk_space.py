"""Room on the disks: said before it runs out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator

from mediawatch.context import Context


def room_warnings(context: Context) -> list[str]:
    """One line for the lake's disk, and one for that of temporary files, where less than `low_space_bytes` is free."""
    least = context.settings.low_space_bytes
    return [
        f"{name}: {_size(free)} left, MEDIAWATCH_LOW_SPACE_BYTES is {_size(least)}; make room before a run fails"
        for name, free in _free(context)
        if free < least
    ]


def _free(context: Context) -> Iterator[tuple[str, int]]:
    free = context.store.free_bytes()
    if free is not None:
        yield f"the lake's disk ({context.settings.lake_url})", free
    try:
        folder = tempfile.gettempdir()
        yield f"the disk of temporary files ({folder})", shutil.disk_usage(folder).free
    except OSError:  # whoever writes there says so
        return


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 100_000_000 else f"{count / 1e6:.1f} MB"
